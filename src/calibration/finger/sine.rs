//! Response to sine targets.
//!
//! Over a strip whose reflectance is a sine of known frequency and modulation, a sine of that frequency is fitted with its
//! mean: the response is the ratio of the modulation seen to the target's. Modulation is amplitude by mean, both in light:
//! the reader's level of no light is taken off first. The frequency is looked for within 2 % of the expected one. No unit.

use crate::Plane;
use crate::fit::Normal;
use std::f64::consts::TAU;

/// What is known of a strip and of the reader that sees it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Modulation of the strip, 0 to 1.
    pub modulation: f64,
    /// The reader's level of no light.
    pub black: f64,
}

/// Above this many cycles per pixel a sine and its alias below half a cycle look alike.
const FINEST: f64 = 0.45;

/// The response to one strip whose lines stand upright in `strip`, `cycles_per_px` expected. The target may be turned by
/// `slope` (columns by which a line moves in one row). `None` for less than two periods, and for lines too fine for the
/// pixels to tell.
pub fn response(strip: &Plane, cycles_per_px: f64, target: Target, slope: f64) -> Option<f64> {
    if strip.width() as f64 * cycles_per_px < 2.0 || cycles_per_px > FINEST {
        return None;
    }
    let seen = (-8..=8)
        .filter_map(|step| {
            seen_modulation(strip, cycles_per_px * (1.0 + 0.0025 * f64::from(step)), slope, target.black)
        })
        .fold(0.0, f64::max);
    Some(seen / target.modulation)
}

fn seen_modulation(strip: &Plane, frequency: f64, slope: f64, black: f64) -> Option<f64> {
    let mut normal = Normal::new();
    let middle = strip.width() as f64 / 2.0;
    for y in 0..strip.height() {
        for x in 0..strip.width() {
            let along = x as f64 - slope * y as f64;
            let (sin, cos) = (TAU * frequency * along).sin_cos();
            normal.add([1.0, x as f64 / middle - 1.0, cos, sin], f64::from(strip.at(x as isize, y as isize)));
        }
    }
    let [mean, _, cos, sin] = normal.solve(0.0)?;
    (mean - black > 1.0).then(|| cos.hypot(sin) / (mean - black))
}
