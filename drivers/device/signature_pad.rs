//! Signature pads.

use crate::DeviceError;
use std::fmt;
use std::time::Duration;
use tram_biometric::Origin;

/// Where the pen was, and how hard it pressed (the channels X, Y, T and F of ISO/IEC 19794-7).
#[derive(Clone, Copy, PartialEq)]
pub struct PenPoint {
    /// From the left edge of the writing surface, 0 to 1.
    pub x: f32,
    /// From its upper edge, 0 to 1.
    pub y: f32,
    /// 0 when the pen is lifted, 1 at the pad's most.
    pub pressure: f32,
    /// Since the pad was opened.
    pub at: Duration,
}

impl fmt::Debug for PenPoint {
    /// When, never where: a signature never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PenPoint(at {:?})", self.at)
    }
}

/// An open signature pad.
pub trait SignaturePad: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// The writing surface's width over its height.
    fn aspect(&self) -> f32;

    /// Empties the pad's display, where it has one, and forgets what the pen did so far.
    ///
    /// # Errors
    /// When the device does not answer.
    fn clear(&mut self) -> Result<(), DeviceError>;

    /// What the pen did since the last call, oldest first; nothing when `timeout` passes without it.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the pad must be opened again.
    fn next_points(&mut self, timeout: Duration) -> Result<Vec<PenPoint>, DeviceError>;
}
