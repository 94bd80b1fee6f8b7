//! An emulated U.are.U 4500 for the kernel: attach it with `usbip attach -r HOST -b 1-1`.
//!
//! The first argument is the address to listen on; the pictures that a driver must make of the first touches are
//! left as raw files in the folder of the second.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/uareu/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing)] // The tests use the rest, and it is one of them.
mod emulator;

use emulator::Emulator;
use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use tram_device::testing::usbip::{Descriptors, serve};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    if let Some(folder) = arguments.next() {
        for touch in 1..=4 {
            let picture = Emulator::new(None).expected(touch);
            std::fs::write(Path::new(&folder).join(format!("touch-{touch}.raw")), picture)?;
        }
    }
    let descriptors = Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, 0xba, 0x05, 0x0a, 0, 3, 1, 1, 2, 3, 1],
        configuration: vec![
            9, 2, 32, 0, 1, 1, 0, 0x80, 50, // One configuration, 100 mA.
            9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 0, // One interface of the vendor.
            7, 5, 0x81, 3, 64, 0, 1, // Events.
            7, 5, 0x82, 2, 64, 0, 0, // Pictures.
        ],
        strings: ["DigitalPersona, Inc.", "U.are.U 4500 Fingerprint Reader", "TEST-EMULATED"]
            .map(str::to_owned)
            .to_vec(),
    };
    let listener = TcpListener::bind(&address)?;
    println!("an emulated reader listens on {address}");
    serve(&listener, &descriptors, &mut Emulator::new(None))?;
    Ok(())
}
