//! Single face present (29794-5): the area of the second largest face as a share of the largest. Score `100 * (1 - x)`.

use super::view::View;
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let mut areas = view.detections.iter().map(|each| f64::from(each.area()));
    let largest = areas.next().unwrap_or(0.0);
    if largest > 0.0 { areas.next().unwrap_or(0.0) / largest } else { 0.0 }
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * (1.0 - native))
}
