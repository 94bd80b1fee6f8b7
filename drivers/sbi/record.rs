//! The records devices send, ISO/IEC 19794-4, -5 and -6 of 2011, as far as the image inside: which part it shows, how
//! it is encoded, its size, and where its bytes are.
//!
//! The pixels are not decoded here. Decoding WSQ and JPEG 2000 is the work of `fingerprint` and `portrait`, which a
//! driver may not use; `capture`, which may, takes the record as the device signed it and decodes that. The driver looks
//! inside to refuse a record whose image is not what its header says, or not of the part that was asked for.

use crate::SbiError;
use crate::parts::Part;
use std::ops::Range;
use tram_biometric::FingerPosition;

/// When it was captured, and by what technology, vendor and type of device, bytes.
const CAPTURED_BY: usize = 9 + 1 + 2 + 2;
/// Of a face, after the number of landmarks: sex, eyes, hair, height, features, expression, pose; and after the size:
/// sampling rate, processing, reference, colour space.
const REST_OF_FACIAL_INFORMATION: usize = 15;
const REST_OF_IMAGE_INFORMATION: usize = 5;
/// Of an iris, after the size: depth, range, roll, where the iris is and how large.
const REST_OF_GEOMETRY: usize = 19;

/// How an image is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// One byte a pixel.
    Raw,
    /// Wavelet scalar quantization.
    Wsq,
    /// JPEG.
    Jpeg,
    /// JPEG 2000, as a file or a bare codestream.
    Jpeg2000,
    /// PNG.
    Png,
}

/// The one image of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordImage {
    /// What it shows; `None` where the record does not say.
    pub part: Option<Part>,
    /// How it is encoded.
    pub codec: Codec,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Pixels an inch, of fingers only.
    pub ppi: Option<u16>,
    /// Where its bytes are in the record.
    pub bytes: Range<usize>,
}

/// Reads a record.
///
/// # Errors
/// [`SbiError::Record`] with what is wrong.
pub fn read(record: &[u8]) -> Result<RecordImage, SbiError> {
    let image = match record.get(..8) {
        Some(b"FIR\x00020\0") => finger(record),
        Some(b"FAC\x00030\0") => face(record),
        Some(b"IIR\x00020\0") => iris(record),
        _ => Err("an unknown format or version"),
    };
    let image = image.map_err(SbiError::Record)?;
    let bytes = record.get(image.bytes.clone()).unwrap_or_default();
    match size(image.codec, bytes, &image) {
        Some(size) if size == (u32::from(image.width), u32::from(image.height)) => Ok(image),
        Some(_) => Err(SbiError::Record("the image has another size than its header says")),
        None => Err(SbiError::Record("the image is not encoded as its header says")),
    }
}

/// Big-endian fields off the front of a record.
struct Fields<'a> {
    record: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, &'static str>;

impl Fields<'_> {
    fn skip(&mut self, count: usize) -> Read<()> {
        self.at = self.at.checked_add(count).filter(|at| *at <= self.record.len()).ok_or("it breaks off")?;
        Ok(())
    }

    fn number(&mut self, bytes: usize) -> Read<u32> {
        let start = self.at;
        self.skip(bytes)?;
        let field = self.record.get(start..self.at).unwrap_or_default();
        Ok(field.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn u8(&mut self) -> Read<u8> {
        Ok(self.number(1)? as u8)
    }

    fn u16(&mut self) -> Read<u16> {
        Ok(self.number(2)? as u16)
    }

    /// The length that stands next and so many bytes.
    fn image(&mut self) -> Read<Range<usize>> {
        let length = self.number(4)? as usize;
        let start = self.at;
        self.skip(length)?;
        Ok(start..self.at)
    }
}

/// The beginning that the three formats share: lengths, one representation, when and by what it was captured, and its
/// qualities. `general` is the length of the general header. Says whether certificates follow.
fn begin(record: &[u8], general: usize) -> Read<(Fields<'_>, bool)> {
    let mut fields = Fields { record, at: 8 };
    if fields.number(4)? as usize != record.len() {
        return Err("its length is not what it says");
    }
    if fields.u16()? != 1 {
        return Err("it holds more or fewer images than one");
    }
    let is_certified = fields.u8()? != 0;
    fields.at = general;
    if fields.number(4)? as usize != record.len() - general {
        return Err("its image's length is not what it says");
    }
    fields.skip(CAPTURED_BY)?;
    let qualities = fields.u8()?;
    fields.skip(usize::from(qualities) * 5)?;
    Ok((fields, is_certified))
}

fn finger(record: &[u8]) -> Read<RecordImage> {
    let (mut fields, is_certified) = begin(record, 16)?;
    if is_certified {
        let certificates = fields.u8()?;
        fields.skip(usize::from(certificates) * 3)?;
    }
    let position = FingerPosition::from_code(fields.u8()?).ok_or("an unknown finger")?;
    fields.skip(1)?;
    let units = fields.u8()?;
    fields.skip(4)?;
    let (across, down) = (fields.u16()?, fields.u16()?);
    if across != down || across == 0 {
        return Err("its resolution is not the same across and down");
    }
    let ppi = match units {
        1 => across,
        2 => (f32::from(across) * 2.54).round() as u16,
        _ => return Err("an unknown unit of length"),
    };
    let depth = fields.u8()?;
    let codec = match (fields.u8()?, depth) {
        (0 | 1, 8) => Codec::Raw,
        (2, 8) => Codec::Wsq,
        (3, 8) => Codec::Jpeg,
        (4 | 5, 8) => Codec::Jpeg2000,
        (6, 8) => Codec::Png,
        _ => return Err("an unknown compression or depth"),
    };
    fields.skip(1)?;
    let (width, height) = (fields.u16()?, fields.u16()?);
    let part = (position != FingerPosition::Unknown).then_some(Part::Finger(position));
    Ok(RecordImage { part, codec, width, height, ppi: Some(ppi), bytes: fields.image()? })
}

fn face(record: &[u8]) -> Read<RecordImage> {
    let (mut fields, _) = begin(record, 17)?;
    let landmarks = fields.u16()?;
    fields.skip(REST_OF_FACIAL_INFORMATION + usize::from(landmarks) * 8 + 1)?;
    let codec = match fields.u8()? {
        0 => Codec::Jpeg,
        1 | 2 => Codec::Jpeg2000,
        3 => Codec::Png,
        _ => return Err("an unknown compression"),
    };
    let (width, height) = (fields.u16()?, fields.u16()?);
    fields.skip(REST_OF_IMAGE_INFORMATION)?;
    Ok(RecordImage { part: Some(Part::Face), codec, width, height, ppi: None, bytes: fields.image()? })
}

fn iris(record: &[u8]) -> Read<RecordImage> {
    let (mut fields, _) = begin(record, 16)?;
    fields.skip(2)?;
    let part = match fields.u8()? {
        0 => None,
        1 => Some(Part::RightIris),
        2 => Some(Part::LeftIris),
        _ => return Err("an unknown eye"),
    };
    fields.skip(1)?;
    let codec = match fields.u8()? {
        2 => Codec::Raw,
        10 => Codec::Jpeg2000,
        14 => Codec::Png,
        _ => return Err("an unknown compression"),
    };
    fields.skip(1)?;
    let (width, height) = (fields.u16()?, fields.u16()?);
    fields.skip(REST_OF_GEOMETRY)?;
    Ok(RecordImage { part, codec, width, height, ppi: None, bytes: fields.image()? })
}

/// Width and height as the encoded image itself says; `None` when it is not encoded so.
fn size(codec: Codec, bytes: &[u8], header: &RecordImage) -> Option<(u32, u32)> {
    let number = |at: usize, length: usize| {
        let field = bytes.get(at..at.checked_add(length)?)?;
        Some(field.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
    };
    match codec {
        Codec::Raw => {
            let (width, height) = (u32::from(header.width), u32::from(header.height));
            (bytes.len() as u64 == u64::from(width) * u64::from(height)).then_some((width, height))
        }
        Codec::Png => {
            bytes.starts_with(b"\x89PNG\r\n\x1a\n").then_some(())?;
            Some((number(16, 4)?, number(20, 4)?))
        }
        Codec::Jpeg2000 if bytes.starts_with(b"\xff\x4f\xff\x51") => {
            // ITU-T T.800, A.5.1: extent of the reference grid and offset of the image in it.
            Some((number(8, 4)?.checked_sub(number(16, 4)?)?, number(12, 4)?.checked_sub(number(20, 4)?)?))
        }
        Codec::Jpeg2000 => {
            bytes.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n").then_some(())?;
            // ITU-T T.800, I.5.3.1: the image header box is the first in the header box, near the front.
            let at = bytes.windows(4).take(256).position(|window| window == b"ihdr")?;
            Some((number(at + 8, 4)?, number(at + 4, 4)?))
        }
        Codec::Wsq => {
            bytes.starts_with(b"\xff\xa0").then_some(())?;
            let at = segment(bytes, |marker| marker == 0xa2)?;
            Some((number(at + 6, 2)?, number(at + 4, 2)?))
        }
        Codec::Jpeg => {
            bytes.starts_with(b"\xff\xd8").then_some(())?;
            let at = segment(bytes, |marker| matches!(marker, 0xc0..=0xc2))?;
            Some((number(at + 5, 2)?, number(at + 3, 2)?))
        }
    }
}

/// Where the first segment with such a marker begins, at its length, in JPEG or WSQ.
fn segment(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = 2;
    loop {
        let &[0xff, marker, high, low] = bytes.get(at..at + 4)? else { return None };
        if is_wanted(marker) {
            return Some(at + 2);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}
