//! Leftward and rightward crop, margin above and below (29794-5): how much picture there is around the eyes.
//!
//! Leftward and rightward: from the outer eye to the edge, in inter-eye distances, half at 0.9. Above and below: from the
//! eyes to the edge, in T, half at 1.4 and 1.8.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn leftward(view: &View<'_>) -> f64 {
    f64::from(view.face.right_eye.pupil.x / view.face.eye_distance().max(1.0))
}

pub(super) fn rightward(view: &View<'_>) -> f64 {
    let room = view.image.width() as f32 - view.face.left_eye.pupil.x;
    f64::from(room / view.face.eye_distance().max(1.0))
}

pub(super) fn sideways_score(native: f64) -> Quality {
    Sigmoid::rising(0.9, 0.1).score(native)
}

pub(super) fn above(view: &View<'_>) -> f64 {
    f64::from(view.face.eyes_middle().y / view.face.eye_to_chin().max(1.0))
}

pub(super) fn above_score(native: f64) -> Quality {
    Sigmoid::rising(1.4, 0.1).score(native)
}

pub(super) fn below(view: &View<'_>) -> f64 {
    let room = view.image.height() as f32 - view.face.eyes_middle().y;
    f64::from(room / view.face.eye_to_chin().max(1.0))
}

pub(super) fn below_score(native: f64) -> Quality {
    Sigmoid::rising(1.8, 0.1).score(native)
}
