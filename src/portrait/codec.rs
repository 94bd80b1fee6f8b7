//! Reading and writing pictures. Nothing but pixels is ever written: no camera, place or time of capture.

pub mod decode {
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
}

pub mod encode {
    //! Writing a picture to a budget of bytes.

    use crate::PortraitError;
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
}
