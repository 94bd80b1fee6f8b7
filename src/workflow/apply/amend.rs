//! A sealed dossier amended: opened again to be corrected, or withdrawn.

use crate::action::Action;
use crate::dossier::{Approval, Dossier, Sealing};
use crate::effect::Effect;
use crate::state::{Screen, State};
use tram_enrollment::Matter;
use tram_enrollment::reference::Phrase;

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(dossier) = state.dossier.as_ref().filter(|dossier| is_sealed(dossier)) else {
        return Vec::new();
    };
    let id = dossier.enrollment.id;
    match action {
        Action::Reopen(reason) if !state.opening && !reason.trim().is_empty() => {
            state.opening = true;
            vec![Effect::Reopen { id, reason: reason.trim().to_owned() }]
        }
        Action::Withdraw { reason, approval } if !reason.trim().is_empty() => {
            withdraw(state, reason.trim(), approval)
        }
        _ => Vec::new(),
    }
}

fn is_sealed(dossier: &Dossier) -> bool {
    matches!(dossier.sealing, Sealing::Sealed(_)) && !dossier.withdrawing
}

fn withdraw(state: &mut State, reason: &str, approval: Option<Approval>) -> Vec<Effect> {
    let reference = state.reference.clone();
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    let day = dossier.enrollment.received_at.date();
    if approval.is_none() && reference.asks_second_person(Matter::PacketWithdrawn, day) {
        return Vec::new();
    }
    dossier.withdrawing = true;
    vec![Effect::Withdraw { id: dossier.enrollment.id, reason: reason.to_owned(), approval }]
}

/// What became of it.
pub(super) fn withdrawn(state: &mut State, outcome: Result<(), Phrase>) -> Vec<Effect> {
    if let Some(dossier) = &mut state.dossier {
        dossier.withdrawing = false;
    }
    match outcome {
        Ok(()) => {
            state.notice(
                "Đã rút hồ sơ; trung tâm sẽ nhận được khi có mạng",
                "The dossier is withdrawn; the centre hears of it with the next connection",
                false,
            );
            super::steps::go(state, Screen::Worklist)
        }
        Err(trouble) => {
            state.notice(trouble.vi, trouble.en, true);
            Vec::new()
        }
    }
}
