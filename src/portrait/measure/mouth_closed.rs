//! Mouth closed (29794-5): the widest gap between the inner lips, as a share of T.

use super::{MeasureKind, Value};
use crate::face::Face;
use crate::landmark::INNER_LIPS;
use crate::mapping::Sigmoid;

pub(super) fn of(face: &Face) -> Value {
    let gap =
        INNER_LIPS.iter().map(|&(up, low)| face.point(up).distance(face.point(low))).fold(0.0, f32::max);
    let native = f64::from(gap / face.eye_to_chin().max(1.0));
    (MeasureKind::MouthClosed, native, Sigmoid::falling(0.2, 0.06).score(native))
}
