use crate::card::{ATR, Card};
use proptest::prelude::*;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::{CardReader, DeviceError};
use tram_smartcard::{Capabilities, CardError, Command, exchange};

/// A reader with nothing between it and the card; `None` answers what is no response.
pub(crate) struct Direct(Origin, Option<Card>);

impl Direct {
    pub(crate) fn new(card: Option<Card>) -> Self {
        let [driver, model, serial] = ["toy", "TEST reader", ""].map(str::to_owned);
        Self(Origin { driver, model, serial, is_virtual: true }, card)
    }
}

impl CardReader for Direct {
    fn origin(&self) -> &Origin {
        &self.0
    }

    fn await_card(&mut self, _: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        Ok(Some(ATR.to_vec()))
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(self.1.as_mut().map_or_else(|| vec![0x90], |card| card.answer(apdu)))
    }
}

pub(crate) fn update(data: Vec<u8>) -> Command {
    Command { class: 0, instruction: 0xd6, parameters: [0; 2], data, expected: 0 }
}

#[test]
fn long_data_goes_and_comes_whatever_the_card_can() {
    let data: Vec<u8> = (0..1000_u16).map(|n| n as u8).collect();
    for (extended_length, sent) in [(true, vec![1007]), (false, vec![260, 260, 260, 240])] {
        let can = Capabilities { extended_length };
        let mut reader = Direct::new(Some(Card::new(100)));
        assert!(exchange(&mut reader, &update(data.clone()), can).expect("it answers").is_done());
        let card = reader.1.as_ref().expect("a card");
        assert_eq!((&card.stored, &card.sent), (&data, &sent));
        let read = exchange(&mut reader, &Command::read_binary(0, 65_536), can).expect("it answers");
        assert_eq!((read.data, read.status), (data.clone(), 0x9000));
    }
}

#[test]
fn a_length_the_card_corrects_is_taken() {
    let mut reader = Direct::new(Some(Card::new(100)));
    exchange(&mut reader, &update(vec![1, 2, 3, 4]), Capabilities::default()).expect("it answers");
    let read = exchange(&mut reader, &Command::read_binary(0, 9), Capabilities::default());
    assert_eq!(read.expect("it answers").data, [1, 2, 3, 4]);
}

#[test]
fn a_status_is_an_answer_and_no_status_is_none() {
    let select = Command::select_application(&[1]);
    let refused = exchange(&mut Direct::new(Some(Card::new(9))), &select, Capabilities::default());
    assert_eq!(refused.expect("it answers").status, 0x6d00);
    let mute = exchange(&mut Direct::new(None), &select, Capabilities::default());
    assert!(matches!(mute, Err(CardError::Malformed(_))), "{mute:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_length_arrives(length in 0..2000_usize, piece in 1..400_usize, extended_length: bool) {
        let data: Vec<u8> = (0..length).map(|n| n as u8).collect();
        let can = Capabilities { extended_length };
        let mut reader = Direct::new(Some(Card::new(piece)));
        let done = exchange(&mut reader, &update(data.clone()), can).expect("it answers");
        prop_assert!(done.is_done());
        let read = exchange(&mut reader, &Command::read_binary(0, 65_536), can).expect("it answers");
        prop_assert_eq!(read.data, data);
    }
}
