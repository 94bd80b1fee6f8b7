//! Sharpness. Ours: the standard's needs a trained forest.
//!
//! After Crété-Roffet et al., "The blur effect" (2007): blur the face again and see how much of its variation goes.
//! A sharp face loses much, a blurred one has little to lose. Native: the share that goes, 0 blurred to 1 sharp, along
//! the axis that loses less, so that motion blur counts.
// Hot: every pixel of the zone twice. Places stay within SIDE, which both planes of the zone fill.
#![allow(clippy::indexing_slicing)]

use super::view::{SIDE, View};
use crate::mapping::quality;
use tram_biometric::Quality;

/// Half the width of the second blur, in zone pixels.
const REACH: usize = 4;

pub(super) fn native(view: &View<'_>) -> f64 {
    lost_variation(view, Axis::Rows).min(lost_variation(view, Axis::Columns))
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * native)
}

/// Along what the face is blurred and its variation is taken.
#[derive(Clone, Copy)]
enum Axis {
    Rows,
    Columns,
}

/// The share of variation along one axis that a box blur along it takes away.
fn lost_variation(view: &View<'_>, axis: Axis) -> f64 {
    // Green alone: most of what is seen, and as the camera gave it, so that noise is even in dark and bright.
    let [_, levels, _] = &view.planes;
    let (mut all, mut lost) = (0.0, 0.0);
    let mut sums = [0.0_f32; SIDE + 1];
    for line in 0..SIDE {
        let at = |place: usize| match axis {
            Axis::Rows => line * SIDE + place,
            Axis::Columns => place * SIDE + line,
        };
        for place in 0..SIDE {
            sums[place + 1] = sums[place] + levels[at(place)];
        }
        let blurred = |place: usize| (sums[place + REACH + 1] - sums[place - REACH]) / (2 * REACH + 1) as f32;
        for place in REACH + 1..SIDE - REACH {
            if view.inside[at(place)] {
                let sharp = (levels[at(place)] - levels[at(place - 1)]).abs();
                let soft = (blurred(place) - blurred(place - 1)).abs();
                all += sharp;
                lost += (sharp - soft).max(0.0);
            }
        }
    }
    if all > 0.0 { f64::from(lost / all) } else { 0.0 }
}
