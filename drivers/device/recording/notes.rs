//! Writing down a dialogue that goes over a wire of the driver's own: calls of the operating system, commands to a card,
//! lines to another process.

use super::{Event, first_line, text::Line};
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// A recording in the making, of questions and answers. What stands in them of a person, the driver takes out first.
///
/// A recording that cannot be written never disturbs the device: it ends with the first line that could not be.
pub struct Notes {
    sink: Box<dyn Write + Send>,
    written: io::Result<()>,
    began: Instant,
}

impl Notes {
    /// Starts a recording in `sink`: which driver, and what it must know of the device to replay it.
    pub fn new(driver: &str, about: &str, mut sink: Box<dyn Write + Send>) -> Self {
        let written = sink.write_all(first_line(driver, about).as_bytes());
        Self { sink, written, began: Instant::now() }
    }

    /// The driver asked.
    pub fn asked(&mut self, question: &[u8]) {
        self.note(self.began.elapsed(), &Event::Write { data: question.to_vec() });
    }

    /// What came of it: an answer, an empty one where nothing came in time, or none when it failed.
    pub fn answered(&mut self, answer: Option<&[u8]>) {
        let event = match answer {
            Some([]) => Event::Silent,
            Some(data) => Event::Read { data: data.to_vec() },
            None => Event::Closed,
        };
        self.note(self.began.elapsed(), &event);
    }

    /// Writes an event down at a time of the wire's own clock.
    pub fn note(&mut self, at: Duration, event: &Event) {
        if self.written.is_ok() {
            self.written = writeln!(self.sink, "{}", Line(at, event));
        }
    }
}
