//! Finger positions and impressions with the codes of ISO/IEC 19794-4:2011, tables 7 and 8.

use crate::Language;
use serde::{Deserialize, Serialize};

/// The left or the right hand of the capture subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// The capture subject's own right.
    Right,
    /// The capture subject's own left.
    Left,
}

/// Which finger, or which slap of fingers, an image shows (codes 0 to 10 and 13 to 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[repr(u8)]
#[allow(missing_docs)] // The names say all there is.
pub enum FingerPosition {
    Unknown = 0,
    RightThumb = 1,
    RightIndex = 2,
    RightMiddle = 3,
    RightRing = 4,
    RightLittle = 5,
    LeftThumb = 6,
    LeftIndex = 7,
    LeftMiddle = 8,
    LeftRing = 9,
    LeftLittle = 10,
    /// The four fingers of the right hand, index to little, flat.
    PlainRightFour = 13,
    /// The four fingers of the left hand, index to little, flat.
    PlainLeftFour = 14,
    /// Both thumbs side by side, flat.
    PlainThumbs = 15,
}

impl FingerPosition {
    /// The ten single fingers in code order.
    pub const TEN: [Self; 10] = [
        Self::RightThumb,
        Self::RightIndex,
        Self::RightMiddle,
        Self::RightRing,
        Self::RightLittle,
        Self::LeftThumb,
        Self::LeftIndex,
        Self::LeftMiddle,
        Self::LeftRing,
        Self::LeftLittle,
    ];

    /// The code of ISO/IEC 19794-4:2011, table 7.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The position with this code, or `None` for a code the table does not have.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Unknown, Self::PlainRightFour, Self::PlainLeftFour, Self::PlainThumbs]
            .into_iter()
            .chain(Self::TEN)
            .find(|position| position.code() == code)
    }

    /// The single fingers this position shows, in the order they lie in the image from left to right
    /// when the palm faces the platen.
    pub fn fingers(self) -> &'static [Self] {
        match self {
            Self::Unknown => &[],
            Self::PlainRightFour => {
                &[Self::RightIndex, Self::RightMiddle, Self::RightRing, Self::RightLittle]
            }
            Self::PlainLeftFour => &[Self::LeftLittle, Self::LeftRing, Self::LeftMiddle, Self::LeftIndex],
            Self::PlainThumbs => &[Self::LeftThumb, Self::RightThumb],
            Self::RightThumb => &[Self::RightThumb],
            Self::RightIndex => &[Self::RightIndex],
            Self::RightMiddle => &[Self::RightMiddle],
            Self::RightRing => &[Self::RightRing],
            Self::RightLittle => &[Self::RightLittle],
            Self::LeftThumb => &[Self::LeftThumb],
            Self::LeftIndex => &[Self::LeftIndex],
            Self::LeftMiddle => &[Self::LeftMiddle],
            Self::LeftRing => &[Self::LeftRing],
            Self::LeftLittle => &[Self::LeftLittle],
        }
    }

    /// Whether several fingers lie on the platen together.
    pub fn is_slap(self) -> bool {
        matches!(self, Self::PlainRightFour | Self::PlainLeftFour | Self::PlainThumbs)
    }

    /// The hand a single finger or a four-finger slap belongs to; both thumbs and unknown have none.
    pub fn hand(self) -> Option<Hand> {
        match self.code() {
            1..=5 | 13 => Some(Hand::Right),
            6..=10 | 14 => Some(Hand::Left),
            _ => None,
        }
    }

    /// What people call it, such as `Ngón trỏ phải`.
    pub fn name(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Unknown => ("Ngón chưa rõ", "Unknown finger"),
            Self::RightThumb => ("Ngón cái phải", "Right thumb"),
            Self::RightIndex => ("Ngón trỏ phải", "Right index finger"),
            Self::RightMiddle => ("Ngón giữa phải", "Right middle finger"),
            Self::RightRing => ("Ngón áp út phải", "Right ring finger"),
            Self::RightLittle => ("Ngón út phải", "Right little finger"),
            Self::LeftThumb => ("Ngón cái trái", "Left thumb"),
            Self::LeftIndex => ("Ngón trỏ trái", "Left index finger"),
            Self::LeftMiddle => ("Ngón giữa trái", "Left middle finger"),
            Self::LeftRing => ("Ngón áp út trái", "Left ring finger"),
            Self::LeftLittle => ("Ngón út trái", "Left little finger"),
            Self::PlainRightFour => ("Bốn ngón tay phải", "Right four fingers"),
            Self::PlainLeftFour => ("Bốn ngón tay trái", "Left four fingers"),
            Self::PlainThumbs => ("Hai ngón cái", "Two thumbs"),
        };
        language.pick(vi, en)
    }

    /// Whether this is a single thumb.
    pub fn is_thumb(self) -> bool {
        matches!(self, Self::RightThumb | Self::LeftThumb)
    }
}

impl From<FingerPosition> for u8 {
    fn from(position: FingerPosition) -> Self {
        position.code()
    }
}

impl TryFrom<u8> for FingerPosition {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        Self::from_code(code).ok_or_else(|| format!("finger position code {code} is not in ISO/IEC 19794-4"))
    }
}

/// How the finger met the platen (ISO/IEC 19794-4:2011, table 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Impression {
    /// Live-scan plain, code 0.
    Plain = 0,
    /// Live-scan rolled, code 1.
    Rolled = 1,
}

impl Impression {
    /// The code of ISO/IEC 19794-4:2011, table 8.
    pub fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip_and_slaps_name_their_fingers() {
        for position in FingerPosition::TEN {
            assert_eq!(FingerPosition::from_code(position.code()), Some(position));
            assert_eq!(position.fingers(), [position]);
        }
        for (slap, count) in [
            (FingerPosition::PlainRightFour, 4),
            (FingerPosition::PlainLeftFour, 4),
            (FingerPosition::PlainThumbs, 2),
        ] {
            assert!(slap.is_slap());
            assert_eq!(slap.fingers().len(), count);
        }
        assert_eq!(FingerPosition::from_code(11), None);
    }
}
