//! pcscd and vsmartcard's virtual reader, to which a card connects by TCP: two bytes of length and an APDU each way, one
//! byte for power off, power on, reset and the wish to hear the ATR.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const PCSCD: &str = "/usr/sbin/pcscd";
const VIRTUAL_READER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// Where the reader of the package listens.
const PACKAGED: u16 = 35963;
/// Where ours does: Linux gives 35963 to any client that asks for a port (32768 to 60999), and a reader that finds its
/// port taken, or a client's connection not yet forgotten, is not there for as long as pcscd runs.
const PORT: u16 = 31963;

/// pcscd with one virtual reader, ended with the test.
pub(crate) struct Service {
    program: Child,
    port: u16,
}

impl Service {
    /// Starts it and waits until its reader can take a card; where one runs already, its reader is the one. None, having
    /// said why, where there is none.
    pub(crate) fn start() -> Option<Self> {
        if ![PCSCD, VIRTUAL_READER].into_iter().all(|path| Path::new(path).exists()) {
            println!("skipped: pcscd or vsmartcard-vpcd is not installed");
            return None;
        }
        let readers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("virtual-reader.conf");
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{PORT:#X}\nLIBPATH {VIRTUAL_READER}\nCHANNELID {PORT:#X}\n"
        );
        fs::write(&readers, reader).expect("a folder for tests");
        let program = Program::new(PCSCD)
            .args(["--foreground", "--config"])
            .arg(&readers)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is installed");
        let mut service = Self { program, port: PORT };
        let began = Instant::now();
        loop {
            assert!(began.elapsed().as_secs() < 30, "the virtual reader does not listen on port {PORT}");
            if !service.is_running() {
                service.port = PACKAGED;
                if listens(PACKAGED) {
                    return Some(service);
                }
                println!("skipped: pcscd does not run here");
                return None;
            }
            if listens(PORT) {
                return Some(service);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where cards are put in.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is ours; where one runs already, ours ends at once.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.program.try_wait(), Ok(None))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Looked up, not tried: whoever connects is a card.
fn listens(port: u16) -> bool {
    let listening = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let is_ours = words.next().is_some_and(|local| local.ends_with(&format!(":{port:04X}")));
        is_ours && words.nth(1) == Some("0A")
    };
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .any(|table| fs::read_to_string(table).is_ok_and(|table| table.lines().any(listening)))
}

/// A card in the virtual reader, until it is taken out.
pub(crate) struct Inserted {
    out: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Inserted {
    /// The service's port, the card's ATR, and what it answers to a command.
    pub(crate) fn new(
        port: u16,
        atr: &'static [u8],
        mut card: impl FnMut(&[u8]) -> Vec<u8> + Send + 'static,
    ) -> Self {
        let out = Arc::new(AtomicBool::new(false));
        let taken = Arc::clone(&out);
        let thread = thread::spawn(move || {
            // A virtual reader that has just noticed that its last card left hangs up on the next one, too.
            while !taken.load(Ordering::Relaxed) {
                if let Ok(line) = TcpStream::connect(("127.0.0.1", port)) {
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
