//! A procedure at the bench, step by step: what to do, what is taken, and what each step measures.
//!
//! Pure: pictures come in with [`Work::take`], figures come out. What a citizen may have left on a platen is never kept
//! as evidence.

mod steps;

pub use steps::{Shown, Step, Take, steps};

use crate::camera::patches;
use crate::finger::flat_field::FlatField;
use crate::printer::curve::RibbonCurve;
use crate::{CalibrationError, DeviceClass, Finding, Limits, Measurement, Plane, Verdict};
use crate::{iris, procedure};
use std::collections::BTreeMap;
use tram_biometric::{GrayImage, Rect, RgbImage};

/// What was taken in a step.
#[derive(Clone, Debug)]
pub enum Shots {
    /// Frames of a fingerprint reader.
    Frames(Vec<GrayImage>),
    /// A picture of a camera.
    Picture(RgbImage),
    /// A test card came out.
    Printed,
}

/// A procedure under way.
#[derive(Clone, Debug)]
pub struct Work {
    class: DeviceClass,
    limits: Limits,
    shots: BTreeMap<Shown, Shots>,
    figures: BTreeMap<Shown, Vec<Measurement>>,
}

impl Work {
    /// A procedure that has not begun.
    pub fn new(class: DeviceClass, limits: Limits) -> Self {
        Self { class, limits, shots: BTreeMap::new(), figures: BTreeMap::new() }
    }

    /// What kind of device it is about.
    pub fn class(&self) -> DeviceClass {
        self.class
    }

    /// The limits it is held against.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes what a step gave, in place of what it gave before, and says what that measures.
    ///
    /// # Errors
    /// What the pictures lack; the step is as if it had not been taken.
    pub fn take(&mut self, shown: Shown, shots: Shots) -> Result<Vec<Finding>, CalibrationError> {
        self.figures.remove(&shown);
        self.shots.insert(shown, shots);
        let measured = self.measure(shown);
        if measured.is_err() || shown == Shown::Lifted {
            // A finger may have left its print there.
            self.shots.remove(&shown);
        }
        let figures = measured?;
        let findings = Verdict::of(self.class, &figures, &self.limits).findings;
        self.figures.insert(shown, figures);
        Ok(findings)
    }

    fn measure(&self, shown: Shown) -> Result<Vec<Measurement>, CalibrationError> {
        match shown {
            Shown::EmptyPlaten => procedure::light(self.frames(shown)?),
            Shown::DarkTarget => procedure::dark(self.frames(Shown::EmptyPlaten)?, self.frames(shown)?),
            Shown::FingerDots => procedure::ruled(self.frame(shown)?),
            Shown::FingerTone => procedure::toned(self.frame(shown)?),
            Shown::Lifted => procedure::lifted(self.frames(Shown::EmptyPlaten)?, self.frames(shown)?),
            Shown::GreySheet => {
                let picture = self.picture(shown)?;
                procedure::lit(picture, face_zone(picture))
            }
            Shown::CameraBoard => procedure::lens(self.picture(shown)?),
            Shown::CameraFace => procedure::faced(self.picture(shown)?, &patches::REFERENCE),
            Shown::EmptyChair => procedure::background(self.picture(shown)?),
            Shown::Nothing | Shown::Proof => Ok(Vec::new()),
            Shown::PrintedCard => procedure::placed(self.picture(shown)?),
            Shown::ProofCard => procedure::coloured(self.picture(shown)?, None),
            Shown::IrisWorking => iris::working(self.frame(shown)?),
            Shown::IrisNear => iris::near(self.frame(shown)?),
            Shown::IrisFar => iris::far(self.frame(Shown::IrisNear)?, self.frame(shown)?),
        }
    }

    fn frames(&self, shown: Shown) -> Result<&[GrayImage], CalibrationError> {
        match self.shots.get(&shown) {
            Some(Shots::Frames(frames)) => Ok(frames),
            _ => Err(CalibrationError::Frames),
        }
    }

    fn frame(&self, shown: Shown) -> Result<&GrayImage, CalibrationError> {
        self.frames(shown)?.first().ok_or(CalibrationError::Frames)
    }

    fn picture(&self, shown: Shown) -> Result<&RgbImage, CalibrationError> {
        match self.shots.get(&shown) {
            Some(Shots::Picture(picture)) => Ok(picture),
            _ => Err(CalibrationError::Frames),
        }
    }

    /// What all steps so far say of the device.
    pub fn verdict(&self) -> Verdict {
        let figures: Vec<Measurement> = self.figures.values().flatten().copied().collect();
        Verdict::of(self.class, &figures, &self.limits)
    }

    /// The correction of the reader, once its two fields were taken.
    pub fn flat_field(&self) -> Option<FlatField> {
        let light = Plane::mean(self.frames(Shown::EmptyPlaten).ok()?).ok()?;
        let dark = Plane::mean(self.frames(Shown::DarkTarget).ok()?).ok()?;
        FlatField::of(&light, &dark).ok()
    }

    /// The curve of the printer's ribbon, once its test card was read.
    pub fn ribbon(&self) -> Option<RibbonCurve> {
        procedure::ribbon(self.picture(Shown::PrintedCard).ok()?)
    }

    /// The pictures that are kept as evidence, by the step they show.
    pub fn evidence(&self) -> impl Iterator<Item = (Shown, &Shots)> {
        self.shots.iter().map(|(shown, shots)| (*shown, shots))
    }
}

/// Where the face will be: the middle of the picture, as portraits are guided to it.
fn face_zone(picture: &RgbImage) -> Rect {
    let height = picture.height() / 2;
    let width = (height * 3 / 4).min(picture.width());
    Rect { x: (picture.width() - width) / 2, y: picture.height() / 4, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_cannot_be_measured_is_as_if_it_had_not_been_taken() {
        let mut work = Work::new(DeviceClass::SlapReader, Limits::shipped().unwrap());
        let grey = GrayImage::from_fn(300, 300, 500, |_, _| 200);
        let taken = work.take(Shown::FingerDots, Shots::Frames(vec![grey.clone()]));
        assert!(matches!(taken, Err(CalibrationError::NoGrid { .. })));
        assert_eq!(work.evidence().count(), 0);
        assert!(work.take(Shown::DarkTarget, Shots::Frames(vec![grey])).is_err(), "light comes first");
    }

    #[test]
    fn what_a_finger_may_have_left_is_not_kept() {
        let mut work = Work::new(DeviceClass::FingerReader, Limits::shipped().unwrap());
        let frame = || GrayImage::from_fn(300, 300, 500, |x, y| 200 + (x * 7 % 3 + y * 5 % 2) as u8);
        work.take(Shown::EmptyPlaten, Shots::Frames(vec![frame(), frame()])).unwrap();
        work.take(Shown::Lifted, Shots::Frames(vec![frame(), frame()])).unwrap();
        assert!(work.evidence().all(|(shown, _)| shown != Shown::Lifted));
        assert!(!work.verdict().passes(), "most is not measured yet");
    }
}
