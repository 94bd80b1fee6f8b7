//! Eyes open (29794-5): the widest lid opening of the eye that is more closed, as a share of T. Half at 0.02.

use super::view::View;
use crate::landmark::{LEFT_LIDS, RIGHT_LIDS};
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let opening = |lids: [(usize, usize); 3]| view.face.widest(&lids);
    let smaller = opening(RIGHT_LIDS).min(opening(LEFT_LIDS));
    f64::from(smaller / view.face.eye_to_chin().max(1.0))
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::rising(0.02, 0.01).score(native)
}
