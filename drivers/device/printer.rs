//! Card printers.

use crate::{DeviceError, PrinterFault};
use std::ops::ControlFlow;
use tram_biometric::{Origin, RgbImage};

/// One card to print. Pictures are 1016×648 pixels: ID-1 at 300 dpi.
#[derive(Clone, Debug)]
pub struct CardJob {
    /// Names the job, so that a card is never printed twice by accident.
    pub id: String,
    /// The front.
    pub front: RgbImage,
    /// The back, where the card has one.
    pub back: Option<RgbImage>,
}

/// How the printer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterStatus {
    /// What keeps it from printing, if anything.
    pub fault: Option<PrinterFault>,
    /// Ribbon left, in cards, where the printer counts.
    pub ribbon_left: Option<u32>,
    /// Blank cards left, where the printer counts.
    pub blanks_left: Option<u32>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintStage {
    /// The picture is on its way to the printer.
    Sending,
    /// A blank is being moved.
    Feeding,
    /// The card is being printed; from here on a blank is used.
    Printing,
    /// The card is being put out.
    Ejecting,
}

/// How a job ended when no error says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The printer says the card is out.
    Complete,
    /// The officer stopped it before a blank was used.
    Cancelled,
    /// The printer stopped answering after a blank was moved: a person must look. Never printed again by itself.
    Doubtful,
}

/// An open card printer.
pub trait CardPrinter: Send {
    /// Which device this is.
    fn origin(&self) -> &Origin;

    /// What the device says of itself and how it is set: a name and a value each, such as `firmware`. Noted with a
    /// calibration, so that a change is seen.
    fn about(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// How the printer is now.
    ///
    /// # Errors
    /// When the device does not answer.
    fn status(&mut self) -> Result<PrinterStatus, DeviceError>;

    /// Prints one card. `progress` hears each stage and may break off before [`PrintStage::Printing`].
    ///
    /// # Errors
    /// [`DeviceError::Printer`] names the fault; no blank was used unless the answer is [`Printed::Doubtful`].
    fn print(
        &mut self,
        job: &CardJob,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError>;

    /// The printer's way to be cleaned, where it can be told to.
    fn upkeep(&mut self) -> Option<&mut dyn PrinterUpkeep> {
        None
    }

    /// The printer's way to hold a card for its chip to be written, where it has an encoder.
    fn encoding(&mut self) -> Option<&mut dyn CardEncoding> {
        None
    }
}

/// A printer that can be told to clean itself.
pub trait PrinterUpkeep {
    /// Pulls the cleaning card, which a person has put in, under the head and over the rollers.
    ///
    /// # Errors
    /// [`DeviceError::Timeout`] when the printer does not count a cleaning, [`DeviceError::Printer`] with what kept it.
    fn clean(&mut self) -> Result<(), DeviceError>;
}

/// Where a card is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingStation {
    /// Under the contacts of a reader of chips.
    Contact,
    /// Over the antenna of a contactless reader.
    Contactless,
}

/// A printer that holds a card where a reader of smart cards can speak to it. The card printed next is the one held.
pub trait CardEncoding {
    /// Takes a blank from the feeder, or the card inside, there.
    ///
    /// # Errors
    /// [`DeviceError::Printer`] when there is no blank or it is stuck, and those of the wire.
    fn hold(&mut self, station: EncodingStation) -> Result<(), DeviceError>;

    /// Puts the card out, printed or not.
    ///
    /// # Errors
    /// [`DeviceError::Printer`] when it is stuck, and those of the wire.
    fn put_out(&mut self) -> Result<(), DeviceError>;
}
