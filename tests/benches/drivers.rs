//! What a driver itself takes from the wire to the application: every recorded session, played as fast as it goes. The wire's
//! own time is in the lab's table.
#![allow(clippy::print_stdout, clippy::expect_used)] // A measurement.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tram_device::Factory;
use tram_device::recording::{Event, Recording, Sent};
use tram_device::session;

/// How long each session is played over and over.
const MEASURED: Duration = Duration::from_secs(1);

fn main() {
    let none = || std::iter::empty::<PathBuf>();
    let drivers: [(&str, Box<dyn Factory>); 8] = [
        ("uareu/tests/recordings/emulated-4500.txt", Box::new(tram_uareu::Uareu::new(Arc::new(|| 0)))),
        ("zfm/tests/recordings/emulated-zfm.txt", Box::new(tram_zfm::Zfm::new(none()))),
        ("ptp/tests/recordings/emulated-eos.txt", Box::new(tram_ptp::Ptp)),
        ("evolis/tests/recordings/test-card.txt", Box::new(tram_evolis::Evolis::default())),
        ("magicard/tests/recordings/test-card.txt", Box::new(tram_magicard::Magicard::default())),
        ("stu/tests/recordings/emulated-540.txt", Box::new(tram_stu::Stu)),
        ("barcode/tests/recordings/emulated-code.txt", Box::new(tram_barcode::Barcode::new(none()))),
        ("barcode/tests/recordings/emulated-wedge.txt", Box::new(tram_barcode::Wedge)),
    ];
    println!("{:10} {:>9} {:>10} {:>9}  what comes of it", "driver", "ms each", "bytes", "MB/s");
    for (file, driver) in &drivers {
        measure(file, driver.as_ref());
    }
}

fn measure(file: &str, driver: &dyn Factory) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drivers").join(file);
    let recording =
        Recording::read(BufReader::new(File::open(&path).expect("a recording"))).expect("well formed");
    let bytes: usize = recording.events.iter().map(|(_, event)| carried(event)).sum();
    let (began, mut sessions) = (Instant::now(), 0_u32);
    while began.elapsed() < MEASURED {
        assert_eq!(session::check(driver, &recording), Ok(()), "{file}");
        sessions += 1;
    }
    let each = began.elapsed() / sessions;
    let rate = bytes as f64 / each.as_secs_f64() / 1e6;
    let what = recording.expected.join("; ");
    println!("{:10} {:9.2} {bytes:10} {rate:9.1}  {what}", recording.driver, each.as_secs_f64() * 1e3);
}

/// Bytes that went over the wire in either direction.
fn carried(event: &Event) -> usize {
    match event {
        Event::ControlOut { data, .. }
        | Event::Write { data }
        | Event::Read { data }
        | Event::ControlIn { outcome: Ok(data), .. }
        | Event::Came { outcome: Ok(data), .. }
        | Event::BulkOut { data: Sent::Whole(data), .. } => data.len(),
        Event::BulkOut { data: Sent::Digest { length, .. }, .. } => *length,
        _ => 0,
    }
}
