//! Status, printing, how a job ends.

use crate::dialogue::ask;
use crate::job::{card, command, preparation};
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::transport::UsbTransport;
use tram_device::{CardJob, CardPrinter, DeviceError, PrintStage, Printed, PrinterFault, PrinterStatus};

/// How long the printer may take the commands of one card: it prints while it receives.
const SEND_PATIENCE: Duration = Duration::from_mins(2);
/// How long after the last command the card may take to come out.
const EJECT_PATIENCE: Duration = Duration::from_secs(90);
/// Pause between looks at the card count.
const LOOK_PAUSE: Duration = Duration::from_millis(500);

/// An open printer, on any wire.
pub struct Printer<T> {
    wire: T,
    endpoints: (u8, u8),
    origin: Origin,
}

impl<T> fmt::Debug for Printer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Printer({})", self.origin.model)
    }
}

impl<T: UsbTransport> Printer<T> {
    /// Takes over the wire to a printer; `endpoints` are its bulk OUT and IN.
    ///
    /// # Errors
    /// When nothing answers, or not as such a printer does.
    pub fn open(wire: T, endpoints: (u8, u8), origin: Origin) -> Result<Self, DeviceError> {
        let mut printer = Self { wire, endpoints, origin };
        printer.cards()?;
        Ok(printer)
    }

    fn ask(&mut self, question: &str) -> Result<String, DeviceError> {
        ask(&mut self.wire, self.endpoints, question)
    }

    fn number(&mut self, question: &str) -> Result<u32, DeviceError> {
        let answer = self.ask(question)?;
        answer.parse().map_err(|_e| DeviceError::Garbage { detail: format!("no number answers {question}") })
    }

    /// Cards printed in the printer's life.
    fn cards(&mut self) -> Result<u32, DeviceError> {
        self.number("Rco;c")
    }

    /// What the last movement of a card or the ribbon met.
    fn fault(&mut self) -> Result<Option<PrinterFault>, DeviceError> {
        for sensor in ["Rlr;p", "Rlr;r"] {
            if let Some(fault) = fault(&self.ask(sensor)?) {
                return Ok(Some(fault));
            }
        }
        Ok(None)
    }

    /// Waits until the printer has counted the card.
    fn await_card(&mut self, cards_before: u32) -> Result<Printed, DeviceError> {
        let deadline = self.wire.now() + EJECT_PATIENCE;
        while self.wire.now() < deadline {
            match self.cards() {
                Ok(cards) if cards == cards_before.wrapping_add(1) => return Ok(Printed::Complete),
                Ok(cards) if cards != cards_before => return Ok(Printed::Doubtful),
                // No blank was in the feeder, so none was used.
                Ok(_) if matches!(self.fault(), Ok(Some(PrinterFault::NoBlanks))) => {
                    return Err(DeviceError::Printer(PrinterFault::NoBlanks));
                }
                // A printer that is printing may be silent.
                Ok(_) | Err(DeviceError::Timeout { .. }) => {}
                Err(_) => return Ok(Printed::Doubtful),
            }
            self.wire.sleep(LOOK_PAUSE);
        }
        Ok(Printed::Doubtful)
    }
}

/// The fault in an answer, `None` for one that says all is well.
fn fault(answer: &str) -> Option<PrinterFault> {
    let answer = answer.to_ascii_uppercase();
    [
        ("COVER", PrinterFault::CoverOpen),
        ("CLEANING", PrinterFault::CleaningNeeded),
        ("RIBBON", PrinterFault::NoRibbon),
        ("HOPPER", PrinterFault::HopperFull),
        ("NO CARD", PrinterFault::NoBlanks),
        ("ERR CARD", PrinterFault::Jam),
    ]
    .into_iter()
    .find_map(|(word, fault)| answer.contains(word).then_some(fault))
    .or((answer != "OK").then_some(PrinterFault::Mechanical))
}

impl<T: UsbTransport> CardPrinter for Printer<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn status(&mut self) -> Result<PrinterStatus, DeviceError> {
        let fault = self.fault()?;
        let ribbon_left = self.number("Rco;l")?;
        // These printers see that the feeder is empty, not how full it is.
        let blanks_left = (fault == Some(PrinterFault::NoBlanks)).then_some(0);
        Ok(PrinterStatus { fault, ribbon_left: Some(ribbon_left), blanks_left })
    }

    fn print(
        &mut self,
        job: &CardJob,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        let commands = card(job)?;
        // What was wrong before is forgotten, so that what is wrong now is told.
        self.wire.bulk_out(self.endpoints.0, &command("Scs"), SEND_PATIENCE)?;
        if let Some(fault) = self.fault()? {
            return Err(DeviceError::Printer(fault));
        }
        let cards_before = self.cards()?;
        for stage in [PrintStage::Sending, PrintStage::Feeding] {
            if progress(stage).is_break() {
                return Ok(Printed::Cancelled);
            }
            if stage == PrintStage::Sending {
                self.wire.bulk_out(self.endpoints.0, &preparation(), SEND_PATIENCE)?;
            }
        }
        // From here on a blank may move, and whatever goes wrong leaves it in doubt.
        let _ = progress(PrintStage::Printing);
        if self.wire.bulk_out(self.endpoints.0, &commands, SEND_PATIENCE).is_err() {
            return Ok(Printed::Doubtful);
        }
        let _ = progress(PrintStage::Ejecting);
        self.await_card(cards_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_name_their_fault() {
        for (answer, expected) in [
            ("OK", None),
            ("NO CARD", Some(PrinterFault::NoBlanks)),
            ("ERR CARD", Some(PrinterFault::Jam)),
            ("ERR NEED CLEANING", Some(PrinterFault::CleaningNeeded)),
            ("ERR COVER OPEN", Some(PrinterFault::CoverOpen)),
            ("whatever", Some(PrinterFault::Mechanical)),
        ] {
            assert_eq!(fault(answer), expected, "{answer}");
        }
    }
}
