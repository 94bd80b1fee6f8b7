//! The emulated camera behind the calls of V4L2.

use super::{Buffer, Frames, Node, Opened, Shape, YUYV};
use crate::emulator::{Camera, Frame, SIDE, Trouble};
use crate::live::Slot;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tram_device::{CameraControl, DeviceError};

/// Its node. Clones are the same one.
#[derive(Clone)]
pub(super) struct Emulated(Arc<Mutex<Camera>>);

impl Emulated {
    pub(super) fn new(is_raw: bool, at: usize, trouble: Option<Trouble>) -> Self {
        Self(Arc::new(Mutex::new(Camera::new(is_raw, at, trouble))))
    }

    pub(super) fn camera(&self) -> MutexGuard<'_, Camera> {
        self.0.lock().expect("no panic")
    }
}

impl Node for Emulated {
    type Opened = Self;

    fn name(&self) -> String {
        "/dev/video0".to_owned()
    }

    fn now(&self) -> Duration {
        self.camera().now
    }

    fn open(&self) -> io::Result<Self> {
        self.camera().open().map_err(io::Error::from_raw_os_error)?;
        Ok(self.clone())
    }
}

impl Opened for Emulated {
    type Frames<'a> = Running;

    fn set_format(&self, wanted: Shape) -> io::Result<Shape> {
        let mut camera = self.camera();
        camera.call("negotiating").map_err(io::Error::from_raw_os_error)?;
        let (fourcc, stride) = if camera.is_raw { (YUYV, 2 * SIDE) } else { (*b"MJPG", wanted.stride) };
        Ok(Shape { fourcc, width: SIDE, height: SIDE, stride })
    }

    fn start(&self) -> io::Result<Running> {
        self.camera().call("starting").map_err(io::Error::from_raw_os_error)?;
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
pub(super) struct Running {
    camera: Emulated,
    bytes: Vec<u8>,
}

impl Frames for Running {
    fn next(&mut self) -> io::Result<Buffer<'_>> {
        let frame = self.camera.camera().frame().map_err(io::Error::from_raw_os_error)?;
        let Frame { bytes, used, is_damaged } = frame.ok_or(io::ErrorKind::TimedOut)?;
        self.bytes = bytes;
        Ok(Buffer { bytes: &self.bytes, used, is_damaged })
    }

    /// A frame for each that was taken.
    fn wait(&mut self, slot: &Slot, patience: Duration) -> io::Result<bool> {
        Ok(slot.wait_taken(patience) && !self.camera.camera().sleeps(patience))
    }
}
