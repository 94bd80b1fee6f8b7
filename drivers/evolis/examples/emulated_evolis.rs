//! An emulated printer for the kernel: attach it with `usbip attach -r HOST -b 1-1`. The argument is the address to
//! listen on, or the file of a printer gadget to stand behind.
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
use std::path::Path;
use std::time::Duration;
use tram_device::testing::printing::{ENDPOINTS, descriptors};
use tram_device::testing::usbip::serve;
use tram_device::testing::{UsbDevice, gadget};

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3240".to_owned());
    let shown = descriptors(0x0f49, 0x0a00, ["Evolis", "TEST emulated Evolis", "TEST-EMULATED"]);
    let mut printer = Emulator::hasty();
    printer.printing = Duration::from_secs(2);
    if address.starts_with('/') {
        let printer = std::cell::RefCell::new(printer);
        println!("an emulated printer listens on {address}");
        gadget::serve(
            Path::new(&address),
            |bytes, now| {
                printer.borrow_mut().receive(ENDPOINTS.0, bytes, now);
            },
            |now| printer.borrow_mut().send(ENDPOINTS.1, 512, now).unwrap_or_default(),
        )?;
        return Ok(());
    }
    let listener = TcpListener::bind(&address)?;
    println!("an emulated printer listens on {address}");
    serve(&listener, &shown, &mut printer)?;
    Ok(())
}
