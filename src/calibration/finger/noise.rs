//! Signal to noise from a light and a dark field.
//!
//! Signal: the light field's mean less the dark field's. Noise: the standard deviation of the pixels of a quarter-inch
//! square about the plane through them, so that uneven light is not taken for noise; the median square counts. No unit.

use super::uniformity::quarter_inch;
use crate::fit::Normal;
use crate::statistics::{mean, quantile};
use crate::{CalibrationError, Plane};

/// Signal to noise of both fields.
#[derive(Clone, Copy, Debug)]
pub struct SignalToNoise {
    /// With the noise of the light field.
    pub light: f64,
    /// With the noise of the dark field.
    pub dark: f64,
}

impl SignalToNoise {
    /// Of two fields of one reader at this resolution.
    ///
    /// # Errors
    /// [`CalibrationError::Frames`] when the fields differ in size.
    pub fn of(light: &Plane, dark: &Plane, ppi: f64) -> Result<Self, CalibrationError> {
        light.same_size(dark)?;
        let level = |field: &Plane| mean(field.levels().iter().copied().map(f64::from));
        let signal = level(light) - level(dark);
        // Rounding to levels alone makes 0.29 of noise; a field without any is clipped, and has no noise to speak of.
        let ratio = |field: &Plane| signal / deviation(field, quarter_inch(ppi)).max(0.29);
        Ok(Self { light: ratio(light), dark: ratio(dark) })
    }
}

/// The median over squares of the standard deviation about a plane, in levels.
pub(crate) fn deviation(field: &Plane, side: usize) -> f64 {
    let squares = field.squares(side).into_iter().filter_map(|area| field.crop(area));
    let mut deviations: Vec<f64> = squares.filter_map(|square| about_plane(&square)).collect();
    quantile(&mut deviations, 0.5)
}

fn about_plane(square: &Plane) -> Option<f64> {
    let pixels = || {
        let width = square.width();
        let places = (0..square.height()).flat_map(move |y| (0..width).map(move |x| (x as f64, y as f64)));
        places.zip(square.levels().iter().copied().map(f64::from))
    };
    let mut normal = Normal::new();
    pixels().for_each(|((x, y), level)| normal.add([1.0, x, y], level));
    let [level, slope_x, slope_y] = normal.solve(0.0)?;
    let squares = pixels().map(|((x, y), here)| (here - level - slope_x * x - slope_y * y).powi(2));
    Some(mean(squares).sqrt())
}
