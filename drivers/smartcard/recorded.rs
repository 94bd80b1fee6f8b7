//! A session with a card as a recording, and the recording in the card's place. What cards and the station say to each
//! other stands in it by length alone: headers of commands and statuses of answers stay, data does not.

use crate::reader::DRIVER;
use std::io::Write;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::recording::{Notes, Recording, Replay};
use tram_device::{CardReader, DeviceError};

/// What is asked while no command is sent.
const AWAIT: &[u8] = b"await";
/// Class, instruction, parameters and the first byte of the lengths.
const HEADER_BYTES: usize = 5;
const STATUS_BYTES: usize = 2;

/// Passes everything on to a reader and writes it down.
pub struct Recorded<R> {
    reader: R,
    notes: Notes,
}

impl<R: CardReader> Recorded<R> {
    /// Starts a recording in `sink`.
    pub fn new(reader: R, sink: Box<dyn Write + Send>) -> Self {
        let notes = Notes::new(DRIVER, &reader.origin().model, sink);
        Self { reader, notes }
    }
}

fn without_data(command: &[u8]) -> Vec<u8> {
    command.iter().enumerate().map(|(at, byte)| if at < HEADER_BYTES { *byte } else { 0 }).collect()
}

impl<R: CardReader> CardReader for Recorded<R> {
    fn origin(&self) -> &Origin {
        self.reader.origin()
    }

    fn await_card(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        let atr = self.reader.await_card(timeout);
        self.notes.asked(AWAIT);
        self.notes.answered(atr.as_ref().ok().map(|atr| atr.as_deref().unwrap_or_default()));
        atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError> {
        let answer = self.reader.transmit(apdu);
        self.notes.asked(&without_data(apdu));
        let kept = answer.as_ref().map(|answer| {
            let data = answer.len().saturating_sub(STATUS_BYTES);
            answer.iter().enumerate().map(|(at, byte)| if at < data { 0 } else { *byte }).collect::<Vec<_>>()
        });
        self.notes.answered(kept.as_deref().ok());
        answer
    }
}

/// A recording in the place of reader and card.
pub struct Played {
    origin: Origin,
    replay: Replay,
}

impl Played {
    /// Starts at the beginning.
    pub fn new(recording: Recording) -> Self {
        let (driver, model) = (DRIVER.to_owned(), recording.about.clone());
        let origin = Origin { driver, model, serial: String::new(), is_virtual: true };
        Self { origin, replay: Replay::new(recording) }
    }
}

impl CardReader for Played {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn await_card(&mut self, _timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        let atr = self.replay.ask(AWAIT)?;
        Ok((!atr.is_empty()).then_some(atr))
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError> {
        Ok(self.replay.ask(&without_data(apdu))?)
    }
}
