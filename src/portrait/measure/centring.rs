//! Centring. Ours: light and lens are set up for the middle of the picture.
//!
//! Native: how far the eyes' middle lies from the picture's, as a share of its width; positive towards the subject's left,
//! which is the right of the picture. Score: 100 in the middle, 0 at the edge.

use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    f64::from(view.face.eyes_middle().x / view.image.width() as f32) - 0.5
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - 2.0 * native.abs()))
}
