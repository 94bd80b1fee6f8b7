//! Dynamic range (29794-5): entropy of the face's luminance in bits. Score `12.5 * H`.

use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    view.histogram.iter().filter(|share| **share > 0.0).map(|share| -share * share.log2()).sum()
}

pub(super) fn score(native: f64) -> Quality {
    quality(12.5 * native)
}
