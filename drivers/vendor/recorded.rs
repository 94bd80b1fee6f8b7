//! A session with a maker's library as a recording: its lines, and of its pictures nothing but their size. And the
//! recording in the place of the process.

use crate::dialogue::Host;
use crate::driver::DRIVER;
use std::io::Write;
use std::time::Duration;
use tram_device::recording::{Notes, Replay};
use tram_device::transport::{ByteTransport, Clock, TransportError};

/// What stands in the place of every pixel.
const GREY: u8 = 128;

/// Passes everything on to the process and writes it down.
pub struct Recorded<H> {
    host: H,
    notes: Notes,
}

impl<H: Host> Recorded<H> {
    /// Starts a recording in `sink` of the reader at this port of its library.
    pub fn new(host: H, port: &str, model: &str, sink: Box<dyn Write + Send>) -> Self {
        Self { host, notes: Notes::new(DRIVER, &about(port, model), sink) }
    }
}

/// What stands in the first line of a recording.
fn about(port: &str, model: &str) -> String {
    format!("{port}\t{model}")
}

/// The port and the model that [`about`] joined.
pub(crate) fn port_and_model(about: &str) -> (&str, &str) {
    about.split_once('\t').unwrap_or((about, ""))
}

impl<H: Host> Clock for Recorded<H> {
    fn now(&self) -> Duration {
        self.host.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.host.sleep(pause);
    }
}

impl<H: Host> ByteTransport for Recorded<H> {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.notes.asked(data);
        self.host.write(data)
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let answer = self.host.read(limit, timeout);
        self.notes.answered(answer.as_deref().ok());
        answer
    }
}

impl<H: Host> Host for Recorded<H> {
    fn set_memory(&mut self, file: i32) -> Result<(), TransportError> {
        self.host.set_memory(file)
    }

    fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, TransportError> {
        self.host.picture(bytes)
    }
}

impl Host for Replay {
    fn set_memory(&mut self, _file: i32) -> Result<(), TransportError> {
        Ok(())
    }

    fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, TransportError> {
        Ok(vec![GREY; bytes])
    }
}
