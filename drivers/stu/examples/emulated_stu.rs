//! An emulated STU-540 for the kernel: attach it with `usbip attach -r HOST -b 1-1`. The argument is the address to
//! listen on.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/stu/emulator.rs"]
#[allow(dead_code)] // The tests use the rest.
mod emulator;

use emulator::Emulator;
use std::error::Error;
use std::net::TcpListener;
use tram_device::testing::usbip::{Descriptors, serve};

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let shown = Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, 0x6a, 0x05, 0xa8, 0, 0, 1, 1, 2, 3, 1],
        configuration: vec![
            9, 2, 34, 0, 1, 1, 0, 0x80, 250, // One configuration, 500 mA.
            9, 4, 0, 0, 1, 3, 0, 0, 0, // One HID interface.
            9, 0x21, 0x11, 0x01, 0, 1, 0x22, 0,
            1, // Its report descriptor is not emulated: the kernel leaves it alone.
            7, 5, 0x81, 3, 64, 0, 5, // Reports.
        ],
        strings: ["Wacom", "TEST emulated STU-540", "TEST-EMULATED"].map(str::to_owned).to_vec(),
    };
    let listener = TcpListener::bind(&address)?;
    println!("an emulated pad listens on {address}");
    serve(&listener, &shown, &mut Emulator::default())?;
    Ok(())
}
