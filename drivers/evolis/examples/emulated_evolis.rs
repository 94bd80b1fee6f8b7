//! An emulated printer for the kernel: attach it with `usbip attach -r HOST -b 1-1`. The argument is the address to
//! listen on.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/evolis/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing, clippy::expect_used)]
// The tests use the rest, and it is one of them.
mod emulator;
#[path = "../tests/evolis/raster.rs"]
#[allow(dead_code, clippy::indexing_slicing)] // As above.
mod raster;

use emulator::Emulator;
use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;
use tram_device::testing::printing::descriptors;
use tram_device::testing::usbip::serve;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let shown = descriptors(0x0f49, 0x0a00, ["Evolis", "TEST emulated Evolis", "TEST-EMULATED"]);
    let mut printer = Emulator::hasty();
    printer.printing = Duration::from_secs(2);
    let listener = TcpListener::bind(&address)?;
    println!("an emulated printer listens on {address}");
    serve(&listener, &shown, &mut printer)?;
    Ok(())
}
