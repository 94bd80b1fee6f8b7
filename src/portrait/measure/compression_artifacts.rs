//! Compression artefacts. Ours: the standard's needs a network.
//!
//! JPEG works on blocks of 8 by 8 pixels, and strong compression shows their edges. Native: how much larger the mean step
//! across block edges is than within blocks, over the face, less one; about 0 for a picture never compressed. It sees only
//! pictures that were not scaled since. Half at 0.35.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

const BLOCK: u32 = 8;

pub(super) fn native(view: &View<'_>) -> f64 {
    let bounds = view.face.bounds;
    let (mut edges, mut edge_steps, mut inner, mut inner_steps) = (0.0, 0_u32, 0.0, 0_u32);
    let width = view.image.width() as usize;
    // Every third row: blocks are eight rows high, so none is left out.
    for y in (bounds.y..bounds.y + bounds.height).step_by(3) {
        let start = y as usize * width;
        let row = view.image.pixels().get(start * 3..(start + width) * 3).unwrap_or_default();
        let greens = row.iter().skip(1).step_by(3);
        let pairs = greens.clone().zip(greens.skip(1)).zip(1_u32..);
        let within = pairs.skip(bounds.x as usize).take(bounds.width as usize);
        for ((before, after), x) in within {
            let step = f64::from(before.abs_diff(*after));
            if x % BLOCK == 0 {
                edges += step;
                edge_steps += 1;
            } else {
                inner += step;
                inner_steps += 1;
            }
        }
    }
    let mean = |sum: f64, count: u32| sum / f64::from(count.max(1));
    // The 0.5 keeps a flat, noiseless picture from counting as compressed.
    (mean(edges, edge_steps) + 0.5) / (mean(inner, inner_steps) + 0.5) - 1.0
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::falling(0.35, 0.1).score(native)
}
