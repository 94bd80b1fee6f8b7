//! What went over a wire, as text: recorded from a live device, replayed in its place.
//!
//! A recording is made on purpose, by a technician. With [`Pictures::Blanked`] it holds the dialogue and no person;
//! with [`Pictures::Kept`] it holds everything the device sent and is handled like any other capture.
//!
//! The first line is `tram-recording 1` and what was recorded; each further line is one [`Event`] with its time
//! in microseconds. Bytes are hexadecimal. `=` stands before what came back, `!` before why nothing did.
//!
//! ```text
//! tram-recording 1 U.are.U 4500
//! 900600 submit 81 64
//! 900612 in 40 04 0007 0000 1 = 01
//! 901200 out 40 04 0007 0000 81 =
//! 902310 came 81 = 56aa03910efe0c54
//! 903000 came 82 ! gone
//! 904000 write ef01ffffffff010003010005
//! 905000 read ef01ffffffff0700030200
//! ```

pub mod record;
pub mod replay;
mod text;

use crate::transport::{Request, TransportError};
use std::fmt::{self, Write as _};
use std::io::BufRead;
use std::time::Duration;

pub use record::{Pictures, Recorder};
pub use replay::Replay;

/// The longest line read: one bulk transfer of 4 MiB.
const MAX_LINE_BYTES: u64 = 8 * 1024 * 1024 + 256;
/// The most events read: hours of video traffic.
const MAX_EVENTS: usize = 1_000_000;
const MAGIC: &str = "tram-recording 1";

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("the recording cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no recording.
    #[error("this file is not a recording: its first line does not say \"{MAGIC}\"")]
    NotARecording,
    /// A line is wrong.
    #[error("line {line} of the recording is wrong: {reason}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// Why nothing came back. The words for the technician are not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// [`TransportError::Gone`]
    Gone,
    /// [`TransportError::Timeout`]
    Timeout,
    /// [`TransportError::Stall`]
    Stall,
}

impl Failure {
    fn of(error: &TransportError) -> Self {
        match error {
            TransportError::Timeout(_) => Self::Timeout,
            TransportError::Stall(_) => Self::Stall,
            TransportError::Gone(_) | TransportError::Diverged(_) => Self::Gone,
        }
    }

    fn error(self, what: &str) -> TransportError {
        match self {
            Self::Gone => TransportError::Gone(format!("as recorded, at {what}")),
            Self::Timeout => TransportError::Timeout(what.to_owned()),
            Self::Stall => TransportError::Stall(what.to_owned()),
        }
    }
}

/// One thing that happened on a wire.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs)] // The fields are the arguments of the transport's methods.
pub enum Event {
    /// The host sent a control request.
    ControlOut { request: Request, data: Vec<u8>, outcome: Result<(), Failure> },
    /// The host asked by a control request.
    ControlIn { request: Request, length: u16, outcome: Result<Vec<u8>, Failure> },
    /// The host queued a read.
    Submit { endpoint: u8, length: usize },
    /// A queued read ended.
    Came { endpoint: u8, outcome: Result<Vec<u8>, Failure> },
    /// The host wrote to a bulk endpoint.
    BulkOut { endpoint: u8, data: Vec<u8>, outcome: Result<(), Failure> },
    /// The host wrote to a byte stream.
    Write { data: Vec<u8> },
    /// Bytes came from a byte stream.
    Read { data: Vec<u8> },
    /// The byte stream was closed.
    Closed,
}

impl fmt::Debug for Event {
    /// What happened, without the bytes: they may be a person's image.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlOut { request, data, .. } => write!(f, "out {request} ({} bytes)", data.len()),
            Self::ControlIn { request, length, .. } => write!(f, "in {request} ({length} bytes)"),
            Self::Submit { endpoint, length } => write!(f, "submit {endpoint:02x} {length}"),
            Self::Came { endpoint, outcome: Ok(data) } => {
                write!(f, "came {endpoint:02x} ({} bytes)", data.len())
            }
            Self::Came { endpoint, outcome: Err(failure) } => write!(f, "came {endpoint:02x} {failure:?}"),
            Self::BulkOut { endpoint, data, .. } => write!(f, "bulk {endpoint:02x} ({} bytes)", data.len()),
            Self::Write { data } => write!(f, "write ({} bytes)", data.len()),
            Self::Read { data } => write!(f, "read ({} bytes)", data.len()),
            Self::Closed => f.write_str("closed"),
        }
    }
}

/// A recorded session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What was recorded: a model name, never a person's.
    pub about: String,
    /// What happened and when, since the wire was opened.
    pub events: Vec<(Duration, Event)>,
}

impl Recording {
    /// Reads the text form, within bounds.
    ///
    /// # Errors
    /// When the file is no recording or a line of it is wrong; the line is named.
    pub fn read(source: impl BufRead) -> Result<Self, RecordingError> {
        let mut source = source;
        let mut recording = Self::default();
        for line in 1.. {
            let wrong = |reason: &str| RecordingError::Line { line, reason: reason.to_owned() };
            let mut text = String::new();
            let count = std::io::Read::take(&mut source, MAX_LINE_BYTES).read_line(&mut text)?;
            match text.strip_suffix('\n') {
                _ if count == 0 && line > 1 => return Ok(recording),
                _ if line == 1 => {
                    let about = text.strip_prefix(MAGIC).ok_or(RecordingError::NotARecording)?;
                    about.trim().clone_into(&mut recording.about);
                }
                _ if recording.events.len() >= MAX_EVENTS => return Err(wrong("there are too many events")),
                None if count as u64 == MAX_LINE_BYTES => return Err(wrong("it is too long")),
                rest => recording.events.push(text::parse(rest.unwrap_or(&text)).map_err(|e| wrong(&e))?),
            }
        }
        Ok(recording)
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        let mut text = first_line(&self.about);
        for (at, event) in &self.events {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}", text::Line(*at, event));
        }
        text
    }
}

fn first_line(about: &str) -> String {
    format!("{MAGIC} {}\n", about.replace(['\n', '\r'], " ").trim())
}

#[cfg(test)]
mod tests;
