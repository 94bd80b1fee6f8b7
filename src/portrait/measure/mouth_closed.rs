//! Mouth closed (29794-5): the widest gap between the inner lips, as a share of T. Half at 0.2.

use super::view::View;
use crate::landmark::INNER_LIPS;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    f64::from(view.face.widest(&INNER_LIPS) / view.face.eye_to_chin().max(1.0))
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::falling(0.2, 0.06).score(native)
}
