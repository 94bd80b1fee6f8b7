//! What was taken, as samples ready to be journalled.

use crate::CaptureError;
use crate::finger::FingerShot;
use crate::portrait::PortraitShot;
use tram_biometric::{Encoding, FingerPosition, GrayImage, Origin, Quality, RgbImage, Sample, SampleId};
use tram_portrait::crop::CARD;

/// The archive picture of the portrait, bytes.
const FULL_BYTES: usize = 240_000;
/// The picture on the card and in its chip, bytes (ICAO 9303-10 expects 12 to 20 KB).
const CARD_BYTES: usize = 18_000;

/// A portrait as two samples: the whole frame, and the card's crop. Without a face the crop is the
/// middle of the frame: the officer decided to keep it.
///
/// # Errors
/// When the picture cannot be cropped or encoded.
pub fn portrait(
    shot: &PortraitShot,
    origin: &Origin,
    mut next_id: impl FnMut() -> SampleId,
) -> Result<(Sample, Sample), CaptureError> {
    let quality = tram_portrait::measure::overall(&shot.measures);
    let crop = match &shot.face {
        Some(face) => tram_portrait::crop::card(&shot.image, face)?,
        None => middle(&shot.image)?,
    };
    let mut sample = |image: &RgbImage, budget| -> Result<Sample, CaptureError> {
        Ok(Sample {
            id: next_id(),
            encoding: Encoding::Jpeg,
            bytes: tram_portrait::encode::jpeg(image, budget)?,
            width: image.width(),
            height: image.height(),
            ppi: 0,
            quality,
            origin: origin.clone(),
        })
    };
    Ok((sample(&shot.image, FULL_BYTES)?, sample(&crop, CARD_BYTES)?))
}

/// A finger capture as samples: the platen, and each finger on it.
///
/// # Errors
/// When a picture cannot be encoded.
pub fn fingers(
    shot: &FingerShot,
    origin: &Origin,
    mut next_id: impl FnMut() -> SampleId,
) -> Result<(Sample, Vec<(FingerPosition, Sample)>), CaptureError> {
    let mut sample = |image: &GrayImage, quality: Quality| -> Result<Sample, CaptureError> {
        Ok(Sample {
            id: next_id(),
            encoding: Encoding::Wsq,
            bytes: tram_fingerprint::wsq::encode(image, tram_fingerprint::wsq::DEFAULT_BITS_PER_PIXEL)?,
            width: image.width(),
            height: image.height(),
            ppi: image.ppi(),
            quality,
            origin: origin.clone(),
        })
    };
    let weakest = shot.fingers.iter().map(|finger| finger.quality.score).min().unwrap_or_default();
    let platen = sample(&shot.platen, weakest)?;
    let fingers = shot
        .fingers
        .iter()
        .map(|finger| Ok((finger.position, sample(&finger.image, finger.quality.score)?)))
        .collect::<Result<_, CaptureError>>()?;
    Ok((platen, fingers))
}

/// The middle of the frame in the card's shape, by nearest pixels.
fn middle(image: &RgbImage) -> Result<RgbImage, CaptureError> {
    let height = image.height().min(image.width() * CARD.height / CARD.width);
    let width = (height * CARD.width / CARD.height).max(1);
    let (left, top) = ((image.width() - width) / 2, (image.height() - height) / 2);
    let pixels = (0..CARD.height)
        .flat_map(|y| (0..CARD.width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            image.get(left + x * width / CARD.width, top + y * height / CARD.height).unwrap_or_default()
        })
        .collect();
    Ok(RgbImage::new(CARD.width, CARD.height, pixels)?)
}
