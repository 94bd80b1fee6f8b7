//! Reads one code with the first reader on the bus that types like a keyboard.
#![allow(clippy::print_stdout)] // A tool.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tram_barcode::Wedge;
use tram_device::testing::lab::ended;
use tram_device::{Device, Factory};

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<String, Box<dyn Error>> {
    let listed = Wedge.list();
    let listing = listed.first().ok_or("no reader on the bus")?;
    let Device::CodeReader(mut reader) = Wedge.open(listing)? else {
        return Err("no reader of codes".into());
    };
    println!("listens");
    let code = reader.next_code(Duration::from_secs(30))?.ok_or("no code came")?;
    let fields = code.split(|byte| *byte == b'|').count();
    Ok(format!("code of {} bytes in {fields} fields", code.len()))
}
