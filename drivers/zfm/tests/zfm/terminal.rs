use crate::emulator::Emulator;
use crate::line::{ONE_FINGER, shows};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tram_device::testing::SerialDevice;
use tram_device::{Device, Factory};
use tram_zfm::Zfm;

/// An emulated module behind a pseudo-terminal.
pub(crate) struct Terminal {
    pub(crate) path: PathBuf,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Terminal {
    pub(crate) fn new(mut module: Emulator) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let master = openpt(flags).expect("a pseudo-terminal");
        grantpt(&master).expect("ours");
        unlockpt(&master).expect("ours");
        let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("ASCII");
        let path = PathBuf::from(name);
        // Held open, so that the line does not hang up between two clients.
        let held = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits() as i32)
            .open(&path)
            .expect("ours");
        let mut settings = tcgetattr(&held).expect("a terminal");
        settings.make_raw();
        tcsetattr(&held, OptionalActions::Now, &settings).expect("a terminal");
        rustix::io::ioctl_fionbio(&master, true).expect("a file");
        let mut master = File::from(master);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let began = Instant::now();
            let mut buffer = [0; 256];
            while !stopped.load(Ordering::Relaxed) {
                if let Ok(count) = master.read(&mut buffer) {
                    module.receive(&buffer[..count], began.elapsed());
                }
                // As much as surely fits into the terminal's buffer.
                let answer = module.send(256, began.elapsed());
                let mut left = answer.as_slice();
                while !left.is_empty() && !stopped.load(Ordering::Relaxed) {
                    left = &left[master.write(left).unwrap_or(0)..];
                }
                if answer.is_empty() {
                    thread::sleep(Duration::from_millis(1));
                }
            }
            drop(held);
        });
        Self { path, stop, thread: Some(thread) }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the emulator does not panic");
        }
    }
}

#[test]
fn the_driver_works_through_a_real_terminal() {
    let terminal = Terminal::new(Emulator::fast(|_| true));
    let driver = Zfm::new([terminal.path.clone()]);
    let listing = driver.list().pop().expect("it is configured");
    let Ok(Device::FingerReader(mut reader)) = driver.open(&listing) else { panic!("it does not open") };
    reader.begin(ONE_FINGER).expect("it arms");
    let began = Instant::now();
    let frame = reader.next_frame(Duration::from_secs(10)).expect("it scans").expect("a finger is on");
    println!("a picture through a terminal in {:.1?}", began.elapsed());
    assert!(shows(&frame, 1));
    drop(terminal);
    assert!(reader.next_frame(Duration::from_secs(10)).is_err(), "unplugged");
}
