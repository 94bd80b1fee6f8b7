//! An emulated U.are.U 4500 for the kernel: attach it with `usbip attach -r HOST -b 1-1`.
//!
//! The first argument is the address to listen on; the pictures that a driver must make of the first touches are
//! left as raw files in the folder of the second. With `v2` as the third it is a Microsoft reader v2, which wants its
//! challenge answered and shows its pictures the other way up.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/uareu/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing)] // The tests use the rest, and it is one of them.
mod emulator;

use emulator::{Emulator, Quirk};
use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use tram_device::testing::usbip::{Descriptors, serve};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let folder = arguments.next();
    let is_v2 = arguments.next().as_deref() == Some("v2");
    let (quirk, [v0, v1, p0, p1], name) = if is_v2 {
        (Some(Quirk::WantsChallenge), [0x5e, 0x04, 0xca, 0x00], "touch-v2")
    } else {
        (None, [0xba, 0x05, 0x0a, 0x00], "touch")
    };
    if let Some(folder) = folder {
        for touch in 1..=4 {
            let mut picture = Emulator::new(quirk).expected(touch);
            if is_v2 {
                picture.reverse();
            }
            std::fs::write(Path::new(&folder).join(format!("{name}-{touch}.raw")), picture)?;
        }
    }
    let descriptors = Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, v0, v1, p0, p1, 3, 1, 1, 2, 3, 1],
        configuration: vec![
            9, 2, 32, 0, 1, 1, 0, 0x80, 50, // One configuration, 100 mA.
            9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 0, // One interface of the vendor.
            7, 5, 0x81, 3, 64, 0, 1, // Events.
            7, 5, 0x82, 2, 64, 0, 0, // Pictures.
        ],
        strings: ["DigitalPersona, Inc.", "U.are.U 4500 Fingerprint Reader", "TEST-EMULATED"]
            .map(str::to_owned)
            .to_vec(),
        reports: Vec::new(),
    };
    let listener = TcpListener::bind(&address)?;
    println!("an emulated reader listens on {address}");
    serve(&listener, &descriptors, &mut Emulator::new(quirk))?;
    Ok(())
}
