//! A printer made from the guide: it reads jobs, moves blanks, counts cards and answers.

use crate::raster::{LINES, PIXELS, decompress_black, unpack};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::testing::printing::EmulatedPrinter;
use tram_device::transport::Request;

const PRINTING: Duration = Duration::from_secs(20);
/// 1016 lines at 32, 64 and 128 levels, and black.
const PANEL_BYTES: [(u32, usize); 4] = [(2, 82_296), (32, 411_480), (64, 493_776), (128, 576_072)];

/// One side as it lies on the card, levels 0 to 31 of each dye and whether there is resin.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Side {
    pub(crate) panels: BTreeMap<char, Vec<u8>>,
    pub(crate) is_varnished: bool,
}

impl Side {
    /// The level of a panel at a place of the picture.
    pub(crate) fn level(&self, panel: char, x: usize, y: usize) -> u8 {
        self.panels.get(&panel).map_or(0, |levels| levels[x * PIXELS + (PIXELS - 1 - y)])
    }

    /// The share of the card that is black.
    pub(crate) fn blackness(&self) -> f64 {
        let black: u32 = self.panels.get(&'k').into_iter().flatten().map(|level| u32::from(*level)).sum();
        f64::from(black) / (LINES * PIXELS) as f64
    }
}

/// What is wrong with the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    NoBlanks,
    CoverOpen,
    JamsWhilePrinting,
    /// It never counts its cards.
    CountsNothing,
    /// It answers what is no text.
    Raves,
}

#[derive(Default)]
pub(crate) struct Emulator {
    trouble: Option<Trouble>,
    /// Whether panels are only counted, which is quicker.
    is_hasty: bool,
    /// How long a card takes.
    pub(crate) printing: Duration,
    incoming: Vec<u8>,
    answers: VecDeque<Vec<u8>>,
    result: &'static str,
    sides: Vec<Side>,
    has_card: bool,
    finished: Option<Duration>,
    /// Every command as it came, without its data.
    pub(crate) commands: Vec<String>,
    /// What the reader could not make sense of.
    pub(crate) complaints: Vec<String>,
    /// The command that holds a card at an encoding station.
    pub(crate) held: Option<String>,
    /// Cards put out unprinted.
    pub(crate) put_out: usize,
    pub(crate) cleanings: u32,
    /// Blanks taken from the feeder.
    pub(crate) blanks_used: usize,
    /// The cards put out.
    pub(crate) cards: Vec<Vec<Side>>,
}

impl Emulator {
    pub(crate) fn new(trouble: Option<Trouble>) -> Self {
        Self { trouble, result: "OK", printing: PRINTING, ..Self::default() }
    }

    /// A printer that counts the bytes of a panel and does not look at them.
    pub(crate) fn hasty() -> Self {
        Self { is_hasty: true, ..Self::new(None) }
    }

    /// Takes one whole command with its data off the bytes that came; `None` when more are needed.
    fn take_command(&mut self) -> Option<(String, Vec<u8>)> {
        let padding = self.incoming.iter().take_while(|byte| **byte == 0).count();
        self.incoming.drain(..padding);
        if *self.incoming.first()? != 0x1b {
            self.complaints.push(format!("{:02x} where ESC should be", self.incoming[0]));
            self.incoming.clear();
            return None;
        }
        let text: String = self.incoming[1..]
            .iter()
            .take(40)
            .map(|byte| char::from(*byte))
            .take_while(|c| *c != '\r')
            .collect();
        let fields: Vec<&str> = text.split(';').collect();
        let (head, data_bytes) = match fields.as_slice() {
            ["Dbc", _, _, count, _, ..] => (fields[..4].join(";") + ";", count.parse().ok()?),
            ["Db", _, levels, _, ..] => {
                let levels = levels.parse().ok()?;
                let (_, count) = PANEL_BYTES.into_iter().find(|(l, _)| *l == levels)?;
                (fields[..3].join(";") + ";", count)
            }
            _ => (text, 0),
        };
        let end = 1 + head.len() + data_bytes;
        if *self.incoming.get(end)? != b'\r' {
            self.complaints.push(format!("no CR after {head}"));
        }
        let data = self.incoming[1 + head.len()..end].to_vec();
        self.incoming.drain(..=end);
        Some((head, data))
    }

    fn obey(&mut self, command: &str, data: &[u8], now: Duration) {
        let fields: Vec<&str> = command.split(';').collect();
        match fields.as_slice() {
            ["Ss" | "Sis" | "Sic"] if self.trouble == Some(Trouble::NoBlanks) => self.result = "NO CARD",
            ["Ss" | "Sis" | "Sic"] => {
                // A card that is inside is the one that is meant.
                self.blanks_used += usize::from(!self.has_card);
                self.has_card = true;
                self.held = (fields != ["Ss"]).then(|| command.to_owned());
                self.sides.clear();
            }
            ["Scp"] => self.cleanings += u32::from(self.trouble != Some(Trouble::CountsNothing)),
            ["Rfv"] => self.answer("TEST 1.23"),
            ["Rco", "n"] => self.answer(&self.cleanings.to_string()),
            // What is put out unprinted was never a card.
            ["Se"] if self.held.is_some() => {
                (self.held, self.has_card) = (None, false);
                self.put_out += 1;
            }
            ["Sr" | "Sv"] => self.sides.push(Side::default()),
            ["Db" | "Dbc", ..] if self.is_hasty => {}
            ["Db", colour, levels, _] => self.load(colour, unpack(data, levels.parse().expect("checked"))),
            ["Dbc", colour, "2", ..] => {
                self.load(colour, decompress_black(data).and_then(|panel| unpack(&panel, 2)));
            }
            ["Wcb", "o", "255"] => self.sides.iter_mut().last().expect("a side").is_varnished = true,
            ["Se", ..] if self.has_card => self.finished = Some(now + self.printing),
            ["Scs"] => {
                self.result = if self.trouble == Some(Trouble::CoverOpen) { "ERR COVER" } else { "OK" }
            }
            ["Rlr", _] => self.answer(self.result),
            ["Rco", "c"] => self.answer(&(1000 + self.counted()).to_string()),
            ["Rco", "l"] => self.answer("87"),
            ["Se" | "Pr" | "Pmi" | "Pem" | "Pc" | "Pdt" | "Mr" | "Ppws", ..] => {}
            _ => self.complaints.push(format!("unknown: {command}")),
        }
    }

    fn counted(&self) -> usize {
        if self.trouble == Some(Trouble::CountsNothing) { 0 } else { self.cards.len() }
    }

    fn answer(&mut self, text: &str) {
        let bytes =
            if self.trouble == Some(Trouble::Raves) { vec![0x80; 9] } else { text.as_bytes().to_vec() };
        self.answers.push_back([bytes.as_slice(), b"\r"].concat());
    }

    fn load(&mut self, colour: &str, panel: Result<Vec<u8>, String>) {
        match (panel, self.sides.last_mut(), colour.chars().next()) {
            (Ok(panel), Some(side), Some(colour)) => drop(side.panels.insert(colour, panel)),
            (Ok(_), ..) => self.complaints.push(format!("panel {colour} without a side")),
            (Err(why), ..) => self.complaints.push(format!("panel {colour}: {why}")),
        }
    }

    fn work(&mut self, now: Duration) {
        if self.finished.is_none_or(|finished| finished > now) {
            return;
        }
        self.finished = None;
        self.has_card = false;
        if self.trouble == Some(Trouble::JamsWhilePrinting) {
            self.result = "ERR CARD";
        } else {
            self.cards.push(std::mem::take(&mut self.sides));
        }
    }
}

impl EmulatedPrinter for Emulator {
    fn blanks_used(&self) -> usize {
        self.blanks_used
    }

    fn cards_out(&self) -> usize {
        self.cards.len()
    }
}

impl UsbDevice for Emulator {
    fn control(&mut self, _: Request, _: &[u8], _: Option<u16>, _: Duration) -> Option<Vec<u8>> {
        None
    }

    fn send(&mut self, _: u8, length: usize, now: Duration) -> Option<Vec<u8>> {
        self.work(now);
        // A printer that prints is silent.
        let mut answer = if self.finished.is_none() { self.answers.pop_front()? } else { return None };
        answer.truncate(length);
        Some(answer)
    }

    fn receive(&mut self, _: u8, data: &[u8], now: Duration) -> bool {
        self.work(now);
        self.incoming.extend_from_slice(data);
        while let Some((command, data)) = self.take_command() {
            self.obey(&command, &data, now);
            self.commands.push(command);
        }
        true
    }
}
