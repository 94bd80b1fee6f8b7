//! Cameras the kernel drives as V4L2: webcams, document cameras, capture cards.

use crate::controls;
use crate::live::{LiveCamera, Slot, Source};
use crate::picture::{MAX_FRAME_BYTES, MAX_SIDE, RawFrame};
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::{Access, CameraControl, Device, DeviceError, DeviceKind, Factory, Listing};
use v4l::buffer::{self, Type};
use v4l::capability::Flags;
use v4l::io::mmap::Stream;
use v4l::io::traits::CaptureStream;
use v4l::video::Capture;
use v4l::{Format, FourCC};

const DRIVER: &str = "v4l2";
/// What is asked for; a camera gives the nearest it can.
const WANTED_SIZE: (u32, u32) = (1280, 720);
const BUFFERS: u32 = 4;
/// Webcams take about a second to their first frame.
const FIRST_FRAME: Duration = Duration::from_secs(2);
/// How long a frame is waited for before the camera looks whether it should stop.
const FRAME_STEP_MILLIS: i32 = 200;
/// Silence after which a camera counts as hung.
const SILENCE: Duration = Duration::from_secs(5);
/// `POLLIN` of poll(2).
const POLLIN: i16 = 1;

// Linux error numbers.
const EACCES: i32 = 13;
const EBUSY: i32 = 16;

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct V4l2;

impl Factory for V4l2 {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    /// Every video node that gives pictures, and those that cannot be opened to ask.
    fn list(&self) -> Vec<Listing> {
        let mut nodes: Vec<PathBuf> = fs::read_dir("/dev")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| video_number(path).is_some())
            .collect();
        nodes.sort_by_key(|path| video_number(path));
        nodes.iter().filter_map(|node| listing(node)).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let node = PathBuf::from(&listing.port);
        if video_number(&node).is_none() || !node.exists() {
            return Err(DeviceError::Gone { detail: format!("{} is not there", listing.port) });
        }
        open(&node)?;
        let source = Node(node);
        Ok(Device::Camera(Box::new(LiveCamera::new(listing.origin.clone(), source))))
    }
}

/// The number in `/dev/videoN`, `None` for every other path.
fn video_number(path: &Path) -> Option<u32> {
    path.to_str()?.strip_prefix("/dev/video")?.parse().ok()
}

fn listing(node: &Path) -> Option<Listing> {
    let access = match open(node).and_then(|device| gives_pictures(&device)) {
        Ok(true) => Access::Ready,
        Ok(false) => return None,
        Err(error) => Access::Refused(error),
    };
    let sys = Path::new("/sys/class/video4linux").join(node.file_name()?);
    let read = |path: &str| fs::read_to_string(sys.join(path)).unwrap_or_default().trim().to_owned();
    let (name, serial) = (read("name"), read("device/../serial"));
    let port = node.display().to_string();
    let model = if name.is_empty() { port.clone() } else { name };
    let origin = Origin { driver: DRIVER.to_owned(), model, serial, is_virtual: false };
    Some(Listing { kind: DeviceKind::Camera, origin, port, access })
}

fn open(node: &Path) -> Result<v4l::Device, DeviceError> {
    v4l::Device::with_path(node).map_err(|error| explain(node, &error))
}

fn gives_pictures(device: &v4l::Device) -> Result<bool, DeviceError> {
    let wanted = Flags::VIDEO_CAPTURE | Flags::STREAMING;
    contained(|| device.query_caps())
        .map(|caps| caps.capabilities.contains(wanted))
        .map_err(|error| DeviceError::Unsupported { detail: error.to_string() })
}

/// What v4l panics on is a camera that describes itself in values its headers do not know.
fn contained<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(ask))
        .unwrap_or_else(|_| Err(io::Error::other("the camera describes itself in unknown terms")))
}

fn explain(node: &Path, error: &io::Error) -> DeviceError {
    let detail = format!("{}: {error}", node.display());
    match error.raw_os_error() {
        Some(EACCES) => DeviceError::PermissionDenied {
            detail: format!("{}: add the station's user to group video", node.display()),
        },
        Some(EBUSY) => DeviceError::Busy { detail },
        _ => DeviceError::Gone { detail },
    }
}

struct Node(PathBuf);

impl Source for Node {
    fn feed(&self, slot: &Slot) -> DeviceError {
        match stream(&self.0, slot) {
            Ok(()) => DeviceError::Gone { detail: "the camera was stopped".to_owned() },
            Err(error) => error,
        }
    }

    fn controls(&self) -> Result<Vec<CameraControl>, DeviceError> {
        let device = open(&self.0)?;
        contained(|| controls::list(&device)).map_err(|error| explain(&self.0, &error))
    }

    fn set_control(&self, name: &str, value: i64) -> Result<(), DeviceError> {
        let device = open(&self.0)?;
        contained(|| Ok(controls::set(&device, name, value))).map_err(|error| explain(&self.0, &error))?
    }
}

/// Feeds frames until the slot is stopped.
fn stream(node: &Path, slot: &Slot) -> Result<(), DeviceError> {
    let failed = |error: io::Error| explain(node, &error);
    let device = open(node)?;
    let format = negotiate(&device).map_err(failed)?;
    let mut last_frame = Instant::now();
    while !slot.is_stopped() {
        if last_frame.elapsed() > SILENCE {
            return Err(DeviceError::Timeout { detail: format!("{}: no frames", node.display()) });
        }
        let mut frames = Stream::with_buffers(&device, Type::VideoCapture, BUFFERS).map_err(failed)?;
        frames.set_timeout(FIRST_FRAME);
        match play(&mut frames, &format, slot, &mut last_frame) {
            // The library loses count of its buffers when a frame does not come, so the stream starts anew.
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            Err(error) => return Err(failed(error)),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// Feeds one stream until the slot is stopped or the camera falls silent.
fn play(frames: &mut Stream<'_>, format: &Format, slot: &Slot, last_frame: &mut Instant) -> io::Result<()> {
    loop {
        let (bytes, meta) = frames.next()?;
        // Raw pixels carry no checksum: only the kernel knows that some were lost on the way.
        if !meta.flags.contains(buffer::Flags::ERROR) {
            let used = bytes.len().min(meta.bytesused as usize).min(MAX_FRAME_BYTES);
            slot.put(frame(format, bytes.get(..used).unwrap_or_default().to_vec()));
            *last_frame = Instant::now();
        }
        while frames.handle().poll(POLLIN, FRAME_STEP_MILLIS)? == 0 {
            if slot.is_stopped() || last_frame.elapsed() > SILENCE {
                return Ok(());
            }
        }
        if slot.is_stopped() {
            return Ok(());
        }
    }
}

/// MJPG where the camera has it, because YUYV at this size is too much for USB 2.0 at full frame rate.
fn negotiate(device: &v4l::Device) -> io::Result<Format> {
    let mut format = contained(|| device.format())?;
    (format.width, format.height) = WANTED_SIZE;
    for fourcc in [b"MJPG", b"JPEG", b"YUYV"] {
        format.fourcc = FourCC::new(fourcc);
        let got = contained(|| device.set_format(&format))?;
        if got.fourcc == format.fourcc && got.width <= MAX_SIDE && got.height <= MAX_SIDE {
            return Ok(got);
        }
    }
    Err(io::Error::other("the camera has neither MJPG nor YUYV"))
}

fn frame(format: &Format, bytes: Vec<u8>) -> RawFrame {
    if format.fourcc == FourCC::new(b"YUYV") {
        let Format { width, height, stride, .. } = *format;
        RawFrame::Yuyv { width, height, stride: stride as usize, bytes }
    } else {
        RawFrame::Jpeg(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_video_nodes_count() {
        for (path, expected) in [
            ("/dev/video0", Some(0)),
            ("/dev/video12", Some(12)),
            ("/dev/video", None),
            ("/dev/video0/..", None),
            ("/dev/v4l", None),
        ] {
            assert_eq!(video_number(Path::new(path)), expected);
        }
    }

    #[test]
    fn errors_say_what_mends_them() {
        let explained = |code| explain(Path::new("/dev/video0"), &io::Error::from_raw_os_error(code));
        assert!(
            matches!(explained(EACCES), DeviceError::PermissionDenied { detail } if detail.contains("video"))
        );
        assert!(matches!(explained(EBUSY), DeviceError::Busy { .. }));
        assert!(matches!(explained(19), DeviceError::Gone { .. }), "ENODEV");
    }
}
