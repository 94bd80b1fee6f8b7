//! Takes live pictures and a still with the emulated camera on the bus and says what came and how fast. With the argument
//! `return` it is to be unplugged and plugged in again.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tram_device::testing::lab::{ended, try_return};
use tram_device::{Device, Factory};
use tram_ptp::Ptp;

const LIVE: u32 = 20;
const MODEL: &str = "EOS";

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("return") {
        return Ok(try_return(&Ptp, MODEL, |line| println!("{line}"))?);
    }
    let listed = Ptp.list();
    let listing =
        listed.iter().find(|listing| listing.origin.model.contains(MODEL)).ok_or("no camera on the bus")?;
    let began = Instant::now();
    let Device::Camera(mut camera) = Ptp.open(listing)? else { return Err("no camera".into()) };
    let opened = began.elapsed();
    camera.start()?;
    let began = Instant::now();
    for number in 1..=LIVE {
        camera.next_frame(Duration::from_secs(10))?.ok_or(format!("live picture {number} did not come"))?;
    }
    let each = began.elapsed() / LIVE;
    let began = Instant::now();
    let still = camera.stills().ok_or("it takes no stills")?.take(Duration::from_secs(10))?;
    let (width, height) = (still.width(), still.height());
    let still = began.elapsed();
    camera.stop()?;
    Ok(format!(
        "opened in {opened:.1?}, {LIVE} live pictures in {each:.1?} each, still {width}x{height} in {still:.1?}"
    ))
}
