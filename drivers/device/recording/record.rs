//! A transport that writes down what goes over it.

use super::{Event, Failure, first_line, text::Line};
use crate::transport::{ByteTransport, Clock, Request, TransportError, UsbTransport};
use std::io::{self, Write};
use std::time::Duration;

/// What becomes of pictures in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// Everything is kept: a replay gives the same pictures. For invented fingers and phantoms.
    Kept,
    /// What the device sends beyond the length of an event or an answer becomes zeros: the dialogue without the
    /// person, for the developer of a driver.
    Blanked,
}

/// The longest event or answer, and the head of a picture that its dialogue depends on.
const HEAD_BYTES: usize = 64;

/// Passes everything on to `inner` and writes it to a recording.
///
/// A recording that cannot be written never disturbs the device: the first error is kept for
/// [`Recorder::finish`].
pub struct Recorder<T> {
    inner: T,
    sink: Box<dyn Write + Send>,
    pictures: Pictures,
    written: io::Result<()>,
}

impl<T: Clock> Recorder<T> {
    /// Starts a recording in `sink`. `about` is a model name.
    pub fn new(inner: T, about: &str, pictures: Pictures, mut sink: Box<dyn Write + Send>) -> Self {
        let written = sink.write_all(first_line(about).as_bytes());
        Self { inner, sink, pictures, written }
    }

    /// Ends the recording and gives the transport back.
    ///
    /// # Errors
    /// When not everything could be written.
    pub fn finish(mut self) -> io::Result<T> {
        self.written?;
        self.sink.flush()?;
        Ok(self.inner)
    }

    /// A copy of what came, fit for the recording.
    fn copy(&self, data: &[u8]) -> Vec<u8> {
        let mut copy = data.to_vec();
        if self.pictures == Pictures::Blanked {
            copy.iter_mut().skip(HEAD_BYTES).for_each(|byte| *byte = 0);
        }
        copy
    }

    fn write(&mut self, at: Duration, event: &Event) {
        if self.written.is_ok() {
            self.written = writeln!(self.sink, "{}", Line(at, event));
        }
    }
}

fn outcome<A, B>(result: &Result<A, TransportError>, map: impl FnOnce(&A) -> B) -> Result<B, Failure> {
    result.as_ref().map(map).map_err(Failure::of)
}

impl<T: Clock> Clock for Recorder<T> {
    fn now(&self) -> Duration {
        self.inner.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.inner.sleep(pause);
    }
}

impl<T: UsbTransport> UsbTransport for Recorder<T> {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        timeout: Duration,
    ) -> Result<(), TransportError> {
        let at = self.now();
        let result = self.inner.control_out(request, data, timeout);
        let event = Event::ControlOut { request, data: data.to_vec(), outcome: outcome(&result, |()| ()) };
        self.write(at, &event);
        result
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let at = self.now();
        let result = self.inner.control_in(request, length, timeout);
        let outcome = outcome(&result, |data| self.copy(data));
        self.write(at, &Event::ControlIn { request, length, outcome });
        result
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        let at = self.now();
        self.write(at, &Event::Submit { endpoint, length });
        self.inner.submit_in(endpoint, length)
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        let result = self.inner.next_in(endpoint, timeout);
        let came = match &result {
            Ok(None) => return result,
            Ok(Some(data)) => Ok(self.copy(data)),
            Err(error) => Err(Failure::of(error)),
        };
        self.write(self.now(), &Event::Came { endpoint, outcome: came });
        result
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.inner.cancel_in(endpoint)
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let at = self.now();
        let result = self.inner.bulk_out(endpoint, data, timeout);
        let event = Event::BulkOut { endpoint, data: data.to_vec(), outcome: outcome(&result, |()| ()) };
        self.write(at, &event);
        result
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), TransportError> {
        self.inner.clear_halt(endpoint)
    }
}

impl<T: ByteTransport> ByteTransport for Recorder<T> {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        let at = self.now();
        let result = self.inner.write(data);
        let event = if result.is_ok() { Event::Write { data: data.to_vec() } } else { Event::Closed };
        Recorder::write(self, at, &event);
        result
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        let result = self.inner.read(limit, timeout);
        let event = match &result {
            Ok(data) if data.is_empty() => return result,
            Ok(data) => Event::Read { data: self.copy(data) },
            Err(_) => Event::Closed,
        };
        Recorder::write(self, self.now(), &event);
        result
    }
}
