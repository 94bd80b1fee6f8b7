//! Face occlusion prevention (29794-5): the share of the face that something covers. Score `100 * (1 - x)`.
//!
//! Ours: the face without eyes, brows and mouth, as far as it has not the colour of its skin (see `skin`). A beard covers too.

use super::skin;
use super::view::View;
use crate::landmark;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let mut face = view.inside.clone();
    let features =
        skin::EYES.iter().flat_map(|(eye, brow)| [view.polygon(eye, 1.4), view.polygon(brow, 1.4)]);
    for feature in features.chain([view.polygon(&landmark::OUTER_LIPS, 1.1)]) {
        face.iter_mut().zip(feature).for_each(|(face, feature)| *face &= !feature);
    }
    let pixels: Vec<usize> =
        face.iter().enumerate().filter(|(_, face)| **face).map(|(index, _)| index).collect();
    view.covered(&pixels)
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
