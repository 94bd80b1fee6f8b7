//! Reading a picture from bytes nobody has checked.

use crate::PortraitError;
use image::{ImageReader, Limits};
use std::io::Cursor;
use tram_biometric::RgbImage;

/// Longest side of a picture that is read, in pixels.
pub const LONGEST_SIDE: u32 = 8192;
/// Most memory the decoder may take, in bytes: a picture of the longest sides, once.
const MEMORY: u64 = 3 * 8192 * 8192;

/// Reads a PNG or JPEG picture. Colours are taken as sRGB, transparency is dropped.
///
/// # Errors
/// When the bytes are no such picture, are damaged, or would need more memory than is allowed.
pub fn picture(bytes: &[u8]) -> Result<RgbImage, PortraitError> {
    let unreadable = |error: image::ImageError| PortraitError::Unreadable(error.to_string());
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| PortraitError::Unreadable(error.to_string()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let picture = reader.decode().map_err(unreadable)?.into_rgb8();
    let (width, height) = picture.dimensions();
    RgbImage::new(width, height, picture.into_raw())
        .map_err(|error| PortraitError::Unreadable(error.to_string()))
}
