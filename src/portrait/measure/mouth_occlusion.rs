//! Mouth occlusion prevention (29794-5): the share of the mouth that something covers. Score `100 * (1 - x)`.
//!
//! Ours: lips are never greener than the skin about them, as white, grey, blue and green cloth is; red cloth is not seen (see
//! `skin`). The inside of an open
//! mouth does not count.

use super::view::View;
use crate::landmark;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let (outer, inner) =
        (view.polygon(&landmark::OUTER_LIPS, 1.1), view.polygon(&landmark::INNER_LIPS_OUTLINE, 1.0));
    let lips = outer.iter().zip(&inner).enumerate().filter(|(_, (outer, inner))| **outer && !**inner);
    let skin = view.skin();
    let (mut covered, mut all) = (0_u32, 0_u32);
    for (index, _) in lips {
        all += 1;
        covered += u32::from(!skin.is_lip(view, index));
    }
    f64::from(covered) / f64::from(all.max(1))
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
