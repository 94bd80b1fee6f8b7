//! Portrait, fingers, exceptions, signature and consent.

use super::{irises, journal};
use crate::action::Action;
use crate::dossier::{Live, Picture};
use crate::effect::{Effect, Photo, TakenPrint};
use crate::state::{Screen, State};
use std::sync::Arc;
use time::Date;
use tram_biometric::{Impression, Sample, SampleId};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{
    CapturePolicy, CaptureStep, Consent, Enrollment, EnrollmentId, Event, Field, PortraitAttempt,
    ReferenceData, Step, validate,
};

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Shutter => vec![Effect::Shutter],
        Action::Retake => retake(state),
        Action::KeepPortrait(reason) => {
            let waiting = state.dossier.as_ref().and_then(|dossier| dossier.enrollment.portrait());
            if reason.trim().is_empty() || waiting.is_none_or(PortraitAttempt::is_accepted) {
                return Vec::new();
            }
            journal(state, Event::PortraitKept { reason }, Vec::new())
        }
        Action::ConfirmPortrait(waived) => {
            let taken = state.dossier.as_ref().and_then(|dossier| dossier.enrollment.portrait());
            if taken.is_none_or(PortraitAttempt::is_confirmed) {
                return Vec::new();
            }
            journal(state, Event::PortraitConfirmed { waived }, Vec::new())
        }
        Action::FingerStep(index) => {
            let mut effects = stop(state);
            if let Some(dossier) = &mut state.dossier {
                dossier.fingers.index = index.min(dossier.fingers.sequence.len());
            }
            effects.extend(run_fingers(state));
            effects
        }
        Action::Except { position, kind, note } => {
            let mut effects = stop(state);
            effects.extend(journal(state, Event::FingerExcepted { position, kind, note }, Vec::new()));
            effects.extend(start_fingers(state));
            effects
        }
        Action::LiftException(position) => {
            let mut effects = stop(state);
            effects.extend(journal(state, Event::FingerExceptionLifted { position }, Vec::new()));
            effects.extend(start_fingers(state));
            effects
        }
        Action::ExceptionPhoto(take) => exception_photo(state, take),
        Action::SignatureDrawn(strokes) => match &state.dossier {
            Some(dossier) if dossier.is_open() && !strokes.is_empty() => {
                vec![Effect::DrawSignature { id: dossier.enrollment.id, strokes }]
            }
            _ => Vec::new(),
        },
        Action::NotSigning(reason) => journal(state, Event::SigningExcepted { reason }, Vec::new()),
        Action::Consent => {
            let statement = state.reference.rules().consent.text(state.language).to_owned();
            let consent = Consent { statement, given_at: state.now };
            journal(state, Event::Consented { consent }, Vec::new())
        }
        _ => Vec::new(),
    }
}

/// What the capture workers bring.
pub(super) fn heard(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::PortraitSeen(view) => {
            let said = view.guidance;
            let Some(live) = camera(state).filter(|live| live.running) else { return Vec::new() };
            let is_new = live.view.guidance != said;
            live.view = view;
            live.trouble = None;
            match said {
                Some(guidance) if is_new => aloud(state, guidance.vi(), guidance.en()),
                _ => Vec::new(),
            }
        }
        Action::IrisSeen(view) => {
            let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.irises.live.running) else {
                return Vec::new();
            };
            let said = view.guidance;
            let is_new = dossier.irises.live.view.guidance != said;
            dossier.irises.live = Live { running: true, view, trouble: None };
            match said {
                Some((_, guidance)) if is_new => aloud(state, guidance.vi(), guidance.en()),
                _ => Vec::new(),
            }
        }
        Action::FingersSeen(view) => {
            if let Some(dossier) = &mut state.dossier
                && dossier.fingers.live.running
            {
                dossier.fingers.live.view = view;
                dossier.fingers.live.trouble = None;
            }
            Vec::new()
        }
        Action::FingersChecked { id, findings } => {
            if let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.enrollment.id == id) {
                dossier.fingers.findings = findings;
            }
            Vec::new()
        }
        Action::CaptureTrouble(trouble) => {
            trouble_heard(state, trouble);
            Vec::new()
        }
        Action::Captured { id, event, samples, pictures } => captured(state, id, event, samples, pictures),
        _ => Vec::new(),
    }
}

/// Says a sentence to the citizen, if sound is on.
fn aloud(state: &State, vi: &str, en: &str) -> Vec<Effect> {
    let language = state.language;
    let sentence = language.pick(vi, en).to_owned();
    if state.sound { vec![Effect::Say { sentence, language }] } else { Vec::new() }
}

fn trouble_heard(state: &mut State, trouble: Option<Phrase>) {
    if let Some(live) = camera(state) {
        live.trouble = trouble;
    } else if let Some(dossier) = &mut state.dossier {
        match dossier.enrollment.step {
            Step::Irises => dossier.irises.live.trouble = trouble,
            _ => dossier.fingers.live.trouble = trouble,
        }
    }
}

/// The camera's live view in the open dossier: the card's code, the portrait's, or the exception photo's.
fn camera(state: &mut State) -> Option<&mut Live<tram_capture::PortraitView>> {
    let dossier = state.dossier.as_mut()?;
    match dossier.enrollment.step {
        Step::Applicant => dossier.scan.as_mut(),
        Step::Portrait => Some(&mut dossier.portrait),
        Step::Fingers => dossier.fingers.photo.as_mut(),
        _ => None,
    }
}

/// Stops whatever device runs for the open dossier.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    let mut effects = Vec::new();
    if dossier.portrait.running || dossier.fingers.photo.is_some() || dossier.scan.is_some() {
        effects.push(Effect::StopCamera);
    }
    if dossier.fingers.live.running {
        effects.push(Effect::StopFingers);
    }
    if dossier.irises.live.running {
        effects.push(Effect::StopIrises);
    }
    dossier.portrait = Live::default();
    dossier.fingers.live = Live::default();
    dossier.irises.live = Live::default();
    dossier.fingers.photo = None;
    dossier.scan = None;
    effects
}

/// Has the camera look for the code on a card.
pub(super) fn scan_code(state: &mut State, start: bool) -> Vec<Effect> {
    let mut effects = stop(state);
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return effects };
    if start && dossier.enrollment.step == Step::Applicant {
        dossier.scan = Some(Live { running: true, ..Live::default() });
        effects.push(start_camera(&dossier.enrollment, Photo::Code));
    }
    effects
}

/// Runs the camera unless a portrait is there already.
pub(super) fn start_portrait_if_needed(state: &mut State) -> Vec<Effect> {
    match &state.dossier {
        Some(dossier) if dossier.is_open() && dossier.enrollment.portrait().is_none() => {
            start_portrait(state)
        }
        _ => Vec::new(),
    }
}

fn start_portrait(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return Vec::new() };
    dossier.portrait = Live { running: true, ..Live::default() };
    vec![start_camera(&dossier.enrollment, Photo::Portrait)]
}

fn start_camera(enrollment: &Enrollment, photo: Photo) -> Effect {
    Effect::StartCamera { id: enrollment.id, photo, day: enrollment.received_at.date() }
}

/// The sequence the rules of the day of reception ask for, as far as the reader in use can take it.
pub(super) fn plan_fingers(state: &mut State) {
    let reach = state.reach();
    let reference = state.reference.clone();
    let Some(dossier) = &mut state.dossier else { return };
    dossier.fingers.sequence = sequence(&dossier.enrollment, &reference, reach);
    settle_index(dossier);
}

fn sequence(
    enrollment: &Enrollment,
    reference: &ReferenceData,
    reach: crate::lists::Reach,
) -> Vec<CaptureStep> {
    let day = enrollment.received_at.date();
    let Some(policy) = policy(enrollment, reference) else { return Vec::new() };
    if is_younger(enrollment, policy.fingers_from_age, day) {
        return Vec::new();
    }
    policy
        .sequence(reach.slaps)
        .iter()
        .copied()
        .filter(|step| step.impression == Impression::Plain || reach.rolled)
        .collect()
}

/// What the rules of the day of reception ask of the chosen procedure.
pub(super) fn policy<'a>(enrollment: &Enrollment, reference: &'a ReferenceData) -> Option<&'a CapturePolicy> {
    let day = enrollment.received_at.date();
    let procedure = enrollment.procedure.as_deref().and_then(|code| reference.procedure(code, day))?;
    reference.policy(&procedure.policy, day)
}

pub(super) fn is_younger(enrollment: &Enrollment, age: u8, day: Date) -> bool {
    validate::parse_date(enrollment.applicant.value(Field::BirthDate))
        .is_some_and(|birth| validate::age_on(birth, day) < i32::from(age))
}

/// To the first step of the sequence that is not settled.
fn settle_index(dossier: &mut crate::dossier::Dossier) {
    let enrollment = &dossier.enrollment;
    let sequence = &dossier.fingers.sequence;
    dossier.fingers.index =
        sequence.iter().position(|step| !enrollment.step_is_settled(*step)).unwrap_or(sequence.len());
}

/// Runs the reader at the first step that is not settled.
pub(super) fn start_fingers(state: &mut State) -> Vec<Effect> {
    plan_fingers(state);
    run_fingers(state)
}

fn run_fingers(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return Vec::new() };
    let Some(step) = dossier.finger_step() else { return Vec::new() };
    dossier.fingers.live = Live { running: true, ..Live::default() };
    vec![Effect::StartFingers { id: dossier.enrollment.id, step, absent: dossier.absent() }]
}

fn exception_photo(state: &mut State, take: bool) -> Vec<Effect> {
    let mut effects = stop(state);
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return effects };
    if take && dossier.enrollment.step == Step::Fingers {
        dossier.fingers.photo = Some(Live { running: true, ..Live::default() });
        effects.push(start_camera(&dossier.enrollment, Photo::Exception));
    } else {
        effects.extend(start_fingers(state));
    }
    effects
}

fn retake(state: &mut State) -> Vec<Effect> {
    let mut effects = stop(state);
    match state.dossier.as_ref().map(|dossier| dossier.enrollment.step) {
        Some(Step::Portrait) => effects.extend(start_portrait(state)),
        Some(Step::Fingers) => effects.extend(retake_fingers(state)),
        Some(Step::Irises) => effects.extend(irises::retake(state)),
        _ => {}
    }
    effects
}

/// The step in front of the officer again; when all are settled, the last one.
fn retake_fingers(state: &mut State) -> Vec<Effect> {
    if let Some(dossier) = &mut state.dossier {
        let last = dossier.fingers.sequence.len().saturating_sub(1);
        dossier.fingers.index = dossier.fingers.index.min(last);
    }
    run_fingers(state)
}

/// Something was captured. It is kept even when the officer has gone to another step meanwhile; for
/// another dossier than the open one it goes straight to the journal.
fn captured(
    state: &mut State,
    id: EnrollmentId,
    event: Event,
    samples: Vec<Arc<Sample>>,
    pictures: Vec<(SampleId, Picture)>,
) -> Vec<Effect> {
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.enrollment.id == id) else {
        return vec![Effect::Journal { id, event, samples }];
    };
    dossier.pictures.extend(pictures);
    let is_fingers = matches!(event, Event::FingersTaken { .. });
    let mut effects = match event {
        Event::PortraitTaken { .. } => {
            dossier.portrait = Live::default();
            vec![Effect::StopCamera]
        }
        Event::ExceptionPhotoTaken { .. } => {
            dossier.fingers.photo = None;
            vec![Effect::StopCamera]
        }
        Event::FingersTaken { .. } => {
            dossier.fingers.live.running = false;
            Vec::new()
        }
        Event::IrisesTaken { .. } => {
            dossier.irises.live = Live::default();
            Vec::new()
        }
        _ => Vec::new(),
    };
    let is_photo = matches!(event, Event::ExceptionPhotoTaken { .. });
    effects.extend(journal(state, event, samples));
    if is_fingers {
        effects.extend(check_fingers(state));
    }
    let at_fingers = state.screen == Screen::Dossier
        && state.officer().is_some()
        && state.dossier.as_ref().is_some_and(|dossier| dossier.enrollment.step == Step::Fingers);
    if (is_fingers || is_photo) && at_fingers {
        effects.extend(go_on_with_fingers(state));
    }
    effects
}

/// Has the best prints of all steps compared with each other and with everybody known here.
pub(super) fn check_fingers(state: &State) -> Option<Effect> {
    let dossier = state.dossier.as_ref()?;
    let mut prints = Vec::new();
    for step in &dossier.fingers.sequence {
        for position in step.position.fingers() {
            let Some(best) = dossier.enrollment.best_at(*step, *position) else { continue };
            let Some(Picture::Gray(image)) = dossier.pictures.get(&best.id) else { continue };
            prints.push(TakenPrint {
                sample: best.id,
                position: *position,
                from_slap: step.position.is_slap(),
                image: Arc::clone(image),
            });
        }
    }
    let (id, dossier) = (dossier.enrollment.id, dossier.enrollment.dossier.to_string());
    (!prints.is_empty()).then_some(Effect::CheckFingers { id, dossier, prints })
}

/// After an attempt: the next step when this one is settled, else this one again.
fn go_on_with_fingers(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    settle_index(dossier);
    run_fingers(state)
}
