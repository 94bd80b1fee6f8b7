//! Randomized fault scripts for the whole driver over an emulated node: whatever the kernel says, nobody hangs, no false
//! picture is taken, and it plays again when it is started again. And the kept recording.

use super::Video;
use super::emulated::Emulated;
use crate::V4l2;
use crate::emulator::{PICTURES, SIDE, Trouble, sent};
use crate::live::LiveCamera;
use crate::picture::{RawFrame, decode};
use crate::recorded::Recorded;
use std::path::Path;
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::recording::Recording;
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{Fault, FaultTable, under_mishaps};
use tram_device::{Camera, Device, DeviceKind};

/// Of each format.
const SCRIPTS: usize = 300;
/// Frames of a session, and its calls: opening, negotiating, starting, a frame each.
const SESSION_FRAMES: usize = 12;
const SESSION_CALLS: u32 = 16;
/// Bytes of a frame of either format, about.
const LONGEST: u32 = 2000;
/// How often the officer starts a camera again that failed.
const STARTS: usize = 5;
/// Nobody waits this long: waiting takes no time.
const PATIENCE: Duration = Duration::from_secs(5);

fn origin() -> Origin {
    let [driver, model, serial] = ["v4l2", "TEST camera", ""].map(str::to_owned);
    Origin { driver, model, serial, is_virtual: true }
}

/// What the camera's pictures are.
fn truth(is_raw: bool) -> Vec<Vec<u8>> {
    let (width, height, stride) = (SIDE, SIDE, 2 * SIDE as usize);
    let frame = |bytes| {
        if is_raw { RawFrame::Yuyv { width, height, stride, bytes } } else { RawFrame::Jpeg(bytes) }
    };
    let picture = |number| decode(&frame(sent(number, is_raw))).expect("whole").pixels().to_vec();
    (0..PICTURES).map(picture).collect()
}

/// One session; what the driver was asking for when the fault struck, where it came to notice.
fn session(is_raw: bool, at: usize, trouble: Trouble, truth: &[Vec<u8>]) -> Option<&'static str> {
    let node = Emulated::new(is_raw, at, Some(trouble));
    let mut camera = LiveCamera::new(origin(), Video(node.clone()));
    let (mut taken, mut is_noticed) = (0, false);
    for _ in 0..STARTS {
        camera.start().expect("a thread");
        while taken < SESSION_FRAMES {
            match camera.next_frame(PATIENCE) {
                Ok(Some(frame)) => {
                    taken += 1;
                    let is_true = truth.iter().any(|picture| picture == frame.image.pixels());
                    assert!(is_true, "a wrong picture after {trouble:?} at {at}");
                }
                Ok(None) => panic!("stuck after {trouble:?} at {at}"),
                Err(_) => {
                    is_noticed = true;
                    break;
                }
            }
        }
    }
    assert_eq!(taken, SESSION_FRAMES, "{trouble:?} at {at}");
    node.camera().struck.filter(|_| is_noticed)
}

#[test]
fn no_fault_hangs_or_deceives() {
    let began = Instant::now();
    let mut table = FaultTable::default();
    for is_raw in [false, true] {
        let truth = truth(is_raw);
        for (number, (at, fault)) in
            Fault::random(0x0ca3_e7a1, SESSION_CALLS, LONGEST).take(SCRIPTS).enumerate()
        {
            let trouble = match number % 6 {
                0 => Trouble::Busy,
                1 => Trouble::NoPermission,
                _ => Trouble::Wire(fault),
            };
            let state = session(is_raw, at, trouble, &truth).unwrap_or("without effect");
            table.count_named(trouble.name(), state);
        }
    }
    println!("{}", table.of("v4l2"));
    assert!(began.elapsed() < Duration::from_mins(1), "its time is emulated");
}

fn recorded() -> Recording {
    let recorded = session::record(&V4l2, Trial::Look, PATIENCE, |sink| {
        let node = Recorded::new(Emulated::new(true, usize::MAX, None), "TEST emulated camera", sink);
        Ok(Device::Camera(Box::new(LiveCamera::new(origin(), Video(node)))))
    });
    recorded.expect("it opens").1
}

#[test]
fn a_recorded_camera_is_replayed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-v4l2.txt");
    let recording = kept(&file, recorded).expect("it belongs to the project");
    assert_eq!(session::check(&V4l2, &recording), Ok(()));
    assert!(recording.expected[0].starts_with("frame 32x32"), "{:?}", recording.expected);
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("v4l2", DeviceKind::Camera, 100, |fault| {
        let (at, fault) = fault.unwrap_or((usize::MAX, Fault::Unplug));
        let node = Emulated::new(true, at, Some(Trouble::Wire(fault)));
        Ok(Device::Camera(Box::new(LiveCamera::new(origin(), Video(node)))))
    });
    println!("{}", table.expect("it works again").of("v4l2"));
}
