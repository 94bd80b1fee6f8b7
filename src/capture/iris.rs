//! The irises: what an iris camera gives, decoded, examined, and the best of each eye kept.

use crate::CaptureError;
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use tram_biometric::{Encoding, EyeLabel, GrayImage, Origin, Quality, RgbImage, Sample, SampleId};
use tram_device::iris::{IrisFrame, IrisPicture};
use tram_enrollment::IrisCut;
use tram_portrait::iris::record::{self, IrisEncoding, IrisImage};
use tram_portrait::iris::{IrisGuidance, IrisSession, IrisShot, IrisTurn};
use tram_portrait::{RuleSet, decode, encode};

/// Longest side of a picture of an eye that is taken, in pixels.
const MAX_SIDE: u32 = 4096;

/// What the officer sees of an iris capture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IrisView {
    /// What to do about which eye, after the first attempt.
    pub guidance: Option<(EyeLabel, IrisGuidance)>,
    /// Attempts that were made.
    pub attempts: u32,
}

/// The answer to what a camera gave.
#[derive(Debug)]
pub enum IrisAnswer {
    /// A picture for the screen.
    Preview(GrayImage),
    /// The camera is to be armed again for these eyes.
    Again(IrisView, Vec<EyeLabel>),
    /// Done, or the attempts are used up: the best picture of each eye in which an iris was found.
    Taken(Vec<IrisShot>),
}

/// A capture of irises under way.
#[derive(Debug)]
pub struct IrisCapturing {
    session: Option<IrisSession>,
    attempts: u32,
}

impl IrisCapturing {
    /// Of these eyes, with so many attempts.
    pub fn new(eyes: &[EyeLabel], rules: &RuleSet, attempts: u8) -> Self {
        let session = IrisSession::new(eyes, rules.iris.clone(), u32::from(attempts.max(1)));
        Self { session: Some(session), attempts: 0 }
    }

    /// Takes what the camera gave.
    ///
    /// # Errors
    /// When a picture cannot be decoded. The attempt does not count.
    pub fn on_frame(&mut self, frame: IrisFrame) -> Result<IrisAnswer, CaptureError> {
        let finished = match frame {
            IrisFrame::Preview(image) => return Ok(IrisAnswer::Preview(image)),
            IrisFrame::Finished(finished) => finished,
        };
        let pictures = finished.into_iter().map(|(eye, picture)| Ok((eye, pixels(eye, picture)?)));
        let pictures = pictures.collect::<Result<Vec<_>, CaptureError>>()?;
        let Some(mut session) = self.session.take() else { return Ok(IrisAnswer::Taken(Vec::new())) };
        self.attempts += 1;
        match session.on_pictures(pictures) {
            IrisTurn::Done | IrisTurn::UsedUp(..) => Ok(IrisAnswer::Taken(session.finish())),
            IrisTurn::Again(eye, guidance) => {
                let missing = session.missing();
                self.session = Some(session);
                let view = IrisView { guidance: Some((eye, guidance)), attempts: self.attempts };
                Ok(IrisAnswer::Again(view, missing))
            }
        }
    }
}

/// What was taken as samples: each eye as PNG, its score the share of the iris that can be seen.
///
/// # Errors
/// When a picture cannot be encoded.
pub fn samples(
    shots: &[IrisShot],
    origin: &Origin,
    mut next_id: impl FnMut() -> SampleId,
) -> Result<Vec<(IrisCut, Sample)>, CaptureError> {
    shots
        .iter()
        .map(|shot| {
            let usable = shot.found.as_ref().map_or(0.0, |found| found.quality.usable_area);
            let sample = Sample {
                id: next_id(),
                encoding: Encoding::Png,
                bytes: encode::grey_png(&shot.image)?,
                width: shot.image.width(),
                height: shot.image.height(),
                ppi: 0,
                quality: Quality::new(usable.clamp(0.0, 100.0) as u8),
                origin: origin.clone(),
            };
            let failing = shot.failing.iter().map(|kind| format!("{kind:?}")).collect();
            Ok((IrisCut { eye: shot.eye, sample: (&sample).into(), failing }, sample))
        })
        .collect()
}

/// The pixels of a picture that a camera says is of this eye.
fn pixels(eye: EyeLabel, picture: IrisPicture) -> Result<GrayImage, CaptureError> {
    let record = match picture {
        IrisPicture::Pixels(image) => return Ok(image),
        IrisPicture::Record(record) => record,
    };
    let images =
        record::read(&record).map_err(|_e| CaptureError::Finished("an iris record cannot be read"))?;
    let [image] = images.as_slice() else {
        return Err(CaptureError::Finished("an iris record holds more than one image"));
    };
    if image.eye != eye {
        return Err(CaptureError::Finished("an iris record is of the other eye"));
    }
    decoded(image)
}

fn decoded(image: &IrisImage) -> Result<GrayImage, CaptureError> {
    let (width, height) = (u32::from(image.width), u32::from(image.height));
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(CaptureError::Finished("a picture of an eye is too large"));
    }
    let levels = match image.encoding {
        IrisEncoding::Raw => image.bytes.clone(),
        IrisEncoding::Png => grey(&decode::picture(&image.bytes)?),
        IrisEncoding::Jpeg2000 => jpeg2000(&image.bytes, (width, height))?,
    };
    // Pixels of another size than the record says do not fill it.
    Ok(GrayImage::new(width, height, 0, levels)?)
}

fn grey(picture: &RgbImage) -> Vec<u8> {
    picture.pixels().chunks(3).filter_map(|pixel| pixel.first().copied()).collect()
}

fn jpeg2000(bytes: &[u8], size: (u32, u32)) -> Result<Vec<u8>, CaptureError> {
    const UNREADABLE: CaptureError = CaptureError::Finished("a JPEG 2000 image cannot be read");
    let picture = Image::new(bytes, &DecodeSettings::default()).or(Err(UNREADABLE))?;
    // Before the memory for it is taken.
    if (picture.width(), picture.height()) != size {
        return Err(CaptureError::Finished("an image has another size than its record says"));
    }
    let channels = usize::from(picture.color_space().num_channels()) + usize::from(picture.has_alpha());
    let mut context = DecoderContext::default();
    let decoded = picture.decode(&mut context).or(Err(UNREADABLE))?;
    Ok(decoded.data_u8().chunks(channels.max(1)).filter_map(|pixel| pixel.first().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_portrait::iris::record::ImageType;

    fn picture() -> GrayImage {
        GrayImage::from_fn(64, 48, 0, |x, y| (x * 3 + y) as u8)
    }

    fn recorded(encoding: IrisEncoding, bytes: Vec<u8>) -> IrisPicture {
        let image = IrisImage {
            eye: EyeLabel::Left,
            image_type: ImageType::Uncropped,
            encoding,
            width: 64,
            height: 48,
            taken: None,
            limbus: None,
            bytes,
        };
        IrisPicture::Record(record::write(&[image]).expect("written"))
    }

    #[test]
    fn every_encoding_gives_the_pixels_and_only_of_the_eye_that_was_said() {
        let image = picture();
        let png = encode::grey_png(&image).expect("encodes");
        for given in [
            IrisPicture::Pixels(image.clone()),
            recorded(IrisEncoding::Raw, image.pixels().to_vec()),
            recorded(IrisEncoding::Png, png.clone()),
        ] {
            assert_eq!(pixels(EyeLabel::Left, given).expect("decodes").pixels(), image.pixels());
        }
        assert!(pixels(EyeLabel::Right, recorded(IrisEncoding::Png, png.clone())).is_err());
        assert!(pixels(EyeLabel::Left, recorded(IrisEncoding::Raw, vec![0; 9])).is_err());
        assert!(pixels(EyeLabel::Left, recorded(IrisEncoding::Jpeg2000, png)).is_err());
    }

    #[test]
    fn a_camera_that_sees_no_eye_is_armed_again_until_the_attempts_are_used_up() {
        let rules = RuleSet::newest().expect("shipped");
        let mut capturing = IrisCapturing::new(&EyeLabel::BOTH, &rules, 2);
        let seen = capturing.on_frame(IrisFrame::Preview(picture())).expect("shown");
        assert!(matches!(seen, IrisAnswer::Preview(_)));
        let first = capturing.on_frame(IrisFrame::Finished(Vec::new())).expect("an attempt");
        let IrisAnswer::Again(view, eyes) = first else { panic!("{first:?}") };
        assert_eq!((view.guidance, view.attempts), (Some((EyeLabel::Right, IrisGuidance::NoEye)), 1));
        assert_eq!(eyes, EyeLabel::BOTH);
        let last = capturing.on_frame(IrisFrame::Finished(Vec::new())).expect("an attempt");
        assert!(matches!(last, IrisAnswer::Taken(shots) if shots.is_empty()));
    }
}
