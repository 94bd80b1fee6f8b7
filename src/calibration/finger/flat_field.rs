//! Flat-field correction: a gain and an offset for every pixel, from a light and a dark field.
//!
//! Computed here and stored with the device; capture applies it and keeps the raw frame. A corrected level is
//! `black + (raw − dark) · gain`, with the gain that brings the pixel's light field to the common level. Dead pixels take
//! the median of the living around them.

use super::platen::dead_pixels;
use crate::statistics::mean;
use crate::{CalibrationError, Plane};
use tram_biometric::GrayImage;

/// A pixel that gives less than this share of the common signal has no gain: it is dead.
const FAINTEST: f64 = 0.25;

/// The correction of one reader.
#[derive(Clone, Debug)]
pub struct FlatField {
    width: u32,
    height: u32,
    black: f64,
    /// Dark level and gain of each pixel by rows; no gain where the pixel is dead.
    pixels: Vec<(f32, Option<f32>)>,
}

impl FlatField {
    /// The correction that makes both fields even. `light` and `dark` are means of several frames.
    ///
    /// # Errors
    /// [`CalibrationError::Frames`] when the sizes differ, [`CalibrationError::TooLittle`] when light is hardly brighter
    /// than dark.
    pub fn of(light: &Plane, dark: &Plane) -> Result<Self, CalibrationError> {
        light.same_size(dark)?;
        let level = |field: &Plane| mean(field.levels().iter().copied().map(f64::from));
        let black = level(dark);
        let signal = level(light) - black;
        if signal < 20.0 {
            return Err(CalibrationError::TooLittle("the light field is hardly brighter than the dark one"));
        }
        let dead = dead_pixels(light).into_iter().zip(dead_pixels(dark)).map(|(light, dark)| light || dark);
        let fields = light.levels().iter().zip(dark.levels());
        let pixels = fields.zip(dead).map(|((light, dark), dead)| {
            let own = f64::from(light - dark);
            let lives = !dead && own > FAINTEST * signal;
            (*dark, lives.then(|| (signal / own) as f32))
        });
        Ok(Self {
            width: light.width() as u32,
            height: light.height() as u32,
            black,
            pixels: pixels.collect(),
        })
    }

    /// How many pixels are replaced because they are dead.
    pub fn dead(&self) -> usize {
        self.pixels.iter().filter(|(_, gain)| gain.is_none()).count()
    }

    /// A raw frame made even.
    ///
    /// # Errors
    /// [`CalibrationError::Frames`] for a frame of another size.
    pub fn apply(&self, raw: &GrayImage) -> Result<GrayImage, CalibrationError> {
        if (raw.width(), raw.height()) != (self.width, self.height) {
            return Err(CalibrationError::Frames);
        }
        let corrected = raw.pixels().iter().zip(&self.pixels).map(|(level, (dark, gain))| {
            gain.map_or(f32::NAN, |gain| self.black as f32 + (f32::from(*level) - dark) * gain)
        });
        let levels: Vec<f32> = corrected.collect();
        let even = Plane::from_fn(self.width as usize, self.height as usize, |x, y| {
            levels.get(y * self.width as usize + x).copied().unwrap_or_default()
        });
        let pixel = |x: u32, y: u32| {
            let (x, y) = (x as isize, y as isize);
            let here = f64::from(even.at(x, y));
            // `total_cmp` sorts what is not a number last: a few dead pixels do not move the median.
            let level = if here.is_nan() { even.median_around(x, y) } else { here };
            level.round().clamp(0.0, 255.0) as u8
        };
        Ok(GrayImage::from_fn(self.width, self.height, raw.ppi(), pixel))
    }
}
