use crate::emulator::Emulator;
use crate::line::{ONE_FINGER, origin};
use std::time::Duration;
use tram_device::testing::{EmulatedBytes, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::{Device, DeviceError, DeviceKind, FingerReader};
use tram_zfm::Reader;

const SCRIPTS: usize = 300;
/// Transfers of a session: greeting, scans, some hundred pieces of a picture.
const SESSION_TRANSFERS: u32 = 120;

/// A finger that comes and goes every other second.
fn touches(now: Duration) -> bool {
    now.as_secs().is_multiple_of(2)
}

/// One session of two pictures; each error is answered by arming again. Returns the first error and when it struck.
fn session(script: &[(usize, Fault)], true_pictures: &[Vec<u8>]) -> Option<(&'static str, DeviceError)> {
    let wire = Faulty::new(EmulatedBytes::new(Emulator::fast(touches)), script.iter().copied());
    let mut reader = match Reader::open(wire, origin()) {
        Ok(reader) => reader,
        Err(error) => return Some(("greeting", error)),
    };
    let (mut first_error, mut pictures) = (None, 0);
    for _ in 0..12 {
        reader.begin(ONE_FINGER).expect("arming waits for nothing");
        match reader.next_frame(Duration::from_secs(8)) {
            Ok(Some(frame)) => {
                pictures += 1;
                let is_true = true_pictures.iter().any(|picture| picture == frame.image.pixels());
                assert!(is_true, "a wrong picture after {script:?}");
            }
            Ok(None) => {}
            Err(error) => {
                let state = if pictures == 0 { "first picture" } else { "second picture" };
                first_error.get_or_insert((state, error));
            }
        }
        if pictures == 2 {
            return first_error;
        }
    }
    assert!(
        matches!(first_error, Some((_, DeviceError::Gone { .. }))),
        "stuck after {script:?}: {first_error:?}"
    );
    first_error
}

#[test]
fn no_fault_hangs_or_deceives() {
    let true_pictures: Vec<Vec<u8>> =
        (1..=60).map(|touch| Emulator::levels(touch).iter().map(|level| level * 17).collect()).collect();
    assert_eq!(session(&[], &true_pictures), None);
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x9e37_79b9, SESSION_TRANSFERS, 500).take(SCRIPTS) {
        let outcome = match session(&[(at, fault)], &true_pictures) {
            None => "without effect".to_owned(),
            Some((state, DeviceError::Gone { .. })) => format!("{state}: gone"),
            Some((state, DeviceError::Timeout { .. })) => format!("{state}: silent"),
            Some((state, _)) => format!("{state}: refused"),
        };
        table.count(fault, outcome);
    }
    println!("{}", table.of("zfm"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("zfm", DeviceKind::FingerReader, 100, |fault| {
        let wire = Faulty::new(EmulatedBytes::new(Emulator::fast(|_| true)), fault);
        Ok(Device::FingerReader(Box::new(Reader::open(wire, origin())?)))
    });
    println!("{}", table.expect("it works again").of("zfm"));
}
