//! Luminance mean (29794-5): mean luminance of the face, 0 to 1 in linear light. Falls off below 0.2 and above 0.8.

use super::view::View;
use crate::mapping::{quality, sigmoid};
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    view.histogram.iter().zip(0_u8..=255).map(|(share, level)| share * f64::from(level) / 255.0).sum()
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * sigmoid(native, 0.2, 0.05) * (1.0 - sigmoid(native, 0.8, 0.05)))
}
