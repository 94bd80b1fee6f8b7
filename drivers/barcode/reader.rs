//! An open reader.

use crate::burst::{Burst, QUIET};
use std::fmt;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::transport::ByteTransport;
use tram_device::{CodeReader, DeviceError};

/// Bytes asked of the line at once.
const READ_BYTES: usize = 512;

/// An open reader, on any line.
pub struct Reader<T> {
    wire: T,
    origin: Origin,
    burst: Burst,
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.origin.model)
    }
}

impl<T: ByteTransport> Reader<T> {
    /// Takes over the line to a reader, which says nothing before it has read something.
    pub fn new(wire: T, origin: Origin) -> Self {
        Self { wire, origin, burst: Burst::default() }
    }
}

impl<T: ByteTransport> CodeReader for Reader<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn next_code(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        let deadline = self.wire.now() + timeout;
        loop {
            let left = deadline.saturating_sub(self.wire.now());
            // A burst that has begun is heard to its end.
            let patience = if self.burst.is_empty() { left } else { QUIET };
            let bytes = self.wire.read(READ_BYTES, patience).inspect_err(|_| self.burst.lose())?;
            let now = self.wire.now();
            self.burst.add(&bytes, now);
            if let Some(code) = self.burst.take(now) {
                return Ok(Some(code));
            }
            if self.burst.is_empty() && now >= deadline {
                return Ok(None);
            }
        }
    }
}
