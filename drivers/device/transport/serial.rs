//! A serial port of the operating system, through serial2.

use super::{ByteTransport, Clock, TransportError};
use crate::DeviceError;
use serial2::SerialPort;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a write may take: a command of a few bytes at the slowest speed in use.
const WRITE_PATIENCE: Duration = Duration::from_secs(2);

/// An open serial port, 8 data bits, no parity, one stop bit, no flow control.
pub struct SerialTransport {
    port: SerialPort,
    opened: Instant,
}

impl SerialTransport {
    /// Opens a port such as `/dev/ttyUSB0`.
    ///
    /// # Errors
    /// [`DeviceError::PermissionDenied`] with the group that may open it, [`DeviceError::Gone`] otherwise.
    pub fn open(path: &Path, baud: u32) -> Result<Self, DeviceError> {
        let name = path.display();
        let mut port = SerialPort::open(path, baud).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => DeviceError::PermissionDenied {
                detail: format!("{name}: add the station's user to group dialout"),
            },
            ErrorKind::ResourceBusy => DeviceError::Busy { detail: format!("{name}: {error}") },
            _ => DeviceError::Gone { detail: format!("{name}: {error}") },
        })?;
        let gone = |error: std::io::Error| DeviceError::Gone { detail: format!("{name}: {error}") };
        port.set_write_timeout(WRITE_PATIENCE).map_err(gone)?;
        port.discard_input_buffer().map_err(gone)?;
        Ok(Self { port, opened: Instant::now() })
    }
}

impl Clock for SerialTransport {
    fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        thread::sleep(pause);
    }
}

impl ByteTransport for SerialTransport {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.port.write_all(data).map_err(|error| match error.kind() {
            ErrorKind::TimedOut => TransportError::Timeout("a write on the serial line".to_owned()),
            _ => TransportError::Gone(error.to_string()),
        })
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let gone = |error: std::io::Error| TransportError::Gone(error.to_string());
        self.port.set_read_timeout(timeout).map_err(gone)?;
        let mut bytes = vec![0; limit];
        let count = match self.port.read(&mut bytes) {
            // A hung-up line reads as ready and empty.
            Ok(0) if limit > 0 => return Err(TransportError::Gone("the serial line was closed".to_owned())),
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => 0,
            Err(error) => return Err(gone(error)),
        };
        bytes.truncate(count);
        Ok(bytes)
    }
}
