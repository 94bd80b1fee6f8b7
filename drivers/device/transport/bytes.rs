//! A stream of bytes each way: a serial line.

use super::{Clock, TransportError};
use std::time::Duration;

/// An open stream of bytes to a device.
pub trait ByteTransport: Clock + Send {
    /// Sends all of `data`.
    ///
    /// # Errors
    /// [`TransportError::Gone`] when the line is closed, [`TransportError::Timeout`] when it does not take the bytes.
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError>;

    /// Reads what has come, at most `limit` bytes; an empty answer when nothing came within `timeout`.
    ///
    /// # Errors
    /// [`TransportError::Gone`] when the line is closed.
    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError>;
}
