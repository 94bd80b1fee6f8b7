//! One command and its answer.

use crate::job::command;
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::transport::{TransportError, UsbTransport};

/// A printer that is not busy answers in some milliseconds.
const ANSWER_PATIENCE: Duration = Duration::from_secs(2);
/// Silence after which nothing more is on its way.
const QUIET: Duration = Duration::from_millis(10);
/// Answers are a line of text; a packet of the bus holds any of them.
const ANSWER_BYTES: usize = 512;
/// Pieces an answer may come in.
const MAX_PIECES: usize = 8;

/// Asks and returns the answer's text, without its end.
pub(crate) fn ask(
    wire: &mut impl UsbTransport,
    (out, into): (u8, u8),
    question: &str,
) -> Result<String, DeviceError> {
    drain(wire, into)?;
    wire.bulk_out(out, &command(question), ANSWER_PATIENCE)?;
    let mut answer = Vec::new();
    for _ in 0..MAX_PIECES {
        wire.submit_in(into, ANSWER_BYTES)?;
        let Some(piece) = wire.next_in(into, ANSWER_PATIENCE)? else { break };
        answer.extend(piece);
        if let Some(end) = answer.iter().position(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            answer.truncate(end);
            return read(answer, question);
        }
    }
    wire.cancel_in(into)?;
    Err(TransportError::Timeout(question.to_owned()).into())
}

/// What an earlier command left behind must not answer this one.
fn drain(wire: &mut impl UsbTransport, into: u8) -> Result<(), DeviceError> {
    for _ in 0..MAX_PIECES {
        wire.submit_in(into, ANSWER_BYTES)?;
        if wire.next_in(into, QUIET)?.is_none() {
            break;
        }
    }
    Ok(wire.cancel_in(into)?)
}

fn read(answer: Vec<u8>, question: &str) -> Result<String, DeviceError> {
    match String::from_utf8(answer) {
        Ok(text) if text.chars().all(|c| c.is_ascii_graphic() || c == ' ') => Ok(text.trim().to_owned()),
        _ => Err(DeviceError::Garbage { detail: format!("no text answers {question}") }),
    }
}
