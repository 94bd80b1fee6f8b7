//! Mouth occlusion prevention (29794-5): the share of the mouth that something covers. Score `100 * (1 - x)`.
//!
//! Ours: lips are never greener than the skin about them, as white, grey, blue and green cloth is (see `skin`). Black cloth may
//! pass for dark lips: where what lies around the mouth is no skin, and the lips are no redder than it, the mouth is under
//! it. So a beard covers no mouth; red cloth is not seen. The inside of an open mouth does not count.

use super::skin;
use super::view::View;
use crate::landmark;
use crate::mapping::quality;
use tram_biometric::Quality;

/// Around the mouth, in its own outlines: from just outside the lips to where a mask reaches.
const AROUND: [f32; 2] = [1.2, 1.8];
/// Lips are redder than a beard around them by at least this much in red chromaticity.
const REDDER: f32 = 0.012;

pub(super) fn native(view: &View<'_>) -> f64 {
    let (outer, inner) =
        (view.polygon(&landmark::OUTER_LIPS, 1.1), view.polygon(&landmark::INNER_LIPS_OUTLINE, 1.0));
    let lips = between(&outer, &inner);
    let skin = view.skin();
    let covered = lips.iter().filter(|index| !skin.is_lip(view, **index)).count();
    (covered as f64 / lips.len().max(1) as f64).max(under_cloth(view, &lips))
}

/// The share of what lies around the mouth that is no skin, where it looks as the lips do; otherwise nothing.
fn under_cloth(view: &View<'_>, lips: &[usize]) -> f64 {
    let [near, far] = AROUND.map(|widened| view.polygon(&landmark::OUTER_LIPS, widened));
    let around = between(&far, &near);
    let red = |pixels: &[usize]| {
        pixels.iter().map(|index| skin::red(view, *index)).sum::<f32>() / pixels.len().max(1) as f32
    };
    if red(lips) - red(&around) < REDDER { view.covered(&around) } else { 0.0 }
}

/// The pixels of the zone in the wider outline and not in the narrower one.
fn between(wide: &[bool], narrow: &[bool]) -> Vec<usize> {
    let both = wide.iter().zip(narrow).enumerate();
    both.filter(|(_, (wide, narrow))| **wide && !**narrow).map(|(index, _)| index).collect()
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
