//! The iris step: which eyes, the camera, what is kept with a reason, eyes that cannot be captured.

use super::{capture, journal};
use crate::action::Action;
use crate::dossier::Live;
use crate::effect::Effect;
use crate::state::State;
use tram_biometric::EyeLabel;
use tram_capture::DeviceKind;
use tram_enrollment::{CapturePolicy, Event, IrisCapture};

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::KeepIrises(reason) => {
            let waits = state.dossier.as_ref().is_some_and(|dossier| {
                dossier.enrollment.irises.values().any(|eye| !IrisCapture::is_kept(eye))
            });
            if reason.trim().is_empty() || !waits {
                return Vec::new();
            }
            journal(state, Event::IrisesKept { reason }, Vec::new())
        }
        Action::ExceptEye { eye, kind, note } => changed(state, Event::IrisExcepted { eye, kind, note }),
        Action::LiftEye(eye) => changed(state, Event::IrisExceptionLifted { eye }),
        _ => Vec::new(),
    }
}

/// The eyes that are expected have changed: the camera begins anew.
fn changed(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = capture::stop(state);
    effects.extend(journal(state, event, Vec::new()));
    effects.extend(start(state));
    effects
}

/// The eyes the rules of the day of reception ask for, where an iris camera is there. What was captured already stays wanted.
pub(super) fn plan(state: &mut State) {
    let has_camera = state.device(DeviceKind::IrisCamera).is_some();
    let reference = state.reference.clone();
    let Some(dossier) = &mut state.dossier else { return };
    let from_age = capture::policy(&dossier.enrollment, &reference).and_then(|policy| policy.irises_from_age);
    let day = dossier.enrollment.received_at.date();
    let asked = from_age.is_some_and(|age| !capture::is_younger(&dossier.enrollment, age, day));
    let is_wanted = asked && (has_camera || !dossier.enrollment.irises.is_empty());
    dossier.irises.wanted = if is_wanted { EyeLabel::BOTH.to_vec() } else { Vec::new() };
}

/// Runs the camera unless every eye is settled.
pub(super) fn start(state: &mut State) -> Vec<Effect> {
    plan(state);
    let Some(dossier) = &state.dossier else { return Vec::new() };
    let is_new = |eye: &EyeLabel| !dossier.enrollment.irises.contains_key(eye);
    let eyes: Vec<EyeLabel> = dossier.open_eyes().into_iter().filter(is_new).collect();
    run(state, eyes)
}

/// Takes every eye again that has no exception.
pub(super) fn retake(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = &state.dossier else { return Vec::new() };
    let excepted = &dossier.enrollment.eye_exceptions;
    let eyes = dossier.irises.wanted.iter().filter(|eye| !excepted.contains_key(eye)).copied().collect();
    run(state, eyes)
}

fn run(state: &mut State, eyes: Vec<EyeLabel>) -> Vec<Effect> {
    let reference = state.reference.clone();
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return Vec::new() };
    if eyes.is_empty() {
        return Vec::new();
    }
    let attempts = capture::policy(&dossier.enrollment, &reference)
        .map_or(1, |policy: &CapturePolicy| policy.iris_attempts);
    dossier.irises.live = Live { running: true, ..Live::default() };
    let (id, day) = (dossier.enrollment.id, dossier.enrollment.received_at.date());
    vec![Effect::StartIrises { id, eyes, attempts: attempts.max(1), day }]
}
