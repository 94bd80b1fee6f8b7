//! A process that has loaded a library, as far as its lines go: written from the words it speaks, it shares nothing with the
//! real one.

use std::collections::VecDeque;
use std::time::Duration;
use tram_device::testing::SerialDevice;

pub(crate) const SIDES: (u32, u32) = (40, 30);
const BEAT_EVERY: Duration = Duration::from_millis(250);
/// From a question for a picture to the picture.
const FRAME_TIME: Duration = Duration::from_millis(100);
/// The frame that is the finished capture.
const FINAL: u32 = 3;

/// The reader's nth picture.
pub(crate) fn picture(frame: u32) -> Vec<u8> {
    (0..SIDES.0 * SIDES.1).map(|at| (at * 7 + frame * 31) as u8).collect()
}

pub(crate) struct Emulator {
    heard: Vec<u8>,
    /// What it will say, and when.
    saying: VecDeque<(Duration, Vec<u8>)>,
    beat: Duration,
    frame: u32,
    pub(crate) shown: u32,
}

impl Emulator {
    pub(crate) fn new() -> Self {
        let saying = VecDeque::from([(Duration::from_millis(20), b"memory 7\n".to_vec())]);
        Self { heard: Vec::new(), saying, beat: Duration::ZERO, frame: 0, shown: 0 }
    }

    fn obey(&mut self, line: &str, now: Duration) {
        let mut say = |after: Duration, text: String| self.saying.push_back((now + after, text.into_bytes()));
        let soon = Duration::from_millis(1);
        match line.split(' ').next() {
            Some("open") => say(soon, "done 1 0\n".to_owned()),
            Some("begin") => {
                self.frame = 0;
                say(soon, "done 0 0\n".to_owned());
            }
            Some("end") => say(soon, "done 0 0\n".to_owned()),
            Some("next") => {
                self.frame += 1;
                self.shown += 1;
                let is_final = u8::from(self.frame == FINAL);
                say(FRAME_TIME, format!("picture {} {} 500 {is_final}\n", SIDES.0, SIDES.1));
            }
            _ => say(soon, "failed -6\n".to_owned()),
        }
    }
}

impl SerialDevice for Emulator {
    fn receive(&mut self, data: &[u8], now: Duration) {
        self.heard.extend(data);
        while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.heard.drain(..=end).take(end).collect();
            self.obey(&String::from_utf8_lossy(&line), now);
        }
    }

    fn send(&mut self, limit: usize, now: Duration) -> Vec<u8> {
        if now >= self.beat {
            self.beat = now + BEAT_EVERY;
            self.saying.push_front((now, b"beat\n".to_vec()));
        }
        match self.saying.front() {
            Some((at, _)) if *at <= now => {
                let mut said = self.saying.pop_front().map(|(_, said)| said).unwrap_or_default();
                said.truncate(limit);
                said
            }
            _ => Vec::new(),
        }
    }
}
