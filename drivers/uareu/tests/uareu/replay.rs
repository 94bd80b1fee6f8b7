//! Recorded traffic: the driver must make the recorded picture of it, to the pixel. One recording is our own, of the
//! emulated reader, and is always there; those of real readers are not part of the project.

use crate::emulator::Emulator;
use crate::usbmon;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::recording::{Event, Nothing, Recording, Redact, Replay, digest};
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::usb_session;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{FingerReader, FingerRequest, UsbId};
use tram_uareu::{IDS, Reader, Uareu};

const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };

fn origin(model: &str) -> Origin {
    let (driver, model) = ("uareu".to_owned(), model.to_owned());
    Origin { driver, model, serial: String::new(), is_virtual: true }
}

/// The seed the recorded host used.
fn recorded_seed(recording: &Recording) -> u32 {
    recording
        .events
        .iter()
        .find_map(|(_, event)| match event {
            Event::ControlOut { request, data, .. } if request.value == 0x33 => {
                Some(u32::from_le_bytes(data[1..5].try_into().expect("four bytes")))
            }
            _ => None,
        })
        .unwrap_or_default()
}

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/usb-captures")
}

fn check(name: &str, product: u16) {
    let folder = recordings().join(name);
    let Ok(pcapng) = std::fs::read(folder.join("capture.pcapng")) else {
        println!("skipped: no recording {name}");
        return;
    };
    let mut recording = usbmon::import(&pcapng);
    name.clone_into(&mut recording.about);
    // Through the text form, as a recording made at a station would come.
    let recording = Recording::read(recording.to_text().as_bytes()).expect("our own text");
    let seed = recorded_seed(&recording);
    let id = IDS.iter().find(|id| id.product == product).expect("in the table");
    replay(recording, id, seed, &folder.join("capture.png"));
}

/// One touch out of a recording must give this picture, and take every request of it.
fn replay(recording: Recording, id: &UsbId, seed: u32, picture: &Path) {
    let about = recording.about.clone();
    let mut reader =
        Reader::open(Replay::new(recording), id, origin(id.model), Arc::new(move || seed)).expect("it wakes");
    reader.begin(ONE_FINGER).expect("it arms");
    let frame = reader.next_frame(Duration::from_secs(10)).expect("it captures").expect("a finger came");
    reader.end().expect("it disarms");

    let expected = image::open(picture).expect("a picture").to_luma8();
    assert_eq!((frame.image.width(), frame.image.height()), expected.dimensions());
    let differing = frame.image.pixels().iter().zip(expected.as_raw()).filter(|(a, b)| a != b).count();
    println!("{about}: firmware {}, {differing} of {} pixels differ", reader.firmware(), expected.len());
    assert_eq!(differing, 0);
    assert_eq!(reader.into_wire().remaining(), 0, "every recorded request was made");
}

#[test]
fn a_real_4500_gives_its_recorded_picture() {
    check("uru4000-4500", 0x000a);
}

#[test]
fn a_real_microsoft_reader_v2_gives_its_recorded_picture() {
    check("uru4000-msv2", 0x00ca);
}

fn emulated_session(redaction: Box<dyn Redact>) -> (Vec<String>, Recording) {
    let model = "TEST emulated U.are.U 4500".to_owned();
    let identity = UsbIdentity { vendor: 0x05ba, product: 0x000a, endpoints: None, model };
    usb_session(&Uareu::for_replay(), &identity, redaction, Emulator::new(None), Trial::Look)
        .expect("it opens")
}

/// Ridges are drawn with the system's mathematics, so another machine may draw a level more or less: recorded once, and
/// replayed everywhere.
#[test]
fn the_emulated_reader_gives_its_recorded_picture() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-4500.txt");
    let recording = kept(&file, || {
        let (came, recording) = emulated_session(Box::new(Nothing));
        assert_eq!((&came, came[0].split(' ').next_back()), (&recording.expected, Some(drawn().as_str())));
        recording
    });
    let recording = recording.expect("it belongs to the project");
    assert_eq!(session::check(&Uareu::for_replay(), &recording), Ok(()));
}

/// The digest of the picture the emulator draws of its first touch.
fn drawn() -> String {
    format!("{:016x}", digest(&Emulator::new(None).expected(1)))
}

#[test]
fn a_session_without_the_finger_is_still_one_the_driver_follows() {
    let (came, recording) = emulated_session(Uareu::redaction());
    assert!(came[0].starts_with("picture 384x290 at 512 ppi") && came[0].ends_with(&drawn()), "{came:?}");
    let [replayed] = recording.expected.as_slice() else { panic!("one line") };
    assert!(replayed.starts_with("picture 384x290 at 512 ppi"), "{replayed}");
    let pictures = recording.events.iter().filter_map(|(_, event)| match event {
        Event::Came { outcome: Ok(data), .. } if data.len() > 1000 => Some(data),
        _ => None,
    });
    let levels: BTreeSet<u8> = pictures.flat_map(|data| data[64..].iter().copied()).collect();
    assert!(levels.len() <= 2, "{levels:?}");
}
