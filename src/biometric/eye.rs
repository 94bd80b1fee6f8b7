//! Which eye, with the codes of ISO/IEC 19794-6.

use crate::Language;
use serde::{Deserialize, Serialize};

/// Which of the capture subject's eyes (the codes of ISO/IEC 19794-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum EyeLabel {
    /// The subject's right eye.
    Right = 1,
    /// The subject's left eye.
    Left = 2,
}

impl EyeLabel {
    /// Both eyes, right before left.
    pub const BOTH: [Self; 2] = [Self::Right, Self::Left];

    /// What people call it.
    pub fn name(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Right => ("Mắt phải", "Right eye"),
            Self::Left => ("Mắt trái", "Left eye"),
        };
        language.pick(vi, en)
    }
}
