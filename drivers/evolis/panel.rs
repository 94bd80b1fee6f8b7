//! An RGB picture to panels.
//!
//! The printer takes a card lying on its short side: line `n` of a panel is column `n` of the picture, and the
//! picture's top is at the end of the line.

use tram_biometric::RgbImage;
use tram_device::DeviceError;

/// Lines of a panel, the width of the picture.
pub const LINES: u32 = 1016;
/// Pixels of a line, the height of the picture.
pub const LINE_PIXELS: u32 = 648;
/// Bytes of a line of black.
pub const BLACK_LINE_BYTES: usize = LINE_PIXELS as usize / 8;
/// Levels of a colour; 31 is the most dye.
pub const LEVELS: u16 = 32;
/// Bits of a level, packed without gaps, the most significant first.
const LEVEL_BITS: u32 = 5;

/// The panels of one side.
#[derive(Clone, PartialEq, Eq)]
pub struct Panels {
    /// Yellow, magenta and cyan, packed.
    pub colours: [Vec<u8>; 3],
    /// Black resin, one bit a pixel, the most significant first.
    pub black: Vec<u8>,
}

impl Panels {
    /// Separates a picture. What is pure black is printed in resin, sharp and lasting, and gets no dye; everything
    /// else is dye alone.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] when the picture is not 1016 by 648 pixels.
    pub fn separate(picture: &RgbImage) -> Result<Self, DeviceError> {
        if (picture.width(), picture.height()) != (LINES, LINE_PIXELS) {
            let detail = format!("a card of {} by {} pixels", picture.width(), picture.height());
            return Err(DeviceError::Unsupported { detail });
        }
        let mut colours = [Packer::default(), Packer::default(), Packer::default()];
        let mut black = Packer::default();
        for column in 0..LINES as usize {
            for row in picture.pixels().chunks_exact(3 * LINES as usize).rev() {
                let Some(&[r, g, b]) = row.as_chunks().0.get(column) else { continue };
                let is_black = [r, g, b] == [0; 3];
                black.add(u32::from(is_black), 1);
                for (panel, light) in colours.iter_mut().zip([b, g, r]) {
                    panel.add(if is_black { 0 } else { level(light) }, LEVEL_BITS);
                }
            }
        }
        Ok(Self { colours: colours.map(|panel| panel.bytes), black: black.bytes })
    }
}

/// The dye that leaves this much light.
fn level(light: u8) -> u32 {
    let dye = u32::from(255 - light);
    (dye * u32::from(LEVELS - 1) + 127) / 255
}

/// Bits to bytes. 648 pixels fill whole bytes at every depth, so a line never needs padding.
#[derive(Default)]
struct Packer {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Packer {
    fn add(&mut self, value: u32, bits: u32) {
        self.held = self.held << bits | value;
        self.count += bits;
        if self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
            self.held &= (1 << self.count) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dye_is_the_light_that_is_missing() {
        for (light, expected) in [(255, 0), (0, 31), (128, 15), (252, 0), (250, 1)] {
            assert_eq!(level(light), expected, "light {light}");
        }
    }

    #[test]
    fn panels_have_the_sizes_of_the_guide_s_arithmetic() {
        let white = RgbImage::new(1016, 648, vec![255; 1016 * 648 * 3]).expect("fills");
        let panels = Panels::separate(&white).expect("a card");
        assert_eq!(panels.colours.each_ref().map(Vec::len), [411_480; 3]);
        assert_eq!(panels.black.len(), 82_296);
        assert!(panels.black.iter().chain(panels.colours.iter().flatten()).all(|byte| *byte == 0));
        let other = RgbImage::new(648, 1016, vec![255; 1016 * 648 * 3]).expect("fills");
        assert!(Panels::separate(&other).is_err());
    }
}
