//! An emulated EOS camera for the kernel: attach it with `usbip attach -r HOST -b 1-1`. The argument is the address to
//! listen on.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/ptp/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing, clippy::expect_used)]
// The tests use the rest, and it is one of them.
mod emulator;

use emulator::{Emulator, Kind};
use std::error::Error;
use std::net::TcpListener;
use tram_device::testing::usbip::{Descriptors, serve};

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let shown = Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, 0xa9, 0x04, 0xb4, 0x32, 2, 0, 1, 2, 3, 1],
        configuration: vec![
            9, 2, 39, 0, 1, 1, 0, 0xc0, 1, // One configuration, with a battery.
            9, 4, 0, 0, 3, 6, 1, 1, 0, // One interface for still pictures.
            7, 5, 0x81, 2, 64, 0, 0, // Answers and pictures.
            7, 5, 0x02, 2, 64, 0, 0, // Commands.
            7, 5, 0x83, 3, 8, 0, 10, // Events.
        ],
        strings: ["TEST", "TEST emulated EOS", "TEST-EMULATED"].map(str::to_owned).to_vec(),
        reports: Vec::new(),
    };
    let listener = TcpListener::bind(&address)?;
    println!("an emulated camera listens on {address}");
    serve(&listener, &shown, &mut Emulator::new(Kind::Eos))?;
    Ok(())
}
