//! Status, printing, how a job ends.

use crate::job::card;
use crate::query::ask;
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::transport::UsbTransport;
use tram_device::{CardJob, CardPrinter, DeviceError, PrintStage, Printed, PrinterFault, PrinterStatus};

/// How long the printer may take the bytes of one card.
const SEND_PATIENCE: Duration = Duration::from_mins(2);
/// How long after the last byte the card may take to come out.
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
        printer.number("TCQ")?;
        Ok(printer)
    }

    fn number(&mut self, name: &str) -> Result<u32, DeviceError> {
        let answer = ask(&mut self.wire, self.endpoints, name)?;
        answer.parse().map_err(|_e| DeviceError::Garbage { detail: format!("no number answers {name}") })
    }

    /// Waits until the printer has counted the card.
    fn await_card(&mut self, cards_before: u32) -> Printed {
        let deadline = self.wire.now() + EJECT_PATIENCE;
        while self.wire.now() < deadline {
            match self.number("TCQ") {
                Ok(cards) if cards == cards_before.wrapping_add(1) => return Printed::Complete,
                // A printer that is printing may be silent.
                Err(DeviceError::Timeout { .. }) => {}
                Ok(cards) if cards == cards_before => {}
                Ok(_) | Err(_) => return Printed::Doubtful,
            }
            self.wire.sleep(LOOK_PAUSE);
        }
        Printed::Doubtful
    }
}

impl<T: UsbTransport> CardPrinter for Printer<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    /// This family tells what is left of the ribbon and when it wants cleaning; everything else it shows on its own
    /// display.
    fn status(&mut self) -> Result<PrinterStatus, DeviceError> {
        let ribbon_left = self.number("DFR")?;
        let (since_cleaning, interval) = (self.number("CCQ")?, self.number("CCP")?);
        let wants_cleaning = interval > 0 && since_cleaning >= interval;
        let fault = match ribbon_left {
            0 => Some(PrinterFault::NoRibbon),
            _ => wants_cleaning.then_some(PrinterFault::CleaningNeeded),
        };
        Ok(PrinterStatus { fault, ribbon_left: Some(ribbon_left), blanks_left: None })
    }

    fn print(
        &mut self,
        job: &CardJob,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        let bytes = card(job)?;
        if let Some(fault) = self.status()?.fault {
            return Err(DeviceError::Printer(fault));
        }
        let cards_before = self.number("TCQ")?;
        for stage in [PrintStage::Sending, PrintStage::Feeding] {
            if progress(stage).is_break() {
                return Ok(Printed::Cancelled);
            }
        }
        // From here on a blank may move, and whatever goes wrong leaves it in doubt.
        let _ = progress(PrintStage::Printing);
        if self.wire.bulk_out(self.endpoints.0, &bytes, SEND_PATIENCE).is_err() {
            return Ok(Printed::Doubtful);
        }
        let _ = progress(PrintStage::Ejecting);
        Ok(self.await_card(cards_before))
    }
}
