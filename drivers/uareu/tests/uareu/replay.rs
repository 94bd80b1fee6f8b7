//! Real readers, from recordings of their traffic: the driver must make the recorded picture of it, to the pixel.

use crate::usbmon;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::recording::{Event, Recording, Replay};
use tram_device::{FingerReader, FingerRequest};
use tram_uareu::{IDS, Reader};

const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };

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
    let recording = usbmon::import(&pcapng);
    // Through the text form, as a recording made at a station would come.
    let recording = Recording::read(recording.to_text().as_bytes()).expect("our own text");
    let seed = recorded_seed(&recording);
    let id = IDS.iter().find(|id| id.product == product).expect("in the table");
    let origin = Origin {
        driver: "uareu".to_owned(),
        model: id.model.to_owned(),
        serial: String::new(),
        is_virtual: false,
    };
    let mut reader =
        Reader::open(Replay::new(recording), id, origin, Arc::new(move || seed)).expect("it wakes");
    reader.begin(ONE_FINGER).expect("it arms");
    let frame = reader.next_frame(Duration::from_secs(10)).expect("it captures").expect("a finger came");
    reader.end().expect("it disarms");

    let expected = image::open(folder.join("capture.png")).expect("a picture").to_luma8();
    assert_eq!((frame.image.width(), frame.image.height()), expected.dimensions());
    let differing = frame.image.pixels().iter().zip(expected.as_raw()).filter(|(a, b)| a != b).count();
    println!("{name}: firmware {}, {differing} of {} pixels differ", reader.firmware(), expected.len());
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
