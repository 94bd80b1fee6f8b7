//! Expression neutrality. Ours: the standard's needs two networks.
//!
//! Smiling draws the mouth wide and opens it: native is the width of the mouth over the inter-eye distance plus twice the
//! widest gap of the lips over T. Half at 1.0.

use super::mouth_closed;
use super::view::View;
use crate::landmark;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let face = view.face;
    let width = face.point(landmark::MOUTH_RIGHT).distance(face.point(landmark::MOUTH_LEFT));
    f64::from(width / face.eye_distance().max(1.0)) + 2.0 * mouth_closed::native(view)
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::falling(1.0, 0.06).score(native)
}
