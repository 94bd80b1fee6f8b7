//! Head pose (29794-5): yaw, pitch and roll in degrees, each scored `100 * max(0, cos)²`.
//!
//! The standard's own pose comes from a 3D model network; ours from the depth of the mesh (see [`crate::pose`]).

use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn yaw(view: &View<'_>) -> f64 {
    f64::from(view.face.pose.yaw)
}

pub(super) fn pitch(view: &View<'_>) -> f64 {
    f64::from(view.face.pose.pitch)
}

pub(super) fn roll(view: &View<'_>) -> f64 {
    f64::from(view.face.pose.roll)
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * native.to_radians().cos().max(0.0).powi(2))
}
