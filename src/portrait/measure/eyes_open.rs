//! Eyes open (29794-5): the widest lid opening of the eye that is more closed, as a share of T. Half at 0.02.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let face = view.face;
    f64::from(face.right_eye.opening.min(face.left_eye.opening) / face.eye_to_chin().max(1.0))
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::rising(0.02, 0.01).score(native)
}
