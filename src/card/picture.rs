//! Pictures as files' bytes.

use crate::CardError;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

/// A picture as the bytes of a PNG file.
///
/// # Errors
/// [`CardError::Encode`].
pub fn png(picture: &RgbImage) -> Result<Vec<u8>, CardError> {
    let mut bytes = Vec::new();
    DynamicImage::ImageRgb8(picture.clone())
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .map_err(|_failed| CardError::Encode("PNG"))?;
    Ok(bytes)
}

/// A picture as the bytes of a baseline JPEG file, `quality` from 1 to 100.
///
/// # Errors
/// [`CardError::Encode`].
pub fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, CardError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .encode_image(picture)
        .map_err(|_failed| CardError::Encode("JPEG"))?;
    Ok(bytes)
}
