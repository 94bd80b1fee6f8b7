//! What kind of biometric characteristic a sample shows (ISO/IEC 2382-37 "biometric characteristic").

use serde::{Deserialize, Serialize};

/// The modality of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// The face, as a portrait picture.
    Portrait,
    /// One finger or a slap of several.
    Finger,
    /// One eye in near infrared.
    Iris,
    /// The applicant's handwritten signature.
    Signature,
}
