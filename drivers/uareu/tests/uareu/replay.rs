//! Recorded traffic: the driver must make the recorded picture of it, to the pixel. One recording is our own, of the
//! emulated reader, and is always there; those of real readers are not part of the project.

use crate::emulator::Emulator;
use crate::usbmon;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::recording::{Event, Pictures, Recorder, Recording, Replay};
use tram_device::testing::EmulatedUsb;
use tram_device::{FingerReader, FingerRequest, UsbId};
use tram_uareu::{IDS, Reader};

const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };

const OWN_RECORDING: &str = "emulated-4500.txt";
const OWN_PICTURE: &str = "emulated-4500.png";
const OWN_SEED: u32 = 0x1234_5678;

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

/// Records one touch of the emulated reader and its picture. Ridges are drawn with the system's mathematics, so
/// another machine may draw a level more or less: recorded once, and replayed everywhere.
fn record(folder: &Path) {
    let sink = Box::new(BufWriter::new(File::create(folder.join(OWN_RECORDING)).expect("writable")));
    let wire = EmulatedUsb::new(Emulator::new(None));
    let wire = Recorder::new(wire, "TEST emulated U.are.U 4500", Pictures::Kept, sink);
    let mut reader = Reader::open(wire, &IDS[2], origin("TEST"), Arc::new(|| OWN_SEED)).expect("it wakes");
    reader.begin(ONE_FINGER).expect("it arms");
    reader.next_frame(Duration::from_secs(10)).expect("it captures").expect("a finger came");
    reader.end().expect("it disarms");
    reader.into_wire().finish().expect("written");
    let picture = image::GrayImage::from_raw(384, 290, Emulator::new(None).expected(1)).expect("fills");
    picture.save(folder.join(OWN_PICTURE)).expect("writable");
}

#[test]
fn the_emulated_reader_gives_its_recorded_picture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    if std::env::var_os("TRAM_UPDATE_RECORDINGS").is_some() {
        record(&folder);
    }
    let file = BufReader::new(File::open(folder.join(OWN_RECORDING)).expect("it belongs to the project"));
    let recording = Recording::read(file).expect("well formed");
    replay(recording, &IDS[2], OWN_SEED, &folder.join(OWN_PICTURE));
}
