//! Through pcscd and vsmartcard's virtual reader.

use crate::card::{ATR, Card};
use crate::lengths::update;
use crate::line::{Inserted, Service};
use std::thread;
use std::time::{Duration, Instant};
use tram_device::{Access, Device, DeviceError, Factory, Listing};
use tram_smartcard::{Capabilities, Command, Pcsc, exchange};

const PATIENCE: Duration = Duration::from_secs(10);

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
    let Some(mut service) = Service::start() else { return };
    let listing = until(virtual_reader).expect("a reader");
    let is_ours = service.is_running();
    assert!(matches!(listing.access, Access::Ready) && listing.origin.is_virtual);
    let Ok(Device::CardReader(mut reader)) = Pcsc.open(&listing) else { panic!("it does not open") };
    assert_eq!(reader.await_card(Duration::from_millis(100)), Ok(None));
    assert!(matches!(reader.transmit(&[0, 0xb0, 0, 0, 0]), Err(DeviceError::NoCard { .. })));

    let data: Vec<u8> = (0..3000_u16).map(|n| (n % 251) as u8).collect();
    for round in 1..=2 {
        let mut card = Card::new(200);
        let card = Inserted::new(service.port(), ATR, move |apdu| card.answer(apdu));
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
