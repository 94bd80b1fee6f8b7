//! Trying a device out, as a technician does and as a replayed recording is checked: open it, let it do its work once,
//! and say in a few lines what came. The lines name no person and hold no picture, only its size and digest.

use crate::finger::{FinishedFinger, FinishingReader};
use crate::recording::{Recording, digest};
use crate::{
    Camera, CardJob, CardPrinter, CardReader, CodeReader, Device, DeviceError, Factory, FingerFrame,
    FingerReader, FingerRequest, IrisCamera, IrisFrame, IrisPicture, SignaturePad,
};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tram_biometric::{EyeLabel, FingerPosition, Impression, RgbImage};

/// What is asked of a finger reader: any single finger will do, and a slap of one that takes nothing else.
const REQUESTS: [FingerRequest; 2] = [
    FingerRequest { position: FingerPosition::RightIndex, impression: Impression::Plain },
    FingerRequest { position: FingerPosition::PlainRightFour, impression: Impression::Plain },
];
/// How long one frame is waited for.
const STEP: Duration = Duration::from_secs(1);
/// The least time a preview takes, by which the patience with a reader that goes on showing one is counted.
const PREVIEW_TIME: Duration = Duration::from_millis(30);
/// SELECT of the root of the card's files, asking for nothing but the status (ISO/IEC 7816-4, 11.2.2).
const SELECT_ROOT: [u8; 7] = [0x00, 0xa4, 0x00, 0x0c, 0x02, 0x3f, 0x00];

/// In a replay time passes in name alone.
const REPLAY_PATIENCE: Duration = Duration::from_mins(1);

/// How much a device is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// One picture, one frame, the state of a printer.
    Look,
    /// A printer also prints [`test_card`], which costs a blank.
    TestCard,
}

/// How a line about a test card begins.
const TEST_CARD: &str = "test card";

/// Lets a device do its work once, waiting at most `patience` for a finger or a frame, and says what came. The last
/// line is the error where there was one.
pub fn try_out(device: &mut Device, trial: Trial, patience: Duration) -> Vec<String> {
    let first = match device {
        Device::FingerReader(reader) => finger(reader.as_mut(), patience),
        Device::Camera(camera) => frame(camera.as_mut(), patience),
        Device::IrisCamera(camera) => eyes(camera.as_mut(), patience),
        Device::CardPrinter(printer) => state(printer.as_mut()),
        Device::CardReader(reader) => card(reader.as_mut(), patience),
        Device::SignaturePad(pad) => signature(pad.as_mut(), patience),
        Device::CodeReader(reader) => code(reader.as_mut(), patience),
    };
    let second = match device {
        Device::CardPrinter(printer) if first.is_ok() && trial == Trial::TestCard => {
            Some(print(printer.as_mut()))
        }
        _ => None,
    };
    std::iter::once(first)
        .chain(second)
        .map(|line| line.unwrap_or_else(|error| format!("error: {error}")))
        .collect()
}

/// Opens a device for recording, tries it out, and gives what came and the recording with what a replay of it gives:
/// the picture's digest is another one where the picture was taken out.
///
/// # Errors
/// When the device does not open, or the recording cannot be read back.
pub fn record(
    driver: &dyn Factory,
    trial: Trial,
    patience: Duration,
    open: impl FnOnce(Box<dyn Write + Send>) -> Result<Device, DeviceError>,
) -> Result<(Vec<String>, Recording), DeviceError> {
    let sink = Shared::default();
    let mut device = open(Box::new(sink.clone()))?;
    let came = try_out(&mut device, trial, patience);
    drop(device);
    let text = sink.bytes();
    let mut recording = Recording::read(text.as_slice())
        .map_err(|error| DeviceError::Garbage { detail: error.to_string() })?;
    recording.expected = replay(driver, &recording, trial);
    Ok((came, recording))
}

/// Where a recorder writes while the device holds it.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn bytes(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replays a recording as it was made.
///
/// # Errors
/// What the driver makes of it now, where that is not what the recording expects.
pub fn check(driver: &dyn Factory, recording: &Recording) -> Result<(), Vec<String>> {
    let printed = recording.expected.iter().any(|line| line.starts_with(TEST_CARD));
    let came = replay(driver, recording, if printed { Trial::TestCard } else { Trial::Look });
    if came == recording.expected { Ok(()) } else { Err(came) }
}

fn replay(driver: &dyn Factory, recording: &Recording, trial: Trial) -> Vec<String> {
    match driver.replay(recording.clone()) {
        Ok(mut device) => try_out(&mut device, trial, REPLAY_PATIENCE),
        Err(error) => vec![format!("error: {error}")],
    }
}

/// The finished capture, or the last picture of a reader that finishes none in time.
fn finger(reader: &mut dyn FingerReader, patience: Duration) -> Result<String, DeviceError> {
    let [one, slap] = REQUESTS;
    reader.begin(if reader.supports(one) { one } else { slap })?;
    let seen = watch(reader, patience);
    let end = reader.end();
    let seen = seen?;
    end?;
    Ok(seen.unwrap_or_else(|| "no finger came".to_owned()))
}

fn watch(reader: &mut dyn FingerReader, patience: Duration) -> Result<Option<String>, DeviceError> {
    let (mut seen, mut waited) = (None, Duration::ZERO);
    while waited < patience {
        let frame = reader.next_frame(STEP.min(patience))?;
        if let Some(fingers) = reader.finishing().and_then(FinishingReader::take_finished) {
            let one = |f: &FinishedFinger| format!("{:?} {:016x}", f.position, digest(&f.record));
            return Ok(Some(format!("finished {}", fingers.iter().map(one).collect::<Vec<_>>().join(", "))));
        }
        let Some(FingerFrame { image, is_final, .. }) = frame else {
            waited += STEP;
            continue;
        };
        let (width, height, ppi) = (image.width(), image.height(), image.ppi());
        seen = Some(format!("picture {width}x{height} at {ppi} ppi, digest {:016x}", digest(image.pixels())));
        if is_final {
            break;
        }
        waited += PREVIEW_TIME;
    }
    Ok(seen)
}

fn frame(camera: &mut dyn Camera, patience: Duration) -> Result<String, DeviceError> {
    camera.start()?;
    let frame = camera.next_frame(patience);
    let stop = camera.stop();
    let Some(frame) = frame? else { return Ok("no frame came".to_owned()) };
    stop?;
    let tag = digest(frame.image.pixels());
    Ok(format!("frame {}x{}, digest {tag:016x}", frame.image.width(), frame.image.height()))
}

/// The first thing an iris camera shows or finishes.
fn eyes(camera: &mut dyn IrisCamera, patience: Duration) -> Result<String, DeviceError> {
    camera.begin(&EyeLabel::BOTH)?;
    let frame = camera.next_frame(patience);
    let end = camera.end();
    let Some(frame) = frame? else { return Ok("no eye came".to_owned()) };
    end?;
    Ok(match frame {
        IrisFrame::Preview(image) => {
            let tag = digest(image.pixels());
            format!("preview {}x{}, digest {tag:016x}", image.width(), image.height())
        }
        IrisFrame::Finished(eyes) => {
            let one = |(eye, picture): &(EyeLabel, IrisPicture)| match picture {
                IrisPicture::Pixels(image) => format!("{eye:?} {:016x}", digest(image.pixels())),
                IrisPicture::Record(record) => format!("{eye:?} {:016x}", digest(record)),
            };
            format!("finished {}", eyes.iter().map(one).collect::<Vec<_>>().join(", "))
        }
    })
}

fn state(printer: &mut dyn CardPrinter) -> Result<String, DeviceError> {
    let status = printer.status()?;
    let state = status.fault.map_or_else(|| "ready".to_owned(), |fault| format!("cannot print: {fault:?}"));
    let left = |what: &str, count: Option<u32>| {
        count.map_or_else(String::new, |n| format!(", {what} for {n} cards"))
    };
    Ok(format!("{state}{}{}", left("ribbon", status.ribbon_left), left("blanks", status.blanks_left)))
}

/// The answer to reset and the status of a first command name a kind of card, not a person.
fn card(reader: &mut dyn CardReader, patience: Duration) -> Result<String, DeviceError> {
    let Some(atr) = reader.await_card(patience)? else { return Ok("no card came".to_owned()) };
    let answer = reader.transmit(&SELECT_ROOT)?;
    let status = answer.get(answer.len().saturating_sub(2)..).unwrap_or_default();
    Ok(format!("card {}, answers {}", hex::encode(atr), hex::encode(status)))
}

/// Some strokes: how many points came with the pen on the surface, and a digest of where.
fn signature(pad: &mut dyn SignaturePad, patience: Duration) -> Result<String, DeviceError> {
    const ENOUGH: usize = 100;
    let mut points = Vec::new();
    while points.len() < ENOUGH {
        let more = pad.next_points(patience)?;
        if more.is_empty() {
            break;
        }
        points.extend(more);
    }
    let places: Vec<u8> =
        points.iter().flat_map(|p| [p.x, p.y, p.pressure]).flat_map(f32::to_le_bytes).collect();
    let touching = points.iter().filter(|point| point.pressure > 0.0).count();
    Ok(format!("{} points, {touching} touching, digest {:016x}", points.len(), digest(&places)))
}

/// How much was read and its digest; what it says may name a person.
fn code(reader: &mut dyn CodeReader, patience: Duration) -> Result<String, DeviceError> {
    let Some(code) = reader.next_code(patience)? else { return Ok("no code came".to_owned()) };
    let lines = code.split(|byte| *byte == b'\n').count();
    Ok(format!("code of {lines} lines and {} bytes, digest {:016x}", code.len(), digest(&code)))
}

fn print(printer: &mut dyn CardPrinter) -> Result<String, DeviceError> {
    let ending = printer.print(&test_card()?, &mut |_| ControlFlow::Continue(()))?;
    Ok(format!("{TEST_CARD}: {ending:?}"))
}

/// A card that shows whether a printer is well and whom nobody can mistake for a person's: eight colours with their
/// wedges to white, and a grid of black lines.
///
/// # Errors
/// None: its size is that of a card.
pub fn test_card() -> Result<CardJob, DeviceError> {
    const SIZE: (u32, u32) = (1016, 648);
    let pixel = |x: u32, y: u32| {
        if x % 127 < 2 || y % 81 < 2 {
            return [0; 3];
        }
        let (colour, light) = (y / 81, (x * 255 / (SIZE.0 - 1)) as u8);
        [4, 2, 1].map(|bit| if colour & bit == 0 { light.max(1) } else { 255 })
    };
    let pixels = (0..SIZE.1).flat_map(|y| (0..SIZE.0).flat_map(move |x| pixel(x, y))).collect();
    let front = RgbImage::new(SIZE.0, SIZE.1, pixels)
        .map_err(|error| DeviceError::Unsupported { detail: error.to_string() })?;
    Ok(CardJob { id: "TEST".to_owned(), front, back: None })
}
