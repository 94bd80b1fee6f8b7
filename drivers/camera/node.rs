//! A camera as V4L2 has it: which format it gives, its stream of frames, and when it counts as hung. Over the kernel's calls,
//! a recording of them, or an emulated camera's.

use crate::live::{Slot, Source};
use crate::picture::{MAX_FRAME_BYTES, MAX_SIDE, RawFrame};
use std::io;
use std::time::Duration;
use tram_device::{CameraControl, DeviceError};

/// What is asked for; a camera gives the nearest it can.
const WANTED_SIZE: (u32, u32) = (1280, 720);
/// How long a frame is waited for before the camera looks whether it should stop.
const FRAME_STEP: Duration = Duration::from_millis(200);
/// Silence after which a camera counts as hung.
const SILENCE: Duration = Duration::from_secs(5);
/// Raw pixels; whatever else is taken is JPEG.
pub(crate) const YUYV: [u8; 4] = *b"YUYV";

// Linux error numbers.
const EACCES: i32 = 13;
const EBUSY: i32 = 16;

/// The format of a camera's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) fourcc: [u8; 4],
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Bytes from row to row; of JPEG, nothing.
    pub(crate) stride: u32,
}

/// A video node.
pub(crate) trait Node: Send + Sync + 'static {
    type Opened: Opened;

    /// What people call it.
    fn name(&self) -> String;

    /// Monotonic time.
    fn now(&self) -> Duration;

    fn open(&self) -> io::Result<Self::Opened>;
}

/// An open node.
pub(crate) trait Opened {
    type Frames<'a>: Frames
    where
        Self: 'a;

    /// Asks for a format; the camera says what it gives instead.
    fn set_format(&self, wanted: Shape) -> io::Result<Shape>;

    /// Begins a stream.
    fn start(&self) -> io::Result<Self::Frames<'_>>;

    fn controls(&self) -> io::Result<Vec<CameraControl>>;

    fn set_control(&self, name: &str, value: i64) -> Result<(), DeviceError>;
}

/// A running stream.
pub(crate) trait Frames {
    /// The next frame; [`io::ErrorKind::TimedOut`] when none comes for two seconds.
    fn next(&mut self) -> io::Result<Buffer<'_>>;

    /// Waits until the next frame is there, or for `patience`; whether it is.
    fn wait(&mut self, slot: &Slot, patience: Duration) -> io::Result<bool>;
}

/// A frame in the camera's memory.
pub(crate) struct Buffer<'a> {
    pub(crate) bytes: &'a [u8],
    /// How many of them the camera says it filled.
    pub(crate) used: usize,
    /// Raw pixels carry no checksum: only the kernel knows that some were lost on the way.
    pub(crate) is_damaged: bool,
}

/// What an error of the system's means.
pub(crate) fn explain(name: &str, error: &io::Error) -> DeviceError {
    let detail = format!("{name}: {error}");
    match error.raw_os_error() {
        Some(EACCES) => {
            DeviceError::PermissionDenied { detail: format!("{name}: add the station's user to group video") }
        }
        Some(EBUSY) => DeviceError::Busy { detail },
        _ => DeviceError::Gone { detail },
    }
}

/// A node as a source of frames.
pub(crate) struct Video<N>(pub(crate) N);

impl<N: Node> Source for Video<N> {
    fn feed(&self, slot: &Slot) -> DeviceError {
        match self.stream(slot) {
            Ok(()) => DeviceError::Gone { detail: "the camera was stopped".to_owned() },
            Err(error) => error,
        }
    }

    fn controls(&self) -> Result<Vec<CameraControl>, DeviceError> {
        self.open()?.controls().map_err(|error| explain(&self.0.name(), &error))
    }

    fn set_control(&self, name: &str, value: i64) -> Result<(), DeviceError> {
        self.open()?.set_control(name, value)
    }
}

impl<N: Node> Video<N> {
    fn open(&self) -> Result<N::Opened, DeviceError> {
        self.0.open().map_err(|error| explain(&self.0.name(), &error))
    }

    /// Feeds frames until the slot is stopped.
    fn stream(&self, slot: &Slot) -> Result<(), DeviceError> {
        let failed = |error: io::Error| explain(&self.0.name(), &error);
        let opened = self.open()?;
        let shape = negotiate(&opened).map_err(failed)?;
        let mut last_frame = self.0.now();
        while !slot.is_stopped() {
            if self.is_silent(last_frame) {
                return Err(DeviceError::Timeout { detail: format!("{}: no frames", self.0.name()) });
            }
            let mut frames = opened.start().map_err(failed)?;
            match self.play(&mut frames, shape, slot, &mut last_frame) {
                // The library loses count of its buffers when a frame does not come, so the stream starts anew.
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
                Err(error) => return Err(failed(error)),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Feeds one stream until the slot is stopped or the camera falls silent.
    fn play(
        &self,
        frames: &mut impl Frames,
        shape: Shape,
        slot: &Slot,
        last_frame: &mut Duration,
    ) -> io::Result<()> {
        loop {
            let Buffer { bytes, used, is_damaged } = frames.next()?;
            if !is_damaged {
                let used = bytes.len().min(used).min(MAX_FRAME_BYTES);
                slot.put(frame(shape, bytes.get(..used).unwrap_or_default().to_vec()));
                *last_frame = self.0.now();
            }
            while !frames.wait(slot, FRAME_STEP)? {
                if slot.is_stopped() || self.is_silent(*last_frame) {
                    return Ok(());
                }
            }
            if slot.is_stopped() {
                return Ok(());
            }
        }
    }

    fn is_silent(&self, last_frame: Duration) -> bool {
        self.0.now().saturating_sub(last_frame) > SILENCE
    }
}

/// MJPG where the camera has it, because YUYV at this size is too much for USB 2.0 at full frame rate.
fn negotiate(opened: &impl Opened) -> io::Result<Shape> {
    let (width, height) = WANTED_SIZE;
    for fourcc in [*b"MJPG", *b"JPEG", YUYV] {
        let got = opened.set_format(Shape { fourcc, width, height, stride: 0 })?;
        if got.fourcc == fourcc && got.width <= MAX_SIDE && got.height <= MAX_SIDE {
            return Ok(got);
        }
    }
    Err(io::Error::other("the camera has neither MJPG nor YUYV"))
}

fn frame(shape: Shape, bytes: Vec<u8>) -> RawFrame {
    let Shape { fourcc, width, height, stride } = shape;
    if fourcc == YUYV {
        RawFrame::Yuyv { width, height, stride: stride as usize, bytes }
    } else {
        RawFrame::Jpeg(bytes)
    }
}

#[cfg(test)]
mod emulated; // The emulated camera behind the calls.
#[cfg(test)]
mod faults; // Randomized fault scripts, the recording.

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_mends_them() {
        let explained = |code| explain("/dev/video0", &io::Error::from_raw_os_error(code));
        assert!(
            matches!(explained(EACCES), DeviceError::PermissionDenied { detail } if detail.contains("video"))
        );
        assert!(matches!(explained(EBUSY), DeviceError::Busy { .. }));
        assert!(matches!(explained(19), DeviceError::Gone { .. }), "ENODEV");
    }
}
