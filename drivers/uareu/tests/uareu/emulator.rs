//! A U.are.U 4500 made from its protocol. It shares no code with the driver: the same facts, told a second time
//! from the device's side.

use std::collections::VecDeque;
use std::sync::LazyLock;
use std::time::Duration;
use tram_device::testing::UsbDevice;
use tram_device::transport::Request;

pub(crate) const WIDTH: usize = 384;
pub(crate) const HEIGHT: usize = 290;

/// Touches until the pictures repeat.
const TOUCHES: usize = 64;

/// A finger longer than the platen. Each turn of the phase about a point ends a ridge there, as drivers that look
/// for minutiae want to see.
static FINGER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let level = |x: usize, y: usize| {
        let (x, y) = (x as f32 - 190.0, y as f32 - 170.0);
        let turns: f32 = (0..24_u8)
            .map(|at| {
                let (column, row) = (f32::from(at % 6) - 2.5, f32::from(at / 6) - 1.5);
                let sign = if (at + at / 6) % 2 == 0 { 1.0 } else { -1.0 };
                sign * (y - 60.3 * row).atan2(x - 55.7 * column)
            })
            .sum();
        let ridge = ((x * x + 1.3 * y * y).sqrt() * 0.65 + turns).sin();
        (110.0 + 90.0 * ridge) as u8
    };
    (0..HEIGHT + TOUCHES).flat_map(|y| (0..WIDTH).map(move |x| level(x, y))).collect()
});

/// How a reader may differ from one that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// It woke up broken and must restart.
    StartsFailed,
    /// It never reports its power.
    NeverPowers,
    /// It wants its challenge answered before it wakes (Microsoft reader v2).
    WantsChallenge,
    /// It dies when the finger comes.
    Dies,
    /// It does not scramble its pictures.
    SendsPlain,
    /// Every picture changes its key half way.
    ChangesKey,
    /// It sends this many bytes of a picture only.
    SendsOnly(usize),
    /// It reports events of no known type.
    Babbles,
    /// The finger stays on after the first touch.
    FingerStays,
}

pub(crate) struct Emulator {
    quirk: Option<Quirk>,
    status: u8,
    is_answered: bool,
    mode: u8,
    seed: u32,
    key_number: u8,
    events: VecDeque<(Duration, [u8; 2])>,
    picture_due: Option<Duration>,
    touches: u32,
}

impl Emulator {
    pub(crate) fn new(quirk: Option<Quirk>) -> Self {
        Self {
            quirk,
            status: if quirk == Some(Quirk::StartsFailed) { 0x84 } else { 0x01 },
            is_answered: quirk != Some(Quirk::WantsChallenge),
            mode: 0,
            seed: 0,
            key_number: 0,
            events: VecDeque::new(),
            picture_due: None,
            touches: 0,
        }
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.quirk == Some(quirk)
    }

    /// The picture on the platen as the sensor sees it: bright ridges, upside down, a line further on each touch.
    fn sensor(touch: u32) -> &'static [u8] {
        let start = touch as usize % TOUCHES * WIDTH;
        &FINGER[start..start + WIDTH * HEIGHT]
    }

    /// Flags, lines of each block of a picture.
    fn blocks(&self) -> Vec<(u8, usize)> {
        let turn = if self.has(Quirk::ChangesKey) { 0x80 } else { 0 };
        vec![
            (0x02, 72),
            (0x00, 1),
            (0x02, 49),
            (0x01, 1),
            (0x00, 1),
            (0x02 | turn, 100),
            (0x06, 1),
            (0x02, 65),
        ]
    }

    /// What a driver must make of touch number `touch`, counted from 1.
    pub(crate) fn expected(&self, touch: u32) -> Vec<u8> {
        let mut picture = Self::sensor(touch).to_vec();
        let mut line = 0;
        for (flags, lines) in self.blocks() {
            let (start, end) = (line * WIDTH, (line + lines) * WIDTH);
            if flags & 0x01 != 0 {
                picture.copy_within(end..end + WIDTH, start);
            } else if flags & 0x06 == 0x02 && !self.has(Quirk::SendsPlain) {
                picture[end - 1] = 0;
            }
            line += lines;
        }
        picture.iter().rev().map(|level| 255 - level).collect()
    }

    fn true_key(&self) -> u32 {
        0x1357_9bdf ^ u32::from(self.key_number).wrapping_mul(0x0101_4567)
    }

    fn picture(&self) -> Vec<u8> {
        let blocks = self.blocks();
        let present: usize = blocks.iter().filter(|b| b.0 & 1 == 0).map(|b| b.1).sum();
        let mut header = vec![0u8; 64];
        header[4..6].copy_from_slice(&(present as u16).to_le_bytes());
        header[6] = 7;
        let mut scrambler = Scrambler { key: Emulator { key_number: 7, ..Self::new(self.quirk) }.true_key() };
        let sensor = Self::sensor(self.touches);
        let (mut line, mut body) = (0, Vec::new());
        for (at, (flags, lines)) in blocks.iter().enumerate() {
            header[16 + 2 * at] = *flags;
            header[17 + 2 * at] = *lines as u8;
            if flags & 0x80 != 0 {
                scrambler.key = Emulator { key_number: 8, ..Self::new(self.quirk) }.true_key();
            }
            let plain = &sensor[line * WIDTH..(line + lines) * WIDTH];
            line += lines;
            match flags & 0x07 {
                _ if self.has(Quirk::SendsPlain) && flags & 1 == 0 => body.extend(plain),
                0x02 => body.extend(scrambler.scramble(plain)),
                0x00 => {
                    scrambler.pass(plain.len());
                    body.extend(plain);
                }
                0x01 => scrambler.pass(plain.len()),
                _ => body.extend(plain),
            }
        }
        header.extend(body);
        if let Some(Quirk::SendsOnly(count)) = self.quirk {
            header.truncate(count);
        }
        header
    }

    fn enter(&mut self, mode: u8, now: Duration) {
        self.mode = mode;
        let soon = now + Duration::from_millis(40);
        match mode {
            0x10 if self.has(Quirk::Dies) => self.events.push_back((soon, [0x08, 0x00])),
            0x10 => self.events.push_back((soon, [0x01, 0x01])),
            0x12 if !self.has(Quirk::FingerStays) => self.events.push_back((soon, [0x02, 0x00])),
            0x20 => {
                self.touches += 1;
                self.picture_due = Some(now + Duration::from_millis(135));
            }
            _ => self.events.clear(),
        }
    }

    fn set_status(&mut self, status: u8, now: Duration) {
        let was = self.status;
        if self.has(Quirk::StartsFailed) && was & 0x84 == 0x84 {
            self.status = 0x01;
            return;
        }
        self.status = if self.is_answered { status } else { status | 0x80 };
        if was & 0x80 != 0 && self.status & 0x80 == 0 && !self.has(Quirk::NeverPowers) {
            // Three reports, the first of them before the request is over.
            for pause in [0, 8, 16] {
                self.events.push_back((now + Duration::from_millis(pause), [0x56, 0xaa]));
            }
            if self.has(Quirk::Babbles) {
                self.events.push_back((now, [0xee, 0xee]));
            }
        }
    }
}

impl UsbDevice for Emulator {
    fn control(
        &mut self,
        request: Request,
        data: &[u8],
        length: Option<u16>,
        now: Duration,
    ) -> Option<Vec<u8>> {
        if (request.request_type(), request.request) != (0x40, 0x04) {
            return None;
        }
        let challenge: Vec<u8> = (0..16).map(|n| n * 17).collect();
        match (request.value, length) {
            (0x07, Some(_)) => Some(vec![self.status]),
            (0xf0, Some(_)) => Some(vec![0x1a; 16]),
            (0x34, Some(_)) => Some((self.true_key() ^ self.seed).to_le_bytes().to_vec()),
            (0x2010, Some(_)) => Some(challenge),
            (0x07, None) => {
                self.set_status(*data.first()?, now);
                Some(vec![])
            }
            (0x33, None) => {
                let [number, seed @ ..] = <[u8; 5]>::try_from(data).ok()?;
                self.key_number = number;
                self.seed = u32::from_le_bytes(seed);
                Some(vec![])
            }
            (0x4e, None) => {
                self.enter(*data.first()?, now);
                Some(vec![])
            }
            (0x2000, None) => {
                // openssl enc -aes-128-ecb of the challenge above with the readers' key.
                self.is_answered = hex::encode(data) == "cb55a09332dd09489a1ac71ecada579c";
                Some(vec![])
            }
            _ => None,
        }
    }

    fn send(&mut self, endpoint: u8, length: usize, now: Duration) -> Option<Vec<u8>> {
        match endpoint {
            0x81 => {
                let at = self.events.iter().position(|(due, _)| *due <= now)?;
                let (_, event) = self.events.remove(at)?;
                let mut message = vec![0x5c; 64];
                message[..2].copy_from_slice(&event);
                Some(message)
            }
            0x82 if self.picture_due.is_some_and(|due| due <= now) => {
                self.picture_due = None;
                let mut picture = self.picture();
                picture.truncate(length);
                Some(picture)
            }
            _ => None,
        }
    }

    fn receive(&mut self, _endpoint: u8, _data: &[u8], _now: Duration) -> bool {
        false
    }
}

/// The scrambling, bit by bit as a shift register draws it.
struct Scrambler {
    key: u32,
}

impl Scrambler {
    fn byte(&mut self) -> u8 {
        let mut byte = 0;
        for (at, tap) in [4, 8, 11, 14, 18, 21, 24, 29].into_iter().enumerate() {
            if self.key & (1 << tap) != 0 {
                byte |= 1 << at;
            }
        }
        let mut parity = false;
        for tap in [0, 2, 3, 6, 10, 12, 19, 22, 25, 28, 31] {
            parity ^= self.key & (1 << tap) != 0;
        }
        self.key >>= 1;
        if parity {
            self.key |= 0x8000_0000;
        }
        byte
    }

    fn pass(&mut self, count: usize) {
        for _ in 0..count {
            self.byte();
        }
    }

    /// Each byte goes out one place late, and the last one not at all.
    fn scramble(&mut self, plain: &[u8]) -> Vec<u8> {
        let mut sent = vec![0x99];
        for level in &plain[..plain.len() - 1] {
            sent.push(level ^ self.byte());
        }
        self.byte();
        sent
    }
}
