//! One step of the finger sequence: a slap, a single finger or a rolled one, seen live and taken.

use crate::slap_watch::SlapWatch;
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Impression, Rect};
use tram_calibration::finger::flat_field::FlatField;
use tram_device::FingerFrame;
use tram_enrollment::CaptureStep;
use tram_fingerprint::live::Watch;
use tram_fingerprint::quality::{self, FingerQuality, Problem};
use tram_fingerprint::roll::{self, RollProblem};
use tram_fingerprint::segment::{self, Segment, SlapProblem};

/// One finger in the live picture.
#[derive(Clone, Debug, PartialEq)]
pub struct FingerSeen {
    /// Which finger.
    pub position: FingerPosition,
    /// Where it lies on the platen, in pixels.
    pub area: Rect,
    /// How good it is.
    pub quality: FingerQuality,
    /// What the matter is, by this frame and those before.
    pub problem: Option<Problem>,
}

/// What the officer sees with the picture from the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FingerView {
    /// The fingers found, left to right.
    pub fingers: Vec<FingerSeen>,
    /// What is wrong with the picture as a whole.
    pub problem: Option<SlapProblem>,
    /// What is wrong with the empty platen.
    pub platen: Option<Problem>,
    /// Why the roll that just ended is refused.
    pub roll: Option<RollProblem>,
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
    /// The whole platen as the reader gave it, without any correction.
    pub platen: GrayImage,
    /// Its fingers, cut out of the corrected platen where the reader has a correction.
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
/// So many frames of a roll are kept; of a longer one every second, then every fourth.
const MOST_FRAMES: usize = 48;
/// A last frame that shows more of the print than this alone was stitched by the reader.
const WHOLE: f32 = 0.7;

/// A session at one step of the sequence.
pub struct FingerSession {
    step: CaptureStep,
    absent: Vec<FingerPosition>,
    flat_field: Option<Arc<FlatField>>,
    examined: Option<(Duration, FingerView)>,
    single: Watch,
    slap: SlapWatch,
    roll: Vec<GrayImage>,
    /// Every so many frames of the roll one is kept, and how many have come.
    keeps: (usize, usize),
}

impl FingerSession {
    /// A session for a step; `absent` are fingers with a biometric exception, which are not expected.
    pub fn new(step: CaptureStep, absent: Vec<FingerPosition>) -> Self {
        Self {
            step,
            absent,
            flat_field: None,
            examined: None,
            single: Watch::new(),
            slap: SlapWatch::default(),
            roll: Vec::new(),
            keeps: (1, 0),
        }
    }

    /// With the reader's correction: fingers are examined and cut out of the corrected picture, the platen stays raw.
    #[must_use]
    pub fn corrected_by(mut self, flat_field: Option<Arc<FlatField>>) -> Self {
        self.flat_field = flat_field;
        self
    }

    /// Takes a frame. A finished picture with the wrong number of fingers or the wrong hand is refused, and a roll that
    /// slipped or smeared.
    pub fn on_frame(&mut self, frame: &FingerFrame) -> FingerTurn {
        if self.step.impression == Impression::Rolled && !frame.is_final {
            self.keep_frame(&frame.image);
        }
        if !frame.is_final
            && let Some((at, view)) = &self.examined
            && frame.taken.saturating_sub(*at) < EVERY
        {
            return FingerTurn::Watch(view.clone());
        }
        match (self.step.impression, frame.is_final) {
            (Impression::Rolled, true) => self.end_roll(frame),
            _ => self.examine(frame, &frame.image),
        }
    }

    fn keep_frame(&mut self, image: &GrayImage) {
        let (every, come) = self.keeps;
        if come.is_multiple_of(every) {
            self.roll.push(image.clone());
        }
        self.keeps.1 += 1;
        if self.roll.len() > MOST_FRAMES {
            let mut odd = false;
            self.roll.retain(|_| {
                odd = !odd;
                odd
            });
            self.keeps.0 = every * 2;
        }
    }

    /// The roll as one picture: the reader's own, or stitched from its frames.
    fn end_roll(&mut self, frame: &FingerFrame) -> FingerTurn {
        self.roll.push(frame.image.clone());
        let frames = std::mem::take(&mut self.roll);
        self.keeps = (1, 0);
        let Some(rolled) = roll::stitch(&frames) else { return self.examine(frame, &frame.image) };
        if rolled.last_share > WHOLE {
            return self.examine(frame, &frame.image);
        }
        if let Some(problem) = rolled.problem {
            let view = FingerView { roll: Some(problem), refused: true, ..FingerView::default() };
            self.examined = Some((frame.taken, view.clone()));
            return FingerTurn::Watch(view);
        }
        self.examine(frame, &rolled.image)
    }

    fn examine(&mut self, frame: &FingerFrame, raw: &GrayImage) -> FingerTurn {
        // A picture of another size, as some readers give for rolled fingers, is not the one that was calibrated.
        let even = self.flat_field.as_ref().and_then(|flat_field| flat_field.apply(raw).ok());
        let image = even.as_ref().unwrap_or(raw);
        let found = segment::segment(image, self.step.position, &self.absent);
        let fingers: Vec<ShotFinger> = found.fingers.iter().map(|part| cut(image, part)).collect();
        if frame.is_final && found.problem.is_none() {
            let platen = raw.clone();
            return FingerTurn::Taken(Box::new(FingerShot { step: self.step, platen, fingers }));
        }
        let mut view =
            FingerView { problem: found.problem, refused: frame.is_final, ..FingerView::default() };
        let problems = self.problems(image, &found.fingers, &fingers);
        view.platen = problems.platen;
        let seen = fingers.iter().zip(&found.fingers).zip(problems.fingers);
        view.fingers = seen
            .map(|((finger, part), problem)| FingerSeen {
                position: finger.position,
                area: part.area,
                quality: finger.quality,
                problem,
            })
            .collect();
        self.examined = Some((frame.taken, view.clone()));
        FingerTurn::Watch(view)
    }

    /// What is the matter: of a single finger by the frames before, of a slap by where its fingers were.
    fn problems(&mut self, image: &GrayImage, parts: &[Segment], fingers: &[ShotFinger]) -> Problems {
        let alone: Vec<Option<Problem>> = fingers.iter().map(|finger| finger.quality.problem()).collect();
        if self.step.position.is_slap() {
            let middles: Vec<(f32, f32)> = parts.iter().map(middle).collect();
            let qualities: Vec<FingerQuality> = fingers.iter().map(|finger| finger.quality).collect();
            return self.slap.look(image, &middles, &qualities, alone);
        }
        let seen = self.single.look(image);
        let of_platen = matches!(seen.problem, Some(Problem::DirtyPlaten | Problem::Ghost));
        // A finger that rolls moves and is off centre.
        let of_frames = matches!(seen.problem, Some(Problem::Moved | Problem::Rotated))
            && self.step.impression == Impression::Plain;
        let finger = if of_frames { seen.problem } else { None };
        Problems {
            platen: seen.problem.filter(|_| of_platen),
            fingers: match self.step.impression {
                Impression::Plain => alone.into_iter().map(|problem| finger.or(problem)).collect(),
                Impression::Rolled => alone.iter().map(|_| None).collect(),
            },
        }
    }
}

/// What is the matter in one frame.
pub(crate) struct Problems {
    pub(crate) platen: Option<Problem>,
    /// Of each finger.
    pub(crate) fingers: Vec<Option<Problem>>,
}

/// Where the finger itself lies, whatever marks are beside it.
fn middle(part: &Segment) -> (f32, f32) {
    let (x, y) = part.quad.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
    (x / 4.0, y / 4.0)
}

fn cut(platen: &GrayImage, part: &Segment) -> ShotFinger {
    let image = segment::cut(platen, part);
    let quality = quality::assess(&image);
    ShotFinger { position: part.position, image, quality }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_biometric::Impression;
    use tram_calibration::Plane;

    /// A reader whose left half is dim: the fingers come out even, the platen is kept as it came.
    #[test]
    fn fingers_are_cut_from_the_corrected_picture_and_the_raw_one_is_kept() {
        let dim = |x: usize| if x < 150 { 0.6 } else { 1.0 };
        let light = Plane::from_fn(300, 400, |x, _| 220.0 * dim(x));
        let dark = Plane::from_fn(300, 400, |_, _| 0.0);
        let flat_field = Arc::new(FlatField::of(&light, &dark).unwrap());
        let inside = |x: u32, y: u32| (x as f32 - 150.0).hypot((y as f32 - 200.0) * 0.75) < 110.0;
        let ridge = |x: u32, y: u32| {
            let is_ridge = inside(x, y) && (x + y / 4) % 9 < 5;
            if is_ridge { 40.0 } else { 220.0 }
        };
        let image = GrayImage::from_fn(300, 400, 500, |x, y| (ridge(x, y) * dim(x as usize)) as u8);
        let step = CaptureStep {
            position: FingerPosition::RightIndex,
            impression: Impression::Plain,
            threshold: 0,
            attempts: 1,
        };
        let frame = FingerFrame { image: image.clone(), taken: Duration::ZERO, is_final: true };
        let mut session = FingerSession::new(step, Vec::new()).corrected_by(Some(flat_field));
        let FingerTurn::Taken(shot) = session.on_frame(&frame) else { panic!("not taken") };
        assert!(shot.platen == image, "the platen is kept as the reader gave it");
        let cut = &shot.fingers[0].image;
        let brightest = |from: u32| {
            let row = (0..cut.height()).flat_map(|y| (from..from + 20).filter_map(move |x| cut.get(x, y)));
            row.max().unwrap()
        };
        assert!(brightest(10).abs_diff(brightest(cut.width() - 40)) < 20);
    }
}
