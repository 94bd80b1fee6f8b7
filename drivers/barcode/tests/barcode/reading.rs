use crate::emulator::Emulator;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tram_barcode::driver::CodeLine;
use tram_barcode::{Barcode, Reader};
use tram_biometric::Origin;
use tram_device::recording::{Event, Nothing, Recorder, Redact};
use tram_device::serial_driver::SerialDriver;
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{EmulatedBytes, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::transport::ByteTransport;
use tram_device::{CodeReader, Device, DeviceError, DeviceKind};

const SECOND: Duration = Duration::from_secs(1);
const CARD: &str = "079123456789|123456789|TEST Nguyễn Văn A|01011990|Nam|TEST|01012024";
const ZONE: &str =
    "IDVNM1234567897079123456789<<4\r9001014M3401018VNM<<<<<<<<<<<8\rTEST<<NGUYEN<VAN<A<<<<<<<<<<<";

fn shown() -> Emulator {
    Emulator::new(&[(SECOND, CARD), (3 * SECOND, ZONE)])
}

fn open<T: ByteTransport>(wire: T) -> Reader<T> {
    let [driver, model, serial] = ["barcode", "TEST reader", ""].map(str::to_owned);
    Reader::new(wire, Origin { driver, model, serial, is_virtual: true })
}

#[test]
fn codes_come_whole_and_one_by_one() {
    let mut reader = open(EmulatedBytes::new(shown()));
    assert_eq!(reader.next_code(SECOND / 2), Ok(None));
    assert_eq!(reader.next_code(SECOND), Ok(Some(CARD.as_bytes().to_vec())));
    assert_eq!(reader.next_code(5 * SECOND), Ok(Some(ZONE.replace('\r', "\n").into_bytes())));
    assert_eq!(reader.next_code(SECOND), Ok(None));
}

#[test]
fn a_disturbed_line_neither_hangs_nor_joins_two_codes() {
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x0c0d_e5ed, 120, 30).take(300) {
        let mut reader = open(Faulty::new(EmulatedBytes::new(shown()), [(at, fault)]));
        let mut read = 0;
        let outcome = (0..8).find_map(|_| match reader.next_code(SECOND) {
            Ok(None) => None,
            Ok(Some(code)) => {
                read += 1;
                assert!(
                    !(code.starts_with(b"079") && code.ends_with(b"<<")),
                    "two codes in one after {fault:?}"
                );
                None
            }
            Err(DeviceError::Gone { .. }) => Some("gone"),
            Err(_) => Some("refused"),
        });
        assert!(read <= 2);
        table.count(fault, outcome.unwrap_or(if read == 2 { "both read" } else { "one lost" }));
    }
    println!("{}", table.of("barcode"));
}

#[test]
fn a_recorded_code_is_replayed_and_a_redacted_one_says_nothing() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-code.txt");
    let driver = Barcode::new(std::iter::empty::<PathBuf>());
    let session = |redaction: Box<dyn Redact>| {
        session::record(&driver, Trial::Look, 10 * SECOND, |sink| {
            let wire = EmulatedBytes::new(shown());
            let [driver, model, serial] = ["barcode", "TEST reader", ""].map(str::to_owned);
            let origin = Origin { driver, model, serial, is_virtual: true };
            CodeLine::open_on(Recorder::new(wire, "barcode", "TEST emulated reader", redaction, sink), origin)
        })
    };
    let recording = kept(&file, || {
        let (came, recording) = session(Box::new(Nothing)).expect("it opens");
        assert_eq!(came, recording.expected);
        recording
    });
    assert_eq!(session::check(&driver, &recording.expect("it belongs to the project")), Ok(()));
    let (came, redacted) = session(CodeLine::redaction()).expect("it opens");
    assert!(came[0].starts_with("code of 1 lines"), "{came:?}");
    let sent = redacted.events.iter().filter_map(|(_, event)| match event {
        Event::Read { data } => Some(data.as_slice()),
        _ => None,
    });
    assert!(sent.flatten().all(|byte| b"0X|<\r\n".contains(byte)));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("barcode", DeviceKind::CodeReader, 100, |fault| {
        Ok(Device::CodeReader(Box::new(open(Faulty::new(EmulatedBytes::new(shown()), fault)))))
    });
    println!("{}", table.expect("it works again").of("barcode"));
}
