//! Questions and answers: `01 STA,NAME value , 03`.

use crate::job;
use tram_device::printer_family::{Dialogue, Language};
use tram_device::transport::UsbTransport;
use tram_device::{CardJob, DeviceError, EncodingStation, PrinterFault, PrinterStatus, Selector, UsbId};

/// The families whose language this is. Makers and resellers name them differently, so the numbers count.
const IDS: &[UsbId] = &[
    UsbId { vendor: 0x0c1f, product: 0x1800, model: "Magicard Tango 2e/Rio 2e" },
    UsbId { vendor: 0x0c1f, product: 0x4800, model: "Magicard Enduro" },
    UsbId { vendor: 0x0c1f, product: 0x880a, model: "Magicard Enduro+" },
];

/// The language of the Enduro and Rio/Tango family.
#[derive(Debug)]
pub struct Enduro;

impl Language for Enduro {
    const DRIVER: &'static str = "magicard";
    const PRINTERS: Selector = Selector::Table(IDS);
    const CARDS_PRINTED: &'static str = "TCQ";
    const FIRMWARE: &'static str = "VRS";
    const CLEANINGS: &'static str = "TCN";

    fn question(name: &str) -> Vec<u8> {
        job::question(name)
    }

    fn ends_answer(byte: u8) -> bool {
        byte == 0x03
    }

    fn value<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
        let value = answer.strip_prefix('\u{1}')?.strip_prefix("STA,")?.strip_prefix(name)?;
        Some(value.trim_matches(','))
    }

    /// This family tells what is left of the ribbon and when it wants cleaning; everything else it shows on its own
    /// display.
    fn status(dialogue: &mut Dialogue<Self, impl UsbTransport>) -> Result<PrinterStatus, DeviceError> {
        let ribbon_left = dialogue.number("DFR")?;
        let (since_cleaning, interval) = (dialogue.number("CCQ")?, dialogue.number("CCP")?);
        let wants_cleaning = interval > 0 && since_cleaning >= interval;
        let fault = match ribbon_left {
            0 => Some(PrinterFault::NoRibbon),
            _ => wants_cleaning.then_some(PrinterFault::CleaningNeeded),
        };
        Ok(PrinterStatus { fault, ribbon_left: Some(ribbon_left), blanks_left: None })
    }

    fn card(job: &CardJob) -> Result<Vec<u8>, DeviceError> {
        job::card(job)
    }

    fn cleaning() -> Vec<u8> {
        job::command("CLN")
    }

    /// This family has one encoder, which the card is lifted to; the antenna is in the same place.
    fn hold(_: EncodingStation) -> Vec<u8> {
        job::command("CHP,UP")
    }

    fn put_out() -> Vec<u8> {
        [job::command("CHP,DOWN"), job::command("EJT")].concat()
    }
}
