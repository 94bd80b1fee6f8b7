//! A transport that writes down what goes over it.

use super::{Event, Failure, Redact, Sent, Source, first_line, text::Line};
use crate::transport::{ByteTransport, Clock, Request, TransportError, UsbTransport};
use std::io::{self, Write};
use std::time::Duration;

/// Passes everything on to `inner` and writes it to a recording.
///
/// A recording that cannot be written never disturbs the device: the first error is kept for
/// [`Recorder::finish`].
pub struct Recorder<T> {
    inner: T,
    sink: Box<dyn Write + Send>,
    redact: Box<dyn Redact>,
    written: io::Result<()>,
}

impl<T: Clock> Recorder<T> {
    /// Starts a recording in `sink`: which driver, and what it must know of the device to replay it.
    pub fn new(
        inner: T,
        driver: &str,
        about: &str,
        redact: Box<dyn Redact>,
        mut sink: Box<dyn Write + Send>,
    ) -> Self {
        let written = sink.write_all(first_line(driver, about).as_bytes());
        Self { inner, sink, redact, written }
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
    fn copy(&mut self, source: Source, data: &[u8]) -> Vec<u8> {
        let mut copy = data.to_vec();
        self.redact.came(source, &mut copy);
        copy
    }

    fn write(&mut self, at: Duration, event: &Event) {
        if self.written.is_ok() {
            self.written = writeln!(self.sink, "{}", Line(at, event));
        }
    }
}

fn outcome(result: &Result<(), TransportError>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error) => Err(Failure::of(error)),
    }
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
        let mut data = data.to_vec();
        self.redact.sent(request, &mut data);
        self.write(at, &Event::ControlOut { request, data, outcome: outcome(&result) });
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
        let outcome = match &result {
            Ok(data) => Ok(self.copy(Source::Control(request), data)),
            Err(error) => Err(Failure::of(error)),
        };
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
            Ok(None) => {
                self.write(self.now(), &Event::Quiet { endpoint });
                return result;
            }
            Ok(Some(data)) => Ok(self.copy(Source::Endpoint(endpoint), data)),
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
        let data = Sent::of(data);
        self.write(at, &Event::BulkOut { endpoint, data, outcome: outcome(&result) });
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
            Ok(data) if data.is_empty() => Event::Silent,
            Ok(data) => Event::Read { data: self.copy(Source::Stream, data) },
            Err(_) => Event::Closed,
        };
        Recorder::write(self, self.now(), &event);
        result
    }
}
