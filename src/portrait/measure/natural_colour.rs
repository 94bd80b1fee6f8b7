//! Natural colour (29794-5): how far the mean colour of the cheeks is from that of skin in CIELAB.
//!
//! Skin is a* from 5 to 25 and b* from 5 to 35; a negative a* or b* counts as 100. Full at no distance.

use super::view::View;
use crate::colour::lab;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let cheeks = view.cheeks().concat();
    let mean = view.planes.each_ref().map(|plane| {
        let sum: f32 = cheeks.iter().filter_map(|&index| plane.get(index)).sum();
        f64::from(sum) / cheeks.len().max(1) as f64
    });
    let [_, a, b] = lab(mean);
    distance(a, b)
}

fn distance(a: f64, b: f64) -> f64 {
    if a < 0.0 || b < 0.0 {
        return 100.0;
    }
    let outside = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0);
    outside(a, 5.0, 25.0).hypot(outside(b, 5.0, 35.0))
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid { h: 200.0, a: 1.0, s: -1.0, x0: 0.0, w: 10.0 }.score(native)
}
