//! Readers of bar codes, QR codes and machine-readable zones.

use crate::DeviceError;
use std::time::Duration;
use tram_biometric::Origin;

/// An open reader of codes.
pub trait CodeReader: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// What was read next, as the code holds it, lines of a machine-readable zone parted by line feeds; `None` when
    /// `timeout` passes without it.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the reader must be opened again.
    fn next_code(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError>;
}
