//! A camera behind the calls of V4L2, in emulated time: two seconds without a frame take no time. Its nth call, counted over
//! all its starts, suffers a fault.

use super::{Buffer, Frames, Node, Opened, Shape};
use crate::live::Slot;
use crate::picture::{RawFrame, decode};
use image::codecs::jpeg::JpegEncoder;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tram_device::testing::Fault;
use tram_device::{CameraControl, DeviceError};

pub(crate) const SIDE: u32 = 32;
/// Distinct pictures; then they come again.
const PICTURES: usize = 5;
const FRAME_TIME: Duration = Duration::from_millis(33);
/// A camera that hangs does so for longer than anybody waits.
const HUNG: Duration = Duration::from_secs(9);
/// What the driver asks the kernel to wait for a frame.
const FIRST_FRAME: Duration = Duration::from_secs(2);
/// How long a camera that was unplugged stays away, in times it is opened.
const OPENINGS_AWAY: u32 = 1;

// Linux error numbers.
const EIO: i32 = 5;
const EACCES: i32 = 13;
const EBUSY: i32 = 16;
const ENODEV: i32 = 19;

/// What goes wrong with one call: what goes wrong on every wire, and what a video node adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Wire(Fault),
    Busy,
    NoPermission,
}

impl Trouble {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wire(fault) => fault.name(),
            Self::Busy => "busy",
            Self::NoPermission => "no permission",
        }
    }
}

/// The nth picture as the camera sends it.
fn sent(number: usize, is_raw: bool) -> Vec<u8> {
    let level = |at: usize| (at * 3 + number * 40) as u8;
    if is_raw {
        return (0..(2 * SIDE * SIDE) as usize).map(level).collect();
    }
    let picture = image::RgbImage::from_fn(SIDE, SIDE, |x, y| image::Rgb([level((x + y * y) as usize); 3]));
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).encode_image(&picture).expect("encodes");
    bytes
}

/// What its pictures are, decoded.
pub(crate) fn truth(is_raw: bool) -> Vec<Vec<u8>> {
    let (width, height, stride) = (SIDE, SIDE, 2 * SIDE as usize);
    let frame = |bytes| match is_raw {
        true => RawFrame::Yuyv { width, height, stride, bytes },
        false => RawFrame::Jpeg(bytes),
    };
    let picture = |number| decode(&frame(sent(number, is_raw))).expect("whole").pixels().to_vec();
    (0..PICTURES).map(picture).collect()
}

struct State {
    is_raw: bool,
    at: usize,
    trouble: Option<Trouble>,
    calls: usize,
    frames: usize,
    now: Duration,
    asleep_until: Duration,
    away: u32,
    /// What the driver was asking for when the fault struck.
    struck: Option<&'static str>,
}

/// The camera. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Emulated(Arc<Mutex<State>>);

impl Emulated {
    pub(crate) fn new(is_raw: bool, at: usize, trouble: Option<Trouble>) -> Self {
        Self(Arc::new(Mutex::new(State {
            is_raw,
            at,
            trouble,
            calls: 0,
            frames: 0,
            now: Duration::ZERO,
            asleep_until: Duration::ZERO,
            away: 0,
            struck: None,
        })))
    }

    pub(crate) fn struck(&self) -> Option<&'static str> {
        self.state().struck
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic")
    }

    /// Counts a call; the fault that strikes it, if it is one of those a call without data can suffer.
    fn call(&self, name: &'static str) -> io::Result<Option<Fault>> {
        let mut state = self.state();
        let error = |code| Err(io::Error::from_raw_os_error(code));
        if state.away > 0 {
            return error(ENODEV);
        }
        state.calls += 1;
        if state.calls <= state.at {
            return Ok(None);
        }
        let Some(trouble) = state.trouble.take() else { return Ok(None) };
        state.struck = Some(name);
        match trouble {
            Trouble::Busy => error(EBUSY),
            Trouble::NoPermission => error(EACCES),
            Trouble::Wire(Fault::Unplug) => {
                state.away = OPENINGS_AWAY + 1;
                error(ENODEV)
            }
            Trouble::Wire(Fault::Stall) => error(EIO),
            Trouble::Wire(fault) => Ok(Some(fault)),
        }
    }
}

impl Node for Emulated {
    type Opened = Self;

    fn name(&self) -> String {
        "/dev/video0".to_owned()
    }

    fn now(&self) -> Duration {
        self.state().now
    }

    fn open(&self) -> io::Result<Self> {
        let mut state = self.state();
        state.away = state.away.saturating_sub(1);
        drop(state);
        self.call("opening")?;
        Ok(self.clone())
    }
}

impl Opened for Emulated {
    type Frames<'a> = Running;

    fn set_format(&self, wanted: Shape) -> io::Result<Shape> {
        self.call("negotiating")?;
        let fourcc = if self.state().is_raw { super::YUYV } else { *b"MJPG" };
        let stride = if self.state().is_raw { 2 * SIDE } else { wanted.stride };
        Ok(Shape { fourcc, width: SIDE, height: SIDE, stride })
    }

    fn start(&self) -> io::Result<Running> {
        self.call("starting")?;
        Ok(Running { camera: self.clone(), bytes: Vec::new() })
    }

    fn controls(&self) -> io::Result<Vec<CameraControl>> {
        Ok(Vec::new())
    }

    fn set_control(&self, _: &str, _: i64) -> Result<(), DeviceError> {
        Ok(())
    }
}

/// Its stream.
pub(crate) struct Running {
    camera: Emulated,
    bytes: Vec<u8>,
}

impl Running {
    /// Whether it sleeps; then the kernel waits in vain.
    fn sleeps(&self, patience: Duration) -> bool {
        let mut state = self.camera.state();
        let left = state.asleep_until.saturating_sub(state.now);
        state.now += patience.min(left);
        left > Duration::ZERO
    }
}

impl Frames for Running {
    fn next(&mut self) -> io::Result<Buffer<'_>> {
        let number = self.camera.state().frames;
        let fault = self.camera.call(if number == 0 { "first frame" } else { "playing" })?;
        let mut state = self.camera.state();
        let (mut used, mut is_damaged) = (None, false);
        self.bytes = sent(number % PICTURES, state.is_raw);
        match fault {
            Some(Fault::Timeout) => state.asleep_until = state.now + HUNG,
            Some(Fault::Asleep(millis)) => {
                state.asleep_until = state.now + Duration::from_millis(millis.into());
            }
            Some(Fault::Slow(millis)) => state.now += Duration::from_millis(millis.into()),
            Some(Fault::Short(count)) => used = Some(count),
            Some(Fault::Empty) => used = Some(0),
            Some(Fault::Long) => used = Some(2 * self.bytes.len()),
            Some(Fault::Garbage(seed)) => {
                // A damaged frame is flagged by the kernel when it is raw, and no JPEG when it is not.
                is_damaged = state.is_raw;
                self.bytes.iter_mut().for_each(|byte| *byte ^= (seed >> 8) as u8 | 1);
            }
            Some(Fault::Unplug | Fault::Stall) | None => {}
        }
        drop(state);
        if self.sleeps(FIRST_FRAME) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let mut state = self.camera.state();
        state.frames += 1;
        state.now += FRAME_TIME;
        Ok(Buffer { used: used.unwrap_or(self.bytes.len()), bytes: &self.bytes, is_damaged })
    }

    /// A frame for each that was taken.
    fn wait(&mut self, slot: &Slot, patience: Duration) -> io::Result<bool> {
        Ok(slot.wait_taken(patience) && !self.sleeps(patience))
    }
}
