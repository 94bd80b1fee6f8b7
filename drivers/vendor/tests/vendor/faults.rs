//! Randomized fault scripts on the lines between station and process, in emulated time, and the kept recording. What a
//! library does to its process is `toy`.

use crate::emulator::{Emulator, SIDES, picture};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::recording::Recording;
use tram_device::session::{self, Trial};
use tram_device::testing::recordings::kept;
use tram_device::testing::{EmulatedBytes, Fault, FaultTable, Faulty, under_mishaps};
use tram_device::transport::{ByteTransport, Clock, TransportError};
use tram_device::{Device, DeviceError, DeviceKind, FingerReader, FingerRequest};
use tram_vendor::dialogue::{Dialogue, Host};
use tram_vendor::recorded::Recorded;
use tram_vendor::{Reader, Vendor};

const SCRIPTS: usize = 300;
/// Transfers of a session: its start, opening, two captures of three pictures, heartbeats in between.
const SESSION_TRANSFERS: u32 = 36;
const SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain };
/// How often the officer begins anew, with a process that is started again where it was lost.
const ATTEMPTS: usize = 4;
const CAPTURES: usize = 2;

/// The process, which can be wrapped.
struct Emulated(Faulty<EmulatedBytes<Emulator>>);

impl Clock for Emulated {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn sleep(&mut self, pause: Duration) {
        self.0.sleep(pause);
    }
}

impl ByteTransport for Emulated {
    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.0.write(data)
    }

    fn read(&mut self, limit: usize, timeout: Duration) -> Result<Vec<u8>, TransportError> {
        self.0.read(limit, timeout)
    }
}

impl Host for Emulated {
    fn set_memory(&mut self, file: i32) -> Result<(), TransportError> {
        if file == 7 { Ok(()) } else { Err(TransportError::Gone(format!("no file {file}"))) }
    }

    fn picture(&mut self, bytes: usize) -> Result<Vec<u8>, TransportError> {
        let mut pixels = picture(self.0.inner.device.shown);
        pixels.resize(bytes, 0);
        Ok(pixels)
    }
}

fn emulated(script: impl IntoIterator<Item = (usize, Fault)>) -> Emulated {
    Emulated(Faulty::new(EmulatedBytes::new(Emulator::new()), script))
}

fn open<H: Host>(host: H) -> Result<Reader<H>, DeviceError> {
    let [driver, model, serial] = ["vendor", "TEST ten-print reader", "T-1"].map(str::to_owned);
    let origin = Origin { driver, model, serial, is_virtual: true };
    Reader::open(Dialogue::start(host)?, "good", origin, Arc::default())
}

/// Arms and waits for the finished capture; every picture must be one of the reader's.
fn capture(reader: &mut dyn FingerReader) -> Result<(), DeviceError> {
    reader.begin(SLAP)?;
    for _ in 0..20 {
        let Some(frame) = reader.next_frame(Duration::from_secs(1))? else { continue };
        let is_true = (1..80).any(|shown| picture(shown) == frame.image.pixels());
        assert!(is_true && (frame.image.width(), frame.image.height()) == SIDES, "a wrong picture");
        if frame.is_final {
            return reader.end();
        }
    }
    Err(DeviceError::Timeout { detail: "no picture is final".to_owned() })
}

/// One session; where the first error struck.
fn session(fault: (usize, Fault)) -> Option<(&'static str, DeviceError)> {
    let (mut first, mut done, mut script) = (None, 0, vec![fault]);
    let mut reader: Option<Reader<Emulated>> = None;
    for _ in 0..ATTEMPTS {
        let mut open_reader = match reader.take() {
            Some(reader) => reader,
            // A process that is started again is another one.
            None => match open(emulated(std::mem::take(&mut script))) {
                Ok(reader) => reader,
                Err(error) => {
                    first.get_or_insert(("starting, opening", error));
                    continue;
                }
            },
        };
        while done < CAPTURES {
            let state = if done == 0 { "first capture" } else { "second capture" };
            match capture(&mut open_reader) {
                Ok(()) => done += 1,
                Err(error) => {
                    let is_lost = matches!(open_reader.end(), Err(DeviceError::Gone { .. }));
                    first.get_or_insert((state, error));
                    reader = (!is_lost).then_some(open_reader);
                    break;
                }
            }
        }
        if done == CAPTURES {
            return first;
        }
    }
    panic!("stuck after {fault:?}: {first:?}");
}

#[test]
fn no_fault_hangs_or_deceives() {
    assert_eq!(session((usize::MAX, Fault::Empty)), None);
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x1e7d_0235, SESSION_TRANSFERS, 12).take(SCRIPTS) {
        let state = session((at, fault)).map_or("without effect", |(state, _)| state);
        table.count(fault, state);
    }
    println!("{}", table.of("vendor"));
}

fn recorded() -> Recording {
    let driver = Vendor::new(std::path::PathBuf::new(), []);
    let recorded = session::record(&driver, Trial::Look, Duration::from_secs(10), |sink| {
        let host = Recorded::new(emulated([]), "good", "TEST ten-print reader", sink);
        Ok(Device::FingerReader(Box::new(open(host)?)))
    });
    recorded.expect("it opens").1
}

#[test]
fn a_recorded_capture_is_replayed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/emulated-host.txt");
    let recording = kept(&file, recorded).expect("it belongs to the project");
    let driver = Vendor::new(std::path::PathBuf::new(), []);
    assert_eq!(session::check(&driver, &recording), Ok(()));
    assert!(recording.expected[0].starts_with("picture 40x30 at 500 ppi"), "{:?}", recording.expected);
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("vendor", DeviceKind::FingerReader, 100, |fault| {
        Ok(Device::FingerReader(Box::new(open(emulated(fault))?)))
    });
    println!("{}", table.expect("it works again").of("vendor"));
}
