//! Randomized fault scripts: whatever goes wrong on the wire, the driver neither hangs nor panics, gives no wrong
//! picture, and works again once the wire does.

use crate::emulator::Emulator;
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::testing::{EmulatedUsb, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::{Device, DeviceError, DeviceKind, FingerReader, FingerRequest};
use tram_uareu::{IDS, Reader};

const ONE_FINGER: FingerRequest =
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };
const SECOND: Duration = Duration::from_secs(1);
/// Transfers of a session of two touches, with room for the retries that faults cause.
const SESSION_TRANSFERS: u32 = 26;
/// Pictures a session wants, and how often it tries.
const TOUCHES: usize = 2;
const ARMINGS: usize = 8;
const SCRIPTS: usize = 400;

type Wire = Faulty<EmulatedUsb<Emulator>>;

fn open(wire: Wire) -> Result<Reader<Wire>, DeviceError> {
    let origin = Origin {
        driver: "uareu".to_owned(),
        model: "TEST".to_owned(),
        serial: String::new(),
        is_virtual: true,
    };
    Reader::open(wire, &IDS[2], origin, Arc::new(|| 0x0bad_cafe))
}

/// What the session was doing when the fault struck.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Wake,
    Arm,
    Capture,
}

/// One session: open, two touches, each error answered as the application does it, by arming again.
/// Returns where the first error struck.
fn session(script: &[(usize, Fault)], true_pictures: &[Vec<u8>]) -> Option<(Phase, DeviceError)> {
    let emulator = Emulator::new(None);
    let mut failed = None;
    let mut reader = match open(Faulty::new(EmulatedUsb::new(emulator), script.iter().copied())) {
        Ok(reader) => reader,
        Err(error) => return Some((Phase::Wake, error)),
    };
    let mut pictures = 0;
    for _ in 0..ARMINGS {
        if pictures == TOUCHES {
            break;
        }
        if let Err(error) = reader.begin(ONE_FINGER) {
            failed.get_or_insert((Phase::Arm, error));
            continue;
        }
        match reader.next_frame(5 * SECOND) {
            Ok(Some(frame)) => {
                pictures += 1;
                let is_true = true_pictures.iter().any(|picture| picture == frame.image.pixels());
                assert!(is_true, "a wrong picture after {script:?}");
            }
            Ok(None) => {}
            Err(error) => drop(failed.get_or_insert((Phase::Capture, error))),
        }
        let _ = reader.end();
    }
    let unplugged = matches!(failed, Some((_, DeviceError::Gone { .. })));
    assert!(pictures == TOUCHES || unplugged, "only {pictures} pictures after {script:?}: {failed:?}");
    failed
}

#[test]
fn no_fault_hangs_or_deceives() {
    let true_pictures: Vec<Vec<u8>> =
        (1..=ARMINGS as u32).map(|touch| Emulator::new(None).expected(touch)).collect();
    assert!(session(&[], &true_pictures).is_none());
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x2545_f491, SESSION_TRANSFERS, 120_000).take(SCRIPTS) {
        let state = session(&[(at, fault)], &true_pictures).map(|(phase, _)| format!("{phase:?}"));
        table.count(fault, state.unwrap_or_else(|| "without effect".to_owned()));
    }
    println!("{}", table.of("uareu"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("uareu", DeviceKind::FingerReader, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(Emulator::new(None)), fault);
        Ok(Device::FingerReader(Box::new(open(wire)?)))
    });
    println!("{}", table.expect("it works again").of("uareu"));
}
