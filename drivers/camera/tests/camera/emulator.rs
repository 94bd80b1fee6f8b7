//! Emulated cameras in emulated time, from what V4L2 and MJPEG over HTTP are: a video node whose nth call suffers a fault,
//! and a network camera's end of a connection.

use image::codecs::jpeg::JpegEncoder;
use std::time::Duration;
use tram_device::testing::{Fault, SerialDevice};

/// Of both cameras' pictures.
pub(crate) const SIDE: u32 = 32;
/// Distinct pictures; then they come again.
pub(crate) const PICTURES: usize = 5;
const FRAME_TIME: Duration = Duration::from_millis(33);
/// What is asked of the kernel to wait for a frame.
pub(crate) const FIRST_FRAME: Duration = Duration::from_secs(2);
/// A camera that hangs does so for longer than anybody waits.
const HUNG: Duration = Duration::from_secs(9);
/// How often a camera that was unplugged is not there when it is opened.
const OPENINGS_AWAY: u32 = 1;
/// What a network carries at once.
const PIECE_BYTES: usize = 400;

// Linux error numbers.
const EIO: i32 = 5;
const EACCES: i32 = 13;
const EBUSY: i32 = 16;
const ENODEV: i32 = 19;

/// The nth picture as a camera sends it, packed YUV 4:2:2 or JPEG.
pub(crate) fn sent(number: usize, is_raw: bool) -> Vec<u8> {
    let level = |at: usize| (at * 3 + number * 40) as u8;
    if is_raw {
        return (0..(2 * SIDE * SIDE) as usize).map(level).collect();
    }
    let picture = image::RgbImage::from_fn(SIDE, SIDE, |x, y| image::Rgb([level((x + y * y) as usize); 3]));
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).encode_image(&picture).expect("encodes");
    bytes
}

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

/// A frame as the kernel hands it out.
pub(crate) struct Frame {
    pub(crate) bytes: Vec<u8>,
    pub(crate) used: usize,
    pub(crate) is_damaged: bool,
}

/// A camera behind a video node. Its nth call, counted over all its starts, suffers a fault.
pub(crate) struct Camera {
    pub(crate) is_raw: bool,
    pub(crate) now: Duration,
    /// What it was asked for when the fault struck.
    pub(crate) struck: Option<&'static str>,
    at: usize,
    trouble: Option<Trouble>,
    calls: usize,
    frames: usize,
    asleep_until: Duration,
    away: u32,
}

impl Camera {
    pub(crate) fn new(is_raw: bool, at: usize, trouble: Option<Trouble>) -> Self {
        let (now, asleep_until) = (Duration::ZERO, Duration::ZERO);
        Self { is_raw, now, struck: None, at, trouble, calls: 0, frames: 0, asleep_until, away: 0 }
    }

    /// Opens it; one that was unplugged may be back.
    pub(crate) fn open(&mut self) -> Result<(), i32> {
        self.away = self.away.saturating_sub(1);
        self.call("opening").map(|_| ())
    }

    /// Counts a call: an error number, or the fault of one that brings something.
    pub(crate) fn call(&mut self, name: &'static str) -> Result<Option<Fault>, i32> {
        if self.away > 0 {
            return Err(ENODEV);
        }
        self.calls += 1;
        if self.calls <= self.at {
            return Ok(None);
        }
        let Some(trouble) = self.trouble.take() else { return Ok(None) };
        self.struck = Some(name);
        match trouble {
            Trouble::Busy => Err(EBUSY),
            Trouble::NoPermission => Err(EACCES),
            Trouble::Wire(Fault::Unplug) => {
                self.away = OPENINGS_AWAY + 1;
                Err(ENODEV)
            }
            Trouble::Wire(Fault::Stall) => Err(EIO),
            Trouble::Wire(fault) => Ok(Some(fault)),
        }
    }

    /// Whether it sleeps; then the kernel waits in vain.
    pub(crate) fn sleeps(&mut self, patience: Duration) -> bool {
        let left = self.asleep_until.saturating_sub(self.now);
        self.now += patience.min(left);
        left > Duration::ZERO
    }

    /// The next frame, an error number, or nothing in time.
    pub(crate) fn frame(&mut self) -> Result<Option<Frame>, i32> {
        let fault = self.call(if self.frames == 0 { "first frame" } else { "playing" })?;
        let bytes = sent(self.frames % PICTURES, self.is_raw);
        let mut frame = Frame { used: bytes.len(), bytes, is_damaged: false };
        let millis = |millis: u32| Duration::from_millis(millis.into());
        match fault {
            Some(Fault::Timeout) => self.asleep_until = self.now + HUNG,
            Some(Fault::Asleep(time)) => self.asleep_until = self.now + millis(time),
            Some(Fault::Slow(time)) => self.now += millis(time),
            Some(Fault::Short(count)) => frame.used = count,
            Some(Fault::Empty) => frame.used = 0,
            Some(Fault::Long) => frame.used *= 2,
            Some(Fault::Garbage(seed)) => {
                // A damaged frame is flagged by the kernel when it is raw, and no JPEG when it is not.
                frame.is_damaged = self.is_raw;
                frame.bytes.iter_mut().for_each(|byte| *byte ^= (seed >> 8) as u8 | 1);
            }
            Some(Fault::Unplug | Fault::Stall) | None => {}
        }
        if self.sleeps(FIRST_FRAME) {
            return Ok(None);
        }
        self.frames += 1;
        self.now += FRAME_TIME;
        Ok(Some(frame))
    }
}

/// A network camera's end of one connection.
#[derive(Default)]
pub(crate) struct Server {
    heard: Vec<u8>,
    saying: Vec<u8>,
    next: Duration,
    number: usize,
}

impl SerialDevice for Server {
    fn receive(&mut self, data: &[u8], now: Duration) {
        self.heard.extend(data);
        if self.heard.ends_with(b"\r\n\r\n") {
            let head: &[u8] = if self.heard.starts_with(b"GET /video HTTP/1.1\r\n") {
                b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
            } else {
                b"HTTP/1.1 400 Bad Request\r\n\r\n"
            };
            self.saying = head.to_vec();
            self.next = now + FRAME_TIME;
        }
    }

    fn send(&mut self, limit: usize, now: Duration) -> Vec<u8> {
        if self.saying.is_empty() && self.heard.ends_with(b"\r\n\r\n") && now >= self.next {
            let bytes = sent(self.number % PICTURES, false);
            let head =
                format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", bytes.len());
            self.saying = [head.as_bytes(), &bytes, b"\r\n"].concat();
            self.number += 1;
            self.next = now + FRAME_TIME;
        }
        let count = self.saying.len().min(limit).min(PIECE_BYTES);
        self.saying.drain(..count).collect()
    }
}
