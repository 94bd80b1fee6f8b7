//! A session without the finger, which the driver still follows.
//!
//! Whether a picture is scrambled only its lines tell, so a scrambled one keeps two lines of noise, which make the driver
//! ask for the key as it did. The key becomes 0, whose stream is 0, and everything after those lines is blank.

use crate::picture::{HEADER_BYTES, WIDTH, is_noise};
use crate::registers::{KEY, PICTURE_ENDPOINT, SCRAMBLE};
use tram_device::recording::{Redact, Source};
use tram_device::transport::Request;

/// The seed every redacted session was made with, and the key the reader gave for it.
pub(crate) const REDACTED_SEED: u32 = 0;

/// Lines that tell whether a picture is scrambled.
const TELLING_BYTES: usize = 2 * WIDTH;

/// Takes the finger out of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Redaction;

impl Redact for Redaction {
    fn came(&mut self, source: Source, data: &mut [u8]) {
        match source {
            Source::Endpoint(PICTURE_ENDPOINT) => blank(data),
            Source::Control(request) if request.value == KEY => data.fill(0),
            _ => {}
        }
    }

    fn sent(&mut self, request: Request, data: &mut [u8]) {
        if request.value == SCRAMBLE {
            data.iter_mut().skip(1).for_each(|byte| *byte = 0);
        }
    }
}

fn blank(transfer: &mut [u8]) {
    let lines = transfer.get_mut(HEADER_BYTES..).unwrap_or_default();
    let is_scrambled = lines.get(..TELLING_BYTES).is_some_and(is_noise);
    lines.fill(0);
    if is_scrambled {
        // Neighbours differ by 170.
        lines.iter_mut().take(TELLING_BYTES).step_by(2).for_each(|byte| *byte = 170);
    }
}
