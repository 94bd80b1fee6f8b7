//! An emulated module behind a socket: the far end of a serial port that QEMU gives its guest. The argument is the
//! socket to connect to, or the file of a serial gadget to stand behind.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/zfm/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing)] // The tests use the rest, and it is one of them.
mod emulator;

use emulator::Emulator;
use std::cell::RefCell;
use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};
use tram_device::recording::digest;
use tram_device::testing::{SerialDevice, gadget};

const TICK: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a socket")?;
    let drawn: Vec<u8> = Emulator::levels(1).into_iter().map(|level| level * 17).collect();
    println!("the first picture has digest {:016x}", digest(&drawn));
    if path.starts_with("/dev/") {
        let module = RefCell::new(Emulator::new(|_| true));
        gadget::serve(
            Path::new(&path),
            |bytes, now| module.borrow_mut().receive(bytes, now),
            |now| module.borrow_mut().send(256, now),
        )?;
    }
    let began = Instant::now();
    let mut line = loop {
        match UnixStream::connect(&path) {
            Ok(line) => break line,
            Err(_) if began.elapsed() < Duration::from_secs(30) => std::thread::sleep(TICK),
            Err(error) => return Err(error.into()),
        }
    };
    line.set_read_timeout(Some(TICK))?;
    let (mut module, mut piece) = (Emulator::new(|_| true), [0; 256]);
    loop {
        match line.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => module.receive(piece.get(..count).unwrap_or_default(), began.elapsed()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error.into()),
        }
        line.write_all(&module.send(4096, began.elapsed()))?;
    }
}
