//! On real ports of this machine, among whatever else may listen there.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tram_biometric::{FingerPosition, Impression};
use tram_device::finger::FinishingReader;
use tram_device::{Access, Device as Opened, DeviceError, Factory, FingerReader, FingerRequest, Listing};
use tram_sbi::bus::PORTS;
use tram_sbi::{Anchors, Environment, Sbi, Site};
use tram_sbi_emulator::{Authority, Device, Modality, Server, Service, Spec};

const SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainLeftFour, impression: Impression::Plain };

/// Starts the service on the first free port from `first` on.
fn start(service: &Arc<Mutex<Service>>, first: u16) -> Server {
    let start = |port| {
        service.lock().unwrap().restart(port);
        Server::start(Arc::clone(service)).ok()
    };
    (first..=*PORTS.end()).find_map(start).expect("a free port")
}

/// Lists until the device is there as wanted.
fn wait_listed(driver: &Sbi, serial: &str, is_there: bool) -> Option<Listing> {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        let mut listed = driver.list().into_iter();
        let found = listed.find(|row| row.origin.serial == serial && matches!(row.access, Access::Ready));
        if found.is_some() == is_there {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{serial} is listed: {}", !is_there);
}

fn open(driver: &Sbi, listing: &Listing) -> Box<dyn FingerReader> {
    match driver.open(listing).expect("opens") {
        Opened::FingerReader(reader) => reader,
        other => panic!("{other:?}"),
    }
}

fn finish(reader: &mut dyn FingerReader) -> Result<usize, DeviceError> {
    loop {
        reader.next_frame(Duration::from_millis(100))?;
        if let Some(fingers) = reader.finishing().and_then(FinishingReader::take_finished) {
            return Ok(fingers.len());
        }
    }
}

#[test]
fn a_service_that_dies_in_a_capture_is_found_again_on_another_port() {
    let now = SystemTime::now().into();
    let authority = Arc::new(Authority::trusted(now));
    let serial = format!("TEST-LOOPBACK-{}", std::process::id());
    let capture_time = Duration::from_millis(400);
    let device = Device { capture_time, ..Device::new(&serial, Spec::Mds095, Modality::SlapReader) };
    let service = Arc::new(Mutex::new(Service::new(device, 4501, &authority, now)));
    let server = start(&service, 4510);
    let driver = Sbi::new(Site {
        anchors: Anchors::new([authority.certificate().to_vec()]),
        environment: Environment::Developer,
        clock: Arc::new(|| SystemTime::now().into()),
        random: Arc::new(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos()),
    });
    let listing = wait_listed(&driver, &serial, true).expect("listed");
    let mut reader = open(&driver, &listing);
    reader.begin(SLAP).expect("begins");
    assert_eq!(finish(reader.as_mut()).expect("captures"), 4);

    reader.begin(SLAP).expect("begins");
    reader.next_frame(Duration::from_millis(150)).expect("preview");
    drop(server);
    assert!(matches!(finish(reader.as_mut()), Err(DeviceError::Gone { .. } | DeviceError::Garbage { .. })));
    drop(reader);
    wait_listed(&driver, &serial, false);
    let returned = Instant::now();
    let _server = start(&service, 4560);
    let again = wait_listed(&driver, &serial, true).expect("listed");
    assert_ne!(again.port, listing.port);
    // The station may still hold the listing of the old port.
    let mut reader = open(&driver, &listing);
    reader.begin(SLAP).expect("begins");
    println!("armed again {:.1?} after the service was back", returned.elapsed());
    assert_eq!(finish(reader.as_mut()).expect("captures"), 4);
}
