//! Card products as files: one TOML that places the data, and one SVG of background art for each side.
//!
//! All measures are millimetres from the top left corner of the card (ID-1). The picture is a little larger than the
//! card, so that printing runs over its edges; the card lies in the middle of it.

use crate::font::Face;
use crate::sheet::Align;
use crate::{CardData, CardError, render};
use image::RgbImage;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use serde::Deserialize;

/// One side of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Portrait, number, name.
    Front,
    /// Residence, QR, machine-readable zone.
    Back,
}

/// A card product: where everything stands, over art that is already drawn.
#[derive(Clone)]
pub struct Template {
    pub(crate) layout: Layout,
    pub(crate) front: Pixmap,
    pub(crate) back: Pixmap,
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template").field("name", &self.layout.name).finish_non_exhaustive()
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Layout {
    pub(crate) name: String,
    pub(crate) dpi: f32,
    pub(crate) size_px: [u32; 2],
    pub(crate) card_mm: [f32; 2],
    pub(crate) front: Vec<Element>,
    pub(crate) back: Vec<Element>,
}

/// What a template can place. `at` is the start of a baseline for text and a box's corner otherwise.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub(crate) enum Element {
    /// Words that are the same on every card.
    Label {
        text: String,
        at: [f32; 2],
        face: Face,
        size: f32,
        #[serde(default)]
        align: Align,
        colour: [u8; 3],
    },
    /// A field of the card's data, in a box of `width` and at most `lines` lines.
    Value {
        field: Field,
        at: [f32; 2],
        width: f32,
        #[serde(default = "one")]
        lines: usize,
        face: Face,
        size: f32,
        colour: [u8; 3],
        #[serde(default)]
        upper: bool,
    },
    Portrait {
        at: [f32; 2],
        size: [f32; 2],
    },
    /// The QR symbol, centred in a square.
    Qr {
        at: [f32; 2],
        side: f32,
    },
    /// The machine-readable zone: `pitch` from letter to letter, `leading` from line to line.
    Mrz {
        at: [f32; 2],
        pitch: f32,
        leading: f32,
    },
    /// Where a specimen is marked, through `at` and rising to the right; every side must say it.
    Specimen {
        at: [f32; 2],
        width: f32,
        rise_deg: f32,
    },
    /// Where the chip lies: nothing may be printed on it.
    Chip {
        at: [f32; 2],
        size: [f32; 2],
        radius: f32,
    },
}

fn one() -> usize {
    1
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Field {
    PersonalNumber,
    FullName,
    Birth,
    Sex,
    Nationality,
    Residence,
    BirthRegistration,
    Issued,
    Expiry,
}

impl Template {
    /// The identity card of 2024 (căn cước), with background art of this project's own.
    ///
    /// # Errors
    /// [`CardError::Template`] only if the program's own files are damaged.
    pub fn identity_2024() -> Result<Self, CardError> {
        Self::new(
            include_str!("../../assets/card/identity-2024.toml"),
            include_bytes!("../../assets/card/identity-2024-front.svg"),
            include_bytes!("../../assets/card/identity-2024-back.svg"),
        )
    }

    /// A product from its files: the layout and the art of both sides.
    ///
    /// # Errors
    /// [`CardError::Template`] saying what is wrong in the file.
    pub fn new(layout: &str, front_svg: &[u8], back_svg: &[u8]) -> Result<Self, CardError> {
        let layout: Layout =
            toml::from_str(layout).map_err(|error| CardError::Template(error.to_string()))?;
        let [width, height] = layout.size_px;
        if !(100..=4_000).contains(&width) || !(100..=4_000).contains(&height) {
            return Err(CardError::Template("size-px must lie between 100 and 4000".to_owned()));
        }
        if !(100.0..=1_200.0).contains(&layout.dpi) {
            return Err(CardError::Template("dpi must lie between 100 and 1200".to_owned()));
        }
        let least_mark_mm = layout.card_mm[0] * 0.5;
        let is_marked = |side: &[Element]| {
            side.iter()
                .any(|element| matches!(element, Element::Specimen { width, .. } if *width >= least_mark_mm))
        };
        if !is_marked(&layout.front) || !is_marked(&layout.back) {
            return Err(CardError::Template(
                "each side needs a specimen mark at least half as wide as the card".to_owned(),
            ));
        }
        let front = art(front_svg, layout.size_px)?;
        let back = art(back_svg, layout.size_px)?;
        Ok(Self { layout, front, back })
    }

    /// One side of one card, as it goes to the printer.
    ///
    /// # Errors
    /// When a field is too long, a letter is unknown to the typeface, or the number or name cannot stand in the
    /// machine-readable zone.
    pub fn render(&self, card: &CardData, side: Side) -> Result<RgbImage, CardError> {
        render::side(self, card, side)
    }
}

/// An SVG stretched over a picture of this size.
fn art(svg: &[u8], [width, height]: [u32; 2]) -> Result<Pixmap, CardError> {
    let tree = usvg::Tree::from_data(svg, &usvg::Options::default())
        .map_err(|error| CardError::Template(error.to_string()))?;
    let mut pixmap = Pixmap::new(width, height)
        .ok_or_else(|| CardError::Template("the size in pixels is impossible".to_owned()))?;
    let stretch =
        Transform::from_scale(width as f32 / tree.size().width(), height as f32 / tree.size().height());
    resvg::render(&tree, stretch, &mut pixmap.as_mut());
    Ok(pixmap)
}
