//! One step of the finger sequence: a slap or a single finger, seen live and taken.

use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Rect};
use tram_device::FingerFrame;
use tram_enrollment::CaptureStep;
use tram_fingerprint::quality::{self, FingerQuality};
use tram_fingerprint::segment::{self, SlapProblem};

/// One finger in the live picture.
#[derive(Clone, Debug, PartialEq)]
pub struct FingerSeen {
    /// Which finger.
    pub position: FingerPosition,
    /// Where it lies on the platen, in pixels.
    pub area: Rect,
    /// How good it is and what the matter is.
    pub quality: FingerQuality,
}

/// What the officer sees with the picture from the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FingerView {
    /// The fingers found, left to right.
    pub fingers: Vec<FingerSeen>,
    /// What is wrong with the picture as a whole.
    pub problem: Option<SlapProblem>,
    /// Whether this was the reader's finished picture, and it was refused.
    pub refused: bool,
}

/// One finger cut out of what was taken.
#[derive(Clone, Debug)]
pub struct ShotFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// Its upright picture.
    pub image: GrayImage,
    /// Its quality, measured before compression.
    pub quality: FingerQuality,
}

/// What was taken at a step.
#[derive(Clone, Debug)]
pub struct FingerShot {
    /// The step.
    pub step: CaptureStep,
    /// The whole platen.
    pub platen: GrayImage,
    /// Its fingers.
    pub fingers: Vec<ShotFinger>,
}

/// The session's answer to a frame.
#[derive(Clone, Debug)]
pub enum FingerTurn {
    /// Go on watching; a refused picture says so, and the reader is armed again.
    Watch(FingerView),
    /// Taken; the session is over.
    Taken(Box<FingerShot>),
}

/// Live pictures are examined this often; the finished one always.
const EVERY: Duration = Duration::from_millis(100);

/// A session at one step of the sequence.
#[derive(Debug)]
pub struct FingerSession {
    step: CaptureStep,
    absent: Vec<FingerPosition>,
    examined: Option<(Duration, FingerView)>,
}

impl FingerSession {
    /// A session for a step; `absent` are fingers with a biometric exception, which are not expected.
    pub fn new(step: CaptureStep, absent: Vec<FingerPosition>) -> Self {
        Self { step, absent, examined: None }
    }

    /// Takes a frame. A finished picture with the wrong number of fingers or the wrong hand is refused.
    pub fn on_frame(&mut self, frame: &FingerFrame) -> FingerTurn {
        if !frame.is_final
            && let Some((at, view)) = &self.examined
            && frame.taken.saturating_sub(*at) < EVERY
        {
            return FingerTurn::Watch(view.clone());
        }
        let found = segment::segment(&frame.image, self.step.position, &self.absent);
        let fingers: Vec<ShotFinger> = found.fingers.iter().map(|part| cut(&frame.image, part)).collect();
        if frame.is_final && found.problem.is_none() {
            let platen = frame.image.clone();
            return FingerTurn::Taken(Box::new(FingerShot { step: self.step, platen, fingers }));
        }
        let seen = fingers.iter().zip(&found.fingers).map(|(finger, part)| FingerSeen {
            position: finger.position,
            area: part.area,
            quality: finger.quality,
        });
        let view = FingerView { fingers: seen.collect(), problem: found.problem, refused: frame.is_final };
        self.examined = Some((frame.taken, view.clone()));
        FingerTurn::Watch(view)
    }
}

fn cut(platen: &GrayImage, part: &segment::Segment) -> ShotFinger {
    let image = segment::cut(platen, part);
    let quality = quality::assess(&image);
    ShotFinger { position: part.position, image, quality }
}
