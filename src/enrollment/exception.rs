//! Biometric exceptions: why a finger or an eye was not captured.

use serde::{Deserialize, Serialize};
use tram_biometric::Language;

/// What keeps a finger or an eye from being captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// The finger or its first joint, or the eye, is not there.
    Missing,
    /// It cannot be shown today.
    Bandaged,
    /// It is there, but its ridges are worn or scarred, or its iris cannot be seen.
    Damaged,
}

impl ExceptionKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Missing, Self::Bandaged, Self::Damaged];

    /// What the officer reads of an eye.
    pub fn label_of_eye(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Missing => ("Không có mắt hoặc mắt giả", "Missing or artificial"),
            Self::Bandaged => ("Đang băng mắt", "Bandaged"),
            Self::Damaged => ("Mắt tổn thương, không thấy mống mắt", "Damaged, the iris cannot be seen"),
        };
        language.pick(vi, en)
    }

    /// What the officer reads of a finger.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Missing => ("Không có ngón", "Missing"),
            Self::Bandaged => ("Đang băng bó", "Bandaged"),
            Self::Damaged => ("Mòn hoặc tổn thương", "Worn or damaged"),
        };
        language.pick(vi, en)
    }
}

/// An exception as the officer described it. The photo that proves it covers all exceptions of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BiometricException {
    /// The kind.
    pub kind: ExceptionKind,
    /// In words, as the rule asks (Circular 60/2021, article 5.3).
    pub note: String,
}
