//! Fingerprint readers.

use crate::DeviceError;
use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Impression, Origin};

/// What the officer wants to capture next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FingerRequest {
    /// A single finger or a slap.
    pub position: FingerPosition,
    /// Flat or rolled.
    pub impression: Impression,
}

/// One picture from the platen.
#[derive(Clone, Debug)]
pub struct FingerFrame {
    /// Ridges dark on light, upright, with the reader's resolution in ppi.
    pub image: GrayImage,
    /// When it was taken: monotonic, since the reader was opened.
    pub taken: Duration,
    /// Whether the reader offers this as a finished capture; otherwise it is preview.
    pub is_final: bool,
}

/// An open fingerprint reader.
pub trait FingerReader: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// Whether the reader can take this position and impression: a single-finger reader cannot take a slap.
    fn supports(&self, request: FingerRequest) -> bool;

    /// Arms the reader. A request that is running is ended first.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] for what [`FingerReader::supports`] denies.
    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError>;

    /// The next picture, or `None` when `timeout` passes without one.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the reader must be opened again; after any other error it may be armed again.
    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError>;

    /// Disarms the reader; nothing happens when it is not armed.
    ///
    /// # Errors
    /// When the device does not answer.
    fn end(&mut self) -> Result<(), DeviceError>;

    /// How much of a picture that takes seconds to come has come, 0 to 1; `None` when none is on its way.
    fn progress(&self) -> Option<f32> {
        None
    }
}
