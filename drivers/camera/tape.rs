//! A session with a network camera as a recording without its pictures, and the recording in the camera's place.

use crate::http::Address;
use crate::live::Slot;
use crate::mjpeg::{DRIVER, Dial};
use crate::picture::nothing;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::recording::{Recorder, Recording, Redact, Replay, Source};

/// The longest header line that is followed.
const MAX_LINE_BYTES: usize = 4096;

type Sink = Box<dyn Write + Send>;

/// Writes the first connection down; a camera that reconnects says the same again.
pub(crate) struct RecordedDial<D> {
    dial: D,
    url: String,
    sink: Mutex<Option<Sink>>,
}

impl<D> RecordedDial<D> {
    /// Starts a recording in `sink`.
    pub(crate) fn new(dial: D, url: &str, sink: Sink) -> Self {
        Self { dial, url: url.to_owned(), sink: Mutex::new(Some(sink)) }
    }
}

impl<D: Dial> Dial for RecordedDial<D> {
    type Wire = Recorder<D::Wire>;

    fn now(&self) -> Duration {
        self.dial.now()
    }

    fn dial(&self, address: &Address) -> Result<Self::Wire, DeviceError> {
        let wire = self.dial.dial(address)?;
        let sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sink = sink.unwrap_or_else(|| Box::new(std::io::sink()));
        Ok(Recorder::new(wire, DRIVER, &self.url, Box::new(Blank::default()), sink))
    }

    fn is_paced(&self) -> bool {
        self.dial.is_paced()
    }
}

/// The one connection of a recording.
pub(crate) struct PlayedDial {
    replay: Mutex<Option<Replay>>,
    dialled: AtomicU32,
}

impl PlayedDial {
    /// Before the beginning.
    pub(crate) fn new(recording: Recording) -> Self {
        Self { replay: Mutex::new(Some(Replay::new(recording))), dialled: AtomicU32::new(0) }
    }
}

impl Dial for PlayedDial {
    type Wire = Replay;

    /// Once its connection has ended nothing more will come, however long one waits: each attempt is a minute.
    fn now(&self) -> Duration {
        Duration::from_mins(self.dialled.load(Ordering::Relaxed).into())
    }

    fn pause(&self, _: &Slot, _: Duration) {}

    fn dial(&self, _: &Address) -> Result<Replay, DeviceError> {
        self.dialled.fetch_add(1, Ordering::Relaxed);
        let replay = self.replay.lock().unwrap_or_else(PoisonError::into_inner).take();
        replay.ok_or_else(|| DeviceError::Gone { detail: "the recording is over".to_owned() })
    }

    fn is_paced(&self) -> bool {
        true
    }
}

/// Follows the answer through the pieces it comes in, and blanks its pictures: those that say their length become pictures
/// of nothing, whatever else is no header becomes zeros.
#[derive(Default)]
struct Blank {
    line: Vec<u8>,
    at: At,
}

#[derive(Default)]
enum At {
    /// In the head of the answer.
    #[default]
    Head,
    /// Between pictures, before a boundary.
    Between,
    /// In the head of a picture of this length.
    PictureHead(Option<usize>),
    /// In a picture of nothing, at this byte.
    Picture(Vec<u8>, usize),
    /// In what cannot be followed.
    Lost,
}

impl Blank {
    /// Follows a line of a head.
    fn ended(&mut self, at: At) -> At {
        let text = String::from_utf8_lossy(&self.line).trim_end().to_ascii_lowercase();
        self.line.clear();
        let value = |name: &str| text.strip_prefix(name).map(|value| value.trim_start_matches(':').trim());
        match at {
            // Chunks cut through pictures.
            At::Head if value("transfer-encoding").is_some() => At::Lost,
            At::Head if text.is_empty() => At::Between,
            At::Between if text.starts_with("--") => At::PictureHead(None),
            At::PictureHead(length) if !text.is_empty() => {
                At::PictureHead(value("content-length").and_then(|value| value.parse().ok()).or(length))
            }
            At::PictureHead(Some(length)) => At::Picture(nothing(false, length), 0),
            At::PictureHead(None) => At::Lost,
            at => at,
        }
    }

    fn follow(&mut self, byte: u8) -> u8 {
        match std::mem::take(&mut self.at) {
            At::Lost => {
                self.at = At::Lost;
                0
            }
            At::Picture(blank, at) => {
                let shown = blank.get(at).copied().unwrap_or_default();
                self.at = if at + 1 < blank.len() { At::Picture(blank, at + 1) } else { At::Between };
                shown
            }
            at => {
                // What follows a picture and is no boundary may still be one.
                let is_boundary = b"\r\n-".contains(&byte) || self.line.starts_with(b"--");
                let is_kept = !matches!(at, At::Between) || is_boundary;
                self.line.push(byte);
                self.at = match byte {
                    b'\n' => self.ended(at),
                    _ if self.line.len() > MAX_LINE_BYTES => At::Lost,
                    _ => at,
                };
                if is_kept { byte } else { 0 }
            }
        }
    }
}

impl Redact for Blank {
    fn came(&mut self, _source: Source, data: &mut [u8]) {
        for byte in data {
            *byte = self.follow(*byte);
        }
    }
}
