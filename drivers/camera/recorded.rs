//! A session with a camera of the kernel's as a recording, and the recording in the camera's place. Of a frame only its
//! length stands in it.

use crate::live::Slot;
use crate::node::{Buffer, Frames, Node, Opened, Shape, YUYV};
use crate::picture::{MAX_FRAME_BYTES, nothing};
use crate::v4l2::DRIVER;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tram_device::recording::{Notes, Recording, Replay};
use tram_device::transport::{Clock as _, TransportError};
use tram_device::{CameraControl, DeviceError};

const OPEN: &str = "open";
const START: &str = "start";
const FRAME: &str = "frame";
const DONE: &str = "done";
const DAMAGED: &str = "damaged";

impl Shape {
    fn words(&self) -> String {
        let Self { fourcc, width, height, stride } = self;
        format!("{} {width} {height} {stride}", String::from_utf8_lossy(fourcc))
    }

    fn parse(words: &str) -> Option<Self> {
        let mut words = words.split(' ');
        let fourcc = words.next()?.as_bytes().try_into().ok()?;
        let mut number = || words.next()?.parse().ok();
        Some(Self { fourcc, width: number()?, height: number()?, stride: number()? })
    }
}

/// What is asked for a format.
fn format(wanted: Shape) -> String {
    format!("format {}", wanted.words())
}

/// Passes the calls on and writes them down.
pub(crate) struct Recorded<N> {
    node: N,
    notes: Arc<Mutex<Notes>>,
}

impl<N: Node> Recorded<N> {
    /// Starts a recording in `sink`.
    pub(crate) fn new(node: N, model: &str, sink: Box<dyn Write + Send>) -> Self {
        Self { node, notes: Arc::new(Mutex::new(Notes::new(DRIVER, model, sink))) }
    }
}

fn note<T>(notes: &Mutex<Notes>, question: &str, answer: &io::Result<T>, words: impl Fn(&T) -> String) {
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.asked(question.as_bytes());
    match answer {
        Ok(answer) => notes.answered(Some(words(answer).as_bytes())),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => notes.answered(Some(&[])),
        Err(_) => notes.answered(None),
    }
}

impl<N: Node> Node for Recorded<N> {
    type Opened = RecordedCamera<N::Opened>;

    fn name(&self) -> String {
        self.node.name()
    }

    fn now(&self) -> Duration {
        self.node.now()
    }

    fn open(&self) -> io::Result<Self::Opened> {
        let opened = self.node.open();
        note(&self.notes, OPEN, &opened, |_| DONE.to_owned());
        Ok(RecordedCamera { camera: opened?, notes: Arc::clone(&self.notes) })
    }
}

pub(crate) struct RecordedCamera<C> {
    camera: C,
    notes: Arc<Mutex<Notes>>,
}

impl<C: Opened> Opened for RecordedCamera<C> {
    type Frames<'a>
        = RecordedFrames<'a, C::Frames<'a>>
    where
        C: 'a;

    fn set_format(&self, wanted: Shape) -> io::Result<Shape> {
        let got = self.camera.set_format(wanted);
        note(&self.notes, &format(wanted), &got, Shape::words);
        got
    }

    fn start(&self) -> io::Result<Self::Frames<'_>> {
        let frames = self.camera.start();
        note(&self.notes, START, &frames, |_| DONE.to_owned());
        Ok(RecordedFrames { frames: frames?, notes: &self.notes })
    }

    fn controls(&self) -> io::Result<Vec<CameraControl>> {
        self.camera.controls()
    }

    fn set_control(&self, name: &str, value: i64) -> Result<(), DeviceError> {
        self.camera.set_control(name, value)
    }
}

pub(crate) struct RecordedFrames<'a, F> {
    frames: F,
    notes: &'a Mutex<Notes>,
}

impl<F: Frames> Frames for RecordedFrames<'_, F> {
    fn next(&mut self) -> io::Result<Buffer<'_>> {
        let frame = self.frames.next();
        note(self.notes, FRAME, &frame, |frame| {
            let Buffer { bytes, used, is_damaged } = frame;
            format!("{} {used} {}", bytes.len(), if *is_damaged { DAMAGED } else { DONE })
        });
        frame
    }

    fn wait(&mut self, slot: &Slot, patience: Duration) -> io::Result<bool> {
        self.frames.wait(slot, patience)
    }
}

/// A recording in the camera's place. It shows nothing, at the right size.
#[derive(Clone)]
pub(crate) struct Played(Arc<Mutex<Replay>>);

impl Played {
    /// Starts at the beginning.
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Arc::new(Mutex::new(Replay::new(recording))))
    }

    fn replay(&self) -> MutexGuard<'_, Replay> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, question: &str) -> io::Result<String> {
        let answer = self
            .replay()
            .ask(question.as_bytes())
            .map_err(|error: TransportError| io::Error::other(error))?;
        if answer.is_empty() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

impl Node for Played {
    type Opened = PlayedCamera;

    fn name(&self) -> String {
        "the recording".to_owned()
    }

    fn now(&self) -> Duration {
        self.replay().now()
    }

    fn open(&self) -> io::Result<PlayedCamera> {
        self.ask(OPEN)?;
        Ok(PlayedCamera { recording: self.clone(), is_raw: Mutex::default() })
    }
}

pub(crate) struct PlayedCamera {
    recording: Played,
    is_raw: Mutex<bool>,
}

impl Opened for PlayedCamera {
    type Frames<'a> = PlayedFrames<'a>;

    fn set_format(&self, wanted: Shape) -> io::Result<Shape> {
        let words = self.recording.ask(&format(wanted))?;
        let got = Shape::parse(&words).ok_or_else(|| io::Error::other(format!("no format: {words}")))?;
        *self.is_raw.lock().unwrap_or_else(PoisonError::into_inner) = got.fourcc == YUYV;
        Ok(got)
    }

    fn start(&self) -> io::Result<PlayedFrames<'_>> {
        self.recording.ask(START)?;
        let is_raw = *self.is_raw.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(PlayedFrames { recording: &self.recording, is_raw, bytes: Vec::new() })
    }

    fn controls(&self) -> io::Result<Vec<CameraControl>> {
        Ok(Vec::new())
    }

    fn set_control(&self, name: &str, _value: i64) -> Result<(), DeviceError> {
        Err(DeviceError::Unsupported { detail: format!("a recording has no {name}") })
    }
}

pub(crate) struct PlayedFrames<'a> {
    recording: &'a Played,
    is_raw: bool,
    bytes: Vec<u8>,
}

impl Frames for PlayedFrames<'_> {
    fn next(&mut self) -> io::Result<Buffer<'_>> {
        let words = self.recording.ask(FRAME)?;
        let parts: Vec<&str> = words.split(' ').collect();
        let (length, used, state) = match parts.as_slice() {
            [length, used, state] => (length.parse().ok(), used.parse().ok(), *state),
            _ => (None, None, ""),
        };
        let (Some(length), Some(used)) = (length, used) else {
            return Err(io::Error::other(format!("no frame: {words}")));
        };
        self.bytes = nothing(self.is_raw, MAX_FRAME_BYTES.min(length));
        Ok(Buffer { bytes: &self.bytes, used, is_damaged: state == DAMAGED })
    }

    /// The next frame comes when the last one was taken, so that a replay gives the same ones each time.
    fn wait(&mut self, slot: &Slot, patience: Duration) -> io::Result<bool> {
        Ok(slot.wait_taken(patience))
    }
}
