//! The iris thread: owns the iris camera while eyes are captured.

use super::devices::Bench;
use super::slot::Slot;
use super::{Outlet, phrase, phrase_of, pictures};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::time::Duration;
use time::Date;
use tram_biometric::{EyeLabel, GrayImage, Origin};
use tram_capture::{CaptureError, IrisAnswer, IrisCapturing, iris};
use tram_device::{Device, DeviceError, DeviceKind, IrisCamera};
use tram_enrollment::{EnrollmentId, Event};
use tram_portrait::RuleSet;
use tram_portrait::iris::IrisShot;
use tram_workflow::Action;

const RETRY: Duration = Duration::from_millis(300);
const FRAME: Duration = Duration::from_millis(100);

/// A capture that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Purpose {
    pub(super) id: EnrollmentId,
    pub(super) eyes: Vec<EyeLabel>,
    pub(super) attempts: u8,
    /// The day whose rules judge.
    pub(super) day: Date,
}

/// What the iris thread is asked.
pub(super) enum Job {
    Start(Purpose),
    Stop,
}

/// An open camera and the eyes it is armed for.
type Armed = (Box<dyn IrisCamera>, Origin);

/// The thread's work.
pub(super) fn run(bench: &Bench, preview: &Slot<GrayImage>, jobs: &Receiver<Job>, outlet: &Outlet) {
    while let Ok(job) = jobs.recv() {
        let Job::Start(purpose) = job else { continue };
        let mut wanted = Some(purpose);
        while let Some(purpose) = wanted {
            wanted = capture(bench, preview, jobs, outlet, &purpose);
            // No picture of a citizen stays behind.
            preview.clear();
        }
    }
}

/// Runs until the eyes are taken, it is stopped, or another capture begins (which is returned), whatever the camera does
/// meanwhile.
fn capture(
    bench: &Bench,
    preview: &Slot<GrayImage>,
    jobs: &Receiver<Job>,
    outlet: &Outlet,
    purpose: &Purpose,
) -> Option<Purpose> {
    let rules = match RuleSet::on(&purpose.day.to_string()) {
        Ok(rules) => rules,
        Err(error) => {
            log::error!("irises cannot be judged: {error}");
            outlet.send(Action::CaptureTrouble(Some(phrase(
                "Không đọc được quy định về mống mắt: cài lại trạm",
                "The rules for irises cannot be read: reinstall the station",
            ))));
            return None;
        }
    };
    let mut capturing = IrisCapturing::new(&purpose.eyes, &rules, purpose.attempts);
    let mut eyes = purpose.eyes.clone();
    let mut camera: Option<Armed> = None;
    let mut troubled = false;
    loop {
        let wait = if troubled { RETRY } else { Duration::ZERO };
        match jobs.recv_timeout(wait) {
            Ok(Job::Start(purpose)) => return Some(purpose),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => {
                if let Some((mut camera, _)) = camera {
                    // Whatever it answers, it is closed next.
                    camera.end().ok();
                }
                return None;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let outcome = match &mut camera {
            None => open(bench, &eyes).map(|open| {
                camera = Some(open);
                None
            }),
            Some((open, origin)) => turn(open.as_mut(), &mut capturing, &mut eyes, preview, outlet)
                .map(|shots| shots.map(|shots| taken(purpose.id, &shots, origin))),
        };
        match outcome {
            Ok(Some(action)) => {
                outlet.send(action);
                return None;
            }
            Ok(None) => {
                if troubled {
                    troubled = false;
                    bench.set_trouble(DeviceKind::IrisCamera, None);
                    outlet.send(Action::CaptureTrouble(None));
                }
            }
            Err(error) => {
                camera = None;
                if !troubled {
                    troubled = true;
                    preview.clear();
                    outlet.send(Action::CaptureTrouble(Some(phrase_of(&error))));
                    bench.set_trouble(DeviceKind::IrisCamera, Some(error));
                }
            }
        }
    }
}

fn open(bench: &Bench, eyes: &[EyeLabel]) -> Result<Armed, DeviceError> {
    match bench.open(DeviceKind::IrisCamera)? {
        (Device::IrisCamera(mut camera), listing) => {
            camera.begin(eyes)?;
            Ok((camera, listing.origin))
        }
        (other, _) => Err(DeviceError::Unsupported { detail: format!("{other:?} is no iris camera") }),
    }
}

/// What the camera gives next; the shots when the capture is over.
fn turn(
    camera: &mut dyn IrisCamera,
    capturing: &mut IrisCapturing,
    eyes: &mut Vec<EyeLabel>,
    preview: &Slot<GrayImage>,
    outlet: &Outlet,
) -> Result<Option<Vec<IrisShot>>, DeviceError> {
    let Some(frame) = camera.next_frame(FRAME)? else { return Ok(None) };
    // A picture that cannot be read is taken again like any other wrong answer.
    let garbage = |error: CaptureError| DeviceError::Garbage { detail: error.to_string() };
    match capturing.on_frame(frame).map_err(garbage)? {
        IrisAnswer::Preview(image) => {
            preview.put(Arc::new(image));
            outlet.wake();
            Ok(None)
        }
        IrisAnswer::Again(view, missing) => {
            outlet.send(Action::IrisSeen(view));
            eyes.clone_from(&missing);
            camera.begin(&missing)?;
            Ok(None)
        }
        IrisAnswer::Taken(shots) => {
            camera.end()?;
            Ok(Some(shots))
        }
    }
}

fn taken(id: EnrollmentId, shots: &[IrisShot], origin: &Origin) -> Action {
    let samples = match iris::samples(shots, origin, pictures::new_id) {
        Ok(samples) => samples,
        Err(error) => {
            return Action::CaptureTrouble(Some(phrase(
                "Không lưu được ảnh mống mắt này, mời chụp lại (F3)",
                &format!("These irises cannot be kept: {error}; retake (F3)"),
            )));
        }
    };
    let pictures =
        samples.iter().zip(shots).map(|((_, sample), shot)| (sample.id, pictures::gray(shot.image.clone())));
    let pictures = pictures.collect();
    let (irises, samples): (Vec<_>, Vec<_>) =
        samples.into_iter().map(|(cut, sample)| (cut, Arc::new(sample))).unzip();
    Action::Captured { id, event: Event::IrisesTaken { irises }, samples, pictures }
}
