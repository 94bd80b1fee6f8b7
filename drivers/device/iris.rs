//! Iris cameras: pictures of eyes in near infrared.
//!
//! Such a camera chooses the moment by itself and says which eye each picture shows. What it finishes comes as the pixels
//! or, from cameras that encode and sign by themselves, as a record of ISO/IEC 19794-6 that is handed on as it came.

use crate::DeviceError;
use std::fmt;
use std::time::Duration;
use tram_biometric::{EyeLabel, GrayImage, Origin};

/// How a camera gives the picture of an eye.
#[derive(Clone, PartialEq, Eq)]
pub enum IrisPicture {
    /// The pixels, one eye upright. Their ppi is 0: the distance is not known.
    Pixels(GrayImage),
    /// A record of ISO/IEC 19794-6:2011 with this eye's image, byte for byte as the camera sent it.
    Record(Vec<u8>),
}

impl fmt::Debug for IrisPicture {
    /// Sizes only: an image of a person never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels(image) => write!(f, "IrisPicture({}x{})", image.width(), image.height()),
            Self::Record(record) => write!(f, "IrisPicture({} bytes)", record.len()),
        }
    }
}

/// What an armed camera gives.
#[derive(Clone, Debug)]
pub enum IrisFrame {
    /// Preview: for the screen, never to be kept.
    Preview(GrayImage),
    /// A finished capture: each eye that was asked for and found. The camera is no longer armed.
    Finished(Vec<(EyeLabel, IrisPicture)>),
}

/// An open iris camera.
pub trait IrisCamera: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// What the device says of itself and how it is set: a name and a value each, such as `firmware`. Noted with a
    /// calibration, so that a change is seen.
    fn about(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Arms the camera for these eyes. A capture that is running is ended first.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] when it cannot take them, or none is asked for.
    fn begin(&mut self, eyes: &[EyeLabel]) -> Result<(), DeviceError>;

    /// What it gives next, or `None` when `timeout` passes without anything.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the camera must be opened again; after any other error it may be armed again.
    fn next_frame(&mut self, timeout: Duration) -> Result<Option<IrisFrame>, DeviceError>;

    /// Disarms the camera; nothing happens when it is not armed.
    ///
    /// # Errors
    /// When the device does not answer.
    fn end(&mut self) -> Result<(), DeviceError>;
}
