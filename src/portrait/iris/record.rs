//! Iris image records: ISO/IEC 19794-6:2011.
//!
//! One record holds the pictures of one person's eyes, each with its label: a picture whose eye is not said is refused, since
//! a right eye kept as a left one never matches again. All numbers are big-endian. The layout is the standard's as open
//! implementations read it, not checked against its text.

use super::{Circle, EyeLabel};
use crate::bytes::Bytes;
use crate::geometry::Point;
use crate::record::{LARGEST, RecordError};

const FORMAT: &[u8; 8] = b"IIR\x00020\x00";
const RECORD_HEADER: usize = 16;
/// Representation header without quality blocks, of five bytes each, and without the length of the picture.
const IMAGE_HEADER: usize = 48;
const QUALITY_BLOCK: usize = 5;
/// An angle that was not measured.
const NO_ANGLE: u16 = 0xFFFF;

/// What part of the eye's surroundings a picture shows (19794-6, 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ImageType {
    /// As the camera gave it.
    Uncropped = 1,
    /// 640 by 480 pixels.
    Vga = 2,
    /// Cut to the iris with 0.6 radii beside it and 0.2 above and below.
    Cropped = 3,
    /// Cropped, with lids and white painted over.
    CroppedAndMasked = 7,
}

/// How a picture is encoded: 8 bits of grey, always (19794-6, 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IrisEncoding {
    /// Not at all: the pixels row by row.
    Raw = 0x02,
    /// JPEG 2000.
    Jpeg2000 = 0x0A,
    /// PNG.
    Png = 0x0E,
}

/// When a picture was taken, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct CaptureTime {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub millisecond: u16,
}

/// One picture of a record.
#[derive(Clone, PartialEq)]
pub struct IrisImage {
    /// Whose eye: the subject's right or left.
    pub eye: EyeLabel,
    /// What part it shows.
    pub image_type: ImageType,
    /// How it is encoded.
    pub encoding: IrisEncoding,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// When it was taken.
    pub taken: Option<CaptureTime>,
    /// The limbus, centre and diameter to a pixel; `None` where it was not found.
    pub limbus: Option<Circle>,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for IrisImage {
    /// Size only: pixels of a person never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IrisImage({:?}, {}x{}, {} bytes)", self.eye, self.width, self.height, self.bytes.len())
    }
}

/// Writes pictures as one record.
///
/// # Errors
/// When there is no picture, or all together are larger than 16 MB.
pub fn write(images: &[IrisImage]) -> Result<Vec<u8>, RecordError> {
    let blocks = images.iter().zip(1_u16..).map(write_image).collect::<Result<Vec<_>, _>>()?.concat();
    let length = RECORD_HEADER + blocks.len();
    if images.is_empty() || images.len() > 255 || length > LARGEST {
        return Err(RecordError::TooLarge);
    }
    let mut record = Vec::with_capacity(length);
    record.extend(FORMAT);
    record.extend((length as u32).to_be_bytes());
    record.extend((images.len() as u16).to_be_bytes());
    // Not certified; then how many eyes.
    record.extend([0, eyes(images)]);
    record.extend(blocks);
    Ok(record)
}

fn eyes(images: &[IrisImage]) -> u8 {
    let both = [EyeLabel::Right, EyeLabel::Left];
    both.map(|eye| u8::from(images.iter().any(|image| image.eye == eye))).iter().sum()
}

fn write_image((image, number): (&IrisImage, u16)) -> Result<Vec<u8>, RecordError> {
    let format = image.encoding as u8;
    let picture = u32::try_from(image.bytes.len()).or(Err(RecordError::TooLarge))?;
    let length = (IMAGE_HEADER as u32 + 4).checked_add(picture).ok_or(RecordError::TooLarge)?;
    let mut block = Vec::with_capacity(length as usize);
    block.extend(length.to_be_bytes());
    block.extend(image.taken.map_or([0xFF; 9], time_code));
    // Capture device and its maker: unspecified, they stand elsewhere in the packet. No quality block: a score without a
    // registered algorithm says nothing.
    block.extend([0; 6]);
    block.extend(number.to_be_bytes());
    // Orientation, scan and earlier compression: undefined.
    block.extend([image.eye as u8, image.image_type as u8, format, 0]);
    block.extend(image.width.to_be_bytes());
    block.extend(image.height.to_be_bytes());
    block.push(8);
    // Distance: not assigned. Roll: not measured.
    for number in [0, NO_ANGLE, NO_ANGLE].into_iter().chain(circle_codes(image.limbus)) {
        block.extend(number.to_be_bytes());
    }
    block.extend(picture.to_be_bytes());
    block.extend(&image.bytes);
    Ok(block)
}

/// Smallest and largest x, y and diameter; 0 where not found. Saturating casts: what lies beside the picture lands on its edge.
fn circle_codes(circle: Option<Circle>) -> [u16; 6] {
    circle.map_or([0; 6], |Circle { centre, radius }| {
        let [x, y, across] = [centre.x, centre.y, 2.0 * radius];
        [x.floor(), x.ceil(), y.floor(), y.ceil(), across.floor(), across.ceil()].map(|value| value as u16)
    })
}

fn time_code(time: CaptureTime) -> [u8; 9] {
    let ([y, z], [m, n]) = (time.year.to_be_bytes(), time.millisecond.to_be_bytes());
    [y, z, time.month, time.day, time.hour, time.minute, time.second, m, n]
}

/// Reads a record that nobody has checked.
///
/// # Errors
/// When the bytes are not such a record, are cut short, contradict themselves, do not say whose eye a picture shows, or hold a
/// picture that is not 8-bit grey raw, JPEG 2000 or PNG, or is mirrored.
pub fn read(record: &[u8]) -> Result<Vec<IrisImage>, RecordError> {
    let mut bytes = Bytes::new(record);
    if bytes.take(8)? != FORMAT {
        return Err(RecordError::Format("ISO/IEC 19794-6:2011 iris record"));
    }
    let length = bytes.u32()? as usize;
    let count = bytes.u16()?;
    let (_certified, eyes_said) = (bytes.u8()?, bytes.u8()?);
    if length != record.len() || length > LARGEST || count == 0 {
        return Err(RecordError::Length);
    }
    let images = (0..count).map(|_| read_image(&mut bytes)).collect::<Result<Vec<_>, _>>()?;
    if !bytes.rest().is_empty() || eyes(&images) != eyes_said {
        return Err(RecordError::Length);
    }
    Ok(images)
}

fn read_image(bytes: &mut Bytes<'_>) -> Result<IrisImage, RecordError> {
    let length = bytes.u32()? as usize;
    let mut block = Bytes::new(bytes.take(length.checked_sub(4).ok_or(RecordError::Length)?)?);
    let taken = read_time(&mut block)?;
    block.take(5)?;
    let qualities = usize::from(block.u8()?);
    block.take(qualities * QUALITY_BLOCK + 2)?;
    let eye = match block.u8()? {
        1 => EyeLabel::Right,
        2 => EyeLabel::Left,
        code => return Err(RecordError::Code { field: "eye label", code }),
    };
    let image_type = match block.u8()? {
        1 => ImageType::Uncropped,
        2 => ImageType::Vga,
        3 => ImageType::Cropped,
        7 => ImageType::CroppedAndMasked,
        code => return Err(RecordError::Code { field: "image type", code }),
    };
    let encoding = match block.u8()? {
        0x02 => IrisEncoding::Raw,
        0x0A => IrisEncoding::Jpeg2000,
        0x0E => IrisEncoding::Png,
        code => return Err(RecordError::Code { field: "image format", code }),
    };
    let properties = block.u8()?;
    // Two bits each for across and down: 0 undefined, 1 as seen, 2 flipped.
    if properties & 0b1010 != 0 {
        return Err(RecordError::Code { field: "orientation", code: properties });
    }
    let (width, height) = (block.u16()?, block.u16()?);
    let depth = block.u8()?;
    if depth != 8 {
        return Err(RecordError::Code { field: "bit depth", code: depth });
    }
    // Distance, roll and its uncertainty.
    block.take(6)?;
    let limbus = read_circle(&mut block)?;
    let picture = block.u32()? as usize;
    if picture != block.rest().len() || picture == 0 {
        return Err(RecordError::Length);
    }
    let bytes = block.rest().to_vec();
    Ok(IrisImage { eye, image_type, encoding, width, height, taken, limbus, bytes })
}

fn read_circle(block: &mut Bytes<'_>) -> Result<Option<Circle>, RecordError> {
    let mut middle = || -> Result<f32, RecordError> {
        Ok(f32::midpoint(f32::from(block.u16()?), f32::from(block.u16()?)))
    };
    let (x, y, across) = (middle()?, middle()?, middle()?);
    // A camera that does not say where the limbus is writes nought or all ones.
    Ok((0.0 < across && across < f32::from(u16::MAX))
        .then(|| Circle { centre: Point::new(x, y), radius: across / 2.0 }))
}

/// The time, `None` where it is left open.
fn read_time(block: &mut Bytes<'_>) -> Result<Option<CaptureTime>, RecordError> {
    let year = block.u16()?;
    let [month, day, hour, minute, second] =
        [block.u8()?, block.u8()?, block.u8()?, block.u8()?, block.u8()?];
    let time = CaptureTime { year, month, day, hour, minute, second, millisecond: block.u16()? };
    Ok((year != 0xFFFF).then_some(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(eye: EyeLabel) -> IrisImage {
        let taken =
            CaptureTime { year: 2026, month: 11, day: 22, hour: 3, minute: 4, second: 5, millisecond: 678 };
        IrisImage {
            eye,
            image_type: ImageType::Vga,
            encoding: IrisEncoding::Png,
            width: 640,
            height: 480,
            taken: Some(taken),
            limbus: Some(Circle { centre: Point::new(320.5, 240.0), radius: 110.0 }),
            bytes: b"TEST picture".to_vec(),
        }
    }

    fn pair() -> Vec<u8> {
        write(&[sample(EyeLabel::Right), sample(EyeLabel::Left)]).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = IrisImage {
            limbus: None,
            taken: None,
            encoding: IrisEncoding::Jpeg2000,
            image_type: ImageType::CroppedAndMasked,
            ..sample(EyeLabel::Left)
        };
        for images in [vec![sample(EyeLabel::Right)], vec![sample(EyeLabel::Right), plain]] {
            assert!(read(&write(&images).unwrap()).unwrap() == images);
        }
    }

    #[test]
    fn the_layout_is_the_standard_s() {
        let record = pair();
        // Record header 16; representation header 48 and the picture's length 4; then the picture; twice.
        assert_eq!(record.len(), 16 + 2 * (52 + 12));
        assert_eq!(&record[..8], b"IIR\x00020\x00");
        assert_eq!(record[12..16], [0, 2, 0, 2], "two pictures, not certified, two eyes");
        assert_eq!(record[20..29], [0x07, 0xEA, 11, 22, 3, 4, 5, 2, 166], "2026-11-22 03:04:05.678");
        assert_eq!(record[34], 0, "no quality block");
        assert_eq!(record[35..41], [0, 1, 1, 2, 0x0E, 0], "first, right, VGA, PNG");
        assert_eq!(record[41..46], [2, 128, 1, 224, 8], "640 by 480, eight bits");
        assert_eq!(record[52..64], [1, 64, 1, 65, 0, 240, 0, 240, 0, 220, 0, 220], "the limbus");
        assert_eq!(record[64..68], [0, 0, 0, 12]);
    }

    #[test]
    fn what_cannot_be_trusted_is_refused() {
        // The first picture begins at 16: its eye at 37, type 38, format 39, properties 40, depth 45, picture's length 67.
        for (place, value, why) in [
            (0, b'F', "another record"),
            (6, b'1', "another version"),
            (13, 0, "no picture"),
            (13, 3, "a picture too many"),
            (15, 1, "one eye said, two given"),
            (34, 1, "a quality block that is not there"),
            (37, 0, "an eye that is not said"),
            (37, 2, "the same eye twice, two said"),
            (38, 9, "an unknown type"),
            (39, 6, "lossy JPEG"),
            (40, 2, "mirrored"),
            (45, 16, "sixteen bits"),
            (67, 11, "a picture's length too short"),
            (19, 63, "a representation's length too short"),
        ] {
            let mut record = pair();
            record[place] = value;
            assert!(read(&record).is_err(), "{why}");
        }
        assert_eq!(write(&[]), Err(RecordError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_bytes_can_do_harm(changes in prop::collection::vec((0_usize..144, any::<u8>()), 1..8), cut in 0_usize..144) {
            let mut record = pair();
            for (place, value) in changes {
                record[place] = value;
            }
            let _ = read(&record);
            record.truncate(cut);
            prop_assert!(read(&record).is_err());
        }
    }
}
