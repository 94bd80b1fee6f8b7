//! Lists the readers on the bus, captures from the first until it is unplugged, waits for it to return, and says how
//! long each step took.
//!
//! With an argument the pictures are left there as raw files: frame-1.raw and so on.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tram_biometric::{FingerPosition, Impression, Language};
use tram_device::testing::lab::ended;
use tram_device::{Access, Change, Device, Factory, FingerRequest, Rescan};
use tram_uareu::Uareu;

const TOUCHES: usize = 3;

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    // A seed that anyone knows will do: it only scrambles the picture on the cable.
    let driver = Uareu::new(Arc::new(|| 0x5eed_5eed));
    let began = Instant::now();
    let listed = driver.list();
    println!("{} listed in {:.1?}", listed.len(), began.elapsed());
    let first = listed.first().ok_or("no reader on the bus")?;
    if let Access::Refused(error) = &first.access {
        return Err(error.clone().into());
    }
    let began = Instant::now();
    let Device::FingerReader(mut reader) = driver.open(first)? else { return Err("no reader".into()) };
    println!("opened in {:.1?}", began.elapsed());
    let request = FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };
    reader.begin(request)?;
    for touch in 1..=TOUCHES {
        let began = Instant::now();
        let frame = reader.next_frame(Duration::from_secs(30))?.ok_or("no finger came")?;
        println!("touch {touch}: {:?} in {:.1?}", frame.image, began.elapsed());
        if let Some(folder) = &folder {
            std::fs::write(Path::new(folder).join(format!("frame-{touch}.raw")), frame.image.pixels())?;
        }
    }
    println!("unplug it now");
    let error = loop {
        let began = Instant::now();
        if let Err(error) = reader.next_frame(Duration::from_secs(30)) {
            println!("noticed {:.1?} after the last call: {error}", began.elapsed());
            break error;
        }
    };
    drop(reader);
    println!("plug it in again: {}", error.advice(Language::English));
    let mut rescan = Rescan::default();
    let waiting = Instant::now();
    while waiting.elapsed() < Duration::from_mins(1) {
        if let Some(Change::Arrived(listing)) = rescan.look([&driver as &dyn Factory]).into_iter().next() {
            let began = Instant::now();
            let Ok(Device::FingerReader(mut reader)) = driver.open(&listing) else {
                rescan.forget(&listing);
                continue;
            };
            reader.begin(request)?;
            let frame = reader.next_frame(Duration::from_secs(30))?.ok_or("no finger came")?;
            return Ok(format!("back at work, {:?} {:.1?} after it was seen", frame.image, began.elapsed()));
        }
        thread::sleep(Duration::from_millis(500));
    }
    Err("it did not come back".into())
}
