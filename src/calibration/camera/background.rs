//! The empty background behind the chair.
//!
//! The picture's area is cut into cells of about a twelfth of its shorter side; the colour of each cell's mean in CIELAB.
//! Lightness: mean L*. Chroma: distance of the mean colour from grey. Evenness: the largest CIEDE2000 between a cell
//! and the mean.

use crate::CalibrationError;
use crate::colour::{Lab, ciede2000, lab};
use crate::statistics::mean;
use tram_biometric::{Rect, RgbImage};

/// How a background looks.
#[derive(Clone, Copy, Debug)]
pub struct Background {
    /// Mean L*.
    pub lightness: f64,
    /// Chroma of the mean colour.
    pub chroma: f64,
    /// Largest CIEDE2000 of a cell from the mean.
    pub unevenness: f64,
}

impl Background {
    /// Of an area of a picture of the empty chair.
    ///
    /// # Errors
    /// [`CalibrationError::TooLittle`] for an area of fewer than 48 pixels a side inside the picture.
    pub fn of(image: &RgbImage, area: Rect) -> Result<Self, CalibrationError> {
        let right = area.x.saturating_add(area.width).min(image.width());
        let bottom = area.y.saturating_add(area.height).min(image.height());
        let shorter = right.saturating_sub(area.x).min(bottom.saturating_sub(area.y));
        if shorter < 48 {
            return Err(CalibrationError::TooLittle("the background is narrower than 48 pixels"));
        }
        let side = shorter / 12;
        let mut cells: Vec<Lab> = Vec::new();
        for y in (area.y..=bottom - side).step_by(side as usize) {
            for x in (area.x..=right - side).step_by(side as usize) {
                let pixels =
                    || (y..y + side).flat_map(|y| (x..x + side).filter_map(move |x| image.get(x, y)));
                let channel = |pick: fn([u8; 3]) -> u8| mean(pixels().map(|pixel| f64::from(pick(pixel))));
                cells.push(lab([channel(|[r, _, _]| r), channel(|[_, g, _]| g), channel(|[_, _, b]| b)]));
            }
        }
        let over = |pick: fn(&Lab) -> f64| mean(cells.iter().map(pick));
        let middle = [over(|lab| lab[0]), over(|lab| lab[1]), over(|lab| lab[2])];
        Ok(Self {
            lightness: middle[0],
            chroma: middle[1].hypot(middle[2]),
            unevenness: cells.iter().map(|cell| ciede2000(middle, *cell)).fold(0.0, f64::max),
        })
    }
}
