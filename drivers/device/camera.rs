//! Portrait cameras.

use crate::DeviceError;
use std::time::Duration;
use tram_biometric::{Origin, RgbImage};

/// One picture of live video.
#[derive(Clone, Debug)]
pub struct VideoFrame {
    /// As the camera sees it, never mirrored.
    pub image: RgbImage,
    /// When it was taken: monotonic, since the camera was opened.
    pub taken: Duration,
}

/// An open camera.
pub trait Camera: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// What the device says of itself and how it is set: a name and a value each, such as `firmware`. Noted with a
    /// calibration, so that a change is seen.
    fn about(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Starts live video.
    ///
    /// # Errors
    /// When the device refuses or is gone.
    fn start(&mut self) -> Result<(), DeviceError>;

    /// The newest frame, or `None` when `timeout` passes without one. Older frames are dropped, not queued.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the camera must be opened again.
    fn next_frame(&mut self, timeout: Duration) -> Result<Option<VideoFrame>, DeviceError>;

    /// Stops live video; nothing happens when it is not running.
    ///
    /// # Errors
    /// When the device does not answer.
    fn stop(&mut self) -> Result<(), DeviceError>;

    /// What can be set about its picture, where anything can.
    fn controls(&mut self) -> Option<&mut dyn CameraControls> {
        None
    }

    /// The camera's way to take a picture better than a video frame, where it has one.
    fn stills(&mut self) -> Option<&mut dyn StillCamera> {
        None
    }
}

/// A camera that takes stills, such as a tethered one.
pub trait StillCamera {
    /// Releases the shutter and brings the picture over.
    ///
    /// # Errors
    /// [`DeviceError::Timeout`] when no picture came within `timeout`.
    fn take(&mut self, timeout: Duration) -> Result<RgbImage, DeviceError>;
}

/// One thing that can be set about a camera's picture. A switch is 0 or 1, a choice its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraControl {
    /// As the camera names it.
    pub name: String,
    /// The least.
    pub minimum: i64,
    /// The most.
    pub maximum: i64,
    /// As delivered.
    pub default: i64,
    /// Now.
    pub value: i64,
}

/// A camera whose picture can be set: exposure, white balance, focus.
pub trait CameraControls {
    /// What can be set, with its values now.
    ///
    /// # Errors
    /// When the device does not answer.
    fn list(&mut self) -> Result<Vec<CameraControl>, DeviceError>;

    /// Sets the control of this name.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] when there is none of this name or it does not take the value.
    fn set(&mut self, name: &str, value: i64) -> Result<(), DeviceError>;
}
