//! The virtual card printer: puts out PNG files instead of cards, and counts blanks and ribbon as a real one does.

use crate::handle::{Handle, Pace};
use crate::port::{Plug, Shared, origin};
use std::collections::VecDeque;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tram_biometric::{Origin, RgbImage};
use tram_device::{
    CardJob, CardPrinter, DeviceError, DeviceKind, PrintStage, Printed, PrinterFault, PrinterStatus,
};

/// How a card ends when not well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The card comes out, but the printer stops answering before it says so.
    Silent,
    /// The card sticks while it is printed: a blank is lost, and the printer reports a jam until it is cleared.
    Stuck,
    /// The plug is pulled before a blank is moved.
    Unplugged,
}

/// A card that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedCard {
    /// The job it was printed for.
    pub job: String,
    /// The picture of the front.
    pub front: PathBuf,
    /// The picture of the back, where the job had one.
    pub back: Option<PathBuf>,
}

/// What is in the printer, and what came out of it.
#[derive(Debug)]
pub(crate) struct Stock {
    folder: PathBuf,
    blanks: u32,
    ribbon: u32,
    fault: Option<PrinterFault>,
    endings: VecDeque<Ending>,
    printed: Vec<PrintedCard>,
    /// The front of the newest, for whoever looks at it.
    last_front: Option<Arc<RgbImage>>,
}

impl Stock {
    pub(crate) fn new(folder: PathBuf, blanks: u32, ribbon: u32) -> Self {
        Self {
            folder,
            blanks,
            ribbon,
            fault: None,
            endings: VecDeque::new(),
            printed: Vec::new(),
            last_front: None,
        }
    }

    pub(crate) fn set_fault(&mut self, fault: Option<PrinterFault>) {
        self.fault = fault;
    }

    pub(crate) fn next_card(&mut self, ending: Ending) {
        self.endings.push_back(ending);
    }

    pub(crate) fn refill(&mut self, blanks: u32, ribbon: u32) {
        self.blanks = blanks;
        self.ribbon = ribbon;
    }

    pub(crate) fn printed(&self) -> &[PrintedCard] {
        &self.printed
    }

    pub(crate) fn last_front(&self) -> Option<Arc<RgbImage>> {
        self.last_front.clone()
    }

    /// What keeps the printer from printing now.
    fn fault(&self) -> Option<PrinterFault> {
        self.fault
            .or((self.ribbon == 0).then_some(PrinterFault::NoRibbon))
            .or((self.blanks == 0).then_some(PrinterFault::NoBlanks))
    }
}

/// An open virtual printer.
pub(crate) struct VirtualPrinter {
    plug: Plug,
    origin: Origin,
    pace: Pace,
    stock: Shared<Stock>,
}

impl VirtualPrinter {
    pub(crate) fn new(plug: Plug, handle: &Handle) -> Self {
        Self { plug, origin: origin(DeviceKind::CardPrinter), pace: handle.pace, stock: handle.stock.clone() }
    }
}

impl CardPrinter for VirtualPrinter {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        crate::port::about()
    }

    fn status(&mut self) -> Result<PrinterStatus, DeviceError> {
        self.plug.check()?;
        let stock = self.stock.lock();
        let (ribbon, blanks) = (stock.ribbon, stock.blanks);
        Ok(PrinterStatus { fault: stock.fault(), ribbon_left: Some(ribbon), blanks_left: Some(blanks) })
    }

    fn print(
        &mut self,
        job: &CardJob,
        progress: &mut dyn FnMut(PrintStage) -> ControlFlow<()>,
    ) -> Result<Printed, DeviceError> {
        self.plug.check()?;
        let (ending, folder, number) = {
            let mut stock = self.stock.lock();
            if let Some(fault) = stock.fault() {
                return Err(DeviceError::Printer(fault));
            }
            (stock.endings.pop_front(), stock.folder.clone(), stock.printed.len() + 1)
        };
        let mut stage = |stage| {
            std::thread::sleep(self.pace.printer);
            progress(stage)
        };
        if stage(PrintStage::Sending).is_break() {
            return Ok(Printed::Cancelled);
        }
        if ending == Some(Ending::Unplugged) {
            return Err(self.plug.pull());
        }
        if stage(PrintStage::Feeding).is_break() {
            return Ok(Printed::Cancelled);
        }
        // The last moment at which an error may be told: from here on a blank is used.
        self.plug.check()?;
        let stuck = ending == Some(Ending::Stuck);
        let card = if stuck { None } else { Some(write_card(&folder, number, job)?) };
        {
            let mut stock = self.stock.lock();
            stock.blanks = stock.blanks.saturating_sub(1);
            stock.ribbon = stock.ribbon.saturating_sub(1);
            if card.is_some() {
                stock.last_front = Some(Arc::new(job.front.clone()));
            }
            stock.printed.extend(card);
            if stuck {
                stock.fault = Some(PrinterFault::Jam);
            }
        }
        let _: ControlFlow<()> = stage(PrintStage::Printing);
        if ending.is_some() || self.plug.check().is_err() {
            return Ok(Printed::Doubtful);
        }
        let _: ControlFlow<()> = stage(PrintStage::Ejecting);
        Ok(if self.plug.check().is_ok() { Printed::Complete } else { Printed::Doubtful })
    }
}

/// Writes both sides of a card, named after a number and the job; no card is ever overwritten.
fn write_card(folder: &Path, number: usize, job: &CardJob) -> Result<PrintedCard, DeviceError> {
    // A job's name comes from elsewhere and must not lead out of the folder.
    let name: String =
        job.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let file = |number: usize, side: &str| folder.join(format!("VIRTUAL-{number:04}-{name:.60}-{side}.png"));
    std::fs::create_dir_all(folder).map_err(|error| mechanical(&error))?;
    let number = (number..number + 10_000).find(|number| !file(*number, "front").exists()).unwrap_or(number);
    let front = file(number, "front");
    write_png(&front, &job.front)?;
    let back = job.back.as_ref().map(|image| {
        let path = file(number, "back");
        write_png(&path, image).map(|()| path)
    });
    Ok(PrintedCard { job: job.id.clone(), front, back: back.transpose()? })
}

/// A PNG that is there whole or not at all.
fn write_png(path: &Path, picture: &RgbImage) -> Result<(), DeviceError> {
    let mut bytes = Vec::new();
    image::write_buffer_with_format(
        &mut std::io::Cursor::new(&mut bytes),
        picture.pixels(),
        picture.width(),
        picture.height(),
        image::ColorType::Rgb8,
        image::ImageFormat::Png,
    )
    .map_err(|error| mechanical(&error))?;
    let unfinished = path.with_extension("png.part");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&unfinished)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)
    };
    write().map_err(|error| mechanical(&error))
}

/// The folder cannot be written: to the officer that is a printer that does not print.
fn mechanical(error: &dyn std::fmt::Display) -> DeviceError {
    DeviceError::Unsupported { detail: format!("the virtual printer cannot write its cards: {error}") }
}
