//! The reader's registers, modes and events. Register numbers are wValue of vendor request 4.

use std::time::Duration;
use tram_device::transport::{Recipient, Request, RequestKind, TransportError, UsbTransport};

/// Events come here, 64 bytes each.
pub(crate) const EVENT_ENDPOINT: u8 = 0x81;
/// Length of an event.
pub(crate) const EVENT_BYTES: usize = 64;
/// Pictures come here.
pub(crate) const PICTURE_ENDPOINT: u8 = 0x82;

/// Power and readiness, one byte of the `HWSTAT_` bits.
pub(crate) const HWSTAT: u16 = 0x07;
/// Key number and the host's seed, five bytes.
pub(crate) const SCRAMBLE: u16 = 0x33;
/// The key for what was written to [`SCRAMBLE`], four bytes, little endian.
pub(crate) const KEY: u16 = 0x34;
/// What the reader does, one byte: a [`Mode`].
pub(crate) const MODE: u16 = 0x4e;
/// Versions, sixteen bytes.
pub(crate) const VERSION: u16 = 0xf0;
/// Where the answer to a challenge goes, sixteen bytes.
pub(crate) const RESPONSE: u16 = 0x2000;
/// The challenge of the Microsoft reader v2, sixteen bytes.
pub(crate) const CHALLENGE: u16 = 0x2010;

/// The reader sleeps.
pub(crate) const HWSTAT_ASLEEP: u8 = 0x80;
/// The reader lost itself while asleep and starts anew.
pub(crate) const HWSTAT_FAILED: u8 = 0x04;
/// The reader is ready.
pub(crate) const HWSTAT_READY: u8 = 0x01;
/// What may be written back to wake it.
pub(crate) const HWSTAT_WRITABLE: u8 = 0x0f;

/// What the reader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    AwaitFingerOn = 0x10,
    AwaitFingerOff = 0x12,
    Capture = 0x20,
    Off = 0x70,
}

/// What the reader reports by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The scanner has power. Repeated every few milliseconds for a while.
    PowerOn,
    FingerOn,
    FingerOff,
    /// The scanner died; the next picture would be empty.
    Death,
    /// What readers send besides, which means nothing.
    Other,
}

impl Event {
    /// The event in a message.
    pub(crate) fn parse(message: &[u8]) -> Self {
        match message {
            [0x56, 0xaa, ..] if message.len() == EVENT_BYTES => Self::PowerOn,
            [0x01, 0x01, ..] if message.len() == EVENT_BYTES => Self::FingerOn,
            [0x02, 0x00, ..] if message.len() == EVENT_BYTES => Self::FingerOff,
            [0x08, 0x00, ..] if message.len() == EVENT_BYTES => Self::Death,
            _ => Self::Other,
        }
    }
}

/// A register is answered within a millisecond; one second is a reader that hangs.
const REGISTER_PATIENCE: Duration = Duration::from_secs(1);

fn request(register: u16) -> Request {
    let (kind, recipient) = (RequestKind::Vendor, Recipient::Device);
    Request { kind, recipient, request: 4, value: register, index: 0 }
}

/// Reads `N` bytes from a register; fewer count as no answer.
pub(crate) fn read<const N: usize>(
    wire: &mut impl UsbTransport,
    register: u16,
) -> Result<[u8; N], TransportError> {
    let bytes = wire.control_in(request(register), N as u16, REGISTER_PATIENCE)?;
    let count = bytes.len();
    bytes
        .try_into()
        .ok()
        .ok_or_else(|| TransportError::Stall(format!("register {register:04x}: {count} bytes of {N} came")))
}

/// Writes a register.
pub(crate) fn write(wire: &mut impl UsbTransport, register: u16, bytes: &[u8]) -> Result<(), TransportError> {
    wire.control_out(request(register), bytes, REGISTER_PATIENCE)
}

/// The next event within `timeout`, with the following read queued at once.
pub(crate) fn next_event(
    wire: &mut impl UsbTransport,
    timeout: Duration,
) -> Result<Option<Event>, TransportError> {
    let Some(message) = wire.next_in(EVENT_ENDPOINT, timeout)? else { return Ok(None) };
    wire.submit_in(EVENT_ENDPOINT, EVENT_BYTES)?;
    Ok(Some(Event::parse(&message)))
}
