//! Looking at devices for the morning test. Every call ends within the time its check is allowed.

use super::{Check, Observation};
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression};
use tram_device::{Camera, CardPrinter, FingerReader, FingerRequest};

/// Frames of the empty platen that are averaged.
const FRAMES: u32 = 4;
/// Pictures a camera may need to settle its exposure.
const SETTLING: u32 = 4;

/// The empty platen: up to four frames.
pub fn platen(reader: &mut dyn FingerReader) -> Observation {
    let single = FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain };
    let slap = FingerRequest { position: FingerPosition::PlainRightFour, ..single };
    let request = if reader.supports(single) { single } else { slap };
    if let Err(error) = reader.begin(request) {
        return Observation::Trouble(error);
    }
    let share = share(Check::Platen, FRAMES);
    let mut frames = Vec::new();
    let mut trouble = None;
    for _ in 0..FRAMES {
        match reader.next_frame(share) {
            Ok(Some(frame)) => frames.push(frame.image),
            Ok(None) => break,
            Err(error) => {
                trouble = Some(error);
                break;
            }
        }
    }
    let ended = reader.end().err();
    match trouble.or(ended) {
        Some(error) => Observation::Trouble(error),
        None if frames.is_empty() => Observation::NoAnswer,
        None => Observation::Platen(frames),
    }
}

/// The empty chair: the picture after the exposure has settled.
pub fn camera(camera: &mut dyn Camera) -> Observation {
    if let Err(error) = camera.start() {
        return Observation::Trouble(error);
    }
    let share = share(Check::Background, SETTLING);
    let mut observed = Observation::NoAnswer;
    for _ in 0..SETTLING {
        match camera.next_frame(share) {
            Ok(Some(frame)) => observed = Observation::Picture(frame.image),
            Ok(None) => break,
            Err(error) => {
                observed = Observation::Trouble(error);
                break;
            }
        }
    }
    match (camera.stop(), observed) {
        (Err(error), _) => Observation::Trouble(error),
        (Ok(()), observed) => observed,
    }
}

/// The printer's own word.
pub fn printer(printer: &mut dyn CardPrinter) -> Observation {
    match printer.status() {
        Ok(status) => Observation::Printer(status),
        Err(error) => Observation::Trouble(error),
    }
}

/// Time for each of several calls, a second kept back for beginning and ending.
fn share(check: Check, calls: u32) -> Duration {
    check.allowed().saturating_sub(Duration::from_secs(1)) / calls
}
