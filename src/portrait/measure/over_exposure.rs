//! Over-exposure prevention (29794-5): share of the face's pixels with a luminance of 247 to 255. Score `1 / (x + 0.01)`.

use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    view.histogram.iter().skip(247).sum()
}

pub(super) fn score(native: f64) -> Quality {
    quality((1.0 / (native + 0.01)).round())
}
