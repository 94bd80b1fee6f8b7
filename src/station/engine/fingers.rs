//! The finger thread: owns the fingerprint reader; captures for dossiers and for handovers.

use super::devices::Bench;
use super::slot::Slot;
use super::{Outlet, phrase, phrase_of, pictures};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{FingerPosition, GrayImage, Impression, Origin};
use tram_capture::{FingerSession, FingerShot, FingerTurn, encode, finished};
use tram_device::finger::{FinishedFinger, FinishingReader};
use tram_device::{Device, DeviceError, DeviceKind, FingerReader, FingerRequest};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{CaptureStep, EnrollmentId, Event, FingerCut};
use tram_fingerprint::{matching, template};
use tram_workflow::Action;
use tram_workflow::lists::Reach;

const RETRY: Duration = Duration::from_millis(300);
const FRAME: Duration = Duration::from_millis(100);

/// What a capture is for.
#[derive(Clone)]
pub(super) enum Purpose {
    /// A step of a dossier's sequence.
    Dossier { id: EnrollmentId, step: CaptureStep, absent: Vec<FingerPosition> },
    /// Comparing a live finger with the enrolled one.
    Handover { position: FingerPosition, enrolled: template::Template },
    /// An officer's own finger, whichever they put there.
    Own,
}

/// What the finger thread is asked.
pub(super) enum Job {
    Start(Purpose),
    Stop,
}

/// What a reader can take.
pub(super) fn reach(reader: &dyn FingerReader) -> Reach {
    let can = |position, impression| reader.supports(FingerRequest { position, impression });
    Reach {
        slaps: can(FingerPosition::PlainRightFour, Impression::Plain),
        rolled: can(FingerPosition::RightThumb, Impression::Rolled),
    }
}

impl Purpose {
    fn step(&self) -> CaptureStep {
        match self {
            Self::Dossier { step, .. } => *step,
            Self::Handover { position, .. } => single(*position),
            Self::Own => single(FingerPosition::RightIndex),
        }
    }

    fn absent(&self) -> &[FingerPosition] {
        match self {
            Self::Dossier { absent, .. } => absent,
            Self::Handover { .. } | Self::Own => &[],
        }
    }

    fn session(&self) -> FingerSession {
        FingerSession::new(self.step(), self.absent().to_vec())
    }
}

/// The thread's work.
pub(super) fn run(bench: &Bench, preview: &Slot<GrayImage>, jobs: &Receiver<Job>, outlet: &Outlet) {
    while let Ok(job) = jobs.recv() {
        let Job::Start(purpose) = job else { continue };
        let mut wanted = Some(purpose);
        while let Some(purpose) = wanted {
            wanted = capture(bench, preview, jobs, outlet, &purpose);
            preview.clear();
        }
    }
}

/// Runs until something is taken, it is stopped, or another capture begins (which is returned), whatever the reader
/// does meanwhile.
fn capture(
    bench: &Bench,
    preview: &Slot<GrayImage>,
    jobs: &Receiver<Job>,
    outlet: &Outlet,
    purpose: &Purpose,
) -> Option<Purpose> {
    let mut session = purpose.session();
    let mut reader: Option<(Box<dyn FingerReader>, Origin)> = None;
    let mut troubled = false;
    loop {
        let wait = if troubled { RETRY } else { Duration::ZERO };
        match jobs.recv_timeout(wait) {
            Ok(Job::Start(purpose)) => return Some(purpose),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => {
                if let Some((mut reader, _)) = reader {
                    // Whatever it answers, it is closed next.
                    reader.end().ok();
                }
                return None;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let outcome = match &mut reader {
            None => open(bench, purpose).map(|open| {
                session = purpose.session().corrected_by(bench.ledger().correction(&open.1));
                reader = Some(open);
                None
            }),
            Some((open, origin)) => turn(open.as_mut(), origin, &mut session, preview, outlet, purpose),
        };
        match outcome {
            Ok(Some(action)) => {
                outlet.send(action);
                return None;
            }
            Ok(None) => {
                if troubled {
                    troubled = false;
                    bench.set_trouble(DeviceKind::FingerReader, None);
                    outlet.send(Action::CaptureTrouble(None));
                }
            }
            Err(error) => {
                reader = None;
                if !troubled {
                    troubled = true;
                    preview.clear();
                    outlet.send(Action::CaptureTrouble(Some(phrase_of(&error))));
                    bench.set_trouble(DeviceKind::FingerReader, Some(error));
                }
            }
        }
    }
}

fn open(bench: &Bench, purpose: &Purpose) -> Result<(Box<dyn FingerReader>, Origin), DeviceError> {
    match bench.open(DeviceKind::FingerReader)? {
        (Device::FingerReader(mut reader), listing) => {
            bench.set_reach(reach(reader.as_ref()));
            bench.ledger().see(&listing.origin, reader.about());
            begin(reader.as_mut(), purpose)?;
            Ok((reader, listing.origin))
        }
        (other, _) => Err(DeviceError::Unsupported { detail: format!("{other:?} is no fingerprint reader") }),
    }
}

fn begin(reader: &mut dyn FingerReader, purpose: &Purpose) -> Result<(), DeviceError> {
    let step = purpose.step();
    if let Some(finishing) = reader.finishing() {
        finishing.set_absent(purpose.absent());
    }
    reader.begin(FingerRequest { position: step.position, impression: step.impression })
}

/// One frame: shown, examined, and the action that ends the capture when it was taken.
fn turn(
    reader: &mut dyn FingerReader,
    origin: &Origin,
    session: &mut FingerSession,
    preview: &Slot<GrayImage>,
    outlet: &Outlet,
    purpose: &Purpose,
) -> Result<Option<Action>, DeviceError> {
    let Some(frame) = reader.next_frame(FRAME)? else {
        let fingers = reader.finishing().and_then(FinishingReader::take_finished);
        return fingers.map(|fingers| finish(&fingers, origin, purpose)).transpose();
    };
    preview.put(Arc::new(frame.image.clone()));
    outlet.wake();
    match session.on_frame(&frame) {
        FingerTurn::Watch(view) => {
            let refused = view.refused;
            outlet.send(match purpose {
                Purpose::Dossier { .. } => Action::FingersSeen(view),
                Purpose::Handover { .. } => Action::HandoverSeen(view),
                Purpose::Own => Action::OwnFingerSeen(view),
            });
            if refused {
                begin(reader, purpose)?;
            }
            Ok(None)
        }
        FingerTurn::Taken(shot) => {
            reader.end()?;
            Ok(Some(done(&shot, origin, purpose)))
        }
    }
}

/// A capture that the reader finished itself; one that cannot be read is taken again like any other wrong answer.
fn finish(fingers: &[FinishedFinger], origin: &Origin, purpose: &Purpose) -> Result<Action, DeviceError> {
    let shot = finished::shot(purpose.step(), purpose.absent(), fingers);
    let shot = shot.map_err(|error| DeviceError::Garbage { detail: error.to_string() })?;
    Ok(done(&shot, origin, purpose))
}

fn done(shot: &FingerShot, origin: &Origin, purpose: &Purpose) -> Action {
    match purpose {
        Purpose::Dossier { id, .. } => taken(*id, shot, origin),
        Purpose::Handover { enrolled, .. } => compared(shot, enrolled),
        Purpose::Own => match shot.fingers.first() {
            Some(finger) => Action::OwnFingerTaken(Arc::new(finger.image.clone())),
            None => Action::CaptureTrouble(Some(not_seen())),
        },
    }
}

fn taken(id: EnrollmentId, shot: &FingerShot, origin: &Origin) -> Action {
    let (platen, fingers) = match encode::fingers(shot, origin, pictures::new_id) {
        Ok(samples) => samples,
        Err(error) => {
            return Action::CaptureTrouble(Some(phrase(
                "Không lưu được dấu vân tay này, mời lấy lại (F3)",
                &format!("This fingerprint cannot be kept: {error}; retake (F3)"),
            )));
        }
    };
    let cuts = fingers
        .iter()
        .map(|(position, sample)| FingerCut { position: *position, sample: sample.into() })
        .collect();
    let event = Event::FingersTaken {
        position: shot.step.position,
        impression: shot.step.impression,
        platen: (&platen).into(),
        fingers: cuts,
    };
    let pictures = fingers
        .iter()
        .zip(&shot.fingers)
        .map(|((_, sample), finger)| (sample.id, pictures::gray(finger.image.clone())))
        .collect();
    let samples =
        std::iter::once(platen).chain(fingers.into_iter().map(|(_, sample)| sample)).map(Arc::new).collect();
    Action::Captured { id, event, samples, pictures }
}

fn compared(shot: &FingerShot, enrolled: &template::Template) -> Action {
    let score = shot
        .fingers
        .iter()
        .map(|finger| matching::compare(&template::extract(&finger.image), enrolled))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    Action::HandoverCompared(match score {
        Some(score) => Ok((score.0, score.is_match())),
        None => Err(not_seen()),
    })
}

fn not_seen() -> Phrase {
    phrase("Chưa thấy ngón tay, mời đặt lại", "No finger seen, please place it again")
}

/// One finger that lies, in one attempt.
fn single(position: FingerPosition) -> CaptureStep {
    CaptureStep { position, impression: Impression::Plain, threshold: 0, attempts: 1 }
}
