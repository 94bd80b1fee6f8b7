//! Dated capture policy: what is captured, in which order, how good, how often.

use serde::{Deserialize, Serialize};
use time::Date;
use tram_biometric::{FingerPosition, Impression};

/// One capture of the finger sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureStep {
    /// A slap or a single finger.
    pub position: FingerPosition,
    /// Flat or rolled.
    pub impression: Impression,
    /// Below this a finger is tried again while attempts are left (0 to 100).
    pub threshold: u8,
    /// How often it may be tried before the best sample is kept.
    pub attempts: u8,
}

/// What a dossier of a day has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturePolicy {
    /// Named in the packet.
    pub id: String,
    /// First day it is in force.
    pub valid_from: Date,
    /// Last day it is in force, open where absent.
    pub valid_to: Option<Date>,
    /// The act it follows.
    pub act: String,
    /// Youngest age in whole years at which fingers are captured.
    pub fingers_from_age: u8,
    /// Youngest age in whole years at which irises are captured where an iris camera is there; absent where they are not asked for.
    #[serde(default)]
    pub irises_from_age: Option<u8>,
    /// How often irises are tried before the officer decides.
    #[serde(default)]
    pub iris_attempts: u8,
    /// The sequence where the reader takes slaps.
    pub slaps: Vec<CaptureStep>,
    /// The sequence where the reader takes single fingers only.
    pub singles: Vec<CaptureStep>,
}

impl CapturePolicy {
    /// The fingers it asks for, of somebody of this age in whole years: each is captured, or there is a reason why not.
    pub fn fingers_at(&self, age: i32) -> impl Iterator<Item = FingerPosition> {
        let steps =
            if age < i32::from(self.fingers_from_age) { [].as_slice() } else { self.singles.as_slice() };
        steps.iter().flat_map(|step| step.position.fingers()).copied()
    }

    /// The sequence for a reader, by whether it takes slaps.
    pub fn sequence(&self, reader_takes_slaps: bool) -> &[CaptureStep] {
        if reader_takes_slaps { &self.slaps } else { &self.singles }
    }
}
