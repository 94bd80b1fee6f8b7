//! The process that loads a maker's library, and its end.

use crate::dialogue::Host;
use crate::words::ROOM_BYTES;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tram_device::DeviceError;
use tram_device::transport::{ByteTransport, Clock, TransportError};

/// How long it may take to hear a line.
const WRITE_PATIENCE: Duration = Duration::from_millis(1500);
/// The shortest wait a socket knows.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// A running process. It ends with this value.
pub(crate) struct Process {
    child: Child,
    socket: UnixStream,
    memory: Option<File>,
    started: Instant,
}

impl Process {
    /// Starts the program and lets it load the library.
    pub(crate) fn start(program: &Path, library: &Path) -> Result<Self, DeviceError> {
        let gone = |error: io::Error| DeviceError::Gone { detail: format!("{}: {error}", program.display()) };
        let (socket, theirs) = UnixStream::pair().map_err(gone)?;
        socket.set_write_timeout(Some(WRITE_PATIENCE)).map_err(gone)?;
        let child = Command::new(program)
            .arg(library)
            .stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)))
            // Whatever a library prints may name a person.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(gone)?;
        Ok(Self { child, socket, memory: None, started: Instant::now() })
    }
}

impl Clock for Process {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        thread::sleep(pause);
    }
}

impl ByteTransport for Process {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.socket.write_all(data).map_err(|error| TransportError::Gone(error.to_string()))
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let gone = |error: io::Error| TransportError::Gone(error.to_string());
        self.socket.set_read_timeout(Some(timeout.max(SHORTEST_WAIT))).map_err(gone)?;
        let mut bytes = vec![0; limit];
        match self.socket.read(&mut bytes) {
            Ok(0) => Err(TransportError::Gone("it ended".to_owned())),
            Ok(count) => {
                bytes.truncate(count);
                Ok(bytes)
            }
            Err(e)
                if matches!(
                    e.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                Ok(Vec::new())
            }
            Err(error) => Err(gone(error)),
        }
    }
}

impl Host for Process {
    fn set_memory(&mut self, file: i32) -> Result<(), TransportError> {
        let path = format!("/proc/{}/fd/{file}", self.child.id());
        self.memory = Some(File::open(path).map_err(|error| TransportError::Gone(error.to_string()))?);
        Ok(())
    }

    fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, TransportError> {
        let gone = |why: &str| TransportError::Gone(why.to_owned());
        let memory = self.memory.as_ref().ok_or_else(|| gone("a picture before its memory"))?;
        let mut pixels = vec![0; bytes.min(ROOM_BYTES)];
        memory.read_exact_at(&mut pixels, 0).map_err(|error| gone(&error.to_string()))?;
        Ok(pixels)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already cannot be ended; one that was killed is soon gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
