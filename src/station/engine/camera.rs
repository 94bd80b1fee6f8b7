//! The camera thread and the portrait thread: the preview never waits for the examination, and the examination never
//! waits for the preview.

use super::slot::Slot;
use super::{Outlet, phrase_of, pictures};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tram_biometric::{Origin, RgbImage, Sample, SampleId};
use tram_capture::{PortraitSession, PortraitTurn, encode};
use tram_device::{Camera, Device, DeviceError, DeviceKind, VideoFrame};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{EnrollmentId, Event};
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
    Start { id: EnrollmentId, photo: Photo },
    Stop,
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
    purpose: Slot<(EnrollmentId, Photo)>,
    /// The shutter was pressed.
    pub(super) shutter: Arc<AtomicBool>,
}

/// The camera thread's work.
pub(super) fn run(bench: &Bench, studio: &Studio, jobs: &Receiver<Job>, outlet: &Outlet) {
    let mut sessions = 0;
    while let Ok(job) = jobs.recv() {
        let Job::Start { id, photo } = job else { continue };
        let mut wanted = Some((id, photo));
        while let Some((id, photo)) = wanted {
            sessions += 1;
            studio.shutter.store(false, Ordering::SeqCst);
            studio.purpose.put(Arc::new((id, photo)));
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
) -> Option<(EnrollmentId, Photo)> {
    let mut camera: Option<(Box<dyn Camera>, Origin)> = None;
    let mut troubled = false;
    loop {
        let wait = if troubled { RETRY } else { Duration::ZERO };
        match jobs.recv_timeout(wait) {
            Ok(Job::Start { id, photo }) => return Some((id, photo)),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => {
                if let Some((mut camera, _)) = camera {
                    // Whatever it answers, it is closed next.
                    camera.stop().ok();
                }
                return None;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let outcome = match camera.take() {
            None => open(bench).map(Some),
            Some((mut open, origin)) => {
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

fn open(bench: &Bench) -> Result<(Box<dyn Camera>, Origin), DeviceError> {
    match bench.open(DeviceKind::Camera)? {
        (Device::Camera(mut camera), listing) => {
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
        let done = match purpose.1 {
            Photo::Exception if pressed => Some(exception_photo(purpose.0, frame, origin)),
            Photo::Exception => None,
            Photo::Code => tram_capture::code::read(&frame.image).map(Action::Scanned),
            Photo::Portrait => match loaded(&mut engine) {
                Ok(engine) => portrait(engine, &mut state, pressed, frame, origin, purpose.0, outlet),
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

/// The networks, read in when the first frame comes.
fn loaded(engine: &mut Option<tram_portrait::Engine>) -> Result<&mut tram_portrait::Engine, Phrase> {
    let networks = match engine.take() {
        Some(networks) => networks,
        None => tram_portrait::Engine::new().map_err(|error| {
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
    pressed: bool,
    frame: &VideoFrame,
    origin: &Origin,
    id: EnrollmentId,
    outlet: &Outlet,
) -> Option<Action> {
    if pressed {
        session.press_shutter();
    }
    let found = match engine.assess(&frame.image) {
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
        PortraitTurn::Taken(shot) => match encode::portrait(&shot, origin, pictures::new_id) {
            Ok((full, card)) => {
                let failing = shot.measures.iter().filter(|measure| !measure.passes);
                let mut failing: Vec<String> = failing.map(|measure| format!("{:?}", measure.kind)).collect();
                if !shot.passes && failing.is_empty() {
                    failing.push("Face".to_owned());
                }
                Some(taken(id, |full, card| Event::PortraitTaken { full, card, failing }, full, card))
            }
            Err(error) => Some(Action::CaptureTrouble(Some(super::phrase(
                "Không lưu được ảnh này, mời chụp lại",
                &format!("This picture cannot be kept: {error}"),
            )))),
        },
    }
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
