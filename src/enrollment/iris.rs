//! Captured irises: the picture of each eye with the rules it breaks, and why one is kept all the same.

use crate::event::SampleRef;
use serde::{Deserialize, Serialize};
use tram_biometric::EyeLabel;

/// One eye of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IrisCut {
    /// Whose eye, as the camera says.
    pub eye: EyeLabel,
    /// The picture.
    pub sample: SampleRef,
    /// The rules it breaks, by the names of the measures; empty when it keeps all.
    pub failing: Vec<String>,
}

/// The picture of an eye that counts: the one taken last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisCapture {
    /// The picture.
    pub sample: SampleRef,
    /// The rules it breaks.
    pub failing: Vec<String>,
    /// Why it is kept although it breaks them.
    pub override_reason: Option<String>,
}

impl IrisCapture {
    /// Whether it may go into a packet: it keeps the rules, or an officer said why it is kept.
    pub fn is_kept(&self) -> bool {
        self.failing.is_empty() || self.override_reason.is_some()
    }
}

impl From<IrisCut> for IrisCapture {
    fn from(cut: IrisCut) -> Self {
        Self { sample: cut.sample, failing: cut.failing, override_reason: None }
    }
}
