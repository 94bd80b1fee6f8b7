//! Grey linearity and dynamic range from the steps of a grey chart.
//!
//! The level of each step against its known reflectance: linearity is the largest distance of a step from the
//! regression line, dynamic range the distance between the brightest and the darkest step. Unit: grey levels.

use crate::fit::line;

/// How a reader answers to light.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    /// Largest distance from the regression line, in levels.
    pub linearity: f64,
    /// Brightest less darkest step, in levels.
    pub range: f64,
    /// The level of no light, by the regression line.
    pub black: f64,
}

impl Tone {
    /// From pairs of reflectance (0 to 1) and level; `None` when all reflectances are the same.
    pub fn of(steps: &[(f64, f64)]) -> Option<Self> {
        let (offset, slope) = line(steps.iter().copied())?;
        let off = steps.iter().map(|(reflectance, level)| (level - offset - slope * reflectance).abs());
        let levels = || steps.iter().map(|(_, level)| *level);
        Some(Self {
            black: offset,
            linearity: off.fold(0.0, f64::max),
            range: levels().fold(f64::MIN, f64::max) - levels().fold(f64::MAX, f64::min),
        })
    }
}
