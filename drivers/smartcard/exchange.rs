//! One command and its whole answer (ISO/IEC 7816-4, 5.3).

use crate::apdu::{Command, MAX_EXTENDED, MAX_SHORT, Response};
use crate::atr::Capabilities;
use tram_device::{CardReader, DeviceError};

/// The bit of the class that says that more of the command follows.
const CHAINED: u8 = 0x10;
/// The longest answer put together of pieces; far above any file of an identity card.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Why a command has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Reader or card failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// What came is no answer to a command.
    #[error("the card answers what is no response: {0}")]
    Malformed(&'static str),
    /// More than one command can carry.
    #[error("a command of {0} bytes is longer than a card can take")]
    TooLong(usize),
}

/// Sends a command and fetches its whole answer, whatever lengths the card takes.
///
/// A command too long for the short form goes extended where `can` says so, else as a chain; a link of the chain that
/// the card refuses ends it, and its status is the answer.
///
/// # Errors
/// When the reader or the card is gone, or what it answers is no response. A status other than 9000 is no error here.
pub fn exchange(
    reader: &mut dyn CardReader,
    command: &Command,
    can: Capabilities,
) -> Result<Response, CardError> {
    if command.is_short() || (can.extended_length && command.data.len() <= MAX_EXTENDED) {
        return complete(reader, command);
    }
    // The answer to a short command comes in pieces, so at most 256 bytes are asked for at once.
    let expected = command.expected.min(256);
    let mut links = command.data.chunks(MAX_SHORT).peekable();
    while let Some(link) = links.next() {
        let data = link.to_vec();
        if links.peek().is_none() {
            return complete(reader, &Command { data, expected, ..command.clone() });
        }
        let class = command.class | CHAINED;
        let response = once(reader, &Command { class, data, expected: 0, ..command.clone() })?;
        if !response.is_done() {
            return Ok(response);
        }
    }
    complete(reader, &Command { expected, ..command.clone() })
}

/// Sends one command and fetches the pieces of its answer.
fn complete(reader: &mut dyn CardReader, command: &Command) -> Result<Response, CardError> {
    let mut response = once(reader, command)?;
    // 6CXX: the same again, with the length the card has.
    if let [0x6c, length] = response.status.to_be_bytes() {
        let expected = if length == 0 { 256 } else { u32::from(length) };
        response = once(reader, &Command { expected, ..command.clone() })?;
    }
    // 61XX: so much waits.
    while let [0x61, waiting] = response.status.to_be_bytes() {
        let more = once(reader, &Command::get_response(command.class, waiting))?;
        if more.data.is_empty() && !more.is_done() {
            return Ok(more);
        }
        response.data.extend(more.data);
        response.status = more.status;
        if response.data.len() > MAX_ANSWER_BYTES {
            return Err(CardError::Malformed("an answer without end"));
        }
    }
    Ok(response)
}

fn once(reader: &mut dyn CardReader, command: &Command) -> Result<Response, CardError> {
    let bytes = command.to_bytes().ok_or(CardError::TooLong(command.data.len()))?;
    Response::parse(reader.transmit(&bytes)?).ok_or(CardError::Malformed("it has no status"))
}
