//! What went over a wire, as text: recorded from a live device, replayed in its place.
//!
//! A recording is made on purpose, by a technician. It holds the dialogue and no person: what the device sends passes
//! the driver's own [`Redact`], and of a long write (a card on its way to a printer) only length and digest are kept.
//!
//! The first line is `tram-recording 2`, the driver, and what the driver must know of the device; each further line is
//! one [`Event`] with its time in microseconds. Bytes are hexadecimal, `#length:digest` stands for those left out. `=`
//! stands before what came back, `!` before why nothing did. Lines that begin with `expect` end the recording: what
//! the driver makes of it ([`crate::session`]).
//!
//! ```text
//! tram-recording 2 uareu 05ba:000a 00/00 U.are.U 4500
//! 900600 submit 81 64
//! 900612 in 40 04 0007 0000 1 = 01
//! 901200 out 40 04 0007 0000 81 =
//! 902310 came 81 = 56aa03910efe0c54
//! 903000 came 82 ! gone
//! 903500 quiet 81
//! 904000 write ef01ffffffff010003010005
//! 905000 read ef01ffffffff0700030200
//! 906000 bulk 01 #1234567:89abcdef01234567 = -
//! expect picture 384x290 at 512 ppi, digest 0123456789abcdef
//! ```

pub mod notes;
pub mod record;
pub mod redact;
pub mod replay;
mod text;

use crate::transport::{Request, TransportError};
use std::fmt::{self, Write as _};
use std::io::BufRead;
use std::time::Duration;

pub use notes::Notes;
pub use record::Recorder;
pub use redact::{Nothing, Redact, Source, Tails};
pub use replay::Replay;

/// The longest line read: one bulk transfer of 4 MiB.
const MAX_LINE_BYTES: u64 = 8 * 1024 * 1024 + 256;
/// The most events read: hours of video traffic.
const MAX_EVENTS: usize = 1_000_000;
const EXPECT: &str = "expect ";
const MAGIC: &str = "tram-recording 2";

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

/// The longest write that is kept byte by byte.
const WHOLE_BYTES: usize = 64;

/// What the host wrote to a bulk endpoint.
#[derive(Clone, PartialEq, Eq)]
pub enum Sent {
    /// A command, whole.
    Whole(Vec<u8>),
    /// A card or another picture, of which a replay must tell one from another and nobody else anything.
    Digest {
        /// Bytes.
        length: usize,
        /// [`digest`] of them.
        digest: u64,
    },
}

impl Sent {
    /// As these bytes stand in a recording.
    pub fn of(data: &[u8]) -> Self {
        match data.len() {
            0..=WHOLE_BYTES => Self::Whole(data.to_vec()),
            length => Self::Digest { length, digest: digest(data) },
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Whole(data) => data.len(),
            Self::Digest { length, .. } => *length,
        }
    }
}

/// Tells one row of bytes from another: FNV-1a of 64 bits. It protects nothing.
pub fn digest(data: &[u8]) -> u64 {
    data.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
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
    /// The host waited and nothing came.
    Quiet { endpoint: u8 },
    /// The host wrote to a bulk endpoint.
    BulkOut { endpoint: u8, data: Sent, outcome: Result<(), Failure> },
    /// The host wrote to a byte stream.
    Write { data: Vec<u8> },
    /// Bytes came from a byte stream.
    Read { data: Vec<u8> },
    /// The host waited for bytes of a stream and none came.
    Silent,
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
            Self::Quiet { endpoint } => write!(f, "quiet {endpoint:02x}"),
            Self::BulkOut { endpoint, data, .. } => write!(f, "bulk {endpoint:02x} ({} bytes)", data.len()),
            Self::Write { data } => write!(f, "write ({} bytes)", data.len()),
            Self::Read { data } => write!(f, "read ({} bytes)", data.len()),
            Self::Silent => f.write_str("silent"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

/// A recorded session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The driver that made it.
    pub driver: String,
    /// What the driver must know of the device, a model name or more.
    pub about: String,
    /// What happened and when, since the wire was opened.
    pub events: Vec<(Duration, Event)>,
    /// What the driver makes of it, line by line.
    pub expected: Vec<String>,
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
                    let words = text.strip_prefix(MAGIC).ok_or(RecordingError::NotARecording)?.trim();
                    let (driver, about) = words.split_once(' ').unwrap_or((words, ""));
                    driver.clone_into(&mut recording.driver);
                    about.clone_into(&mut recording.about);
                }
                _ if recording.events.len() >= MAX_EVENTS => return Err(wrong("there are too many events")),
                None if count as u64 == MAX_LINE_BYTES => return Err(wrong("it is too long")),
                rest => {
                    let rest = rest.unwrap_or(&text);
                    match rest.strip_prefix(EXPECT) {
                        Some(expected) => recording.expected.push(expected.to_owned()),
                        None => recording.events.push(text::parse(rest).map_err(|e| wrong(&e))?),
                    }
                }
            }
        }
        Ok(recording)
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        let mut text = first_line(&self.driver, &self.about);
        for (at, event) in &self.events {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}", text::Line(*at, event));
        }
        for line in &self.expected {
            let _ = writeln!(text, "{EXPECT}{}", one_line(line));
        }
        text
    }
}

fn first_line(driver: &str, about: &str) -> String {
    format!("{MAGIC} {driver} {}\n", one_line(about))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests;
