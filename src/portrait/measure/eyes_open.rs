//! Eyes open (29794-5): the smaller of the eyes' widest lid openings, as a share of T.

use super::{MeasureKind, Value};
use crate::face::Face;
use crate::landmark::{LEFT_LIDS, RIGHT_LIDS};
use crate::mapping::Sigmoid;

pub(super) fn of(face: &Face) -> Value {
    let opening = |lids: [(usize, usize); 3]| {
        lids.iter().map(|&(up, low)| face.point(up).distance(face.point(low))).fold(0.0, f32::max)
    };
    let smaller = opening(RIGHT_LIDS).min(opening(LEFT_LIDS));
    let native = f64::from(smaller / face.eye_to_chin().max(1.0));
    (MeasureKind::EyesOpen, native, Sigmoid::rising(0.02, 0.01).score(native))
}
