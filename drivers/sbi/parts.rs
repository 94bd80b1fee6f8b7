//! What is captured, in the words of the protocol: single fingers, slaps, eyes, the face.

use crate::identity::{DeviceInfo, Kind};
use std::fmt;
use tram_biometric::{FingerPosition, Hand};

/// One image of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// One of the ten fingers.
    Finger(FingerPosition),
    /// The left eye.
    LeftIris,
    /// The right eye.
    RightIris,
    /// The face.
    Face,
}

impl Part {
    /// `bioSubType`; the face has none.
    pub fn sub_type(self) -> Option<&'static str> {
        use FingerPosition as F;
        Some(match self {
            Self::Finger(F::RightThumb) => "Right Thumb",
            Self::Finger(F::RightIndex) => "Right IndexFinger",
            Self::Finger(F::RightMiddle) => "Right MiddleFinger",
            Self::Finger(F::RightRing) => "Right RingFinger",
            Self::Finger(F::RightLittle) => "Right LittleFinger",
            Self::Finger(F::LeftThumb) => "Left Thumb",
            Self::Finger(F::LeftIndex) => "Left IndexFinger",
            Self::Finger(F::LeftMiddle) => "Left MiddleFinger",
            Self::Finger(F::LeftRing) => "Left RingFinger",
            Self::Finger(F::LeftLittle) => "Left LittleFinger",
            Self::LeftIris => "Left",
            Self::RightIris => "Right",
            Self::Finger(_) | Self::Face => return None,
        })
    }

    pub(crate) fn read(kind: &str, sub_type: Option<&str>) -> Option<Self> {
        let candidates: Vec<Self> = match Kind::read(kind)? {
            Kind::Finger => FingerPosition::TEN.map(Self::Finger).to_vec(),
            Kind::Iris => vec![Self::LeftIris, Self::RightIris],
            Kind::Face => return Some(Self::Face),
        };
        candidates.into_iter().find(|part| part.sub_type() == sub_type)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sub_type().unwrap_or("Face"))
    }
}

/// The names of some parts, for a message.
pub(crate) fn names(parts: &[Part]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What one capture asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A slap, two thumbs or a single finger.
    Fingers(FingerPosition),
    /// Both eyes at once.
    Irises,
    /// The left eye.
    LeftIris,
    /// The right eye.
    RightIris,
    /// The face. With absent fingers or eyes it is the photograph of the exception, which is not held to ICAO.
    Face,
}

impl Target {
    /// Which kind of device takes it.
    pub fn kind(self) -> Kind {
        match self {
            Self::Fingers(_) => Kind::Finger,
            Self::Irises | Self::LeftIris | Self::RightIris => Kind::Iris,
            Self::Face => Kind::Face,
        }
    }

    /// The images a capture must give when `absent` are missing.
    pub fn parts(self, absent: &[Part]) -> Vec<Part> {
        let parts = match self {
            Self::Fingers(position) => position.fingers().iter().copied().map(Part::Finger).collect(),
            Self::Irises => vec![Part::LeftIris, Part::RightIris],
            Self::LeftIris => vec![Part::LeftIris],
            Self::RightIris => vec![Part::RightIris],
            Self::Face => return vec![Part::Face],
        };
        parts.into_iter().filter(|part| !absent.contains(part)).collect()
    }

    /// Which part of the device takes it: 1 left, 2 right, 3 both.
    fn wanted_sub_id(self) -> u8 {
        match self {
            Self::Fingers(position) if position.is_thumb() => 3,
            Self::Fingers(position) => match position.hand() {
                Some(Hand::Left) => 1,
                Some(Hand::Right) => 2,
                None => 3,
            },
            Self::LeftIris => 1,
            Self::RightIris => 2,
            Self::Irises => 3,
            Self::Face => 0,
        }
    }

    /// `deviceSubId` for this device, or `None` when it cannot take this.
    pub(crate) fn sub_id(self, device: &DeviceInfo) -> Option<u8> {
        if self.kind() != device.id.kind || matches!(self, Self::Fingers(FingerPosition::Unknown)) {
            return None;
        }
        let wanted = self.wanted_sub_id();
        if device.sub_ids.contains(&wanted) {
            return Some(wanted);
        }
        // Several at once want the module for it; one alone is taken by whatever module there is.
        let is_single = self.parts(&[]).len() == 1;
        is_single.then(|| device.sub_ids.first().copied().unwrap_or(0))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&names(&self.parts(&[])))
    }
}
