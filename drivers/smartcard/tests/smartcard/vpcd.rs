//! Through pcscd and vsmartcard's virtual reader, to which a card connects by TCP: two bytes of length and an APDU each
//! way, one byte for power off, power on, reset and the wish to hear the ATR.

use crate::card::{ATR, Card};
use crate::lengths::update;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tram_device::{Access, Device, DeviceError, Factory, Listing};
use tram_smartcard::{Capabilities, Command, Pcsc, exchange};

const PCSCD: &str = "/usr/sbin/pcscd";
const VIRTUAL_READER: &str = "/etc/reader.conf.d/vpcd";
const PORT: u16 = 35963;
const PATIENCE: Duration = Duration::from_secs(10);

/// pcscd, ended with the test.
struct Service(Child);

impl Service {
    fn start() -> Self {
        let started =
            Program::new(PCSCD).arg("--foreground").stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(started.expect("it is installed"))
    }

    fn is_running(&mut self) -> bool {
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
struct Inserted {
    out: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Inserted {
    fn new(mut card: Card) -> Self {
        let out = Arc::new(AtomicBool::new(false));
        let taken = Arc::clone(&out);
        let thread = thread::spawn(move || {
            // A virtual reader that has just noticed that its last card left hangs up on the next one, too.
            while !taken.load(Ordering::Relaxed) {
                if let Ok(line) = TcpStream::connect(("127.0.0.1", PORT)) {
                    serve(line, &mut card, &taken);
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

fn serve(mut line: TcpStream, card: &mut Card, out: &AtomicBool) {
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
                [4] => ATR.to_vec(),
                [_] | [] => continue,
                apdu => card.answer(apdu),
            };
            let framed = [&(answer.len() as u16).to_be_bytes()[..], &answer].concat();
            if line.write_all(&framed).is_err() {
                return;
            }
        }
    }
}

fn virtual_reader() -> Option<Listing> {
    Pcsc.list().into_iter().find(|listing| listing.port == "Virtual PCD 00 00")
}

fn until<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(seen) = look() {
            return Some(seen);
        }
        thread::sleep(Duration::from_millis(50));
    }
    None
}

#[test]
fn a_card_comes_goes_and_takes_commands_of_any_length() {
    if ![PCSCD, VIRTUAL_READER].into_iter().all(|path| Path::new(path).exists()) {
        println!("skipped: pcscd and vsmartcard-vpcd are not installed");
        return;
    }
    let mut service = Service::start();
    let Some(listing) = until(virtual_reader) else {
        println!("skipped: pcscd does not run here (still there: {})", service.is_running());
        return;
    };
    // Where one runs already, ours ended at once.
    let is_ours = service.is_running();
    assert!(matches!(listing.access, Access::Ready) && listing.origin.is_virtual);
    let Ok(Device::CardReader(mut reader)) = Pcsc.open(&listing) else { panic!("it does not open") };
    assert_eq!(reader.await_card(Duration::from_millis(100)), Ok(None));
    assert!(matches!(reader.transmit(&[0, 0xb0, 0, 0, 0]), Err(DeviceError::NoCard { .. })));

    let data: Vec<u8> = (0..3000_u16).map(|n| (n % 251) as u8).collect();
    for round in 1..=2 {
        let card = Inserted::new(Card::new(200));
        let began = Instant::now();
        let atr = until(|| reader.await_card(Duration::from_secs(1)).ok().flatten());
        assert_eq!(atr.as_deref(), Some(ATR), "round {round}");
        println!("round {round}: the card is there after {:.0?}", began.elapsed());
        for can in [Capabilities::default(), Capabilities::of(ATR)] {
            let began = Instant::now();
            let done = exchange(reader.as_mut(), &update(data.clone()), can).expect("it answers");
            assert!(done.is_done(), "{done:?}");
            let read = exchange(reader.as_mut(), &Command::read_binary(0, 65_536), can).expect("it answers");
            assert!(read.is_done() && read.data == data);
            println!("3000 bytes there and back in {:.0?}, {can:?}", began.elapsed());
        }
        drop(card);
        let gone = until(|| reader.transmit(&[0, 0xb0, 0, 0, 4]).err());
        assert!(matches!(gone, Some(DeviceError::NoCard { .. } | DeviceError::Gone { .. })), "{gone:?}");
        // pcscd looks for cards a few times a second and may miss one that is changed faster than hands can.
        thread::sleep(Duration::from_secs(1));
    }
    drop(service);
    if is_ours {
        let gone = until(|| reader.await_card(Duration::ZERO).err());
        assert!(matches!(gone, Some(DeviceError::Gone { .. })), "{gone:?}");
    }
}
