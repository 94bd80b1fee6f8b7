//! Types a card once on a keyboard gadget of the kernel: the argument is its file.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/barcode/keyboard.rs"]
mod keyboard;

use keyboard::Keyboard;
use std::error::Error;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use tram_device::testing::{UsbDevice, gadget};

const CARD: &str = "079123456789|123456789|TEST NGUYEN VAN A|01011990|Nam|TEST|01012024";
/// Longer than the card takes.
const TYPING: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file of a keyboard gadget")?;
    let mut file = gadget::open(Path::new(&path))?;
    let (mut keyboard, began) = (Keyboard::new(&[(Duration::ZERO, CARD)]), Instant::now());
    while began.elapsed() < TYPING {
        match keyboard.send(0x81, 8, began.elapsed()) {
            Some(report) => gadget::write(&mut file, &report)?,
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
    println!("typed a card of {} characters", CARD.len());
    Ok(())
}
