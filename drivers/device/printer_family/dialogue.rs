//! One question and its answer.

use super::Language;
use crate::DeviceError;
use crate::transport::{TransportError, UsbTransport};
use std::marker::PhantomData;
use std::time::Duration;

/// A printer that is not busy answers in some milliseconds.
const ANSWER_PATIENCE: Duration = Duration::from_secs(2);
/// Silence after which nothing more is on its way.
const QUIET: Duration = Duration::from_millis(10);
/// Answers are a line of text; a packet of the bus holds any of them.
const ANSWER_BYTES: usize = 512;
/// Pieces an answer may come in.
const MAX_PIECES: usize = 8;

/// The wire to a printer that speaks `L`.
pub struct Dialogue<L, T> {
    wire: T,
    out: u8,
    into: u8,
    language: PhantomData<fn() -> L>,
}

impl<L: Language, T: UsbTransport> Dialogue<L, T> {
    pub(super) fn new(wire: T, (out, into): (u8, u8)) -> Self {
        Self { wire, out, into, language: PhantomData }
    }

    pub(super) fn now(&self) -> Duration {
        self.wire.now()
    }

    pub(super) fn sleep(&mut self, pause: Duration) {
        self.wire.sleep(pause);
    }

    /// Sends bytes that have no answer; nothing where there are none.
    pub(super) fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), DeviceError> {
        if bytes.is_empty() {
            return Ok(());
        }
        Ok(self.wire.bulk_out(self.out, bytes, patience)?)
    }

    /// Asks and returns the value that answers.
    ///
    /// # Errors
    /// [`DeviceError::Garbage`] when something else answers, and those of the wire.
    pub fn ask(&mut self, name: &str) -> Result<String, DeviceError> {
        self.drain()?;
        self.wire.bulk_out(self.out, &L::question(name), ANSWER_PATIENCE)?;
        let mut answer = Vec::new();
        for _ in 0..MAX_PIECES {
            self.wire.submit_in(self.into, ANSWER_BYTES)?;
            let Some(piece) = self.wire.next_in(self.into, ANSWER_PATIENCE)? else { break };
            answer.extend(piece);
            if let Some(end) = answer.iter().position(|byte| L::ends_answer(*byte)) {
                answer.truncate(end);
                return read::<L>(answer, name);
            }
        }
        self.wire.cancel_in(self.into)?;
        Err(TransportError::Timeout(name.to_owned()).into())
    }

    /// Asks for a number.
    ///
    /// # Errors
    /// [`DeviceError::Garbage`] when no number answers, and those of the wire.
    pub fn number(&mut self, name: &str) -> Result<u32, DeviceError> {
        let answer = self.ask(name)?;
        answer.parse().ok().ok_or_else(|| garbage("no number", name))
    }

    /// What an earlier question left behind must not answer this one.
    fn drain(&mut self) -> Result<(), DeviceError> {
        for _ in 0..MAX_PIECES {
            self.wire.submit_in(self.into, ANSWER_BYTES)?;
            if self.wire.next_in(self.into, QUIET)?.is_none() {
                break;
            }
        }
        Ok(self.wire.cancel_in(self.into)?)
    }
}

/// The value in the bytes of an answer. Answers are printable text.
fn read<L: Language>(answer: Vec<u8>, name: &str) -> Result<String, DeviceError> {
    let text = String::from_utf8(answer).ok();
    let value = text.as_deref().and_then(|text| L::value(text, name)).map(str::trim);
    let printable = value.filter(|value| value.chars().all(|c| c.is_ascii_graphic() || c == ' '));
    printable.map(str::to_owned).ok_or_else(|| garbage("something else", name))
}

fn garbage(what: &str, name: &str) -> DeviceError {
    DeviceError::Garbage { detail: format!("{what} answers {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EmulatedUsb, UsbDevice};
    use crate::transport::Request;
    use crate::{CardJob, EncodingStation, PrinterStatus, Selector};
    use proptest::prelude::*;

    /// `?NAME` is answered by `NAME=value;`.
    struct Toy;

    impl Language for Toy {
        const DRIVER: &'static str = "toy";
        const PRINTERS: Selector = Selector::Table(&[]);
        const CARDS_PRINTED: &'static str = "N";
        const FIRMWARE: &'static str = "F";
        const CLEANINGS: &'static str = "C";

        fn question(name: &str) -> Vec<u8> {
            format!("?{name}").into_bytes()
        }
        fn ends_answer(byte: u8) -> bool {
            byte == b';'
        }
        fn value<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
            answer.strip_prefix(name)?.strip_prefix('=')
        }
        fn status(_: &mut Dialogue<Self, impl UsbTransport>) -> Result<PrinterStatus, DeviceError> {
            Ok(PrinterStatus { fault: None, ribbon_left: None, blanks_left: None })
        }
        fn card(_: &CardJob) -> Result<Vec<u8>, DeviceError> {
            Ok(Vec::new())
        }
        fn cleaning() -> Vec<u8> {
            Vec::new()
        }
        fn hold(_: EncodingStation) -> Vec<u8> {
            Vec::new()
        }
        fn put_out() -> Vec<u8> {
            Vec::new()
        }
    }

    /// Answers with what it was made with, in pieces, once it was asked; speaks before it is asked, too.
    struct Answering {
        early: Vec<u8>,
        pieces: Vec<Vec<u8>>,
        is_asked: bool,
    }

    impl UsbDevice for Answering {
        fn control(&mut self, _: Request, _: &[u8], _: Option<u16>, _: Duration) -> Option<Vec<u8>> {
            None
        }
        fn send(&mut self, _: u8, _: usize, _: Duration) -> Option<Vec<u8>> {
            if !self.early.is_empty() {
                return Some(std::mem::take(&mut self.early));
            }
            (self.is_asked && !self.pieces.is_empty()).then(|| self.pieces.remove(0))
        }
        fn receive(&mut self, _: u8, _: &[u8], _: Duration) -> bool {
            self.is_asked = true;
            true
        }
    }

    fn ask(early: &[u8], pieces: &[&[u8]]) -> Result<u32, DeviceError> {
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        let device = Answering { early: early.to_vec(), pieces, is_asked: false };
        Dialogue::<Toy, _>::new(EmulatedUsb::new(device), (1, 0x82)).number("N")
    }

    #[test]
    fn an_answer_is_put_together_and_an_old_one_thrown_away() {
        assert_eq!(ask(b"", &[b"N=17;"]), Ok(17));
        assert_eq!(ask(b"N=3;", &[b"N", b"=1", b"7;"]), Ok(17));
        assert!(matches!(ask(b"", &[b"M=17;"]), Err(DeviceError::Garbage { .. })));
        assert!(matches!(ask(b"", &[b"N=17"]), Err(DeviceError::Timeout { .. })));
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), at in 0..600_usize) {
            let (first, rest) = bytes.split_at(at.min(bytes.len()));
            let _ = ask(first, &[rest, b"N=x;", first]);
        }
    }
}
