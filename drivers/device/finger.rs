//! Fingerprint readers.

use crate::DeviceError;
use std::fmt;
use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Impression, Origin, Quality};

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

    /// What the device says of itself and how it is set: a name and a value each, such as `firmware`. Noted with a
    /// calibration, so that a change is seen.
    fn about(&self) -> Vec<(String, String)> {
        Vec::new()
    }

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

    /// The reader's way to give a capture that it finished itself, where it has one.
    fn finishing(&mut self) -> Option<&mut dyn FinishingReader> {
        None
    }
}

/// A reader that chooses the moment, cuts the fingers of a slap apart and encodes each by itself. Its frames are all
/// preview: none is ever final, and none may be kept.
pub trait FinishingReader {
    /// Fingers with a biometric exception, which are not expected from the next [`FingerReader::begin`] on.
    fn set_absent(&mut self, absent: &[FingerPosition]);

    /// The finished capture, given once when it has come; a capture lacks none of the fingers expected.
    fn take_finished(&mut self) -> Option<Vec<FinishedFinger>>;
}

/// One finger as the reader itself captured, cut out and encoded it.
#[derive(Clone, PartialEq, Eq)]
pub struct FinishedFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// A record of ISO/IEC 19794-4:2011 with this finger's image, byte for byte as the reader sent it.
    pub record: Vec<u8>,
    /// The reader's own score.
    pub quality: Quality,
}

impl fmt::Debug for FinishedFinger {
    /// Sizes only: an image of a person never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FinishedFinger({:?}, {} bytes, {})", self.position, self.record.len(), self.quality)
    }
}
