//! Evenness of the light over the face zone, from a plain grey sheet held where the face will be.
//!
//! The zone is cut into 5 × 5 cells. Non-uniformity: brightest less darkest cell, by the brightest, in linear light, in
//! percent. Side light: the logarithm to base 2 of the left half's light by the right half's, in exposure values (EV);
//! positive when the left half of the picture is brighter.

use super::patches::luminance;
use crate::CalibrationError;
use crate::statistics::mean;
use tram_biometric::{Rect, RgbImage};

/// Cells along each side of the zone.
const CELLS: u32 = 5;

/// How the light lies on the face zone.
#[derive(Clone, Copy, Debug)]
pub struct Illumination {
    /// Brightest less darkest cell, in percent of the brightest.
    pub nonuniformity_percent: f64,
    /// Left by right half, in EV.
    pub side_ev: f64,
    /// Upper by lower half, in EV.
    pub top_ev: f64,
    /// Mean luminance, 0 to 1.
    pub luminance: f64,
}

impl Illumination {
    /// Measures the zone of a picture.
    ///
    /// # Errors
    /// [`CalibrationError::TooLittle`] when the zone is not inside the picture, narrower than 50 pixels, or black.
    pub fn of(image: &RgbImage, zone: Rect) -> Result<Self, CalibrationError> {
        let is_inside = zone.x.checked_add(zone.width).is_some_and(|right| right <= image.width())
            && zone.y.checked_add(zone.height).is_some_and(|bottom| bottom <= image.height());
        if !is_inside || zone.width.min(zone.height) < 50 {
            return Err(CalibrationError::TooLittle("the face zone is not inside the picture"));
        }
        let over = |x: u32, y: u32, width: u32, height: u32| {
            let rows = zone.y + zone.height * y / CELLS..zone.y + zone.height * (y + height) / CELLS;
            let columns = zone.x + zone.width * x / CELLS..zone.x + zone.width * (x + width) / CELLS;
            mean(rows.flat_map(|y| columns.clone().filter_map(move |x| image.get(x, y))).map(luminance))
        };
        let cells: Vec<f64> =
            (0..CELLS).flat_map(|y| (0..CELLS).map(move |x| (x, y))).map(|(x, y)| over(x, y, 1, 1)).collect();
        let (darkest, brightest) =
            cells.iter().fold((f64::MAX, 0.0_f64), |(low, high), cell| (low.min(*cell), high.max(*cell)));
        if darkest < 0.002 {
            return Err(CalibrationError::TooLittle("a part of the face zone is black"));
        }
        // The middle column and row belong to neither half.
        Ok(Self {
            nonuniformity_percent: 100.0 * (brightest - darkest) / brightest,
            side_ev: (over(0, 0, 2, CELLS) / over(3, 0, 2, CELLS)).log2(),
            top_ev: (over(0, 0, CELLS, 2) / over(0, 3, CELLS, 2)).log2(),
            luminance: mean(cells.iter().copied()),
        })
    }
}
