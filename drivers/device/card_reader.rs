//! Readers of smart cards.

use crate::DeviceError;
use std::time::Duration;
use tram_biometric::Origin;

/// An open reader of smart cards. Cards come and go while it is open.
pub trait CardReader: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// The answer to reset of the card in the reader, new or still there; `None` when `timeout` passes without one.
    ///
    /// # Errors
    /// After [`DeviceError::Gone`] the reader must be opened again.
    fn await_card(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError>;

    /// Sends one command APDU and returns the response APDU, status included.
    ///
    /// # Errors
    /// [`DeviceError::NoCard`] when the card was taken out, or none was awaited.
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError>;
}
