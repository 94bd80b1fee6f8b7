//! A ZFM-20 made from its manual: commands, acknowledges and data packets at the speed of a serial line.

use std::collections::VecDeque;
use std::time::Duration;
use tram_device::testing::SerialDevice;

pub(crate) const WIDTH: usize = 256;
pub(crate) const HEIGHT: usize = 288;
const DATA_BYTES: usize = 128;
/// Ten bits a byte at 57,600 baud.
const BYTE_TIME: Duration = Duration::from_nanos(173_611);

pub(crate) struct Emulator {
    incoming: Vec<u8>,
    outgoing: VecDeque<(Duration, u8)>,
    /// When a finger lies on the sensor, by the time since the module was switched on.
    finger: fn(Duration) -> bool,
    touches: u32,
    was_on: bool,
    byte_time: Duration,
}

impl Emulator {
    pub(crate) fn new(finger: fn(Duration) -> bool) -> Self {
        let (incoming, outgoing) = (Vec::new(), VecDeque::new());
        Self { incoming, outgoing, finger, touches: 0, was_on: false, byte_time: BYTE_TIME }
    }

    /// A module that sends as fast as the line takes it.
    pub(crate) fn fast(finger: fn(Duration) -> bool) -> Self {
        Self { byte_time: Duration::ZERO, ..Self::new(finger) }
    }

    /// The levels of touch number `touch`, 0 to 15, row by row.
    pub(crate) fn levels(touch: u32) -> Vec<u8> {
        let level = |x: usize, y: usize| {
            let phase = (x as f32 * 0.5 + (y as f32 * 0.06).sin() * 4.0) + touch as f32;
            (7.5 + 7.0 * phase.sin()) as u8
        };
        (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| level(x, y))).collect()
    }

    fn say(&mut self, kind: u8, content: &[u8], now: Duration) {
        let length = content.len() as u16 + 2;
        let mut sum = u16::from(kind) + (length >> 8) + (length & 0xff);
        let mut packet = vec![0xef, 0x01, 0xff, 0xff, 0xff, 0xff, kind, (length >> 8) as u8, length as u8];
        for byte in content {
            sum = sum.wrapping_add(u16::from(*byte));
            packet.push(*byte);
        }
        packet.extend([(sum >> 8) as u8, sum as u8]);
        let mut due = self.outgoing.back().map_or(now, |(due, _)| now.max(*due));
        for byte in packet {
            due += self.byte_time;
            self.outgoing.push_back((due, byte));
        }
    }

    fn obey(&mut self, command: &[u8], now: Duration) {
        match command {
            [0x01] => {
                let is_on = (self.finger)(now);
                self.touches += u32::from(is_on && !self.was_on);
                self.was_on = is_on;
                self.say(0x07, &[if is_on { 0x00 } else { 0x02 }], now + Duration::from_millis(120));
            }
            [0x0a] => {
                self.say(0x07, &[0x00], now);
                let levels = Self::levels(self.touches);
                let bytes: Vec<u8> = levels.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
                let last = bytes.len() / DATA_BYTES - 1;
                for (at, data) in bytes.chunks(DATA_BYTES).enumerate() {
                    self.say(if at == last { 0x08 } else { 0x02 }, data, now);
                }
            }
            [0x13, password @ ..] => {
                self.say(0x07, &[if password == [0; 4] { 0x00 } else { 0x13 }], now);
            }
            // Status, identifier, capacity, security, address, packet size code, baud / 9600.
            [0x0f] => {
                let parameters = [0, 0, 0, 0, 9, 0, 0xa2, 0, 3, 0xff, 0xff, 0xff, 0xff, 0, 2, 0, 6];
                self.say(0x07, &parameters, now);
            }
            [0x1d] => self.say(0x07, &[0, 0, 0], now),
            _ => self.say(0x07, &[0x01], now),
        }
    }
}

impl SerialDevice for Emulator {
    fn receive(&mut self, data: &[u8], now: Duration) {
        self.incoming.extend_from_slice(data);
        while self.incoming.len() >= 12 {
            let length = usize::from(self.incoming[7]) << 8 | usize::from(self.incoming[8]);
            if !self.incoming.starts_with(&[0xef, 0x01])
                || self.incoming[6] != 0x01
                || !(3..=64).contains(&length)
            {
                self.incoming.remove(0);
                continue;
            }
            if self.incoming.len() < 9 + length {
                return;
            }
            let packet: Vec<u8> = self.incoming.drain(..9 + length).collect();
            let sum: u16 = packet[6..7 + length].iter().map(|byte| u16::from(*byte)).sum();
            if sum.to_be_bytes() == packet[7 + length..] {
                self.obey(&packet[9..7 + length], now);
            } else {
                self.say(0x07, &[0x01], now);
            }
        }
    }

    fn send(&mut self, limit: usize, now: Duration) -> Vec<u8> {
        let due = self.outgoing.iter().take(limit).take_while(|(due, _)| *due <= now).count();
        self.outgoing.drain(..due).map(|(_, byte)| byte).collect()
    }
}
