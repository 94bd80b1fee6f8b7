//! Video nodes of the kernel, through the `v4l` crate.

use crate::controls;
use crate::live::Slot;
use crate::node::{Buffer, Frames, Node, Opened, Shape};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tram_device::{CameraControl, DeviceError};
use v4l::buffer::{self, Type};
use v4l::capability::Flags;
use v4l::io::mmap::Stream;
use v4l::io::traits::CaptureStream;
use v4l::video::Capture;
use v4l::{Format, FourCC};

const BUFFERS: u32 = 4;
/// Webcams take about a second to their first frame.
const FIRST_FRAME: Duration = Duration::from_secs(2);
/// `POLLIN` of poll(2).
const POLLIN: i16 = 1;

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A node at a path.
pub(crate) struct KernelNode(pub(crate) PathBuf);

/// Whether it is a camera; other nodes are a camera's metadata, a decoder, a radio.
pub(crate) fn gives_pictures(node: &KernelNode) -> io::Result<bool> {
    let opened = node.open()?;
    let wanted = Flags::VIDEO_CAPTURE | Flags::STREAMING;
    contained(|| opened.query_caps()).map(|caps| caps.capabilities.contains(wanted))
}

/// What v4l panics on is a camera that describes itself in values its headers do not know.
fn contained<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(ask))
        .unwrap_or_else(|_| Err(io::Error::other("the camera describes itself in unknown terms")))
}

impl Node for KernelNode {
    type Opened = v4l::Device;

    fn name(&self) -> String {
        self.0.display().to_string()
    }

    fn now(&self) -> Duration {
        BEGAN.elapsed()
    }

    fn open(&self) -> io::Result<v4l::Device> {
        v4l::Device::with_path(&self.0)
    }
}

impl Opened for v4l::Device {
    type Frames<'a> = Stream<'a>;

    fn set_format(&self, wanted: Shape) -> io::Result<Shape> {
        let mut format = contained(|| self.format())?;
        (format.width, format.height) = (wanted.width, wanted.height);
        format.fourcc = FourCC::new(&wanted.fourcc);
        let Format { width, height, stride, fourcc, .. } = contained(|| Capture::set_format(self, &format))?;
        Ok(Shape { fourcc: fourcc.repr, width, height, stride })
    }

    fn start(&self) -> io::Result<Stream<'_>> {
        let mut frames = Stream::with_buffers(self, Type::VideoCapture, BUFFERS)?;
        frames.set_timeout(FIRST_FRAME);
        Ok(frames)
    }

    fn controls(&self) -> io::Result<Vec<CameraControl>> {
        contained(|| controls::list(self))
    }

    fn set_control(&self, name: &str, value: i64) -> Result<(), DeviceError> {
        contained(|| Ok(controls::set(self, name, value)))
            .map_err(|error| DeviceError::Unsupported { detail: format!("{name}: {error}") })?
    }
}

impl Frames for Stream<'_> {
    fn next(&mut self) -> io::Result<Buffer<'_>> {
        let (bytes, meta) = CaptureStream::next(self)?;
        let is_damaged = meta.flags.contains(buffer::Flags::ERROR);
        Ok(Buffer { bytes, used: meta.bytesused as usize, is_damaged })
    }

    fn wait(&mut self, _slot: &Slot, patience: Duration) -> io::Result<bool> {
        Ok(self.handle().poll(POLLIN, i32::try_from(patience.as_millis()).unwrap_or(i32::MAX))? != 0)
    }
}
