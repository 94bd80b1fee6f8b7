//! Under-exposure prevention (29794-5): share of the face's pixels with a luminance of 0 to 25.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    view.histogram.iter().take(26).sum()
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid { h: 120.0, a: 0.832, s: -1.0, x0: 0.92, w: 0.05 }.score(native)
}
