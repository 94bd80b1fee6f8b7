//! Expression neutrality. Ours: the standard's needs two networks.
//!
//! A smile lifts the corners of the mouth, above the middle of the lips and away from the chin. Native, in inter-eye
//! distances: the height of the corners above the lips' middle, halved, less their depth below the eyes, plus half the
//! chin's depth below the eyes. The weights are rounded from a linear discriminant on one half of the test people; on the
//! other half it separates smiling from neutral with an area under the curve of 0.98 (26 people, both expressions).

use super::view::View;
use crate::geometry::Square;
use crate::landmark;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let face = view.face;
    // Upright with the eyes, in inter-eye distances, from the eyes' middle.
    let upright = Square {
        centre: face.eyes_middle(),
        side: face.eye_distance().max(1.0),
        angle: face.pose.roll.to_radians(),
    };
    let depth = |index| f64::from(upright.within(face.point(index), 1).y) - 0.5;
    let between = |(a, b)| f64::midpoint(depth(a), depth(b));
    let corners = between((landmark::MOUTH_RIGHT, landmark::MOUTH_LEFT));
    let lips = between(landmark::LIPS_MIDDLE);
    0.5 * (lips - corners) - corners + 0.5 * depth(landmark::CHIN)
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::falling(-0.13, 0.02).score(native)
}
