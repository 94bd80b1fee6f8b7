//! Baseline grey TIFF, uncompressed, 8 bits a pixel: the form fingerprint databases come in.
//!
//! The resolution tags of such databases are often wrong, so they are not read: every picture is taken for 500 ppi.

use crate::FingerprintError;
use tram_biometric::GrayImage;

const PPI: u16 = 500;
/// Larger pictures are refused before memory is taken for them.
const MOST_PIXELS: u64 = 32 << 20;

/// Reads the first picture of a file (TIFF 6.0, section 4).
///
/// # Errors
/// [`FingerprintError::Record`] with the offset and the field of what is damaged or of another kind,
/// [`FingerprintError::TooLarge`].
pub fn read(bytes: &[u8]) -> Result<GrayImage, FingerprintError> {
    let file = Directory::of(bytes)?;
    let (width, height) = (file.one(256, "width")?, file.one(257, "height")?);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(FingerprintError::TooLarge { width, height });
    }
    for (tag, wanted, field) in [(258, 8, "bits of a sample"), (259, 1, "compression"), (277, 1, "samples")] {
        if file.entry(tag).is_some() && file.one(tag, field)? != wanted {
            return Err(file.wrong(tag, field));
        }
    }
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    let (offsets, counts) = (file.all(273, "strip offsets")?, file.all(279, "strip sizes")?);
    for (start, count) in offsets.into_iter().zip(counts) {
        let strip = bytes.get(start as usize..).and_then(|rest| rest.get(..count as usize));
        pixels.extend_from_slice(strip.ok_or_else(|| file.wrong(273, "strip offsets"))?);
        if pixels.len() as u64 > MOST_PIXELS {
            return Err(file.wrong(279, "strip sizes"));
        }
    }
    // White is zero.
    if file.entry(262).is_some() && file.one(262, "photometric interpretation")? == 0 {
        for level in &mut pixels {
            *level = !*level;
        }
    }
    pixels.truncate(width as usize * height as usize);
    GrayImage::new(width, height, PPI, pixels).map_err(|_short| file.wrong(279, "strip sizes"))
}

/// The first directory of a file.
struct Directory<'a> {
    bytes: &'a [u8],
    is_big: bool,
    at: usize,
    entries: usize,
}

impl<'a> Directory<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, FingerprintError> {
        let wrong = |offset, field| FingerprintError::Record { offset, field };
        let is_big = match bytes.get(..4) {
            Some(b"II*\0") => false,
            Some(b"MM\0*") => true,
            _ => return Err(wrong(0, "TIFF header")),
        };
        let mut file = Self { bytes, is_big, at: 0, entries: 0 };
        file.at = file.long(4).ok_or(wrong(4, "directory"))? as usize;
        file.entries = usize::from(file.short(file.at).ok_or(wrong(file.at, "directory"))?);
        Ok(file)
    }

    fn short(&self, at: usize) -> Option<u16> {
        let two = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let four = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    /// Where the entry of a tag lies.
    fn entry(&self, tag: u16) -> Option<usize> {
        (0..self.entries).map(|i| self.at + 2 + 12 * i).find(|&at| self.short(at) == Some(tag))
    }

    fn wrong(&self, tag: u16, field: &'static str) -> FingerprintError {
        FingerprintError::Record { offset: self.entry(tag).unwrap_or(self.at), field }
    }

    /// The only value of a tag.
    fn one(&self, tag: u16, field: &'static str) -> Result<u32, FingerprintError> {
        match self.all(tag, field)?.as_slice() {
            [value] => Ok(*value),
            _ => Err(self.wrong(tag, field)),
        }
    }

    /// The values of a tag: shorts or longs, in the entry itself where they fit.
    fn all(&self, tag: u16, field: &'static str) -> Result<Vec<u32>, FingerprintError> {
        let values = || {
            let at = self.entry(tag)?;
            let (kind, count) = (self.short(at + 2)?, self.long(at + 4)? as usize);
            let size = match kind {
                3 => 2,
                4 => 4,
                _ => return None,
            };
            let start = if count.checked_mul(size)? <= 4 { at + 8 } else { self.long(at + 8)? as usize };
            // More values than bytes: refused before memory is taken for them.
            self.bytes.get(start..)?.get(..count * size)?;
            (0..count)
                .map(|i| match size {
                    2 => self.short(start + 2 * i).map(u32::from),
                    _ => self.long(start + 4 * i),
                })
                .collect::<Option<Vec<u32>>>()
        };
        values().ok_or_else(|| self.wrong(tag, field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A picture of 3 × 2 in two strips; the entries' values are longs.
    fn file(is_big: bool) -> Vec<u8> {
        let long = |value: u32| if is_big { value.to_be_bytes() } else { value.to_le_bytes() };
        let short = |value: u16| if is_big { value.to_be_bytes() } else { value.to_le_bytes() };
        let entries: [(u16, u32, u32); 7] =
            [(256, 1, 3), (257, 1, 2), (258, 1, 8), (259, 1, 1), (262, 1, 1), (273, 2, 114), (279, 2, 122)];
        let mut out = if is_big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        out.extend(long(20));
        out.extend([0; 6]);
        out.extend([10, 20, 30, 40, 50, 60]);
        out.extend(short(entries.len() as u16));
        for (tag, count, value) in entries {
            out.extend(short(tag));
            out.extend(short(4));
            out.extend(long(count));
            out.extend(long(value));
        }
        out.extend(long(0));
        out.resize(114, 0);
        for value in [14, 17, 3, 3] {
            out.extend(long(value));
        }
        out
    }

    #[test]
    fn both_byte_orders_give_the_picture() {
        for is_big in [false, true] {
            let picture = read(&file(is_big)).unwrap();
            assert_eq!((picture.width(), picture.height(), picture.ppi()), (3, 2, PPI));
            assert_eq!(picture.pixels(), [10, 20, 30, 40, 50, 60]);
        }
    }

    proptest! {
        #[test]
        fn damaged_files_are_refused_or_read(at in 0_usize..130, to in any::<u8>(), cut in 0_usize..131) {
            let mut bytes = file(false);
            bytes[at] = to;
            let _ = read(&bytes);
            bytes.truncate(cut);
            let _ = read(&bytes);
        }
    }
}
