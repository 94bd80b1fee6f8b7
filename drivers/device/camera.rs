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
