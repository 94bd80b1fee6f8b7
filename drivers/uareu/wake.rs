//! Bringing a reader from any power state to ready.

use crate::cipher::answer_challenge;
use crate::registers::{
    CHALLENGE, EVENT_BYTES, EVENT_ENDPOINT, Event, HWSTAT, HWSTAT_ASLEEP, HWSTAT_FAILED, HWSTAT_READY,
    HWSTAT_WRITABLE, RESPONSE, VERSION, next_event, read, write,
};
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::transport::UsbTransport;

const ATTEMPTS: usize = 3;
const STATUS_POLLS: usize = 100;
const STATUS_PAUSE: Duration = Duration::from_millis(10);
/// How long the scanner may take to report its power.
const POWER_PATIENCE: Duration = Duration::from_millis(300);

/// Wakes the reader and leaves one event read queued. Returns its two versions in hexadecimal.
pub(crate) fn wake(wire: &mut impl UsbTransport, answers_challenge: bool) -> Result<String, DeviceError> {
    for _ in 0..ATTEMPTS {
        wire.cancel_in(EVENT_ENDPOINT)?;
        wire.submit_in(EVENT_ENDPOINT, EVENT_BYTES)?;
        let mut status = read_status(wire)?;
        if status & (HWSTAT_ASLEEP | HWSTAT_FAILED) == HWSTAT_ASLEEP | HWSTAT_FAILED {
            status = restart(wire, status)?;
        }
        // Power has to come on before our eyes, so that its report comes too.
        if status & HWSTAT_ASLEEP == 0 {
            write(wire, HWSTAT, &[status | HWSTAT_ASLEEP])?;
        }
        power_up(wire, status, answers_challenge)?;
        if has_power(wire)? {
            let version: [u8; 16] = read(wire, VERSION)?;
            let [_, _, _, _, a, b, _, _, _, _, c, d, ..] = version;
            return Ok(format!("{c:02x}{d:02x}/{a:02x}{b:02x}"));
        }
    }
    Err(DeviceError::Timeout { detail: "the scanner did not report its power".to_owned() })
}

fn read_status(wire: &mut impl UsbTransport) -> Result<u8, DeviceError> {
    let [status] = read(wire, HWSTAT)?;
    Ok(status)
}

/// A reader that failed in its sleep comes back by itself once it is told to.
fn restart(wire: &mut impl UsbTransport, status: u8) -> Result<u8, DeviceError> {
    write(wire, HWSTAT, &[status & HWSTAT_WRITABLE])?;
    for _ in 0..STATUS_POLLS {
        let status = read_status(wire)?;
        if status & HWSTAT_READY != 0 {
            return Ok(status);
        }
        wire.sleep(STATUS_PAUSE);
    }
    Err(DeviceError::Timeout { detail: "the reader did not start again".to_owned() })
}

fn power_up(wire: &mut impl UsbTransport, status: u8, answers_challenge: bool) -> Result<(), DeviceError> {
    let mut status = status;
    for _ in 0..STATUS_POLLS {
        write(wire, HWSTAT, &[status & HWSTAT_WRITABLE])?;
        status = read_status(wire)?;
        if status & HWSTAT_ASLEEP == 0 {
            return Ok(());
        }
        wire.sleep(STATUS_PAUSE);
        if answers_challenge {
            let challenge = read(wire, CHALLENGE)?;
            write(wire, RESPONSE, &answer_challenge(challenge))?;
        }
    }
    Err(DeviceError::Timeout { detail: "the reader did not wake up".to_owned() })
}

/// Whether the scanner reports its power; the report may have come before it was asked for.
fn has_power(wire: &mut impl UsbTransport) -> Result<bool, DeviceError> {
    let deadline = wire.now() + POWER_PATIENCE;
    loop {
        let left = deadline.saturating_sub(wire.now());
        match next_event(wire, left)? {
            Some(Event::PowerOn) => return Ok(true),
            Some(_) if !left.is_zero() => {}
            _ => return Ok(false),
        }
    }
}
