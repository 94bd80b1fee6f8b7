//! Grey and colour pictures. A picture that exists is well formed: its pixels fill its width and height.

use std::fmt;

/// Why pixels do not make a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageError {
    width: u32,
    height: u32,
    bytes: usize,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, bytes } = self;
        write!(f, "{bytes} bytes do not fill a picture of {width} by {height} pixels")
    }
}

impl std::error::Error for ImageError {}

/// An upright rectangle in pixels, origin at the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// An 8-bit grey picture with its resolution. For fingerprints, ridges are dark on a light ground.
#[derive(Clone, PartialEq, Eq)]
pub struct GrayImage {
    width: u32,
    height: u32,
    ppi: u16,
    pixels: Vec<u8>,
}

impl GrayImage {
    /// A picture from its rows, top to bottom, one byte a pixel, 0 black.
    ///
    /// `ppi` is the resolution in pixels per inch, 0 where it is unknown.
    ///
    /// # Errors
    /// When `pixels` does not hold exactly `width * height` bytes or a side is zero.
    pub fn new(width: u32, height: u32, ppi: u16, pixels: Vec<u8>) -> Result<Self, ImageError> {
        if fills(width, height, 1, pixels.len()) {
            Ok(Self { width, height, ppi, pixels })
        } else {
            Err(ImageError { width, height, bytes: pixels.len() })
        }
    }

    /// A picture whose pixel at (x, y) is `level(x, y)`. A side of zero counts as one.
    pub fn from_fn(width: u32, height: u32, ppi: u16, mut level: impl FnMut(u32, u32) -> u8) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| level(x, y)).collect();
        Self { width, height, ppi, pixels }
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Pixels per inch, 0 where unknown.
    pub fn ppi(&self) -> u16 {
        self.ppi
    }

    /// Rows top to bottom, one byte a pixel.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The rows, without copying.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The level at (x, y), or `None` outside the picture.
    pub fn get(&self, x: u32, y: u32) -> Option<u8> {
        if x < self.width && y < self.height {
            self.pixels.get(y as usize * self.width as usize + x as usize).copied()
        } else {
            None
        }
    }

    /// One row, empty outside the picture.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.width as usize;
        self.pixels.get(start..start + self.width as usize).unwrap_or_default()
    }

    /// The part of the picture inside `area`, or `None` when they do not overlap.
    pub fn crop(&self, area: Rect) -> Option<Self> {
        let right = area.x.saturating_add(area.width).min(self.width);
        let bottom = area.y.saturating_add(area.height).min(self.height);
        if area.x >= right || area.y >= bottom {
            return None;
        }
        let pixels = (area.y..bottom)
            .flat_map(|y| self.row(y).get(area.x as usize..right as usize).unwrap_or_default())
            .copied()
            .collect();
        Some(Self { width: right - area.x, height: bottom - area.y, ppi: self.ppi, pixels })
    }
}

impl fmt::Debug for GrayImage {
    /// Size only: pixels of a person never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GrayImage({}x{} at {} ppi)", self.width, self.height, self.ppi)
    }
}

/// An 8-bit sRGB picture, three bytes a pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct RgbImage {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl RgbImage {
    /// A picture from its rows, top to bottom, red, green and blue of each pixel.
    ///
    /// # Errors
    /// When `pixels` does not hold exactly `3 * width * height` bytes or a side is zero.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, ImageError> {
        if fills(width, height, 3, pixels.len()) {
            Ok(Self { width, height, pixels })
        } else {
            Err(ImageError { width, height, bytes: pixels.len() })
        }
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Rows top to bottom, three bytes a pixel.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The rows, without copying.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The picture with another level for each, in all three channels.
    #[must_use]
    pub fn with_levels(mut self, level: impl Fn(u8) -> u8) -> Self {
        self.pixels.iter_mut().for_each(|pixel| *pixel = level(*pixel));
        self
    }

    /// Red, green and blue at (x, y), or `None` outside the picture.
    pub fn get(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 3;
        self.pixels.get(start..start + 3)?.try_into().ok()
    }
}

impl fmt::Debug for RgbImage {
    /// Size only: pixels of a person never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RgbImage({}x{})", self.width, self.height)
    }
}

fn fills(width: u32, height: u32, channels: u64, bytes: usize) -> bool {
    let wanted = u64::from(width).checked_mul(u64::from(height)).and_then(|n| n.checked_mul(channels));
    width > 0 && height > 0 && wanted == Some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_must_fill_the_picture() {
        assert!(GrayImage::new(3, 2, 500, vec![0; 6]).is_ok());
        for (width, height, bytes) in [(3, 2, 5), (0, 0, 0), (u32::MAX, u32::MAX, 7)] {
            assert!(GrayImage::new(width, height, 500, vec![0; bytes]).is_err());
        }
    }

    #[test]
    fn a_crop_is_clipped_to_the_picture() {
        let image = GrayImage::from_fn(4, 3, 500, |x, y| (10 * y + x) as u8);
        let crop = image.crop(Rect { x: 2, y: 1, width: 9, height: 9 }).expect("overlaps");
        assert_eq!((crop.width(), crop.height(), crop.pixels()), (2, 2, [12, 13, 22, 23].as_slice()));
        assert_eq!(image.crop(Rect { x: 4, y: 0, width: 1, height: 1 }), None);
    }
}
