//! The technician's bench and the morning test.

use crate::bench::{Bench, BenchAction, BenchEffect, BenchHeard, Morning, Procedure, Signing, Taken};
use crate::effect::Effect;
use crate::state::{Screen, State};
use tram_capture::DeviceKind;
use tram_enrollment::Right;

/// What people do. The morning test is everybody's; an exception is a supervisor's word at anybody's screen; the rest is
/// the technician's.
pub(super) fn apply(state: &mut State, action: BenchAction) -> Vec<Effect> {
    let Some(role) = state.officer().map(|officer| officer.role) else { return Vec::new() };
    let effects = match action {
        BenchAction::Morning => begin_morning(state),
        BenchAction::Except(except) => {
            state.bench.exception_refused = None;
            vec![BenchEffect::Except(except)]
        }
        BenchAction::Mark(index) => {
            state.bench.marked = index;
            Vec::new()
        }
        _ if !role.may(Right::ServiceDevices) || state.dossier.is_some() => Vec::new(),
        BenchAction::Open(kind) => open(&mut state.bench, kind),
        BenchAction::Close => close(&mut state.bench),
        BenchAction::WriteFault(kind, words) if !words.trim().is_empty() => {
            vec![BenchEffect::WriteFault(kind, words.trim().to_owned())]
        }
        BenchAction::SelfTest => vec![BenchEffect::SelfTest],
        within => match &mut state.bench.procedure {
            Some(procedure) => in_procedure(procedure, within),
            None => Vec::new(),
        },
    };
    effects.into_iter().map(Effect::Bench).collect()
}

fn begin_morning(state: &mut State) -> Vec<BenchEffect> {
    let is_running = state.bench.morning.as_ref().is_some_and(|morning| !morning.is_done);
    if is_running || state.dossier.is_some() || state.bench.procedure.is_some() {
        return Vec::new();
    }
    state.screen = Screen::Morning;
    state.bench.morning = Some(Morning::default());
    vec![BenchEffect::Morning]
}

fn open(bench: &mut Bench, kind: DeviceKind) -> Vec<BenchEffect> {
    let Some(shelved) = bench.shelved(kind) else { return Vec::new() };
    let class = shelved.class;
    // Mostly it is the same place and the same ribbon again.
    let under = shelved.certificates.first().map(|newest| newest.under.clone()).unwrap_or_default();
    let procedure = Procedure { under, ..Procedure::new(kind, class) };
    let shown = procedure.step().map(|step| BenchEffect::Show(step.shown));
    bench.procedure = Some(procedure);
    std::iter::once(BenchEffect::Open(kind, class)).chain(shown).collect()
}

fn close(bench: &mut Bench) -> Vec<BenchEffect> {
    if bench.procedure.take().is_some() {
        vec![BenchEffect::Close, BenchEffect::LoadShelf]
    } else {
        Vec::new()
    }
}

fn in_procedure(procedure: &mut Procedure, action: BenchAction) -> Vec<BenchEffect> {
    let is_busy = procedure.is_busy();
    match action {
        BenchAction::Step(at) if !is_busy => {
            procedure.at = at.min(procedure.steps().len().saturating_sub(1));
            procedure.step().map(|step| BenchEffect::Show(step.shown)).into_iter().collect()
        }
        BenchAction::Take if !is_busy => {
            let (Some(step), Some(taken)) =
                (procedure.steps().get(procedure.at), procedure.taken.get_mut(procedure.at))
            else {
                return Vec::new();
            };
            *taken = Taken::Running;
            procedure.signing = Signing::Open;
            vec![BenchEffect::Take(*step)]
        }
        BenchAction::AskToSign(asks) if procedure.is_measured() && !is_busy => {
            procedure.signing = if asks { Signing::Asking } else { Signing::Open };
            Vec::new()
        }
        BenchAction::Under(under) if !is_busy => {
            procedure.under = under;
            Vec::new()
        }
        BenchAction::Sign(passphrase) if procedure.is_measured() && !procedure.lacks_under() && !is_busy => {
            procedure.signing = Signing::Running;
            vec![BenchEffect::Sign(procedure.under.trim().to_owned(), passphrase)]
        }
        _ => Vec::new(),
    }
}

/// The shelf follows the devices while somebody is at work.
pub(super) fn devices_changed(state: &State) -> Option<Effect> {
    state.officer().map(|_| Effect::Bench(BenchEffect::LoadShelf))
}

/// Closes an open procedure: the technician left, or the station locked.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    close(&mut state.bench).into_iter().map(Effect::Bench).collect()
}

/// What workers bring.
pub(super) fn heard(state: &mut State, heard: BenchHeard) -> Vec<Effect> {
    let bench = &mut state.bench;
    match heard {
        BenchHeard::Shelf(shelf) => bench.shelf = Some(shelf),
        BenchHeard::Taken(shown, outcome) => {
            if let Some(procedure) = &mut bench.procedure {
                let at = procedure.steps().iter().position(|step| step.shown == shown);
                if let Some(taken) = at.and_then(|at| procedure.taken.get_mut(at)) {
                    *taken = outcome.map_or_else(Taken::Failed, Taken::Measured);
                }
            }
        }
        BenchHeard::Trouble(trouble) => {
            if let Some(procedure) = &mut bench.procedure {
                procedure.trouble = trouble;
            }
        }
        BenchHeard::Signed(outcome) => {
            if let Some(procedure) = &mut bench.procedure {
                procedure.signing = match outcome {
                    Ok((certificate, papers)) => Signing::Signed { certificate, papers },
                    Err(why) => Signing::Refused(why),
                };
            }
        }
        BenchHeard::Excepted(Ok(())) => {
            bench.exception_refused = None;
            state.notice("Đã ghi ngoại lệ của đội trưởng", "The supervisor's exception is kept", false);
        }
        BenchHeard::Excepted(Err(why)) => bench.exception_refused = Some(why),
        BenchHeard::FaultWritten(Ok(())) => {
            state.notice("Đã ghi lỗi thiết bị", "The fault is written down", false);
        }
        BenchHeard::FaultWritten(Err(why)) => state.notice(why.vi, why.en, true),
        BenchHeard::Checked(checks) => bench.checks = Some(checks),
        BenchHeard::Morning(morning) => bench.morning = Some(morning),
    }
    Vec::new()
}
