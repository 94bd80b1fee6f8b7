use crate::card::{ATR, Card};
use crate::lengths::update;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::testing::{Fault, FaultTable, under_mishaps};
use tram_device::{CardReader, Device, DeviceError, DeviceKind};
use tram_smartcard::{Capabilities, Command, exchange};

const SCRIPTS: usize = 400;
/// Commands of a session without extended length: some to write, some to read.
const SESSION_COMMANDS: u32 = 16;

/// A reader whose nth answer suffers a fault.
struct Faulty {
    origin: Origin,
    card: Card,
    at: usize,
    fault: Fault,
    sent: usize,
    is_gone: bool,
}

fn faulty(at: usize, fault: Fault) -> Faulty {
    let [driver, model, serial] = ["toy", "TEST reader", ""].map(str::to_owned);
    let origin = Origin { driver, model, serial, is_virtual: true };
    Faulty { origin, card: Card::new(100), at, fault, sent: 0, is_gone: false }
}

impl CardReader for Faulty {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn await_card(&mut self, _: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        Ok(Some(ATR.to_vec()))
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError> {
        let detail = || "by script".to_owned();
        let mut answer = self.card.answer(apdu);
        self.sent += 1;
        if self.is_gone {
            return Err(DeviceError::Gone { detail: detail() });
        }
        if self.sent - 1 != self.at {
            return Ok(answer);
        }
        match self.fault {
            Fault::Unplug => {
                self.is_gone = true;
                Err(DeviceError::Gone { detail: detail() })
            }
            Fault::Stall => Err(DeviceError::NoCard { detail: detail() }),
            // A card that sleeps is one whose reader gives up.
            Fault::Timeout | Fault::Asleep(_) => Err(DeviceError::Timeout { detail: detail() }),
            Fault::Short(count) => {
                answer.truncate(count);
                Ok(answer)
            }
            Fault::Garbage(seed) => Ok(answer.iter().map(|byte| byte ^ (seed >> 8) as u8 | 1).collect()),
            Fault::Slow(_) => Ok(answer),
            Fault::Empty => Ok(Vec::new()),
            Fault::Long => Ok(answer.repeat(2)),
        }
    }
}

/// What no data of the tests holds: the first byte of a status, which an answer that came short might end in.
const ABOVE_DATA: u16 = 0x60;

/// What a line without checksums changes, only secure messaging would notice; of everything else nothing wrong is believed.
#[test]
fn no_fault_hangs_or_deceives() {
    let data: Vec<u8> = (0..1000_u16).map(|n| (n % ABOVE_DATA) as u8).collect();
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x51a2_7ca2, SESSION_COMMANDS, 102).take(SCRIPTS) {
        let mut reader = faulty(at, fault);
        let can = Capabilities { extended_length: false };
        let written = exchange(&mut reader, &update(data.clone()), can);
        let read = exchange(&mut reader, &Command::read_binary(0, 256), can);
        let changes = matches!(fault, Fault::Garbage(_) | Fault::Long);
        let state = match (&written, &read) {
            (Ok(done), Ok(read)) if done.is_done() && read.is_done() => {
                assert!(changes || read.data == data, "{fault:?} at {at}");
                "without effect"
            }
            (Ok(done), _) if done.is_done() => "reading",
            _ => "writing",
        };
        table.count(fault, state);
    }
    println!("{}", table.of("pcsc"));
}

#[test]
fn whatever_befalls_the_device_the_station_works_with_it_again() {
    let table = under_mishaps("pcsc", DeviceKind::CardReader, 100, |fault| {
        let (at, fault) = fault.unwrap_or((usize::MAX, Fault::Unplug));
        Ok(Device::CardReader(Box::new(faulty(at, fault))))
    });
    println!("{}", table.expect("it works again").of("pcsc"));
}
