//! Face occlusion prevention (29794-5): the share of the face that something covers. Score `100 * (1 - x)`.
//!
//! Ours: the face without eyes, brows and the inside of the mouth, as far as it has not the colour of its skin, nor on the
//! lips that of lips (see `skin`). Seen in blocks: what is smaller, a nostril or a wrinkle's shadow, covers nothing. A beard
//! covers too.

use super::skin;
use super::view::{SIDE, View};
use crate::landmark;
use crate::mapping::quality;
use tram_biometric::Quality;

/// Side of a block in pixels of the zone, and how many stand side by side.
const BLOCK: usize = 8;
const BLOCKS: usize = SIDE.div_ceil(BLOCK);
/// A block is covered when more than this share of it is.
const COVERED: f64 = 0.7;

pub(super) fn native(view: &View<'_>) -> f64 {
    let mut face = view.inside.clone();
    let features =
        skin::EYES.iter().flat_map(|(eye, brow)| [view.polygon(eye, 1.4), view.polygon(brow, 1.4)]);
    for feature in features.chain([view.polygon(&landmark::INNER_LIPS_OUTLINE, 1.0)]) {
        face.iter_mut().zip(feature).for_each(|(face, feature)| *face &= !feature);
    }
    let lips = view.polygon(&landmark::OUTER_LIPS, 1.1);
    let skin = view.skin();
    // Of each block, how many pixels are of the face, and how many of these are covered.
    let mut blocks = [[0_u32; 2]; BLOCKS * BLOCKS];
    for (index, (_, is_lip)) in face.iter().zip(lips).enumerate().filter(|(_, (face, _))| **face) {
        let is_bare = skin.mask.get(index) == Some(&true) || (is_lip && skin.is_lip(view, index));
        let block = index / SIDE / BLOCK * BLOCKS + index % SIDE / BLOCK;
        if let Some([all, covered]) = blocks.get_mut(block) {
            *all += 1;
            *covered += u32::from(!is_bare);
        }
    }
    let whole = |[all, _]: &&[u32; 2]| *all as usize >= BLOCK * BLOCK / 2;
    let is_covered = |[all, covered]: &&[u32; 2]| f64::from(*covered) > COVERED * f64::from(*all);
    let all = blocks.iter().filter(whole).count();
    blocks.iter().filter(whole).filter(is_covered).count() as f64 / all.max(1) as f64
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
