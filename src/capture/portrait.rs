//! The live portrait: one instruction at a time, automatic capture, the best frame of the burst.

use std::time::Duration;
use tram_biometric::RgbImage;
use tram_device::VideoFrame;
use tram_portrait::attack::{self, Hint};
use tram_portrait::{Assessment, Face, Guidance, Measure};

/// Everything must be good for this long before the picture is taken by itself.
pub const HOLD: Duration = Duration::from_millis(500);

/// An instruction stands at least this long, so that it can be read.
pub const STAND: Duration = Duration::from_millis(700);

/// A face that moved further than this, in T, or whose T changed by a larger share, is not compared with what it was.
const NEAR: f32 = 0.5;
const SAME_SIZE: f32 = 0.04;

/// What the officer sees with the live picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortraitView {
    /// The one thing to say, or `None` when all is good.
    pub guidance: Option<Guidance>,
    /// Every measure of the newest frame.
    pub measures: Vec<Measure>,
    /// How much of [`HOLD`] has passed, 0 to 1.
    pub held: f32,
}

/// What was taken.
#[derive(Clone, Debug)]
pub struct PortraitShot {
    /// The frame as the camera gave it.
    pub image: RgbImage,
    /// The face in it; `None` only when the officer pressed the shutter without one.
    pub face: Option<Face>,
    /// Its measures.
    pub measures: Vec<Measure>,
    /// Whether every check passed; if not, keeping it needs a reason.
    pub passes: bool,
    /// Hints of a picture of a picture, for the reviewer. They refuse nobody.
    pub hints: Vec<Hint>,
}

/// The session's answer to a frame.
#[derive(Clone, Debug)]
pub enum PortraitTurn {
    /// Go on watching.
    Watch(PortraitView),
    /// Taken; the session is over.
    Taken(Box<PortraitShot>),
}

/// A live portrait session.
#[derive(Debug, Default)]
pub struct PortraitSession {
    good_since: Option<Duration>,
    best: Option<(f32, PortraitShot)>,
    said: Option<(Option<Guidance>, Duration)>,
    shutter: bool,
    /// An earlier frame with the face nearly where it is: what two frames tell together is told against it.
    earlier: Option<(RgbImage, Face)>,
}

impl PortraitSession {
    /// The officer pressed the shutter: the next frame is taken as it is.
    pub fn press_shutter(&mut self) {
        self.shutter = true;
    }

    /// Whether all is good now and the picture will take itself.
    pub fn is_holding(&self) -> bool {
        self.good_since.is_some()
    }

    /// Takes a frame with what was found in it.
    pub fn on_frame(&mut self, frame: &VideoFrame, found: Assessment) -> PortraitTurn {
        let guidance = found.guidance();
        let passes = found.passes() && guidance.is_none();
        self.remember(frame, found.face.as_ref());
        if self.shutter {
            return self.taken(shot(frame, found, passes));
        }
        if !passes {
            self.good_since = None;
            self.best = None;
            return PortraitTurn::Watch(self.view(guidance, found.measures, 0.0, frame.taken));
        }
        let since = *self.good_since.get_or_insert(frame.taken);
        let measures = found.measures.clone();
        let score = sharpness(&measures);
        if self.best.as_ref().is_none_or(|(best, _)| score > *best) {
            self.best = Some((score, shot(frame, found, true)));
        }
        let held = frame.taken.saturating_sub(since);
        if held >= HOLD
            && let Some((_, best)) = self.best.take()
        {
            return self.taken(best);
        }
        let held = held.as_secs_f32() / HOLD.as_secs_f32();
        PortraitTurn::Watch(self.view(None, measures, held, frame.taken))
    }

    /// Keeps the frame to compare with, unless the one that is kept shows the face still near and as large.
    fn remember(&mut self, frame: &VideoFrame, face: Option<&Face>) {
        let Some(face) = face else { return };
        let is_near = self.earlier.as_ref().is_some_and(|(image, before)| {
            let t = before.eye_to_chin();
            let moved = before.eyes_middle().distance(face.eyes_middle());
            (image.width(), image.height()) == (frame.image.width(), frame.image.height())
                && moved < NEAR * t
                && (face.eye_to_chin() - t).abs() < SAME_SIZE * t
        });
        if !is_near {
            self.earlier = Some((frame.image.clone(), face.clone()));
        }
    }

    /// The end of the session, with the hints that this picture gives, alone and beside an earlier one.
    fn taken(&mut self, mut shot: PortraitShot) -> PortraitTurn {
        if let Some(face) = &shot.face {
            shot.hints.extend(attack::hints(&shot.image, face));
            let earlier = self.earlier.take();
            shot.hints.extend(
                earlier
                    .and_then(|(image, before)| attack::burst_hint((&image, &before), (&shot.image, face))),
            );
        }
        PortraitTurn::Taken(Box::new(shot))
    }

    fn view(
        &mut self,
        wanted: Option<Guidance>,
        measures: Vec<Measure>,
        held: f32,
        now: Duration,
    ) -> PortraitView {
        let guidance = match self.said {
            // Good news is told at once; another instruction waits until the last could be read.
            Some((said, since)) if wanted.is_some() && now.saturating_sub(since) < STAND => said.or(wanted),
            Some((said, _)) if said == wanted => said,
            _ => {
                self.said = Some((wanted, now));
                wanted
            }
        };
        PortraitView { guidance, measures, held }
    }
}

fn shot(frame: &VideoFrame, found: Assessment, passes: bool) -> PortraitShot {
    let (image, hints) = (frame.image.clone(), Vec::new());
    PortraitShot { image, face: found.face, measures: found.measures, passes, hints }
}

/// The frames of a burst differ mostly in motion blur.
fn sharpness(measures: &[Measure]) -> f32 {
    measures
        .iter()
        .find(|measure| measure.kind == tram_portrait::MeasureKind::Sharpness)
        .map_or(0.0, |measure| measure.native)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(millis: u64) -> VideoFrame {
        let image = RgbImage::new(2, 1, vec![millis as u8; 6]).expect("fills");
        VideoFrame { image, taken: Duration::from_millis(millis) }
    }

    fn found(faces: usize) -> Assessment {
        Assessment { width: 2, height: 1, faces, face: None, measures: Vec::new() }
    }

    #[test]
    fn good_for_half_a_second_takes_by_itself_and_a_bad_frame_starts_over() {
        let mut session = PortraitSession::default();
        for (millis, faces) in [(0, 1), (300, 1), (400, 0), (500, 1), (900, 1)] {
            assert!(
                matches!(session.on_frame(&frame(millis), found(faces)), PortraitTurn::Watch(_)),
                "{millis}"
            );
        }
        assert!(matches!(session.on_frame(&frame(1000), found(1)), PortraitTurn::Taken(shot) if shot.passes));
    }

    #[test]
    fn an_instruction_stands_until_it_can_be_read() {
        let mut session = PortraitSession::default();
        let mut said = |millis, faces| match session.on_frame(&frame(millis), found(faces)) {
            PortraitTurn::Watch(view) => view.guidance,
            PortraitTurn::Taken(_) => panic!("not good for long enough"),
        };
        assert_eq!(said(0, 0), Some(Guidance::NoFace));
        assert_eq!(said(100, 2), Some(Guidance::NoFace), "still being read");
        assert_eq!(said(800, 2), Some(Guidance::SeveralFaces));
        assert_eq!(said(900, 1), None, "good news at once");
    }

    #[test]
    fn the_shutter_takes_what_is_there_and_says_that_it_does_not_pass() {
        let mut session = PortraitSession::default();
        session.press_shutter();
        assert!(matches!(session.on_frame(&frame(0), found(0)), PortraitTurn::Taken(shot) if !shot.passes));
    }
}
