//! How long discovery, preview and capture take against the emulator on this machine's own ports: the driver's share,
//! since the emulator captures in no time.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tram_biometric::{FingerPosition, Impression};
use tram_device::finger::FinishingReader;
use tram_device::{Access, Device as Opened, Factory, FingerReader, FingerRequest};
use tram_sbi::bus::PORTS;
use tram_sbi::{Anchors, Environment, Sbi, Site};
use tram_sbi_emulator::{Authority, Device, Modality, Server, Service, Spec};

const ROUNDS: usize = 20;
const SLAP: FingerRequest =
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain };

fn main() -> Result<(), Box<dyn Error>> {
    let now = SystemTime::now().into();
    let authority = Arc::new(Authority::trusted(now));
    let site = Site {
        anchors: Anchors::new([authority.certificate().to_vec()]),
        environment: Environment::Developer,
        clock: Arc::new(|| SystemTime::now().into()),
        random: Arc::new(|| {
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_nanos())
        }),
    };
    let driver = Sbi::new(site);
    report("looking at 100 ports, no service", || {
        driver.list();
        Ok(())
    })?;

    let serial = format!("TEST-LATENCY-{}", std::process::id());
    let device = Device {
        picture: (400, 500),
        capture_time: Duration::ZERO,
        frame_time: Duration::from_millis(33),
        ..Device::new(&serial, Spec::Mds095, Modality::SlapReader)
    };
    let service = Arc::new(Mutex::new(Service::new(device, 4501, &authority, now)));
    let start = |port| {
        service.lock().unwrap_or_else(PoisonError::into_inner).restart(port);
        Server::start(Arc::clone(&service)).ok()
    };
    let _server = PORTS.clone().find_map(start).ok_or("no free port")?;
    report("looking at 100 ports, one service, its identity checked", || {
        driver.list();
        Ok(())
    })?;
    let listed = driver.list();
    let is_ours =
        |row: &&tram_device::Listing| row.origin.serial == serial && matches!(row.access, Access::Ready);
    let listing = listed.iter().find(is_ours).ok_or("not listed")?;
    let Opened::FingerReader(mut reader) = driver.open(listing)? else { return Err("no reader".into()) };
    report("a slap of four fingers of 400x500 pixels, uncompressed, every check", || {
        reader.begin(SLAP)?;
        finish(reader.as_mut())
    })?;
    service.lock().unwrap_or_else(PoisonError::into_inner).device.is_occupied = false;
    report("from arming to the first preview picture, of which 33 ms are the device's", || {
        reader.begin(SLAP)?;
        while reader.next_frame(Duration::from_secs(1))?.is_none() {}
        Ok(())
    })?;
    Ok(())
}

fn finish(reader: &mut dyn FingerReader) -> Result<(), Box<dyn Error>> {
    loop {
        reader.next_frame(Duration::from_millis(100))?;
        if reader.finishing().and_then(FinishingReader::take_finished).is_some() {
            return Ok(());
        }
    }
}

fn report(what: &str, mut act: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        act()?;
        times.push(began.elapsed());
    }
    times.sort();
    let at = |share: usize| times.get((times.len() - 1) * share / 100).copied().unwrap_or_default();
    println!("{what}: median {:.1?}, slowest {:.1?}", at(50), at(100));
    Ok(())
}
