//! Randomized fault scripts for everything between a source of frames and the application: whatever a camera of either
//! format does, nobody hangs, no false picture is taken, and it plays again when it is started again.

use super::{LiveCamera, Slot, Source};
use crate::picture::{RawFrame, decode};
use image::codecs::jpeg::JpegEncoder;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::testing::{Fault, FaultTable};
use tram_device::{Camera, DeviceError};

const SCRIPTS: usize = 300;
const SIDE: u32 = 16;
/// Frames of a session, and the distinct pictures they show.
const SESSION_FRAMES: usize = 12;
const PICTURES: usize = 5;
/// How often the officer starts a camera again that failed.
const STARTS: usize = 4;
/// Nobody waits this long: a frame is given as soon as the last was taken.
const PATIENCE: Duration = Duration::from_secs(5);

/// The nth picture as the camera sends it.
fn sent(number: usize, is_jpeg: bool) -> RawFrame {
    let level = |at: usize| (at * 3 + number * 40) as u8;
    if is_jpeg {
        let picture = image::RgbImage::from_fn(SIDE, SIDE, |x, y| image::Rgb([level((x + y) as usize); 3]));
        let mut bytes = Vec::new();
        JpegEncoder::new(&mut bytes).encode_image(&picture).expect("encodes");
        return RawFrame::Jpeg(bytes);
    }
    let bytes = (0..(2 * SIDE * SIDE) as usize).map(level).collect();
    RawFrame::Yuyv { width: SIDE, height: SIDE, stride: 2 * SIDE as usize, bytes }
}

/// Changes what a frame holds.
fn spoiled(frame: RawFrame, change: impl Fn(Vec<u8>) -> Vec<u8>) -> RawFrame {
    match frame {
        RawFrame::Jpeg(bytes) => RawFrame::Jpeg(change(bytes)),
        RawFrame::Yuyv { width, height, stride, bytes } => {
            RawFrame::Yuyv { width, height, stride, bytes: change(bytes) }
        }
    }
}

/// A camera whose nth frame, counted over all its starts, suffers a fault.
struct Scripted {
    is_jpeg: bool,
    at: usize,
    fault: Mutex<Option<Fault>>,
    frames: AtomicUsize,
}

impl Scripted {
    /// The next frame, nothing where there is none this time, or why the camera ended.
    fn next(&self) -> Result<Option<RawFrame>, DeviceError> {
        let number = self.frames.fetch_add(1, Ordering::Relaxed);
        let frame = sent(number % PICTURES, self.is_jpeg);
        let detail = || "by script".to_owned();
        let mut fault = self.fault.lock().expect("no panic");
        let struck = if number >= self.at { fault.take() } else { None };
        match struck {
            None => Ok(Some(frame)),
            Some(Fault::Unplug | Fault::Stall) => Err(DeviceError::Gone { detail: detail() }),
            Some(Fault::Timeout) => Err(DeviceError::Timeout { detail: detail() }),
            Some(Fault::Empty) => Ok(Some(spoiled(frame, |_| Vec::new()))),
            Some(Fault::Short(count)) => {
                Ok(Some(spoiled(frame, |bytes| bytes.into_iter().take(count).collect())))
            }
            // A frame that was damaged on the way is flagged by the kernel when it is raw, and no JPEG when it is not.
            Some(Fault::Garbage(_)) if !self.is_jpeg => Ok(None),
            Some(Fault::Garbage(seed)) => Ok(Some(spoiled(frame, |bytes| {
                bytes.iter().map(|byte| byte ^ (seed >> 8) as u8 | 1).collect()
            }))),
            Some(Fault::Long) => Ok(Some(spoiled(frame, |bytes| bytes.repeat(2)))),
            Some(Fault::Asleep(_)) => Ok(None),
        }
    }
}

impl Source for Scripted {
    /// A frame for each that was taken.
    fn feed(&self, slot: &Slot) -> DeviceError {
        while !slot.is_stopped() {
            if slot.state().newest.is_some() {
                slot.pause(Duration::from_micros(50));
                continue;
            }
            match self.next() {
                Ok(Some(frame)) => slot.put(frame),
                Ok(None) => {}
                Err(error) => return error,
            }
        }
        DeviceError::Gone { detail: "the camera was stopped".to_owned() }
    }
}

/// One session; what the camera was doing when the fault was noticed.
fn session(is_jpeg: bool, (at, fault): (usize, Fault), truth: &[Vec<u8>]) -> Option<&'static str> {
    let [driver, model, serial] = ["toy", "TEST camera", ""].map(str::to_owned);
    let source = Scripted { is_jpeg, at, fault: Mutex::new(Some(fault)), frames: AtomicUsize::new(0) };
    let mut camera = LiveCamera::new(Origin { driver, model, serial, is_virtual: true }, source);
    let (mut taken, mut noticed) = (0, None);
    for _ in 0..STARTS {
        camera.start().expect("a thread");
        while taken < SESSION_FRAMES {
            match camera.next_frame(PATIENCE) {
                Ok(Some(frame)) => {
                    taken += 1;
                    let is_true = truth.iter().any(|picture| picture == frame.image.pixels());
                    assert!(is_true, "a wrong picture after {fault:?} at {at}");
                }
                Ok(None) => panic!("stuck after {fault:?} at {at}"),
                Err(_) => {
                    noticed.get_or_insert(if taken == 0 { "first frame" } else { "playing" });
                    break;
                }
            }
        }
    }
    assert_eq!(taken, SESSION_FRAMES, "{fault:?} at {at}");
    noticed
}

#[test]
fn no_fault_hangs_or_deceives() {
    for is_jpeg in [false, true] {
        let picture = |number| decode(&sent(number, is_jpeg)).expect("whole").pixels().to_vec();
        let truth: Vec<Vec<u8>> = (0..PICTURES).map(picture).collect();
        let mut table = FaultTable::default();
        for script in Fault::random(0x0ca3_e7a1, SESSION_FRAMES as u32, 600).take(SCRIPTS) {
            table.count(script.1, session(is_jpeg, script, &truth).unwrap_or("without effect"));
        }
        println!("{}\n{table}", if is_jpeg { "JPEG" } else { "YUYV" });
    }
}
