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

/// Bytes before the pixels of a kept correction.
const HEAD: usize = 16;
/// Steps of a kept dark level, a level.
const DARK: f32 = 128.0;
/// Steps of a kept gain of one. Gains stay below [`FAINTEST`]'s reciprocal, which just fits.
const GAIN: f32 = 16_383.0;

/// The correction of one reader.
#[derive(Clone, Debug, PartialEq)]
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

    /// As it is kept with the device: sizes and black, then for each pixel its dark level in 128ths and its gain in
    /// 16 384ths, both of 16 bits and big-endian; gain 0 is a dead pixel.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 4 * self.pixels.len());
        bytes.extend(self.width.to_be_bytes());
        bytes.extend(self.height.to_be_bytes());
        bytes.extend(self.black.to_be_bytes());
        for (dark, gain) in &self.pixels {
            let gain = gain.map_or(0, |gain| (gain * GAIN).round().max(1.0) as u16);
            bytes.extend(((dark * DARK).round() as u16).to_be_bytes());
            bytes.extend(gain.to_be_bytes());
        }
        bytes
    }

    /// What [`FlatField::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let (sizes, black) = head.split_first_chunk::<8>()?;
        let (width, height) = sizes.split_first_chunk::<4>()?;
        let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(height.try_into().ok()?));
        let black = f64::from_be_bytes(black.try_into().ok()?);
        let (pixels, left) = rest.as_chunks::<4>();
        let is_whole = left.is_empty() && u64::from(width) * u64::from(height) == pixels.len() as u64;
        if !is_whole || !(0.0..=255.0).contains(&black) {
            return None;
        }
        let pixel = |[a, b, c, d]: &[u8; 4]| {
            let (dark, gain) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
            (f32::from(dark) / DARK, (gain > 0).then(|| f32::from(gain) / GAIN))
        };
        Some(Self { width, height, black, pixels: pixels.iter().map(pixel).collect() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_correction_corrects_alike_and_a_damaged_one_is_none() {
        let light = Plane::from_fn(40, 30, |x, _| 180.0 + x as f32);
        let dark = Plane::from_fn(40, 30, |_, y| 10.0 + y as f32 / 4.0);
        let made = FlatField::of(&light, &dark).unwrap();
        let bytes = made.to_bytes();
        let kept = FlatField::from_bytes(&bytes).unwrap();
        let raw = GrayImage::from_fn(40, 30, 500, |x, y| (60 + 3 * x + y) as u8);
        let (a, b) = (made.apply(&raw).unwrap(), kept.apply(&raw).unwrap());
        assert!(a.pixels().iter().zip(b.pixels()).all(|(a, b)| a.abs_diff(*b) <= 1));
        for cut in [0, 5, HEAD, bytes.len() - 1] {
            assert!(FlatField::from_bytes(bytes.get(..cut).unwrap()).is_none(), "{cut}");
        }
    }
}
