//! Questions, answers and faults in the words of the guide: `ESC question CR` is answered by a line of text.

use crate::job::{self, command};
use tram_device::printer_family::{Dialogue, Language};
use tram_device::transport::UsbTransport;
use tram_device::{CardJob, DeviceError, EncodingStation, PrinterFault, PrinterStatus, Selector};

/// The language of the Evolis programming guide.
#[derive(Debug)]
pub struct Guide;

impl Language for Guide {
    const DRIVER: &'static str = "evolis";
    const PRINTERS: Selector = Selector::Printer { maker: "Evolis" };
    const CARDS_PRINTED: &'static str = "Rco;c";
    const FIRMWARE: &'static str = "Rfv";
    const CLEANINGS: &'static str = "Rco;n";

    fn question(name: &str) -> Vec<u8> {
        command(name)
    }

    fn ends_answer(byte: u8) -> bool {
        matches!(byte, b'\r' | b'\n' | 0)
    }

    fn value<'a>(answer: &'a str, _name: &str) -> Option<&'a str> {
        Some(answer)
    }

    fn status(dialogue: &mut Dialogue<Self, impl UsbTransport>) -> Result<PrinterStatus, DeviceError> {
        let fault = last_fault(dialogue)?;
        let ribbon_left = dialogue.number("Rco;l")?;
        // These printers see that the feeder is empty, not how full it is.
        let blanks_left = (fault == Some(PrinterFault::NoBlanks)).then_some(0);
        Ok(PrinterStatus { fault, ribbon_left: Some(ribbon_left), blanks_left })
    }

    fn forget_faults() -> Vec<u8> {
        command("Scs")
    }

    fn preparation() -> Vec<u8> {
        job::preparation()
    }

    fn card(job: &CardJob) -> Result<Vec<u8>, DeviceError> {
        job::card(job)
    }

    fn cleaning() -> Vec<u8> {
        command("Scp")
    }

    fn hold(station: EncodingStation) -> Vec<u8> {
        command(match station {
            EncodingStation::Contact => "Sis",
            EncodingStation::Contactless => "Sic",
        })
    }

    fn put_out() -> Vec<u8> {
        command("Se")
    }

    fn found_no_blank(dialogue: &mut Dialogue<Self, impl UsbTransport>) -> bool {
        matches!(last_fault(dialogue), Ok(Some(PrinterFault::NoBlanks)))
    }
}

/// What the last movement of a card or the ribbon met.
fn last_fault(
    dialogue: &mut Dialogue<Guide, impl UsbTransport>,
) -> Result<Option<PrinterFault>, DeviceError> {
    for sensor in ["Rlr;p", "Rlr;r"] {
        if let Some(fault) = fault(&dialogue.ask(sensor)?) {
            return Ok(Some(fault));
        }
    }
    Ok(None)
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
