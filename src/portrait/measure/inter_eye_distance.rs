//! Inter-eye distance (29794-5): pixels between the pupils, made good for yaw by its cosine. Rising sigmoid, half at 70.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    // Beyond 84 degrees there are no two eyes to measure between.
    let cosine = f64::from(view.face.pose.yaw.to_radians().cos().max(0.1));
    f64::from(view.face.eye_distance()) / cosine
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::rising(70.0, 20.0).score(native)
}
