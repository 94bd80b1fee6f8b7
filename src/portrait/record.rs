//! Face image records: ISO/IEC 19794-5:2005, the format of a travel document's data group 2 and most exchanges.
//!
//! One record holds one or more images of one person. All numbers are big-endian. Records of ISO/IEC 39794-5 are another
//! encoding (ASN.1) of the same facts; they will stand beside this module once their schema is at hand.

use crate::bytes::{Bytes, Short};
use crate::geometry::Point;
use crate::pose::Pose;
use tram_biometric::Encoding;

const FORMAT: &[u8; 8] = b"FAC\x00010\x00";
const RECORD_HEADER: usize = 14;
const IMAGE_HEADER: usize = 32;
const FEATURE_POINT: usize = 8;
/// Feature points of ISO/IEC 14496-2 for the pupils: subject's left 12.1, right 12.2.
const LEFT_PUPIL: u8 = 0xC1;
const RIGHT_PUPIL: u8 = 0xC2;
/// Largest record that is read, in bytes.
pub(crate) const LARGEST: usize = 16 << 20;

/// What kind of portrait an image is (19794-5, 5.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ImageType {
    /// No more than a face.
    Basic = 0,
    /// Head and shoulders, full frontal.
    FullFrontal = 1,
    /// Full frontal with the eyes at fixed places.
    Token = 2,
}

/// Where an image came from (19794-5, 5.7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Source {
    /// Not said.
    Unspecified = 0,
    /// A digital still camera.
    StillCamera = 2,
    /// A scanned photograph.
    Scanner = 3,
    /// One frame of digital video.
    VideoFrame = 6,
}

/// One image of a record.
#[derive(Clone, PartialEq)]
pub struct FaceImage {
    /// What kind of portrait it is.
    pub image_type: ImageType,
    /// JPEG or JPEG 2000.
    pub encoding: Encoding,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Where it came from.
    pub source: Source,
    /// Head pose to two degrees; `None` where it was not measured.
    pub pose: Option<Pose>,
    /// Right and left pupil, to a pixel; `None` where they were not found.
    pub pupils: Option<[Point; 2]>,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for FaceImage {
    /// Size only: pixels of a person never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FaceImage({}x{}, {} bytes)", self.width, self.height, self.bytes.len())
    }
}

/// Why a record cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes are no record of the kind that was expected.
    #[error("this is no {0}")]
    Format(&'static str),
    /// The record ends before its content does.
    #[error("the record is cut short")]
    Short,
    /// A length in the record contradicts another.
    #[error("the lengths in the record contradict each other")]
    Length,
    /// A code this station does not know.
    #[error("the record uses code {code} for its {field}, which is not known")]
    Code {
        /// The field.
        field: &'static str,
        /// Its value.
        code: u8,
    },
    /// A picture is encoded in a way this kind of record does not know.
    #[error("a face record holds JPEG or JPEG 2000, an iris record JPEG 2000 or PNG")]
    Encoding,
    /// More or larger images than a record can hold.
    #[error("a record holds 1 to 255 images and 16 MB")]
    TooLarge,
}

impl From<Short> for RecordError {
    fn from(_: Short) -> Self {
        Self::Short
    }
}

/// Writes images as one record.
///
/// # Errors
/// When there is no image, or one is neither JPEG nor JPEG 2000, or all together are larger than 16 MB.
pub fn write(images: &[FaceImage]) -> Result<Vec<u8>, RecordError> {
    let blocks = images.iter().map(write_image).collect::<Result<Vec<_>, _>>()?.concat();
    let length = RECORD_HEADER + blocks.len();
    if images.is_empty() || images.len() > 255 || length > LARGEST {
        return Err(RecordError::TooLarge);
    }
    let mut record = Vec::with_capacity(length);
    record.extend(FORMAT);
    record.extend((length as u32).to_be_bytes());
    record.extend((images.len() as u16).to_be_bytes());
    record.extend(blocks);
    Ok(record)
}

fn write_image(image: &FaceImage) -> Result<Vec<u8>, RecordError> {
    let data_type: u8 = match image.encoding {
        Encoding::Jpeg => 0,
        Encoding::Jpeg2000 => 1,
        _ => return Err(RecordError::Encoding),
    };
    let points = image.pupils.map_or(0, |pupils| pupils.len());
    let length = IMAGE_HEADER + points * FEATURE_POINT + image.bytes.len();
    let mut block = Vec::with_capacity(length);
    block.extend(u32::try_from(length).or(Err(RecordError::TooLarge))?.to_be_bytes());
    block.extend((points as u16).to_be_bytes());
    // Sex, eye colour, hair colour, feature mask and expression: unspecified, they stand elsewhere in the packet.
    block.extend([0; 8]);
    block.extend(image.pose.map_or([0; 3], |pose| [pose.yaw, pose.pitch, pose.roll].map(angle_code)));
    // Uncertainty of the pose: unspecified.
    block.extend([0; 3]);
    for (code, pupil) in [RIGHT_PUPIL, LEFT_PUPIL].into_iter().zip(image.pupils.into_iter().flatten()) {
        block.extend([1, code]);
        // Saturating casts: a pupil beside the picture lands on its edge.
        block.extend((pupil.x.round() as u16).to_be_bytes());
        block.extend((pupil.y.round() as u16).to_be_bytes());
        block.extend([0; 2]);
    }
    block.extend([image.image_type as u8, data_type]);
    block.extend(image.width.to_be_bytes());
    block.extend(image.height.to_be_bytes());
    // Colour space 1: 24-bit sRGB. Device and quality: unspecified.
    block.extend([1, image.source as u8, 0, 0, 0, 0]);
    block.extend(&image.bytes);
    Ok(block)
}

/// Degrees as 19794-5, 5.5.8 counts them: 1 for 0, one more for each two degrees, 91 for 180, then from 92 for -178.
fn angle_code(degrees: f32) -> u8 {
    let steps = (degrees.clamp(-178.0, 180.0) / 2.0).round() as i16;
    (if steps >= 0 { 1 + steps } else { 181 + steps }) as u8
}

/// The degrees of a code, `None` for unspecified.
fn angle(code: u8) -> Option<f32> {
    match code {
        1..=91 => Some(f32::from(code - 1) * 2.0),
        92..=180 => Some((f32::from(code) - 181.0) * 2.0),
        _ => None,
    }
}

/// Reads a record that nobody has checked.
///
/// # Errors
/// When the bytes are not such a record, are cut short or contradict themselves.
pub fn read(record: &[u8]) -> Result<Vec<FaceImage>, RecordError> {
    let mut bytes = Bytes::new(record);
    if bytes.take(8)? != FORMAT {
        return Err(RecordError::Format("ISO/IEC 19794-5:2005 face record"));
    }
    let length = bytes.u32()? as usize;
    let count = bytes.u16()?;
    if length != record.len() || length > LARGEST {
        return Err(RecordError::Length);
    }
    let images = (0..count).map(|_| read_image(&mut bytes)).collect::<Result<Vec<_>, _>>()?;
    if bytes.rest().is_empty() { Ok(images) } else { Err(RecordError::Length) }
}

fn read_image(bytes: &mut Bytes<'_>) -> Result<FaceImage, RecordError> {
    let length = bytes.u32()? as usize;
    let mut block = Bytes::new(bytes.take(length.checked_sub(4).ok_or(RecordError::Length)?)?);
    let points = block.u16()?;
    block.take(8)?;
    let pose = match *block.take(3)? {
        [yaw, pitch, roll] => angle(yaw).zip(angle(pitch)).zip(angle(roll)),
        _ => None,
    };
    block.take(3)?;
    let (mut right, mut left) = (None, None);
    for _ in 0..points {
        let (_, code) = (block.u8()?, block.u8()?);
        let place = Point::new(f32::from(block.u16()?), f32::from(block.u16()?));
        block.take(2)?;
        match code {
            RIGHT_PUPIL => right = Some(place),
            LEFT_PUPIL => left = Some(place),
            _ => {}
        }
    }
    let image_type = match block.u8()? {
        0 => ImageType::Basic,
        1 => ImageType::FullFrontal,
        2 => ImageType::Token,
        code => return Err(RecordError::Code { field: "image type", code }),
    };
    let encoding = match block.u8()? {
        0 => Encoding::Jpeg,
        1 => Encoding::Jpeg2000,
        code => return Err(RecordError::Code { field: "image data type", code }),
    };
    let (width, height) = (block.u16()?, block.u16()?);
    let _colour_space = block.u8()?;
    let source = match block.u8()? {
        2 => Source::StillCamera,
        3 => Source::Scanner,
        6 => Source::VideoFrame,
        _ => Source::Unspecified,
    };
    block.take(4)?;
    Ok(FaceImage {
        image_type,
        encoding,
        width,
        height,
        source,
        pose: pose.map(|((yaw, pitch), roll)| Pose { yaw, pitch, roll }),
        pupils: right.zip(left).map(|(right, left)| [right, left]),
        bytes: block.rest().to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> FaceImage {
        FaceImage {
            image_type: ImageType::Token,
            encoding: Encoding::Jpeg2000,
            width: 480,
            height: 640,
            source: Source::VideoFrame,
            pose: Some(Pose { yaw: -4.0, pitch: 6.0, roll: 0.0 }),
            pupils: Some([Point::new(180.0, 288.0), Point::new(300.0, 288.0)]),
            bytes: b"TEST picture".to_vec(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = FaceImage { pose: None, pupils: None, encoding: Encoding::Jpeg, ..sample() };
        for images in [vec![sample()], vec![plain, sample()]] {
            assert!(read(&write(&images).unwrap()).unwrap() == images);
        }
    }

    #[test]
    fn the_layout_is_the_standard_s() {
        let record = write(&[sample()]).unwrap();
        // Record header 14, facial information 20, two feature points of 8, image information 12, then the picture.
        assert_eq!(record.len(), 14 + 20 + 16 + 12 + sample().bytes.len());
        assert_eq!(&record[..8], b"FAC\x00010\x00");
        assert_eq!(record[12..14], [0, 1], "one image");
        assert_eq!(record[18..20], [0, 2], "two feature points");
        assert_eq!(record[28..31], [179, 4, 1], "yaw -4, pitch 6, roll 0");
        assert_eq!(record[34..40], [1, 0xC2, 0, 180, 1, 32], "the right pupil");
        assert_eq!(record[50..58], [2, 1, 1, 224, 2, 128, 1, 6], "token, JPEG 2000, 480 by 640, sRGB, video");
    }

    #[test]
    fn other_encodings_and_nothing_are_refused() {
        assert_eq!(write(&[]), Err(RecordError::TooLarge));
        assert_eq!(write(&[FaceImage { encoding: Encoding::Png, ..sample() }]), Err(RecordError::Encoding));
    }

    proptest! {
        #[test]
        fn no_bytes_can_do_harm(position in 0_usize..62, value: u8, cut in 0_usize..74) {
            let mut record = write(&[sample()]).unwrap();
            record[position] = value;
            let _ = read(&record);
            record.truncate(cut);
            prop_assert!(read(&record).is_err());
        }

        #[test]
        fn angles_survive_to_two_degrees(degrees in -178.0_f32..180.0) {
            prop_assert!((angle(angle_code(degrees)).unwrap() - degrees).abs() <= 1.001);
        }
    }
}
