//! Captures that a reader finished itself: it chose the moment, cut the fingers apart, and encoded each into a record of
//! ISO/IEC 19794-4, which its driver hands out as it was signed. Here, where the decoders are, they become a shot.
//!
//! Such a reader keeps the slap to itself. The shot's platen is a montage of the fingers it gave, side by side as they
//! lie on the hand, and shows nothing of how the hand lay.

use crate::{CaptureError, FingerShot, ShotFinger};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use tram_biometric::{FingerPosition, GrayImage};
use tram_device::finger::FinishedFinger;
use tram_enrollment::CaptureStep;
use tram_fingerprint::records::image::{ImageRecord, Representation};
use tram_fingerprint::{quality, wsq};

/// What the algorithms are made for, pixels an inch, with the 1 % that readers are certified to.
const PPI: std::ops::RangeInclusive<u16> = 495..=505;
/// Longest side of a finger cut from a slap: more than four inches.
const MAX_SIDE: u16 = 2100;
/// White between the fingers of the montage, pixels.
const GAP: u32 = 20;
const WHITE: u8 = 255;

/// The shot of a step: every finger that is not absent, each once, decoded and measured.
///
/// # Errors
/// [`CaptureError::Finished`] when a record cannot be read or a finger lacks; nothing of the capture is to be kept.
pub fn shot(
    step: CaptureStep,
    absent: &[FingerPosition],
    finished: &[FinishedFinger],
) -> Result<FingerShot, CaptureError> {
    let mut fingers = Vec::new();
    let expected = step.position.fingers().iter().filter(|finger| !absent.contains(finger));
    for position in expected.copied() {
        let one = finished.iter().find(|finger| finger.position == position);
        let one = one.ok_or(CaptureError::Finished("a finger is missing"))?;
        let image = decode(&one.record, position)?;
        fingers.push(ShotFinger { position, quality: quality::assess(&image), image });
    }
    if fingers.len() != finished.len() {
        return Err(CaptureError::Finished("there is a finger too many"));
    }
    let platen = montage(&fingers).ok_or(CaptureError::Finished("there is no finger"))?;
    Ok(FingerShot { step, platen, fingers })
}

fn decode(record: &[u8], position: FingerPosition) -> Result<GrayImage, CaptureError> {
    let record = ImageRecord::from_bytes(record)?;
    let [one] = record.representations.as_slice() else {
        return Err(CaptureError::Finished("a record holds more than one image"));
    };
    if one.position != FingerPosition::Unknown.code() && one.position != position.code() {
        return Err(CaptureError::Finished("a record is of another finger"));
    }
    image(one)
}

/// The picture of a representation, about 500 ppi and 8 bits.
///
/// # Errors
/// [`CaptureError::Finished`] for another resolution, size or encoding, or what the decoder of its encoding says.
pub fn image(one: &Representation) -> Result<GrayImage, CaptureError> {
    let [_, _, across, down] = one.sampling_rates;
    let ppi = if one.scale_units == 2 { (f32::from(across) * 2.54).round() as u16 } else { across };
    if across != down || !PPI.contains(&ppi) || one.bit_depth != 8 {
        return Err(CaptureError::Finished("an image is not of 500 pixels an inch in 8 bits"));
    }
    if one.width > MAX_SIDE || one.height > MAX_SIDE {
        return Err(CaptureError::Finished("an image is too large"));
    }
    let pixels = pixels(one)?;
    Ok(GrayImage::new(u32::from(one.width), u32::from(one.height), ppi, pixels)?)
}

/// The pixels by the codes of ISO/IEC 19794-4, table 9. An image of another size than its record says does not fill it.
fn pixels(image: &Representation) -> Result<Vec<u8>, CaptureError> {
    match image.compression {
        0 | 1 => Ok(image.data.clone()),
        2 => Ok(wsq::decode(&image.data)?.into_pixels()),
        3 | 6 => {
            let picture = tram_portrait::decode::picture(&image.data)?;
            Ok(gray(picture.pixels(), 3))
        }
        4 | 5 => {
            let told = (u32::from(image.width), u32::from(image.height));
            Ok(jpeg2000(&image.data, |width, height| (width, height) == told)?.2)
        }
        _ => Err(CaptureError::Finished("an image is encoded in an unknown way")),
    }
}

/// The grey levels of a JPEG 2000 picture, file or bare code stream, and its width and height; one whose size does not
/// suit is refused before memory is taken for it.
///
/// # Errors
/// [`CaptureError::Finished`].
pub fn jpeg2000(data: &[u8], suits: impl Fn(u32, u32) -> bool) -> Result<(u32, u32, Vec<u8>), CaptureError> {
    const UNREADABLE: CaptureError = CaptureError::Finished("a JPEG 2000 image cannot be read");
    let picture = Image::new(data, &DecodeSettings::default()).or(Err(UNREADABLE))?;
    let (width, height) = (picture.width(), picture.height());
    if !suits(width, height) {
        return Err(CaptureError::Finished(
            "an image has another size than its record says, or none that fits",
        ));
    }
    let channels = usize::from(picture.color_space().num_channels()) + usize::from(picture.has_alpha());
    let mut context = DecoderContext::default();
    let decoded = picture.decode(&mut context).or(Err(UNREADABLE))?;
    Ok((width, height, gray(&decoded.data_u8(), channels)))
}

/// Of a grey picture all colours are the same; the first stands for them.
fn gray(pixels: &[u8], channels: usize) -> Vec<u8> {
    pixels.chunks(channels.max(1)).filter_map(|pixel| pixel.first().copied()).collect()
}

/// The fingers side by side, left to right, their tips in line.
fn montage(fingers: &[ShotFinger]) -> Option<GrayImage> {
    let ppi = fingers.first()?.image.ppi();
    let height = fingers.iter().map(|finger| finger.image.height()).max()?;
    let width = fingers.iter().map(|finger| finger.image.width() + GAP).sum::<u32>() - GAP;
    let mut columns = Vec::new();
    let mut left = 0;
    for finger in fingers {
        columns.push((left, &finger.image));
        left += finger.image.width() + GAP;
    }
    let level = |x: u32, y: u32| {
        let under = columns.iter().rev().find(|(left, _)| *left <= x);
        under.and_then(|(left, image)| image.get(x - left, y)).unwrap_or(WHITE)
    };
    Some(GrayImage::from_fn(width, height, ppi, level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_biometric::{Impression, Quality, RgbImage};

    fn step(position: FingerPosition) -> CaptureStep {
        CaptureStep { position, impression: Impression::Plain, threshold: 0, attempts: 1 }
    }

    fn ridges(seed: u32) -> GrayImage {
        GrayImage::from_fn(200, 240, 500, |x, y| {
            let phase = (x as f32 + seed as f32).hypot(y as f32) * 0.7;
            (128.0 + 100.0 * phase.sin()) as u8
        })
    }

    fn finished(
        position: FingerPosition,
        image: &GrayImage,
        compression: u8,
        data: Vec<u8>,
    ) -> FinishedFinger {
        let representation = Representation {
            captured: [0xff; 9],
            technology: 0,
            device_vendor: 0,
            device_type: 0,
            qualities: Vec::new(),
            certificates: Vec::new(),
            position: position.code(),
            number: 1,
            scale_units: 1,
            sampling_rates: [500; 4],
            bit_depth: 8,
            compression,
            impression: 0,
            width: image.width() as u16,
            height: image.height() as u16,
            data,
            extended: Vec::new(),
        };
        let record = ImageRecord { certified: false, positions: 1, representations: vec![representation] };
        FinishedFinger { position, record: record.to_bytes(), quality: Quality::new(50) }
    }

    fn colour(image: &GrayImage) -> RgbImage {
        let pixels = image.pixels().iter().flat_map(|level| [*level; 3]).collect();
        RgbImage::new(image.width(), image.height(), pixels).expect("a picture")
    }

    #[test]
    fn every_encoding_gives_its_picture() {
        let image = ridges(3);
        let near_lossless = tram_portrait::encode::jpeg2000(&colour(&image), 60_000).expect("encodes");
        for (compression, data, tolerance) in [
            (0, image.pixels().to_vec(), 0),
            (2, wsq::encode(&image, 2.25).expect("encodes"), 60),
            (4, near_lossless, 40),
        ] {
            let position = FingerPosition::LeftThumb;
            let one = finished(position, &image, compression, data);
            let shot =
                shot(step(position), &[], &[one]).unwrap_or_else(|error| panic!("{compression}: {error}"));
            let found = &shot.fingers[0].image;
            let worst = found.pixels().iter().zip(image.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(tolerance), "{compression}: off by {worst:?}");
            assert_eq!((shot.platen.width(), shot.platen.height(), shot.platen.ppi()), (200, 240, 500));
        }
    }

    #[test]
    fn a_slap_is_whole_or_refused() {
        use FingerPosition as F;
        let raw = |position: F| {
            let image = ridges(u32::from(position.code()));
            finished(position, &image, 0, image.pixels().to_vec())
        };
        let right = [F::RightLittle, F::RightIndex, F::RightRing, F::RightMiddle].map(raw);
        let slap = shot(step(F::PlainRightFour), &[], &right).expect("whole");
        let positions: Vec<F> = slap.fingers.iter().map(|finger| finger.position).collect();
        assert_eq!(positions, F::PlainRightFour.fingers());
        assert_eq!(slap.platen.width(), 4 * 200 + 3 * GAP);
        assert_eq!(slap.platen.get(220, 0), slap.fingers[1].image.get(0, 0));
        assert!(shot(step(F::PlainRightFour), &[F::RightRing], &right).is_err());
        assert!(shot(step(F::PlainRightFour), &[F::RightRing], &right[..2]).is_err());
        assert!(shot(step(F::PlainThumbs), &[], &right).is_err());
        let mislabelled = FinishedFinger { position: F::RightThumb, ..raw(F::LeftThumb) };
        assert!(shot(step(F::RightThumb), &[], &[mislabelled]).is_err());
    }

    #[test]
    fn damaged_records_are_refused() {
        let image = ridges(1);
        let position = FingerPosition::RightIndex;
        let jp2 = tram_portrait::encode::jpeg2000(&colour(&image), 9_000).expect("encodes");
        for (compression, whole) in
            [(0, image.pixels().to_vec()), (2, wsq::encode(&image, 0.75).expect("encodes")), (5, jp2)]
        {
            for keep in [0, 1, whole.len() / 3] {
                let one = finished(position, &image, compression, whole[..keep].to_vec());
                assert!(
                    shot(step(position), &[], &[one]).is_err() || compression == 5,
                    "{compression}: {keep}"
                );
            }
            for at in 0..whole.len().min(300) {
                let mut data = whole.clone();
                data[at] ^= 0x5a;
                // Whatever comes of it, it comes to an end.
                let _ = shot(step(position), &[], &[finished(position, &image, compression, data)]);
            }
        }
    }
}
