//! Writing a picture to a budget of bytes. Nothing but pixels is written: no camera, place or time of capture.

use crate::PortraitError;
pub use crate::jpeg2000::jpeg2000;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use tram_biometric::RgbImage;

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
