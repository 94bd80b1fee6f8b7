//! Luminance variance (29794-5): variance of the face's luminance. Score `100 * sin(π * 60v / (60v + 1))`.

use super::luminance_mean;
use super::view::View;
use crate::mapping::quality;
use std::f64::consts::PI;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let mean = luminance_mean::native(view);
    let spread = |level: u8| (f64::from(level) / 255.0 - mean).powi(2);
    view.histogram.iter().zip(0_u8..=255).map(|(share, level)| share * spread(level)).sum()
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (PI * 60.0 * native / (60.0 * native + 1.0)).sin())
}
