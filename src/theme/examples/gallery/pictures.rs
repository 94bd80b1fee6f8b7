//! Pictures for the gallery: NASA's portrait of Eileen Collins, and stripes that only look like prints.

#![allow(clippy::disallowed_methods)] // Pictures are made of colours.

use eframe::egui::{self, Color32, ColorImage, TextureHandle, TextureOptions};
use tram_theme::Picture;

pub(crate) struct Pictures {
    portrait: TextureHandle,
    prints: Vec<TextureHandle>,
}

impl Pictures {
    pub(crate) fn new(ctx: &egui::Context) -> Result<Self, image::ImageError> {
        let bytes = include_bytes!("../../../../assets/demo/astronaut.png");
        let portrait = image::load_from_memory(bytes)?.to_rgb8();
        let size = [portrait.width() as usize, portrait.height() as usize];
        let portrait = ColorImage::from_rgb(size, portrait.as_raw());
        let prints = (0..4).map(|seed| {
            ctx.load_texture(format!("stripes {seed}"), stripes(seed as f32), TextureOptions::LINEAR)
        });
        Ok(Self {
            portrait: ctx.load_texture("portrait", portrait, TextureOptions::LINEAR),
            prints: prints.collect(),
        })
    }

    pub(crate) fn portrait(&self) -> Picture {
        Picture::from(&self.portrait)
    }

    pub(crate) fn print(&self, index: usize) -> Option<Picture> {
        self.prints.get(index).map(Picture::from)
    }
}

fn stripes(seed: f32) -> ColorImage {
    const WIDTH: usize = 240;
    const HEIGHT: usize = 320;
    let pixels = (0..WIDTH * HEIGHT)
        .map(|index| {
            let x = (index % WIDTH) as f32 - 120.0 + seed * 6.0;
            let y = (index / WIDTH) as f32 - 150.0;
            let inside = (x / 112.0).powi(2) + (y / 152.0).powi(2) < 1.0;
            let wave = (x * x + 1.6 * y * y).sqrt() / 1.6 + (x / 31.0).sin() * 4.0 + seed;
            let ridge = (wave * 1.15).sin() > 0.0;
            if inside && ridge { Color32::from_gray(40) } else { Color32::WHITE }
        })
        .collect();
    ColorImage::new([WIDTH, HEIGHT], pixels)
}
