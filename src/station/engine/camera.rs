//! The camera thread and the portrait thread: the preview never waits for the examination, and the examination never
//! waits for the preview.

use super::slot::Slot;
use super::{Outlet, phrase_of, pictures};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use time::Date;
use tram_biometric::{Origin, RgbImage, Sample, SampleId};
use tram_capture::steady::{self, Held};
use tram_capture::{PortraitSession, PortraitShot, PortraitTurn, encode, findings};
use tram_device::{Camera, Device, DeviceError, DeviceKind, VideoFrame};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{EnrollmentId, Event};
use tram_portrait::RuleSet;
use tram_workflow::Action;
use tram_workflow::dossier::Picture;
use tram_workflow::effect::Photo;

use super::devices::Bench;

/// A device that is gone is looked for this often while a capture waits for it.
const RETRY: Duration = Duration::from_millis(300);
const FRAME: Duration = Duration::from_millis(200);
/// The portrait thread looks for a newer frame this often, and rarely while the camera rests.
const LOOK: Duration = Duration::from_millis(5);
const REST: Duration = Duration::from_millis(200);

/// After resting for so long the networks give their memory back.
const UNLOAD: Duration = Duration::from_secs(10);

/// What the camera thread is asked.
pub(super) enum Job {
    Start(Purpose),
    Stop,
}

/// What a session is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose {
    pub(super) id: EnrollmentId,
    pub(super) photo: Photo,
    /// The day whose rules judge.
    pub(super) day: Date,
}

/// What both threads share.
#[derive(Clone, Default)]
pub(super) struct Studio {
    /// The newest frame, for the screen.
    pub(super) preview: Slot<RgbImage>,
    /// The newest frame, for the examination.
    frame: Slot<(u64, VideoFrame, Origin)>,
    /// Counts the sessions; 0 is none running.
    session: Arc<AtomicU64>,
    /// What the running session is for.
    purpose: Slot<Purpose>,
    /// The shutter was pressed.
    pub(super) shutter: Arc<AtomicBool>,
    /// All is good and the picture takes itself: the camera is not to change its light or focus now.
    steady: Arc<AtomicBool>,
}

/// The camera thread's work.
pub(super) fn run(bench: &Bench, studio: &Studio, jobs: &Receiver<Job>, outlet: &Outlet) {
    let mut sessions = 0;
    while let Ok(job) = jobs.recv() {
        let Job::Start(purpose) = job else { continue };
        let mut wanted = Some(purpose);
        while let Some(purpose) = wanted {
            sessions += 1;
            studio.shutter.store(false, Ordering::SeqCst);
            studio.steady.store(false, Ordering::SeqCst);
            studio.purpose.put(Arc::new(purpose));
            studio.session.store(sessions, Ordering::SeqCst);
            wanted = watch(bench, studio, jobs, outlet, sessions);
            studio.session.store(0, Ordering::SeqCst);
            // No picture of a citizen stays behind.
            studio.preview.clear();
            studio.frame.clear();
        }
    }
}

/// Plays one session until it is stopped or another begins (which is returned), whatever the camera does meanwhile.
fn watch(
    bench: &Bench,
    studio: &Studio,
    jobs: &Receiver<Job>,
    outlet: &Outlet,
    session: u64,
) -> Option<Purpose> {
    let mut camera: Option<(Box<dyn Camera>, Origin)> = None;
    let mut troubled = false;
    let (mut is_steady, mut held) = (false, Held::default());
    loop {
        let wait = if troubled { RETRY } else { Duration::ZERO };
        match jobs.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => {}
            ended => {
                if let Some((mut camera, _)) = camera {
                    keep_steady(camera.as_mut(), &mut held, false);
                    // Whatever it answers, it is closed next.
                    camera.stop().ok();
                }
                return match ended {
                    Ok(Job::Start(purpose)) => Some(purpose),
                    _ => None,
                };
            }
        }
        let outcome = match camera.take() {
            None => open(bench).map(|(mut open, origin)| {
                // What was held before it failed is given back.
                keep_steady(open.as_mut(), &mut held, false);
                Some((open, origin))
            }),
            Some((mut open, origin)) => {
                let wanted = studio.steady.load(Ordering::SeqCst);
                if wanted != is_steady {
                    is_steady = wanted;
                    keep_steady(open.as_mut(), &mut held, wanted);
                }
                next(&mut open, &origin, studio, outlet, session).map(|()| Some((open, origin)))
            }
        };
        match outcome {
            Ok(open) => {
                camera = open;
                if troubled {
                    troubled = false;
                    bench.set_trouble(DeviceKind::Camera, None);
                    outlet.send(Action::CaptureTrouble(None));
                }
            }
            Err(error) => {
                is_steady = false;
                if !troubled {
                    troubled = true;
                    studio.preview.clear();
                    outlet.send(Action::CaptureTrouble(Some(phrase_of(&error))));
                    bench.set_trouble(DeviceKind::Camera, Some(error));
                }
            }
        }
    }
}

/// Keeps the camera as it is, or lets it seek again. A camera that cannot goes on as it was: what it does is measured anyway.
fn keep_steady(camera: &mut dyn Camera, held: &mut Held, wanted: bool) {
    let Some(controls) = camera.controls() else { return };
    let outcome = if wanted {
        steady::hold(controls).map(|now| *held = now)
    } else {
        steady::release(controls, std::mem::take(held))
    };
    if let Err(error) = outcome {
        log::warn!("the camera's automatics: {error}");
    }
}

fn open(bench: &Bench) -> Result<(Box<dyn Camera>, Origin), DeviceError> {
    match bench.open(DeviceKind::Camera)? {
        (Device::Camera(mut camera), listing) => {
            bench.ledger().see(&listing.origin, camera.about());
            camera.start()?;
            Ok((camera, listing.origin))
        }
        (other, _) => Err(DeviceError::Unsupported { detail: format!("{other:?} is no camera") }),
    }
}

fn next(
    camera: &mut Box<dyn Camera>,
    origin: &Origin,
    studio: &Studio,
    outlet: &Outlet,
    session: u64,
) -> Result<(), DeviceError> {
    if let Some(frame) = camera.next_frame(FRAME)? {
        studio.preview.put(Arc::new(frame.image.clone()));
        studio.frame.put(Arc::new((session, frame, origin.clone())));
        outlet.wake();
    }
    Ok(())
}

/// The portrait thread's work: examines the newest frame of the running session, over and over.
pub(super) fn examine(studio: &Studio, outlet: &Outlet) {
    let mut engine = None;
    let mut rested = Duration::ZERO;
    let mut seen = 0;
    let mut running = 0;
    let mut state = PortraitSession::default();
    loop {
        let idle = studio.session.load(Ordering::SeqCst) == 0;
        if outlet.wait_closed(if idle { REST } else { LOOK }) {
            return;
        }
        rested = if idle { rested + REST } else { Duration::ZERO };
        if rested > UNLOAD && engine.take().is_some() {
            crate::memory::give_back();
        }
        let (number, frame) = studio.frame.newest();
        let Some(frame) = frame.filter(|_| number != seen) else { continue };
        seen = number;
        let (session, frame, origin) = &*frame;
        if *session != studio.session.load(Ordering::SeqCst) {
            continue;
        }
        if *session != running {
            running = *session;
            state = PortraitSession::default();
        }
        let Some(purpose) = studio.purpose.newest().1 else { continue };
        let pressed = studio.shutter.swap(false, Ordering::SeqCst);
        let done = match purpose.photo {
            Photo::Exception if pressed => Some(exception_photo(purpose.id, frame, origin)),
            Photo::Exception => None,
            Photo::Code => tram_capture::code::read(&frame.image).map(Action::Scanned),
            Photo::Portrait => match loaded(&mut engine, purpose.day) {
                Ok(engine) => {
                    if pressed {
                        state.press_shutter();
                    }
                    let seen = portrait(engine, &mut state, (frame, origin), purpose.id, outlet);
                    studio.steady.store(state.is_holding(), Ordering::SeqCst);
                    seen
                }
                Err(trouble) => Some(Action::CaptureTrouble(Some(trouble))),
            },
        };
        if let Some(action) = done {
            // No second picture of a session that has its picture.
            studio.session.store(0, Ordering::SeqCst);
            outlet.send(action);
        }
    }
}

/// The networks, read in when the first frame comes, with the rules of a day.
fn loaded(
    engine: &mut Option<tram_portrait::Engine>,
    day: Date,
) -> Result<&mut tram_portrait::Engine, Phrase> {
    let rules = RuleSet::on(&day.to_string());
    let networks = match (engine.take(), rules) {
        (Some(networks), Ok(rules)) if networks.rules().valid_from == rules.valid_from => networks,
        (_, rules) => rules.and_then(tram_portrait::Engine::with_rules).map_err(|error| {
            log::error!("portraits cannot be examined: {error}");
            super::phrase(
                "Không nạp được bộ nhận khuôn mặt: khởi động lại trạm, gọi kỹ thuật viên nếu vẫn lỗi",
                "The face networks cannot be loaded: restart the station, call the technician if it stays",
            )
        })?,
    };
    Ok(engine.insert(networks))
}

fn portrait(
    engine: &mut tram_portrait::Engine,
    session: &mut PortraitSession,
    (frame, origin): (&VideoFrame, &Origin),
    id: EnrollmentId,
    outlet: &Outlet,
) -> Option<Action> {
    let found = match engine.follow(&frame.image) {
        Ok(found) => found,
        Err(error) => {
            log::warn!("a frame could not be examined: {error}");
            return None;
        }
    };
    match session.on_frame(frame, found) {
        PortraitTurn::Watch(view) => {
            outlet.send(Action::PortraitSeen(view));
            None
        }
        PortraitTurn::Taken(mut shot) => {
            if examined_alone(engine, &mut shot) {
                return Some(kept(&shot, engine.rules(), origin, id));
            }
            *session = PortraitSession::default();
            None
        }
    }
}

/// What was taken, for the journal, with everything that was found about it.
fn kept(shot: &PortraitShot, rules: &RuleSet, origin: &Origin, id: EnrollmentId) -> Action {
    match encode::portrait(shot, origin, pictures::new_id) {
        Ok((full, card)) => {
            let (failing, findings) = (findings::failing(shot), findings::of(shot, rules));
            taken(id, |full, card| Event::PortraitTaken { full, card, failing, findings }, full, card)
        }
        Err(error) => Action::CaptureTrouble(Some(super::phrase(
            "Không lưu được ảnh này, mời chụp lại",
            &format!("This picture cannot be kept: {error}"),
        ))),
    }
}

/// Examines what was taken as a picture of its own: a live frame takes slow measures over from the one before. False when a
/// picture that took itself does not pass so.
fn examined_alone(engine: &mut tram_portrait::Engine, shot: &mut PortraitShot) -> bool {
    let Ok(found) = engine.assess(&shot.image) else { return true };
    let passes = found.passes() && found.guidance().is_none();
    if shot.passes && !passes {
        return false;
    }
    shot.passes = passes;
    shot.face = found.face;
    shot.measures = found.measures;
    true
}

fn taken(
    id: EnrollmentId,
    event: impl FnOnce(tram_enrollment::SampleRef, tram_enrollment::SampleRef) -> Event,
    full: Sample,
    card: Sample,
) -> Action {
    let event = event((&full).into(), (&card).into());
    let pictures = pictures::of(&[&full, &card]);
    Action::Captured { id, event, samples: vec![Arc::new(full), Arc::new(card)], pictures }
}

fn exception_photo(id: EnrollmentId, frame: &VideoFrame, origin: &Origin) -> Action {
    let shot = tram_capture::PortraitShot {
        image: frame.image.clone(),
        face: None,
        measures: Vec::new(),
        passes: true,
        hints: Vec::new(),
    };
    match encode::portrait(&shot, origin, pictures::new_id) {
        Ok((photo, _)) => {
            let pictures: Vec<(SampleId, Picture)> = pictures::of(&[&photo]);
            let event = Event::ExceptionPhotoTaken { photo: (&photo).into() };
            Action::Captured { id, event, samples: vec![Arc::new(photo)], pictures }
        }
        Err(error) => Action::CaptureTrouble(Some(super::phrase(
            "Không lưu được ảnh này, mời chụp lại",
            &format!("This picture cannot be kept: {error}"),
        ))),
    }
}
