//! Writing a picture to a budget of bytes. Nothing but pixels is written: no camera, place or time of capture.

use crate::PortraitError;
pub use crate::jpeg2000::jpeg2000;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use tram_biometric::{GrayImage, RgbImage};

/// The best baseline JPEG of at most `byte_budget` bytes.
///
/// # Errors
/// When even the lowest quality is larger.
pub fn jpeg(image: &RgbImage, byte_budget: usize) -> Result<Vec<u8>, PortraitError> {
    let (mut low, mut high) = (1_u8, 100_u8);
    let mut best = jpeg_of_quality(image, low)?;
    if best.len() > byte_budget {
        return Err(PortraitError::Budget { budget: byte_budget, smallest: best.len() });
    }
    while low < high {
        let middle = high - (high - low) / 2;
        let candidate = jpeg_of_quality(image, middle)?;
        if candidate.len() <= byte_budget {
            (low, best) = (middle, candidate);
        } else {
            high = middle - 1;
        }
    }
    Ok(best)
}

fn jpeg_of_quality(image: &RgbImage, quality: u8) -> Result<Vec<u8>, PortraitError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(image.pixels(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .map_err(|error| PortraitError::Encode(error.to_string()))?;
    Ok(bytes)
}

/// A PNG: every pixel as it is, whatever bytes it takes.
///
/// # Errors
/// When there is not memory enough.
pub fn png(image: &RgbImage) -> Result<Vec<u8>, PortraitError> {
    png_of(image.pixels(), (image.width(), image.height()), ExtendedColorType::Rgb8)
}

/// A grey PNG, 8 bits a pixel.
///
/// # Errors
/// When there is not memory enough.
pub fn grey_png(image: &GrayImage) -> Result<Vec<u8>, PortraitError> {
    png_of(image.pixels(), (image.width(), image.height()), ExtendedColorType::L8)
}

fn png_of(
    pixels: &[u8],
    (width, height): (u32, u32),
    colour: ExtendedColorType,
) -> Result<Vec<u8>, PortraitError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(pixels, width, height, colour)
        .map_err(|error| PortraitError::Encode(error.to_string()))?;
    Ok(bytes)
}
