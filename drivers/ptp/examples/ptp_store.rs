//! Fetches the first file of a device that stores pictures and cannot take any, such as QEMU's. The argument is where to
//! leave the file.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;
use tram_device::testing::lab::ended;
use tram_device::transport::nusb;
use tram_device::{DeviceError, Factory, Selector};
use tram_ptp::{Ptp, Session};

const QEMU: u16 = 0x46f4;
/// The format of a folder (ISO 15740:2013, clause 6.2).
const FOLDER: u16 = 0x3001;

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("say where to leave the file")?;
    let found = nusb::find(Selector::StillCamera);
    let store = found.iter().find(|found| found.id.vendor == QEMU).ok_or("no such device on the bus")?;
    let listed = Ptp.list();
    let listing =
        listed.iter().find(|listing| listing.port == store.port).ok_or("the driver does not list it")?;
    let Err(DeviceError::Unsupported { detail }) = Ptp.open(listing) else {
        return Err("what cannot take pictures opens as a camera".into());
    };
    println!("not opened as a camera: {detail}");
    let (_, wire) = nusb::open(Selector::StillCamera, &store.port)?;
    let endpoints = wire.endpoints().ok_or("no endpoints")?;
    let mut session = Session::open(wire, endpoints)?;
    let model = session.describe()?.model;
    let objects = session.objects()?;
    let count = objects.len();
    for handle in objects {
        if session.format(handle)? != FOLDER {
            let began = Instant::now();
            let bytes = session.fetch(handle)?;
            std::fs::write(file, &bytes)?;
            let (length, took) = (bytes.len(), began.elapsed());
            return Ok(format!("{model}: {length} bytes of one of {count} objects in {took:.1?}"));
        }
    }
    Err("it stores no file".into())
}
