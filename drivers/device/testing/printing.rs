//! Card printers under faults: whatever goes wrong on the wire, no blank is lost unseen and no card is claimed that is
//! not there. And what every emulated printer shows the kernel.

use super::usbip::Descriptors;
use super::{EmulatedUsb, Fault, FaultTable, Faulty, UsbDevice};
use crate::printer_family::{Language, Printer};
use crate::session::test_card;
use crate::transport::UsbTransport;
use crate::{DeviceError, PrintStage, Printed};
use std::ops::ControlFlow;
use tram_biometric::Origin;

/// The bulk OUT and IN endpoints of an emulated printer.
pub const ENDPOINTS: (u8, u8) = (0x01, 0x82);

/// An emulated printer that keeps account of its blanks.
pub trait EmulatedPrinter: UsbDevice {
    /// Blanks taken from the feeder.
    fn blanks_used(&self) -> usize;

    /// Cards put out.
    fn cards_out(&self) -> usize;
}

/// Opens the printer at the end of an emulated wire.
///
/// # Errors
/// Those of [`Printer::open`].
pub fn open<L: Language, T: UsbTransport>(wire: T) -> Result<Printer<L, T>, DeviceError> {
    let (driver, model) = (L::DRIVER.to_owned(), "TEST printer".to_owned());
    Printer::open(wire, ENDPOINTS, Origin { driver, model, serial: String::new(), is_virtual: true })
}

/// An officer who does not interfere.
pub fn go_on(_: PrintStage) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Prints a card on a new printer under each of `scripts` random faults, and counts how each ended.
///
/// # Errors
/// Which fault made a card or a blank disappear.
pub fn print_under_faults<L: Language, P: EmulatedPrinter>(
    scripts: usize,
    printer: impl Fn() -> P,
) -> Result<FaultTable, String> {
    let card = test_card().and_then(|job| L::card(&job)).map_err(|error| error.to_string())?;
    let mut table = FaultTable::default();
    for (at, fault) in Fault::random(0x1234_5679, 30, 12).take(scripts) {
        let mut wire = Faulty::new(EmulatedUsb::new(printer()), [(at, fault)]);
        let mut state = "opening";
        let ending = open::<L, _>(&mut wire).and_then(|mut printer| {
            state = "before the card";
            printer.print_bytes(&card, &mut |stage| {
                if stage == PrintStage::Printing {
                    state = "card on its way";
                }
                ControlFlow::Continue(())
            })
        });
        let (blanks, cards) = (wire.inner.device.blanks_used(), wire.inner.device.cards_out());
        let outcome = match ending {
            Ok(Printed::Complete) if cards == 1 => "complete",
            Ok(Printed::Doubtful) => "doubtful",
            Err(_) if blanks == 0 => "refused, no blank used",
            _ => {
                return Err(format!(
                    "{ending:?} with {blanks} blanks used and {cards} cards out after {fault:?}"
                ));
            }
        };
        table.count(fault, format!("{state}: {outcome}"));
    }
    Ok(table)
}

/// What a printer of the USB printer class (7/1/2) shows: maker, model and serial number.
pub fn descriptors(vendor: u16, product: u16, strings: [&str; 3]) -> Descriptors {
    let ([v0, v1], [p0, p1]) = (vendor.to_le_bytes(), product.to_le_bytes());
    let (out, into) = ENDPOINTS;
    Descriptors {
        device: [18, 1, 0, 2, 0, 0, 0, 64, v0, v1, p0, p1, 0, 1, 1, 2, 3, 1],
        configuration: vec![
            9, 2, 32, 0, 1, 1, 0, 0xc0, 1, // One configuration, with a power supply of its own.
            9, 4, 0, 0, 2, 7, 1, 2, 0, // One interface, both ways.
            7, 5, out, 2, 64, 0, 0, // Jobs and questions.
            7, 5, into, 2, 64, 0, 0, // Answers.
        ],
        strings: strings.map(str::to_owned).to_vec(),
        reports: Vec::new(),
    }
}
