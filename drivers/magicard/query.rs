//! One question and its answer: `01 STA,NAME value , 03`.

use crate::job::question;
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::transport::{TransportError, UsbTransport};

const ANSWER_PATIENCE: Duration = Duration::from_secs(2);
/// Silence after which nothing more is on its way.
const QUIET: Duration = Duration::from_millis(10);
const ANSWER_BYTES: usize = 512;
const MAX_PIECES: usize = 8;

/// Asks for a value and returns it.
pub(crate) fn ask(
    wire: &mut impl UsbTransport,
    (out, into): (u8, u8),
    name: &str,
) -> Result<String, DeviceError> {
    drain(wire, into)?;
    wire.bulk_out(out, &question(name), ANSWER_PATIENCE)?;
    let mut answer = Vec::new();
    for _ in 0..MAX_PIECES {
        wire.submit_in(into, ANSWER_BYTES)?;
        let Some(piece) = wire.next_in(into, ANSWER_PATIENCE)? else { break };
        answer.extend(piece);
        if let Some(end) = answer.iter().position(|byte| *byte == 0x03) {
            answer.truncate(end);
            return read(answer, name);
        }
    }
    wire.cancel_in(into)?;
    Err(TransportError::Timeout(name.to_owned()).into())
}

/// What an earlier question left behind must not answer this one.
fn drain(wire: &mut impl UsbTransport, into: u8) -> Result<(), DeviceError> {
    for _ in 0..MAX_PIECES {
        wire.submit_in(into, ANSWER_BYTES)?;
        if wire.next_in(into, QUIET)?.is_none() {
            break;
        }
    }
    Ok(wire.cancel_in(into)?)
}

fn read(answer: Vec<u8>, name: &str) -> Result<String, DeviceError> {
    let text = String::from_utf8(answer).ok();
    let value = text
        .as_deref()
        .and_then(|text| text.strip_prefix('\u{1}')?.strip_prefix("STA,")?.strip_prefix(name))
        .map(|value| value.trim_matches(',').trim())
        .filter(|value| value.chars().all(|c| c.is_ascii_graphic() || c == ' '));
    value
        .map(str::to_owned)
        .ok_or_else(|| DeviceError::Garbage { detail: format!("something else answers {name}") })
}
