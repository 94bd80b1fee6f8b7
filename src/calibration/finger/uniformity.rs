//! Uniformity of a light or a dark field (IAFIS image quality specification, grey-level uniformity).
//!
//! The field is cut into quarter-inch squares. Adjacent rows and columns: the difference of the means of two
//! neighbouring lines within a square, the 99th percentile. Pixels: the distance of a pixel from its square's mean, the
//! 99.9th percentile. Squares: the brightest less the darkest square's mean. Unit: grey levels.

use super::resolution::INCH;
use crate::statistics::{mean, quantile};
use crate::{CalibrationError, Plane};

/// How even a field is.
#[derive(Clone, Copy, Debug)]
pub struct Uniformity {
    /// Between adjacent rows or columns, in levels.
    pub adjacent: f64,
    /// Between a pixel and its square, in levels.
    pub pixel: f64,
    /// Between squares, in levels.
    pub square: f64,
}

/// The side of a quarter-inch square in pixels.
pub(crate) fn quarter_inch(ppi: f64) -> usize {
    (ppi * 0.25).round().max(8.0) as usize
}

/// The side of a quarter-inch square in millimetres, for those who read.
pub const QUARTER_INCH_MM: f64 = INCH / 4.0;

impl Uniformity {
    /// Of a field seen at this resolution.
    ///
    /// # Errors
    /// [`CalibrationError::TooLittle`] for a field smaller than a square of 8 pixels.
    pub fn of(field: &Plane, ppi: f64) -> Result<Self, CalibrationError> {
        if field.width().min(field.height()) < 8 {
            return Err(CalibrationError::TooLittle("the field is smaller than 8 pixels"));
        }
        let (mut adjacent, mut pixel, mut means) = (Vec::new(), Vec::new(), Vec::new());
        for area in field.squares(quarter_inch(ppi)) {
            let Some(square) = field.crop(area) else { continue };
            let level = mean(square.levels().iter().copied().map(f64::from));
            means.push(level);
            pixel.extend(square.levels().iter().map(|here| (f64::from(*here) - level).abs()));
            adjacent.extend(steps(&square));
            adjacent.extend(steps(&square.transposed()));
        }
        let darkest = means.iter().copied().fold(f64::MAX, f64::min);
        let brightest = means.iter().copied().fold(f64::MIN, f64::max);
        Ok(Self {
            adjacent: quantile(&mut adjacent, 0.99),
            pixel: quantile(&mut pixel, 0.999),
            square: brightest - darkest,
        })
    }
}

/// Differences of the means of neighbouring rows.
fn steps(square: &Plane) -> impl Iterator<Item = f64> {
    let rows: Vec<f64> = square
        .levels()
        .chunks_exact(square.width())
        .map(|row| mean(row.iter().copied().map(f64::from)))
        .collect();
    (1..rows.len()).filter_map(move |y| Some((rows.get(y)? - rows.get(y - 1)?).abs()))
}
