//! Eyes visible (29794-5): the share of the eye's surroundings that something covers. Score `100 * (1 - x)`.
//!
//! Ours: what is covered is what has not the colour of skin around the eye, and the worse eye counts (see `skin`).

use super::skin;
use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    skin::EYES.iter().map(|(eye, brow)| view.covered(&skin::around_eye(view, eye, brow))).fold(0.0, f64::max)
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
