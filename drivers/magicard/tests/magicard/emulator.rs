//! A printer made from what is known of the language: it reads jobs, counts cards and answers questions.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::testing::printing::EmulatedPrinter;
use tram_device::transport::Request;

const PRINTING: Duration = Duration::from_secs(25);

type Keys = BTreeMap<String, String>;
type Planes = BTreeMap<char, Vec<u8>>;

pub(crate) struct Emulator {
    incoming: Vec<u8>,
    answers: VecDeque<Vec<u8>>,
    /// How long a card takes.
    pub(crate) printing: Duration,
    finished: Option<Duration>,
    values: BTreeMap<&'static str, u32>,
    /// The planes of each card, by name.
    pub(crate) cards: Vec<Planes>,
    /// The keys of the last card.
    pub(crate) keys: Keys,
    pub(crate) blanks_used: usize,
    pub(crate) complaints: Vec<String>,
}

impl Emulator {
    pub(crate) fn new() -> Self {
        let values =
            BTreeMap::from([("TCQ", 500), ("DFR", 120), ("CCQ", 10), ("CCP", 250), ("TCN", 3), ("VRS", 112)]);
        Self {
            incoming: Vec::new(),
            answers: VecDeque::new(),
            printing: PRINTING,
            finished: None,
            values,
            cards: Vec::new(),
            keys: Keys::new(),
            blanks_used: 0,
            complaints: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: u32) -> Self {
        self.values.insert(name, value);
        self
    }

    /// The level of a colour, or the bit of black, at a dot of a line.
    pub(crate) fn level(&self, plane: char, line: usize, dot: usize) -> u32 {
        let bytes = &self.cards[0][&plane];
        let bits = bytes.len() / (1016 * 84);
        (0..bits)
            .map(|bit| u32::from(bytes[(line * bits + bit) * 84 + dot / 8] >> (7 - dot % 8) & 1) << bit)
            .sum()
    }

    /// Reads one whole message; `None` when more bytes are needed.
    fn message(&mut self) -> Option<(String, Keys, Planes)> {
        let wakes = self.incoming.iter().take_while(|byte| **byte == 0x05).count();
        let text_end = wakes + self.incoming[wakes..].iter().position(|byte| *byte == 0x1c)?;
        let text = String::from_utf8_lossy(&self.incoming[wakes + 1..text_end]).into_owned();
        if self.incoming[wakes] != 0x01 {
            self.complaints.push("a message does not start".to_owned());
        }
        let keys: BTreeMap<String, String> = text
            .split(',')
            .filter_map(|field| field.split_at_checked(3))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let mut at = text_end + 1;
        let mut planes = BTreeMap::new();
        let names = keys.get("IMF").map_or(String::new(), Clone::clone);
        for name in names.chars() {
            let size: usize = keys.get(&format!("SZ{name}"))?.parse().ok()?;
            let plane = self.incoming.get(at..at + size)?.to_vec();
            if *self.incoming.get(at + size..at + size + 3)? != [0x1c, name as u8, b':'] {
                self.complaints.push(format!("plane {name} has no end"));
            }
            planes.insert(name, plane);
            at += size + 3;
        }
        if *self.incoming.get(at)? != 0x03 {
            self.complaints.push("a message does not end".to_owned());
        }
        self.incoming.drain(..=at);
        Some((text, keys, planes))
    }

    fn work(&mut self, now: Duration) {
        if self.finished.is_some_and(|finished| finished <= now) {
            self.finished = None;
            *self.values.entry("TCQ").or_default() += 1;
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
        let mut answer = if self.finished.is_none() { self.answers.pop_front()? } else { return None };
        answer.truncate(length);
        Some(answer)
    }

    fn receive(&mut self, _: u8, data: &[u8], now: Duration) -> bool {
        self.work(now);
        self.incoming.extend_from_slice(data);
        while let Some((text, keys, planes)) = self.message() {
            if !planes.is_empty() {
                self.keys = keys;
                self.blanks_used += 1;
                self.cards.push(planes);
                self.finished = Some(now + self.printing);
                continue;
            }
            if keys.contains_key("CLN") || keys.contains_key("CHP") || keys.contains_key("EJT") {
                let held = keys.contains_key("CHP") && text.contains(",UP,");
                self.blanks_used += usize::from(held);
                *self.values.entry("TCN").or_default() += u32::from(keys.contains_key("CLN"));
                continue;
            }
            let asked = self.values.iter().find(|(name, _)| keys.contains_key(**name));
            match asked {
                Some((name, value)) => {
                    self.answers.push_back(format!("\u{1}STA,{name}{value},\u{3}").into_bytes());
                }
                None => self.complaints.push(format!("unknown: {keys:?}")),
            }
        }
        true
    }
}
