//! A network camera in emulated time under randomized fault scripts: whatever comes over the connection, nobody hangs, what
//! is shown is a picture the camera took, and it plays again. And the kept recording.

use super::{Dial, Remote, origin};
use crate::Mjpeg;
use crate::emulator::{PICTURES, Server, sent};
use crate::http::Address;
use crate::live::{LiveCamera, Slot};
use crate::picture::{RawFrame, decode};
use crate::tape::RecordedDial;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::recording::{Event, Recording};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{EmulatedBytes, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::{Camera, Device, DeviceError, DeviceKind};

const SCRIPTS: usize = 300;
const URL: &str = "http://192.0.2.7/video";
/// Frames of a session, and its transfers: the request, the head, two pieces a frame.
const SESSION_FRAMES: usize = 12;
const SESSION_TRANSFERS: u32 = 26;
/// How often the officer starts a camera again that failed.
const STARTS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to it: the first connection suffers the fault.
struct Emulated {
    script: Mutex<Option<(usize, Fault)>>,
    dialled: Mutex<u32>,
}

impl Emulated {
    fn new(script: Option<(usize, Fault)>) -> Self {
        Self { script: Mutex::new(script), dialled: Mutex::new(0) }
    }
}

impl Dial for Arc<Emulated> {
    type Wire = Faulty<EmulatedBytes<Server>>;

    fn now(&self) -> Duration {
        Duration::from_secs(u64::from(*self.dialled.lock().expect("no panic")))
    }

    fn pause(&self, _: &Slot, _: Duration) {}

    fn dial(&self, _: &Address) -> Result<Self::Wire, DeviceError> {
        *self.dialled.lock().expect("no panic") += 1;
        let script = self.script.lock().expect("no panic").take();
        // A connection loses nothing in between: what comes short is the last that came.
        let end = script
            .filter(|(_, fault)| matches!(fault, Fault::Short(_)))
            .map(|(at, _)| (at + 1, Fault::Unplug));
        let script = script.into_iter().chain(end);
        Ok(Faulty::new(EmulatedBytes::new(Server::default()), script))
    }

    fn is_paced(&self) -> bool {
        true
    }
}

fn camera(dial: impl Dial) -> LiveCamera<Remote<impl Dial>> {
    let address = Address::parse(URL).expect("an address");
    LiveCamera::new(Origin { is_virtual: true, ..origin(URL) }, Remote { address, dial })
}

/// One session; what happened where the fault came to notice.
fn session(fault: (usize, Fault), truth: &[Vec<u8>]) -> &'static str {
    let dial = Arc::new(Emulated::new(Some(fault)));
    let mut camera = camera(Arc::clone(&dial));
    let (mut taken, mut outcome) = (0, "without effect");
    for _ in 0..STARTS {
        camera.start().expect("a thread");
        while taken < SESSION_FRAMES {
            match camera.next_frame(PATIENCE) {
                Ok(Some(frame)) => {
                    taken += 1;
                    // What a camera itself garbles or says twice inside a picture, nothing in this protocol could tell.
                    let is_garbled = matches!(fault.1, Fault::Garbage(_) | Fault::Long);
                    let is_true = truth.iter().any(|picture| picture == frame.image.pixels());
                    assert!(is_true || is_garbled, "a wrong picture after {fault:?}");
                }
                Ok(None) => panic!("stuck after {fault:?}"),
                Err(_) => {
                    outcome =
                        if taken == 0 { "first frame: started again" } else { "playing: started again" };
                    break;
                }
            }
        }
    }
    assert_eq!(taken, SESSION_FRAMES, "{fault:?}");
    match *dial.dialled.lock().expect("no panic") {
        1 => outcome,
        _ if outcome == "without effect" => "connected again by itself",
        _ => outcome,
    }
}

#[test]
fn no_fault_hangs_or_deceives() {
    let picture = |number| decode(&RawFrame::Jpeg(sent(number, false))).expect("whole").pixels().to_vec();
    let truth: Vec<Vec<u8>> = (0..PICTURES).map(picture).collect();
    let mut table = FaultTable::default();
    for script in Fault::random(0x0ca3_e7a1, SESSION_TRANSFERS, 400).take(SCRIPTS) {
        table.count(script.1, session(script, &truth));
    }
    println!("{}", table.of("mjpeg"));
}

fn recorded() -> Recording {
    let recorded = session::record(&Mjpeg::new([]), Trial::Look, PATIENCE, |sink| {
        let dial = RecordedDial::new(Arc::new(Emulated::new(None)), URL, sink);
        Ok(Device::Camera(Box::new(camera(dial))))
    });
    recorded.expect("it opens").1
}

#[test]
fn a_recorded_camera_is_replayed_and_shows_nothing() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-mjpeg.txt");
    let recording = kept(&file, recorded).expect("it belongs to the project");
    assert_eq!(session::check(&Mjpeg::new([]), &recording), Ok(()));
    assert!(recording.expected[0].starts_with("frame 16x16"), "{:?}", recording.expected);
    let came = recording.events.iter().filter_map(|(_, event)| match event {
        Event::Read { data } => Some(data.as_slice()),
        _ => None,
    });
    let came = came.collect::<Vec<_>>().concat();
    let body = sent(0, false);
    let body = &body[body.len() - 40..];
    assert!(!came.windows(body.len()).any(|window| window == body), "a picture stands in it");
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("mjpeg", DeviceKind::Camera, 100, |fault| {
        Ok(Device::Camera(Box::new(camera(Arc::new(Emulated::new(fault))))))
    });
    println!("{}", table.expect("it works again").of("mjpeg"));
}
