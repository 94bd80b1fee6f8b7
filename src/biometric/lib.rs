//! The words every part of the station shares: what was captured, from which finger, at which resolution.
//!
//! Types only. This crate must never know a device, an algorithm, a file or a screen; it has no logic
//! beyond what keeps its own types true.
//!
//! | module | holds |
//! | --- | --- |
//! | [`language`] | Vietnamese and English, for whatever has a sentence to say |
//! | [`modality`] | portrait, finger, iris, signature |
//! | [`eye`] | left and right eye with their ISO/IEC 19794-6 codes |
//! | [`finger`] | finger positions and impressions with their ISO/IEC 19794-4 codes, slaps |
//! | [`image`](mod@image) | grey and colour pictures with resolution |
//! | [`sample`] | one captured image with its quality and where it came from |

pub mod eye;
pub mod finger;
pub mod image;
pub mod language;
pub mod modality;
pub mod sample;

pub use eye::EyeLabel;
pub use finger::{FingerPosition, Hand, Impression};
pub use image::{GrayImage, ImageError, Rect, RgbImage};
pub use language::Language;
pub use modality::Modality;
pub use sample::{Encoding, Origin, Quality, Sample, SampleId};
