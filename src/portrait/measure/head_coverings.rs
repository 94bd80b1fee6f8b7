//! No head coverings (29794-5): the share of the top of the head that is hat or cloth.
//!
//! Ours: the standard's needs a face parsing network. Counted is what lies above the forehead and beside the face, has
//! no colour of the frame's edges, and none that hair or skin has. So coloured caps and scarves are seen, and black,
//! grey, white and brown ones are not: a bare head remains the officer's to confirm. Dyed hair is taken for a hat. Mapped as the
//! standard maps its share.

use super::frame::{WIDTH, from_eyes, places};
use super::view::View;
use crate::colour::lab;
use crate::mapping::{quality, sigmoid};
use tram_biometric::Quality;

/// Hair is no greener and no redder than this in a*, and no bluer and no yellower than this in b*.
const HAIR_A: std::ops::Range<f64> = -6.0..22.0;
const HAIR_B: std::ops::Range<f64> = -8.0..40.0;

pub(super) fn native(view: &View<'_>) -> f64 {
    let frame = view.frame();
    let (mut covered, mut seen) = (0_u32, 0_u32);
    for (column, row) in places().filter(|&(column, row)| is_top(from_eyes(view, column, row))) {
        let index = row * WIDTH + column;
        let Some(Some(pixel)) = frame.pixels.get(index) else { continue };
        if frame.like_edges.get(index) == Some(&true) {
            continue;
        }
        seen += 1;
        covered += u32::from(!is_hair(*pixel));
    }
    f64::from(covered) / f64::from(seen.max(1))
}

pub(super) fn score(native: f64) -> Quality {
    // A sigmoid about 0.02, stretched so that it is 100 at 0 and 0 at 0.95.
    let at = |x: f64| sigmoid(x, 0.02, 0.1);
    quality(100.0 * (1.0 - (at(native) - at(0.0)) / (at(0.95) - at(0.0))))
}

/// Around the head above the eyes, outside the face, in T from the eyes.
fn is_top((x, y): (f32, f32)) -> bool {
    let in_head = (x / 0.8).powi(2) + ((y + 0.1) / 1.15).powi(2) < 1.0;
    let in_face = (x / 0.6).powi(2) + ((y - 0.2) / 0.75).powi(2) < 1.0;
    in_head && !in_face && y < 0.2
}

fn is_hair(pixel: [f32; 3]) -> bool {
    let [_, a, b] = lab(pixel.map(|level| f64::from(level) / 255.0));
    HAIR_A.contains(&a) && HAIR_B.contains(&b)
}
