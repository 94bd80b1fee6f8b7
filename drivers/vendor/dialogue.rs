//! The dialogue with a process that has loaded a maker's library: what it is asked, its heartbeat, its answers.

use crate::words::{Answer, MAX_LINE_BYTES, ROOM_BYTES, Request, failure};
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::transport::{ByteTransport, TransportError};

/// Silence after which the process does not live any more; it says so four times a second.
const HEARTBEAT_PATIENCE: Duration = Duration::from_secs(2);
/// How much longer than it was told a call may take.
const GRACE: Duration = Duration::from_millis(1500);
/// How long loading a library may take.
const START_PATIENCE: Duration = Duration::from_secs(5);
const READ_STEP: Duration = Duration::from_millis(100);
const READ_BYTES: usize = 4096;

/// The other process as the driver sees it: lines both ways, and memory that both see.
pub trait Host: ByteTransport + Send {
    /// Where its pictures lie: behind this file of its own.
    ///
    /// # Errors
    /// When there is no such memory.
    fn set_memory(&mut self, file: i32) -> Result<(), TransportError>;

    /// The first bytes of that memory, at most [`ROOM_BYTES`].
    ///
    /// # Errors
    /// When there are not so many.
    fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, TransportError>;
}

/// A process that is spoken to.
pub struct Dialogue<H> {
    host: H,
    incoming: Vec<u8>,
    heard: Duration,
}

impl<H: Host> Dialogue<H> {
    /// Waits until the process has loaded its library.
    ///
    /// # Errors
    /// When it cannot, or does not say so in time.
    pub fn start(host: H) -> Result<Self, DeviceError> {
        let heard = host.now();
        let mut dialogue = Self { host, incoming: Vec::new(), heard };
        match dialogue.answer(START_PATIENCE, "its start")? {
            Answer::Memory(file) => dialogue.host.set_memory(file)?,
            Answer::Failed(result) => return Err(failure(result, "its start")),
            other => return Err(confused(&other)),
        }
        Ok(dialogue)
    }

    pub(crate) fn now(&self) -> Duration {
        self.host.now()
    }

    /// Asks and waits for the answer, so much longer than `patience` as an answer takes.
    pub(crate) fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer, DeviceError> {
        let name = request.to_string();
        self.heard = self.host.now();
        self.host
            .write(format!("{request}\n").as_bytes())
            .map_err(|error| crashed(&format!("before {name}"), &error))?;
        self.answer(patience, &name)
    }

    /// The next answer that is no heartbeat.
    pub(crate) fn answer(&mut self, patience: Duration, what: &str) -> Result<Answer, DeviceError> {
        let deadline = self.host.now() + patience + GRACE;
        loop {
            while let Some(line) = self.line()? {
                match Answer::parse(&line) {
                    Some(Answer::Beat) => {}
                    Some(answer) => return Ok(answer),
                    None => return Err(garbage("it says what is no answer")),
                }
            }
            let now = self.host.now();
            let silent = now.saturating_sub(self.heard) > HEARTBEAT_PATIENCE;
            if silent || now > deadline {
                let why = if silent { "fell silent" } else { "hangs" };
                return Err(DeviceError::Gone { detail: format!("the maker's library {why} in {what}") });
            }
            let bytes = self
                .host
                .read(READ_BYTES, READ_STEP)
                .map_err(|error| crashed(&format!("in {what}"), &error))?;
            if !bytes.is_empty() {
                self.heard = self.host.now();
                self.incoming.extend(bytes);
            }
        }
    }

    fn line(&mut self) -> Result<Option<String>, DeviceError> {
        match self.incoming.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                let line: Vec<u8> = self.incoming.drain(..=end).take(end).collect();
                Ok(Some(String::from_utf8_lossy(&line).into_owned()))
            }
            None if self.incoming.len() > MAX_LINE_BYTES => Err(garbage("it says more than a line")),
            None => Ok(None),
        }
    }

    /// A picture out of the memory that both see.
    pub(crate) fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, DeviceError> {
        if bytes > ROOM_BYTES {
            return Err(garbage(&format!("a picture of {bytes} bytes")));
        }
        Ok(self.host.picture(bytes)?)
    }
}

pub(crate) fn confused(answer: &Answer) -> DeviceError {
    garbage(&format!("{answer:?} answers something else"))
}

/// Whatever went wrong with its lines, the process is of no more use.
fn crashed(when: &str, error: &TransportError) -> DeviceError {
    DeviceError::Gone { detail: format!("the maker's library crashed {when}: {error}") }
}

fn garbage(detail: &str) -> DeviceError {
    DeviceError::Garbage { detail: format!("the maker's library: {detail}") }
}
