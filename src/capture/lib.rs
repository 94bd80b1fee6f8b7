//! Capture sessions as state machines over frames: what to say next, when to take, what is kept. No threads, no I/O.
//!
//! A session takes one frame at a time, with its time, and answers with what the officer sees now or with what was
//! taken. The thread that owns the device feeds it; whoever owns the screen shows its answers.
//!
//! This crate must never know a screen, a store, a clock, or a concrete driver.
//!
//! | module | holds |
//! | --- | --- |
//! | [`portrait`] | live portrait: guidance, automatic capture, the best of the burst |
//! | [`finger`] | one step of the finger sequence: segments, quality, what is refused |
//! | [`findings`] | what was found about a portrait, as its packet says it |
//! | [`check`] | what all prints of one enrollment say together |
//! | [`finished`] | captures that a reader finished itself, from their records |
//! | [`advice`] | the sentences for fingers, in both languages |
//! | [`steady`] | a camera kept as it is while a picture takes itself |
//! | [`code`] | the code on a card held before the camera |
//! | [`iris`] | irises from what an iris camera gives |
//! | [`encode`](mod@encode) | what was taken, as samples |

pub mod advice;
pub mod check;
pub mod code;
pub mod encode;
pub mod findings;
pub mod finger;
pub mod finished;
pub mod iris;
pub mod portrait;
mod slap_watch;
pub mod steady;

pub use check::Finding;
pub use finger::{FingerSeen, FingerSession, FingerShot, FingerTurn, FingerView, ShotFinger};
pub use iris::{IrisAnswer, IrisCapturing, IrisView};
pub use portrait::{PortraitSession, PortraitShot, PortraitTurn, PortraitView};
pub use tram_device::{DeviceError, DeviceKind, PrintStage, Printed, PrinterFault, PrinterStatus};
pub use tram_portrait::iris::IrisGuidance;
pub use tram_portrait::{Guidance, Measure};

/// Why a capture could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The portrait could not be examined, cropped or encoded.
    #[error("the portrait cannot be kept: {0}")]
    Portrait(#[from] tram_portrait::PortraitError),
    /// The finger picture could not be encoded.
    #[error("the fingerprint cannot be kept: {0}")]
    Finger(#[from] tram_fingerprint::FingerprintError),
    /// What a reader finished by itself is not what it was asked for.
    #[error("the reader's own capture cannot be kept: {0}")]
    Finished(&'static str),
    /// A crop has no pixels.
    #[error("the picture cannot be kept: {0}")]
    Picture(#[from] tram_biometric::ImageError),
}
