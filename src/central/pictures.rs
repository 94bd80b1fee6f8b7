//! Samples as pictures: grey for the matcher, in a form that browsers draw for people.

use image::{ImageFormat, ImageReader};
use std::io::Cursor;
use tram_biometric::{Encoding, GrayImage, Sample};
use tram_fingerprint::wsq;

/// No finger or portrait is larger; what claims to be is not decoded.
const LONGEST_SIDE: u32 = 8192;

/// A sample as grey levels; `None` when it cannot be read.
pub fn gray(sample: &Sample) -> Option<GrayImage> {
    let format = match sample.encoding {
        Encoding::Wsq => return wsq::decode(&sample.bytes).ok(),
        Encoding::Png => ImageFormat::Png,
        Encoding::Jpeg => ImageFormat::Jpeg,
        Encoding::Jpeg2000 => return None,
    };
    let mut reader = ImageReader::with_format(Cursor::new(&sample.bytes), format);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    reader.limits(limits);
    let levels = reader.decode().ok()?.into_luma8();
    GrayImage::new(levels.width(), levels.height(), sample.ppi, levels.into_raw()).ok()
}

/// A sample as a browser draws it, with its media type; `None` when it cannot be read.
pub fn drawable(sample: &Sample) -> Option<(&'static str, Vec<u8>)> {
    if matches!(sample.encoding, Encoding::Png | Encoding::Jpeg) {
        return Some((sample.encoding.media_type(), sample.bytes.clone()));
    }
    let gray = gray(sample)?;
    let mut png = Vec::new();
    image::write_buffer_with_format(
        &mut Cursor::new(&mut png),
        gray.pixels(),
        gray.width(),
        gray.height(),
        image::ExtendedColorType::L8,
        ImageFormat::Png,
    )
    .ok()?;
    Some((Encoding::Png.media_type(), png))
}
