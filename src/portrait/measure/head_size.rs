//! Head size (29794-5): T, from eyes to chin, as a share of the picture's height. Full at 0.45, falling to both sides.

use super::view::View;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    f64::from(view.face.eye_to_chin()) / f64::from(view.image.height())
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid { h: 200.0, a: 1.0, s: -1.0, x0: 0.0, w: 0.05 }.score((native - 0.45).abs())
}
