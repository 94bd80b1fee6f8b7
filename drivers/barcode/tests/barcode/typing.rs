use crate::keyboard::Keyboard;
use std::path::Path;
use std::time::Duration;
use tram_barcode::{Wedge, WedgeReader};
use tram_biometric::Origin;
use tram_device::recording::Nothing;
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{EmulatedUsb, Fault, FaultTable, Faulty, under_mishaps, usb_session};
use tram_device::transport::UsbTransport;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{CodeReader, Device, DeviceError, DeviceKind};

const SECOND: Duration = Duration::from_secs(1);
const CARD: &str = "079123456789|123456789|TEST NGUYEN VAN A|01011990|Nam|TEST|01012024";
const ZONE: &str =
    "IDVNM1234567897079123456789<<4\n9001014M3401018VNM<<<<<<<<<<<8\nTEST<<NGUYEN<VAN<A<<<<<<<<<<<";

fn shown() -> Keyboard {
    Keyboard::new(&[(SECOND, CARD), (3 * SECOND, ZONE)])
}

fn open<T: UsbTransport>(wire: T) -> Result<WedgeReader<T>, DeviceError> {
    let [driver, model, serial] = ["wedge", "TEST reader", ""].map(str::to_owned);
    WedgeReader::open(wire, 0x81, Origin { driver, model, serial, is_virtual: true })
}

#[test]
fn what_is_typed_comes_as_a_code() {
    let mut reader = open(EmulatedUsb::new(shown())).expect("it answers");
    assert_eq!(reader.next_code(SECOND / 2), Ok(None));
    assert_eq!(reader.next_code(SECOND), Ok(Some(CARD.as_bytes().to_vec())));
    assert_eq!(reader.next_code(5 * SECOND), Ok(Some(ZONE.as_bytes().to_vec())));
}

#[test]
fn a_code_with_letters_that_no_key_has_is_dropped_and_the_next_one_comes() {
    let vietnamese = Keyboard::new(&[(SECOND, "079123456789||Nguyễn Văn A"), (3 * SECOND, "0123")]);
    let mut reader = open(EmulatedUsb::new(vietnamese)).expect("it answers");
    assert_eq!(reader.next_code(5 * SECOND), Ok(Some(b"0123".to_vec())));
}

#[test]
fn a_disturbed_wire_neither_hangs_nor_joins_two_codes() {
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x0b0a_2d01, 340, 8).take(300) {
        let Ok(mut reader) = open(Faulty::new(EmulatedUsb::new(shown()), [(at, fault)])) else {
            table.count(fault, "opening");
            continue;
        };
        let (mut read, mut failed) = (0, None);
        for _ in 0..8 {
            match reader.next_code(SECOND) {
                Ok(None) => {}
                Ok(Some(code)) => {
                    read += 1;
                    assert!(
                        !(code.starts_with(b"079") && code.ends_with(b"<<")),
                        "two codes in one after {fault:?} at {at}: {}",
                        String::from_utf8_lossy(&code)
                    );
                }
                Err(_) => drop(failed.get_or_insert(if read == 0 { "first code" } else { "second code" })),
            }
        }
        table.count(fault, failed.unwrap_or("without effect"));
    }
    println!("{}", table.of("wedge"));
}

#[test]
fn a_recorded_code_is_replayed_and_a_redacted_one_says_nothing() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-wedge.txt");
    let model = "TEST emulated reader".to_owned();
    let identity = UsbIdentity { vendor: 0x05e0, product: 0x1200, endpoints: Some((0, 0x81)), model };
    let session =
        |redaction| usb_session(&Wedge, &identity, redaction, shown(), Trial::Look).expect("it opens");
    let recording = kept(&file, || {
        let (came, recording) = session(Box::new(Nothing));
        assert_eq!(came, recording.expected);
        recording
    });
    assert_eq!(session::check(&Wedge, &recording.expect("it belongs to the project")), Ok(()));
    let (came, redacted) = session(Wedge::redaction());
    assert!(came[0].starts_with("code of 1 lines"), "{came:?}");
    assert_ne!(came, redacted.expected, "the digest is another one");
    assert_eq!(session::check(&Wedge, &redacted), Ok(()));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("wedge", DeviceKind::CodeReader, 100, |fault| {
        let wire = Faulty::new(EmulatedUsb::new(shown()), fault);
        Ok(Device::CodeReader(Box::new(open(wire)?)))
    });
    println!("{}", table.expect("it works again").of("wedge"));
}
