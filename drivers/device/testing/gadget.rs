//! An emulated device at the far end of a kernel gadget (`configfs`, `dummy_hcd`): the kernel is the USB device, and what
//! it says and hears is read and written as a file.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// `O_NONBLOCK` of Linux.
const NONBLOCK: i32 = 0o4000;
const TICK: Duration = Duration::from_millis(1);

/// Serves the file for ever: `hear` takes what the host wrote, `speak` gives what goes to it, empty for nothing.
///
/// # Errors
/// When the file fails.
pub fn serve(
    path: &Path,
    mut hear: impl FnMut(&[u8], Duration),
    mut speak: impl FnMut(Duration) -> Vec<u8>,
) -> io::Result<()> {
    let began = Instant::now();
    let mut file = open(path)?;
    let mut piece = vec![0; 16 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(count) => hear(piece.get(..count).unwrap_or_default(), began.elapsed()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let answer = speak(began.elapsed());
        write(&mut file, &answer)?;
        if answer.is_empty() {
            thread::sleep(TICK);
        }
    }
}

/// Opens a gadget's file so that nothing waits for the host.
///
/// # Errors
/// When there is none.
pub fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).custom_flags(NONBLOCK).open(path)
}

/// Writes all of it, as fast as the host takes it.
///
/// # Errors
/// When the file fails.
pub fn write(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        match file.write(left) {
            Ok(count) => left = left.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(TICK),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
