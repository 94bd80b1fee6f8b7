//! pcscd and vsmartcard's virtual reader, to which a card connects by TCP: two bytes of length and an APDU each way, one
//! byte for power off, power on, reset and the wish to hear the ATR.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const PCSCD: &str = "/usr/sbin/pcscd";
const VIRTUAL_READER: &str = "/etc/reader.conf.d/vpcd";
const PORT: u16 = 35963;

/// Whether there is a reader to put cards into.
pub(crate) fn is_installed() -> bool {
    [PCSCD, VIRTUAL_READER].into_iter().all(|path| Path::new(path).exists())
}

/// pcscd, ended with the test.
pub(crate) struct Service(Child);

impl Service {
    pub(crate) fn start() -> Self {
        let started =
            Program::new(PCSCD).arg("--foreground").stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(started.expect("it is installed"))
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A card in the virtual reader, until it is taken out.
pub(crate) struct Inserted {
    out: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Inserted {
    /// The card's ATR, and what it answers to a command.
    pub(crate) fn new(atr: &'static [u8], mut card: impl FnMut(&[u8]) -> Vec<u8> + Send + 'static) -> Self {
        let out = Arc::new(AtomicBool::new(false));
        let taken = Arc::clone(&out);
        let thread = thread::spawn(move || {
            // A virtual reader that has just noticed that its last card left hangs up on the next one, too.
            while !taken.load(Ordering::Relaxed) {
                if let Ok(line) = TcpStream::connect(("127.0.0.1", PORT)) {
                    serve(line, atr, &mut card, &taken);
                }
                thread::sleep(Duration::from_millis(20));
            }
        });
        Self { out, thread: Some(thread) }
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.out.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the card does not panic");
        }
    }
}

fn serve(mut line: TcpStream, atr: &[u8], card: &mut impl FnMut(&[u8]) -> Vec<u8>, out: &AtomicBool) {
    line.set_read_timeout(Some(Duration::from_millis(20))).expect("a socket");
    let mut incoming = Vec::new();
    let mut piece = [0; 4096];
    while !out.load(Ordering::Relaxed) {
        match line.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => incoming.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(_) => return,
        }
        while let Some(&[high, low]) = incoming.get(..2) {
            let length = usize::from(u16::from_be_bytes([high, low]));
            let Some(message) = incoming.get(2..2 + length).map(<[u8]>::to_vec) else { break };
            incoming.drain(..2 + length);
            let answer = match message.as_slice() {
                [4] => atr.to_vec(),
                [_] | [] => continue,
                apdu => card(apdu),
            };
            let framed = [&(answer.len() as u16).to_be_bytes()[..], &answer].concat();
            if line.write_all(&framed).is_err() {
                return;
            }
        }
    }
}
