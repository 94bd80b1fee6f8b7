//! Going from screen to screen and from step to step.

use super::{applicant, bench, capture, irises, journal};
use crate::action::Action;
use crate::bench::BenchEffect;
use crate::dossier::{Approval, Dossier, Sealing};
use crate::effect::Effect;
use crate::state::{Screen, State};
use tram_enrollment::{Event, Right, Step};

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::NewDossier => new_dossier(state),
        Action::OpenDossier(id) => {
            let mut effects = leave(state);
            state.opening = true;
            effects.push(Effect::LoadDossier(id));
            effects
        }
        Action::CloseDossier => go(state, Screen::Worklist),
        Action::Enter(step) => enter(state, step),
        Action::Continue => go_on(state),
        Action::Back => back(state),
        Action::Approve(approval) => approve(state, approval),
        Action::CancelApproval => {
            if let Some(dossier) = &mut state.dossier {
                dossier.asks_approval = false;
            }
            Vec::new()
        }
        Action::PrintSlip => match state.dossier.as_ref().map(|dossier| &dossier.sealing) {
            Some(Sealing::Sealed(slip)) => vec![Effect::PrintSlip(slip.pdf.clone())],
            _ => Vec::new(),
        },
        Action::ChooseProcedure(code) => {
            let today = state.now.date();
            if state.reference.procedure(&code, today).is_none() {
                return Vec::new();
            }
            journal(state, Event::ProcedureChosen { code }, Vec::new())
        }
        _ => Vec::new(),
    }
}

/// To another screen. The dossier stays open only on its own screen; it is durable anyway.
pub(super) fn go(state: &mut State, screen: Screen) -> Vec<Effect> {
    let Some(role) = state.officer().map(|officer| officer.role) else { return Vec::new() };
    let allowed = match screen {
        Screen::Worklist | Screen::Dossier => role.may(Right::Enroll),
        Screen::Outbox => role.may(Right::Enroll) || role.may(Right::Inspect),
        Screen::Audit => role.may(Right::Inspect),
        Screen::Cards => role.may(Right::HandOver),
        Screen::Devices | Screen::Morning => role.may(Right::SeeDevices),
        Screen::Bench => role.may(Right::ServiceDevices),
    };
    if !allowed || (screen == Screen::Dossier && state.dossier.is_none()) {
        return Vec::new();
    }
    let mut effects = applicant::keep_typing(state);
    effects.extend(capture::stop(state));
    effects.extend(bench::stop(state));
    state.screen = screen;
    match screen {
        Screen::Worklist => {
            state.dossier = None;
            effects.push(Effect::LoadWorklist);
        }
        Screen::Dossier => effects.extend(resume(state)),
        Screen::Audit => {
            state.audit = None;
            effects.push(Effect::LoadAudit);
        }
        Screen::Devices | Screen::Bench => effects.push(Effect::Bench(BenchEffect::LoadShelf)),
        Screen::Outbox | Screen::Cards | Screen::Morning => {}
    }
    effects
}

fn leave(state: &mut State) -> Vec<Effect> {
    let mut effects = applicant::keep_typing(state);
    effects.extend(capture::stop(state));
    state.dossier = None;
    effects
}

fn new_dossier(state: &mut State) -> Vec<Effect> {
    let Some(officer) = state.officer().map(|officer| officer.id.clone()) else { return Vec::new() };
    if state.opening {
        return Vec::new();
    }
    let mut effects = leave(state);
    state.opening = true;
    effects.push(Effect::NewDossier { officer });
    effects
}

/// Starts what the step of the open dossier needs: after opening, unlocking, coming back.
pub(super) fn resume(state: &mut State) -> Vec<Effect> {
    if state.screen != Screen::Dossier {
        return Vec::new();
    }
    match state.dossier.as_ref().map(|dossier| dossier.enrollment.step) {
        Some(Step::Portrait) => capture::start_portrait_if_needed(state),
        Some(Step::Fingers) => capture::start_fingers(state),
        Some(Step::Irises) => irises::start(state),
        _ => Vec::new(),
    }
}

/// To a step. The slip is reached by sealing only, and left by closing only.
pub(super) fn enter(state: &mut State, step: Step) -> Vec<Effect> {
    let open = state.dossier.as_ref().is_some_and(Dossier::is_open);
    if !open || step == Step::Slip {
        return Vec::new();
    }
    let mut effects = applicant::commit_all(state);
    effects.extend(capture::stop(state));
    effects.extend(journal(state, Event::StepEntered { step }, Vec::new()));
    if let Some(dossier) = &mut state.dossier {
        dossier.show_missing = false;
        dossier.asks_approval = false;
    }
    capture::plan_fingers(state);
    irises::plan(state);
    effects.extend(resume(state));
    effects
}

fn back(state: &mut State) -> Vec<Effect> {
    match state.dossier.as_ref().map(|dossier| dossier.enrollment.step) {
        Some(Step::Procedure | Step::Slip) => go(state, Screen::Worklist),
        Some(step) => {
            let to = taken_step(state, step, Step::previous);
            enter(state, to)
        }
        None => Vec::new(),
    }
}

/// The step after or before one, without those this dossier does not have.
fn taken_step(state: &State, from: Step, on: fn(Step) -> Step) -> Step {
    let step = on(from);
    if state.dossier.as_ref().is_none_or(|dossier| dossier.has_step(step)) { step } else { on(step) }
}

fn go_on(state: &mut State) -> Vec<Effect> {
    let mut effects = applicant::commit_all(state);
    let reference = state.reference.clone();
    let Some(dossier) = &mut state.dossier else { return effects };
    let step = dossier.enrollment.step;
    if !dossier.is_open() {
        if matches!(dossier.sealing, Sealing::Sealed(_)) {
            effects.extend(go(state, Screen::Worklist));
        }
        return effects;
    }
    if dossier.form.asks_reason.is_some() {
        return effects;
    }
    match step {
        Step::Review if dossier.missing(&reference).is_empty() => {
            if reference.second_person(&dossier.enrollment).is_empty() {
                dossier.sealing = Sealing::Running;
                effects.push(Effect::Seal { id: dossier.enrollment.id, approval: None });
            } else {
                dossier.asks_approval = true;
            }
        }
        Step::Review => dossier.show_missing = true,
        _ if dossier.is_done(step, &reference) => {
            irises::plan(state);
            let to = taken_step(state, step, Step::next);
            effects.extend(enter(state, to));
        }
        Step::Applicant => dossier.form.show_all = true,
        _ => dossier.show_missing = true,
    }
    effects
}

/// The supervisor's passphrase came: both sign, if everything is still there.
fn approve(state: &mut State, approval: Approval) -> Vec<Effect> {
    let reference = state.reference.clone();
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return Vec::new() };
    if !std::mem::take(&mut dossier.asks_approval) || !dossier.missing(&reference).is_empty() {
        return Vec::new();
    }
    dossier.sealing = Sealing::Running;
    vec![Effect::Seal { id: dossier.enrollment.id, approval: Some(approval) }]
}
