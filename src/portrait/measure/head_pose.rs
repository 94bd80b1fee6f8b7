//! Head pose (29794-5): yaw, pitch and roll in degrees, each scored `100 * max(0, cos)²`.

use super::{MeasureKind, Value};
use crate::face::Face;
use crate::mapping::quality;

pub(super) fn all(face: &Face) -> [Value; 3] {
    [
        angle(MeasureKind::HeadPoseYaw, face.pose.yaw),
        angle(MeasureKind::HeadPosePitch, face.pose.pitch),
        angle(MeasureKind::HeadPoseRoll, face.pose.roll),
    ]
}

fn angle(kind: MeasureKind, degrees: f32) -> Value {
    let degrees = f64::from(degrees);
    (kind, degrees, quality(100.0 * degrees.to_radians().cos().max(0.0).powi(2)))
}
