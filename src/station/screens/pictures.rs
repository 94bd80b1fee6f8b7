//! Pictures as textures: one for each live stream, one for each kept picture as long as it is shown.

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use std::collections::HashMap;
use std::sync::Arc;
use tram_biometric::{GrayImage, RgbImage};
use tram_theme as theme;
use tram_workflow::dossier::Picture;

/// The textures of one window. A kept picture leaves the graphics memory as soon as a pass does not show it.
#[derive(Default)]
pub struct Pictures {
    context: Option<Context>,
    camera: Stream,
    platen: Stream,
    eyes: Stream,
    kept: HashMap<usize, Kept>,
}

#[derive(Default)]
struct Stream {
    number: u64,
    texture: Option<TextureHandle>,
    is_live: bool,
}

struct Kept {
    texture: TextureHandle,
    /// Keeps the address from being used again.
    _picture: Picture,
    is_shown: bool,
}

impl Pictures {
    /// The camera's newest picture with its number; the same number again changes nothing.
    pub fn set_camera(&mut self, context: &Context, newest: (u64, Option<Arc<RgbImage>>)) {
        self.camera.set(context, "camera", newest, rgb);
    }

    /// The reader's newest picture with its number.
    pub fn set_platen(&mut self, context: &Context, newest: (u64, Option<Arc<GrayImage>>)) {
        self.platen.set(context, "platen", newest, gray);
    }

    /// The iris camera's newest picture with its number.
    pub fn set_eyes(&mut self, context: &Context, newest: (u64, Option<Arc<GrayImage>>)) {
        self.eyes.set(context, "eyes", newest, gray);
    }

    pub(super) fn eyes(&self) -> Option<theme::Picture> {
        self.eyes.picture()
    }

    pub(super) fn camera(&self) -> Option<theme::Picture> {
        self.camera.picture()
    }

    pub(super) fn platen(&self) -> Option<theme::Picture> {
        self.platen.picture()
    }

    /// A picture of the dossier.
    pub(super) fn kept(&mut self, picture: &Picture) -> Option<theme::Picture> {
        let context = self.context.as_ref()?;
        let address = match picture {
            Picture::Gray(image) => Arc::as_ptr(image) as usize,
            Picture::Rgb(image) => Arc::as_ptr(image) as usize,
        };
        let kept = self.kept.entry(address).or_insert_with(|| {
            let image = match picture {
                Picture::Gray(image) => gray(image),
                Picture::Rgb(image) => rgb(image),
            };
            let texture = context.load_texture("kept", image, smooth());
            Kept { texture, _picture: picture.clone(), is_shown: true }
        });
        kept.is_shown = true;
        Some(theme::Picture::from(&kept.texture))
    }

    /// A picture that stands by itself: a slip's page, a card's face.
    pub(super) fn page(&mut self, image: &Arc<RgbImage>) -> Option<theme::Picture> {
        self.kept(&Picture::Rgb(Arc::clone(image)))
    }

    /// Textures are made with this, where no officer's page has begun yet.
    pub(super) fn show_in(&mut self, context: &Context) {
        self.context = Some(context.clone());
    }

    pub(super) fn begin(&mut self, context: &Context) {
        self.show_in(context);
        for kept in self.kept.values_mut() {
            kept.is_shown = false;
        }
    }

    pub(super) fn end(&mut self) {
        self.kept.retain(|_, kept| kept.is_shown);
    }
}

impl Stream {
    fn set<T>(
        &mut self,
        context: &Context,
        name: &str,
        (number, newest): (u64, Option<Arc<T>>),
        convert: fn(&T) -> ColorImage,
    ) {
        if number == self.number {
            return;
        }
        self.number = number;
        self.is_live = newest.is_some();
        let Some(image) = newest.map(|image| convert(&image)) else {
            // The last picture of a citizen does not stay in the graphics memory.
            self.texture = None;
            return;
        };
        match &mut self.texture {
            Some(texture) => texture.set(image, smooth()),
            None => self.texture = Some(context.load_texture(name, image, smooth())),
        }
    }

    fn picture(&self) -> Option<theme::Picture> {
        self.texture.as_ref().filter(|_| self.is_live).map(theme::Picture::from)
    }
}

/// Pictures are mostly shown smaller than they are.
fn smooth() -> TextureOptions {
    TextureOptions { mipmap_mode: Some(egui::TextureFilter::Linear), ..TextureOptions::LINEAR }
}

fn rgb(image: &RgbImage) -> ColorImage {
    ColorImage::from_rgb([image.width() as usize, image.height() as usize], image.pixels())
}

fn gray(image: &GrayImage) -> ColorImage {
    ColorImage::from_gray([image.width() as usize, image.height() as usize], image.pixels())
}
