//! Card printers on a pair of USB bulk endpoints: what every family of them has in common.
//!
//! A family speaks a [`Language`] of its own: how a question and its answer look, what a card is as bytes, what the
//! numbers of its status mean. Everything else is here, above all how a job ends. The printer counts its cards, and
//! that count says that a card is out; when it cannot be read after a blank may have moved, the ending is doubtful
//! and a person must look. From that moment on no error can leave this module ([`Ending`]): whoever hears an error
//! may print again.
//!
//! | module | holds |
//! | --- | --- |
//! | [`dialogue`] | one question and its answer |
//! | `driver` | finding printers on the bus |

pub mod dialogue;
#[cfg(feature = "usb")]
mod driver;

use crate::transport::UsbTransport;
use crate::{
    CardEncoding, CardJob, CardPrinter, DeviceError, EncodingStation, PrintStage, Printed, PrinterFault,
    PrinterStatus, PrinterUpkeep, Selector,
};
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;
use tram_biometric::Origin;

pub use dialogue::Dialogue;
#[cfg(feature = "usb")]
pub use driver::Printers;

/// How long a printer may take the bytes of one card: some print while they receive.
const SEND_PATIENCE: Duration = Duration::from_mins(2);
/// How long after the last byte the card may take to come out.
const EJECT_PATIENCE: Duration = Duration::from_secs(90);
/// Pause between looks at the card count.
const LOOK_PAUSE: Duration = Duration::from_millis(500);

/// What is a family's own.
pub trait Language: Send + Sync + 'static {
    /// The driver's name.
    const DRIVER: &'static str;
    /// Which printers on the bus speak it.
    const PRINTERS: Selector;
    /// The question for the cards printed in the printer's life.
    const CARDS_PRINTED: &'static str;

    /// The question for the firmware's version.
    const FIRMWARE: &'static str;
    /// The question for the cleanings in the printer's life.
    const CLEANINGS: &'static str;

    /// A question as it goes to the printer.
    fn question(name: &str) -> Vec<u8>;

    /// Whether this byte ends an answer.
    fn ends_answer(byte: u8) -> bool;

    /// The value in an answer without its end, or `None` when it answers something else.
    fn value<'a>(answer: &'a str, name: &str) -> Option<&'a str>;

    /// How the printer is now.
    ///
    /// # Errors
    /// When it does not answer, or not as such a printer does.
    fn status(dialogue: &mut Dialogue<Self, impl UsbTransport>) -> Result<PrinterStatus, DeviceError>
    where
        Self: Sized;

    /// What is sent before the printer is asked for its faults: what was wrong with an earlier card.
    fn forget_faults() -> Vec<u8> {
        Vec::new()
    }

    /// What is sent before a blank is moved.
    fn preparation() -> Vec<u8> {
        Vec::new()
    }

    /// The bytes that move a blank and print it.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] when the printer cannot print such a card.
    fn card(job: &CardJob) -> Result<Vec<u8>, DeviceError>;

    /// What is sent to clean the printer.
    fn cleaning() -> Vec<u8>;

    /// What is sent to hold a card at a station.
    fn hold(station: EncodingStation) -> Vec<u8>;

    /// What is sent to put out the card inside.
    fn put_out() -> Vec<u8>;

    /// Asked while the card does not come: whether the printer says that there was no blank in the feeder.
    fn found_no_blank(_dialogue: &mut Dialogue<Self, impl UsbTransport>) -> bool
    where
        Self: Sized,
    {
        false
    }
}

/// How a job ended once a blank may have moved. There is no room for an error.
enum Ending {
    /// The card was counted.
    Complete,
    /// The feeder was empty: no blank was used.
    NoBlank,
    /// Nobody knows.
    Doubtful,
}

/// An open printer that speaks `L`, on any wire.
pub struct Printer<L, T> {
    dialogue: Dialogue<L, T>,
    origin: Origin,
    about: Vec<(String, String)>,
}

impl<L, T> fmt::Debug for Printer<L, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Printer({})", self.origin.model)
    }
}

impl<L: Language, T: UsbTransport> Printer<L, T> {
    /// Takes over the wire to a printer; `endpoints` are its bulk OUT and IN.
    ///
    /// # Errors
    /// When nothing answers, or not as such a printer does.
    pub fn open(wire: T, endpoints: (u8, u8), origin: Origin) -> Result<Self, DeviceError> {
        let mut printer = Self { dialogue: Dialogue::new(wire, endpoints), origin, about: Vec::new() };
        let cards = printer.dialogue.number(L::CARDS_PRINTED)?;
        printer.about.push(("cards printed".to_owned(), cards.to_string()));
        // What an older printer does not tell is not needed.
        for (name, question) in [("firmware", L::FIRMWARE), ("cleanings", L::CLEANINGS)] {
            if let Ok(value) = printer.dialogue.ask(question) {
                printer.about.push((name.to_owned(), value));
            }
        }
        Ok(printer)
    }

    /// Prints a card that is bytes already ([`Language::card`]); else as [`CardPrinter::print`].
    ///
    /// # Errors
    /// As [`CardPrinter::print`].
    pub fn print_bytes(
        &mut self,
        card: &[u8],
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        self.dialogue.send(&L::forget_faults(), SEND_PATIENCE)?;
        if let Some(fault) = self.status()?.fault {
            return Err(DeviceError::Printer(fault));
        }
        let cards_before = self.dialogue.number(L::CARDS_PRINTED)?;
        for stage in [PrintStage::Sending, PrintStage::Feeding] {
            if progress(stage).is_break() {
                return Ok(Printed::Cancelled);
            }
            if stage == PrintStage::Sending {
                self.dialogue.send(&L::preparation(), SEND_PATIENCE)?;
            }
        }
        match self.run(card, cards_before, progress) {
            Ending::Complete => Ok(Printed::Complete),
            Ending::NoBlank => Err(DeviceError::Printer(PrinterFault::NoBlanks)),
            Ending::Doubtful => Ok(Printed::Doubtful),
        }
    }

    /// Sends a card and waits for it. A blank may move with the first byte.
    fn run(
        &mut self,
        card: &[u8],
        cards_before: u32,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Ending {
        let _ = progress(PrintStage::Printing);
        if self.dialogue.send(card, SEND_PATIENCE).is_err() {
            return Ending::Doubtful;
        }
        let _ = progress(PrintStage::Ejecting);
        let deadline = self.dialogue.now() + EJECT_PATIENCE;
        while self.dialogue.now() < deadline {
            match self.dialogue.number(L::CARDS_PRINTED) {
                Ok(cards) if cards == cards_before.wrapping_add(1) => return Ending::Complete,
                Ok(cards) if cards == cards_before => {
                    if L::found_no_blank(&mut self.dialogue) {
                        return Ending::NoBlank;
                    }
                }
                // A printer that is printing may be silent.
                Err(DeviceError::Timeout { .. }) => {}
                Ok(_) | Err(_) => return Ending::Doubtful,
            }
            self.dialogue.sleep(LOOK_PAUSE);
        }
        Ending::Doubtful
    }
}

impl<L: Language, T: UsbTransport> CardPrinter for Printer<L, T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        self.about.clone()
    }

    fn status(&mut self) -> Result<PrinterStatus, DeviceError> {
        L::status(&mut self.dialogue)
    }

    fn print(
        &mut self,
        job: &CardJob,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        self.print_bytes(&L::card(job)?, progress)
    }

    fn upkeep(&mut self) -> Option<&mut dyn PrinterUpkeep> {
        Some(self)
    }

    fn encoding(&mut self) -> Option<&mut dyn CardEncoding> {
        Some(self)
    }
}

impl<L: Language, T: UsbTransport> Printer<L, T> {
    /// Moves what is in the printer and says what kept it.
    fn moved(&mut self, command: &[u8]) -> Result<(), DeviceError> {
        self.dialogue.send(&L::forget_faults(), SEND_PATIENCE)?;
        self.dialogue.send(command, SEND_PATIENCE)?;
        match self.status()?.fault {
            Some(fault) => Err(DeviceError::Printer(fault)),
            None => Ok(()),
        }
    }
}

impl<L: Language, T: UsbTransport> PrinterUpkeep for Printer<L, T> {
    fn clean(&mut self) -> Result<(), DeviceError> {
        let before = self.dialogue.number(L::CLEANINGS)?;
        self.dialogue.send(&L::cleaning(), SEND_PATIENCE)?;
        let deadline = self.dialogue.now() + EJECT_PATIENCE;
        while self.dialogue.now() < deadline {
            match self.dialogue.number(L::CLEANINGS) {
                Ok(now) if now != before => return Ok(()),
                // A printer that is cleaning may be silent.
                Ok(_) | Err(DeviceError::Timeout { .. }) => {}
                Err(error) => return Err(error),
            }
            self.dialogue.sleep(LOOK_PAUSE);
        }
        match self.status()?.fault {
            Some(fault) => Err(DeviceError::Printer(fault)),
            None => Err(DeviceError::Timeout { detail: "the printer did not count a cleaning".to_owned() }),
        }
    }
}

impl<L: Language, T: UsbTransport> CardEncoding for Printer<L, T> {
    fn hold(&mut self, station: EncodingStation) -> Result<(), DeviceError> {
        self.moved(&L::hold(station))
    }

    fn put_out(&mut self) -> Result<(), DeviceError> {
        self.moved(&L::put_out())
    }
}
