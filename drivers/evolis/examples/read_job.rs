//! Reads jobs of card printers as the emulated one does and leaves each card as a PNG file: the first argument is the folder
//! for them, the others are jobs, such as those of the maker's own Windows driver. Our own test card comes with them. Says
//! for each how many bytes, commands, cards and dots it has, and what could not be read.
#![allow(clippy::print_stdout)] // A tool.

#[path = "../tests/evolis/emulator.rs"]
#[allow(dead_code, clippy::indexing_slicing, clippy::expect_used)]
// The tests use the rest, and it is one of them.
mod emulator;
#[path = "../tests/evolis/raster.rs"]
#[allow(dead_code, clippy::indexing_slicing)] // As above.
mod raster;

use emulator::{Emulator, Side};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tram_device::CardPrinter;
use tram_device::session::test_card;
use tram_device::testing::printing::{ENDPOINTS, go_on, open};
use tram_device::testing::{EmulatedUsb, UsbDevice};
use tram_evolis::language::Guide;

/// Pixels of a card held lengthwise.
const CARD: (u32, u32) = (1016, 648);
/// What a spooler sends at once.
const PIECE_BYTES: usize = 4096;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: read_job FOLDER JOB...")?;
    println!(
        "{:18} {:>8} {:>8} {:>5} {:>8} {:>8}  commands",
        "job", "bytes", "commands", "cards", "dots", "% black"
    );
    for job in arguments {
        let bytes = std::fs::read(&job)?;
        let mut printer = Emulator::new(None);
        for piece in bytes.chunks(PIECE_BYTES) {
            printer.receive(ENDPOINTS.0, piece, Duration::ZERO);
        }
        // Past the time a card takes.
        printer.send(ENDPOINTS.1, 64, Duration::from_mins(1));
        let name = job.file_name().unwrap_or_default().to_string_lossy().into_owned();
        leave(&folder, &name, bytes.len(), &printer)?;
    }
    let mut ours = EmulatedUsb::new(Emulator::new(None));
    open::<Guide, _>(&mut ours)?.print(&test_card()?, &mut go_on)?;
    leave(&folder, "our-test-card", 0, &ours.device)
}

/// Says what a printer read and leaves its cards.
fn leave(folder: &Path, name: &str, bytes: usize, printer: &Emulator) -> Result<(), Box<dyn Error>> {
    let sides: Vec<&Side> = printer.cards.iter().flatten().collect();
    let dots: usize = sides.iter().map(|side| dots(side)).sum();
    let black: f64 = sides.iter().map(|side| 100.0 * side.blackness()).sum();
    let (commands, cards) = (printer.commands.len(), printer.cards.len());
    println!(
        "{name:18} {bytes:8} {commands:8} {cards:5} {dots:8} {black:8.1}  {}",
        printer.commands.join(" | ")
    );
    for complaint in &printer.complaints {
        println!("  not read: {complaint}");
    }
    for (number, side) in sides.iter().enumerate() {
        shown(side).save(folder.join(format!("{name}-{number}.png")))?;
    }
    Ok(())
}

/// Places with resin or dye.
fn dots(side: &Side) -> usize {
    let is_printed = |(x, y): (u32, u32)| {
        ['k', 'y', 'm', 'c'].iter().any(|panel| side.level(*panel, x as usize, y as usize) > 0)
    };
    (0..CARD.0).flat_map(|x| (0..CARD.1).map(move |y| (x, y))).filter(|place| is_printed(*place)).count()
}

/// How it looks on a white card.
fn shown(side: &Side) -> image::RgbImage {
    image::RgbImage::from_fn(CARD.0, CARD.1, |x, y| {
        let level = |panel| u32::from(side.level(panel, x as usize, y as usize));
        let light = |dye| if level('k') > 0 { 0 } else { (255 - level(dye) * 255 / 31) as u8 };
        image::Rgb(['c', 'm', 'y'].map(light))
    })
}
