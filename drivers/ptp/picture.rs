//! JPEG to RGB, with bounded dimensions.

use crate::container::garbage;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder};
use std::io::Cursor;
use tram_biometric::RgbImage;
use tram_device::DeviceError;

/// Most memory for one decoded picture: a hundred million pixels.
const MAX_PICTURE_BYTES: u64 = 300_000_000;

/// The picture in a JPEG file.
pub(crate) fn decode(jpeg: &[u8]) -> Result<RgbImage, DeviceError> {
    let refuse = |error: image::ImageError| garbage(format!("a picture that is no JPEG: {error}"));
    let decoder = JpegDecoder::new(Cursor::new(jpeg)).map_err(refuse)?;
    if decoder.total_bytes() > MAX_PICTURE_BYTES {
        return Err(garbage(format!("a picture of {} bytes decoded", decoder.total_bytes())));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(refuse)?.into_rgb8();
    let (width, height) = picture.dimensions();
    RgbImage::new(width, height, picture.into_raw()).map_err(|error| garbage(error.to_string()))
}
