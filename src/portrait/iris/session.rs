//! The capture of one person's eyes, as a state machine over the camera's pictures: what next, the best of each eye.
//!
//! The camera says which eye each picture shows. That is believed, but watched: a picture of the eye that was already taken as
//! the other one stops the attempt, whether the eye was shown twice or the camera held upside down.

use super::quality::{self, IrisQuality};
use super::record::{CaptureTime, ImageType, IrisEncoding, IrisImage};
use super::{EyeLabel, Iris, IrisCode, IrisMeasureKind, locate};
use crate::rules::IrisRule;
use crate::{PortraitError, encode};
use tram_biometric::GrayImage;

/// One picture of an eye and what was found in it.
#[derive(Clone, Debug)]
pub struct IrisShot {
    /// Whose eye, as the camera says.
    pub eye: EyeLabel,
    /// The picture as the camera gave it.
    pub image: GrayImage,
    /// The iris, `None` where none was found.
    pub found: Option<FoundIris>,
    /// The measures whose rule is broken, the most telling first. Empty also where no iris was found.
    pub failing: Vec<IrisMeasureKind>,
}

/// An iris that was found in a picture.
#[derive(Clone, Debug)]
pub struct FoundIris {
    /// Where it is.
    pub iris: Iris,
    /// How good its picture is.
    pub quality: IrisQuality,
    /// For telling one eye from the other.
    pub code: IrisCode,
}

impl IrisShot {
    /// Looks for the iris in a picture and measures it.
    pub fn examine(eye: EyeLabel, image: GrayImage, rules: &[IrisRule]) -> Self {
        let found = locate(&image).map(|iris| FoundIris {
            iris,
            quality: quality::measure(&image, &iris),
            code: IrisCode::of(&image, &iris),
        });
        let broken = |rule: &&IrisRule| {
            found.as_ref().is_some_and(|found| !rule.limit.allows(found.quality.value(rule.measure)))
        };
        let failing = rules.iter().filter(broken).map(|rule| rule.measure).collect();
        Self { eye, image, found, failing }
    }

    /// Whether an iris was found and keeps every rule.
    pub fn passes(&self) -> bool {
        self.found.is_some() && self.failing.is_empty()
    }

    /// The picture as an iris record holds it: whole, as PNG.
    ///
    /// # Errors
    /// When it is larger than a record can say, or there is not memory enough.
    pub fn image(&self, taken: Option<CaptureTime>) -> Result<IrisImage, PortraitError> {
        let (width, height) = (self.image.width(), self.image.height());
        let side = |length| u16::try_from(length).or(Err(PortraitError::Size { width, height }));
        let vga = (width, height) == (640, 480);
        Ok(IrisImage {
            eye: self.eye,
            image_type: if vga { ImageType::Vga } else { ImageType::Uncropped },
            encoding: IrisEncoding::Png,
            width: side(width)?,
            height: side(height)?,
            taken,
            limbus: self.found.as_ref().map(|found| found.iris.limbus),
            bytes: encode::grey_png(&self.image)?,
        })
    }

    /// Fewer broken rules are better, then more of the iris to be seen.
    fn is_better_than(&self, other: &Self) -> bool {
        let rank = |shot: &Self| {
            let found = shot.found.as_ref();
            found.map(|found| (std::cmp::Reverse(shot.failing.len()), found.quality.usable_area))
        };
        rank(self) > rank(other)
    }

    fn is_same_eye_as(&self, other: &Self) -> bool {
        let codes = self.found.as_ref().zip(other.found.as_ref());
        codes.and_then(|(ours, theirs)| ours.code.is_same(&theirs.code)) == Some(true)
    }
}

/// What to do about an eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // The sentences below say it.
pub enum IrisGuidance {
    NoEye,
    SameEyeTwice,
    ComeCloser,
    MoveToTheMiddle,
    OpenWide,
    LookIntoTheCamera,
    LessLight,
    MoreLight,
    TakeAgain,
}

impl IrisGuidance {
    /// The instruction in Vietnamese.
    pub fn vi(self) -> &'static str {
        match self {
            Self::NoEye => "Không thấy mống mắt, mời nhìn vào máy",
            Self::SameEyeTwice => "Hai ảnh là của cùng một mắt: kiểm tra mắt phải, mắt trái",
            Self::ComeCloser => "Mời đưa mắt lại gần máy hơn",
            Self::MoveToTheMiddle => "Mời đưa mắt vào giữa khung",
            Self::OpenWide => "Mời mở to mắt",
            Self::LookIntoTheCamera => "Mời nhìn thẳng vào ống kính",
            Self::LessLight => "Đồng tử quá to hoặc ảnh loá, chỉnh lại ánh sáng quanh mắt",
            Self::MoreLight => "Ảnh thiếu tương phản, che bớt ánh sáng ngoài",
            Self::TakeAgain => "Ảnh chưa đạt, mời chụp lại",
        }
    }

    /// The instruction in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::NoEye => "No iris is seen: look into the camera",
            Self::SameEyeTwice => "Both pictures are of the same eye: check right and left",
            Self::ComeCloser => "Bring the eyes closer to the camera",
            Self::MoveToTheMiddle => "Bring the eyes to the middle",
            Self::OpenWide => "Open the eyes wide",
            Self::LookIntoTheCamera => "Look straight into the lens",
            Self::LessLight => {
                "The pupil is too wide or the picture dazzled: change the light about the eyes"
            }
            Self::MoreLight => "The picture has too little contrast: shade the eyes from outside light",
            Self::TakeAgain => "The picture is not good enough: take it again",
        }
    }

    fn of(shot: &IrisShot) -> Self {
        if shot.found.is_none() {
            return Self::NoEye;
        }
        match shot.failing.first() {
            Some(IrisMeasureKind::Radius) => Self::ComeCloser,
            Some(IrisMeasureKind::Margin) => Self::MoveToTheMiddle,
            Some(IrisMeasureKind::UsableArea) => Self::OpenWide,
            Some(IrisMeasureKind::Concentricity) => Self::LookIntoTheCamera,
            Some(IrisMeasureKind::PupilShare) => Self::LessLight,
            Some(IrisMeasureKind::ScleraContrast | IrisMeasureKind::PupilContrast) => Self::MoreLight,
            _ => Self::TakeAgain,
        }
    }
}

/// The session's answer to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrisTurn {
    /// Take pictures again, after saying this about this eye.
    Again(EyeLabel, IrisGuidance),
    /// Every wanted eye has a picture that keeps the rules.
    Done,
    /// The attempts are used up. What there is may be kept with the officer's reason, or more attempts granted.
    UsedUp(EyeLabel, IrisGuidance),
}

/// The capture of the eyes a person has.
#[derive(Debug)]
pub struct IrisSession {
    wanted: Vec<EyeLabel>,
    rules: Vec<IrisRule>,
    attempts_left: u32,
    kept: Vec<IrisShot>,
}

impl IrisSession {
    /// A session for these eyes, without those that have an exception, with so many attempts.
    pub fn new(wanted: &[EyeLabel], rules: Vec<IrisRule>, attempts: u32) -> Self {
        Self { wanted: wanted.to_vec(), rules, attempts_left: attempts, kept: Vec::new() }
    }

    /// The eyes that still lack a good picture.
    pub fn missing(&self) -> Vec<EyeLabel> {
        let is_good = |eye: EyeLabel| self.kept.iter().any(|shot| shot.eye == eye && shot.passes());
        self.wanted.iter().copied().filter(|eye| !is_good(*eye)).collect()
    }

    /// Attempts that are left.
    pub fn attempts_left(&self) -> u32 {
        self.attempts_left
    }

    /// Takes the pictures of one attempt. Pictures of eyes that are not wanted are dropped unseen.
    pub fn on_pictures(&mut self, pictures: Vec<(EyeLabel, GrayImage)>) -> IrisTurn {
        self.attempts_left = self.attempts_left.saturating_sub(1);
        let wanted = pictures.into_iter().filter(|(eye, _)| self.wanted.contains(eye));
        let shots: Vec<_> = wanted.map(|(eye, image)| IrisShot::examine(eye, image, &self.rules)).collect();
        if let Some(confused) = self.confused(&shots) {
            return self.turn(confused, IrisGuidance::SameEyeTwice);
        }
        let mut newest: Vec<_> = shots.iter().map(|shot| (shot.eye, IrisGuidance::of(shot))).collect();
        for shot in shots {
            self.keep_if_better(shot);
        }
        let missing = self.missing();
        let Some(first) = missing.first() else { return IrisTurn::Done };
        newest.retain(|(eye, _)| missing.contains(eye));
        // An eye the camera did not give at all was not seen.
        let (eye, guidance) = newest.first().copied().unwrap_or((*first, IrisGuidance::NoEye));
        self.turn(eye, guidance)
    }

    /// Grants more attempts, on the officer's word.
    pub fn grant(&mut self, attempts: u32) {
        self.attempts_left = self.attempts_left.saturating_add(attempts);
    }

    /// The best picture of each wanted eye in which an iris was found, right before left.
    pub fn finish(mut self) -> Vec<IrisShot> {
        self.kept.retain(|shot| shot.found.is_some());
        self.kept.sort_by_key(|shot| shot.eye);
        self.kept
    }

    /// The first eye whose picture shows what is, here or in an earlier attempt, the other eye.
    fn confused(&self, shots: &[IrisShot]) -> Option<EyeLabel> {
        let is_other = |shot: &IrisShot| {
            let others = shots.iter().chain(&self.kept).filter(|other| other.eye != shot.eye);
            others.into_iter().any(|other| shot.is_same_eye_as(other))
        };
        shots.iter().find(|shot| is_other(shot)).map(|shot| shot.eye)
    }

    fn keep_if_better(&mut self, shot: IrisShot) {
        match self.kept.iter_mut().find(|kept| kept.eye == shot.eye) {
            Some(kept) if shot.is_better_than(kept) => *kept = shot,
            Some(_) => {}
            None => self.kept.push(shot),
        }
    }

    fn turn(&self, eye: EyeLabel, guidance: IrisGuidance) -> IrisTurn {
        if self.attempts_left == 0 { IrisTurn::UsedUp(eye, guidance) } else { IrisTurn::Again(eye, guidance) }
    }
}
