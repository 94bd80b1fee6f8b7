//! Illumination uniformity (29794-5): how much the luminance histograms of the two cheeks have in common, 0 to 1.
//!
//! Score `100 * x^0.3`. The cheeks are [`View::cheeks`].

use super::view::{View, shares};
use crate::mapping::quality;
use tram_biometric::Quality;

pub(super) fn native(view: &View<'_>) -> f64 {
    let levels =
        |cheek: &[usize]| shares(cheek.iter().filter_map(|&index| view.luminance.get(index)).copied());
    let [right, left] = view.cheeks();
    levels(&right).iter().zip(&levels(&left)).map(|(a, b)| a.min(*b)).sum()
}

pub(super) fn score(native: f64) -> Quality {
    quality(100.0 * native.powf(0.3))
}
