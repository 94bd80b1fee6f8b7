//! The one place where state changes.

mod amend;
mod applicant;
mod bench;
mod capture;
mod cards;
mod irises;
mod lists;
mod own_finger;
mod session;
mod steps;

use crate::action::Action;
use crate::effect::Effect;
use crate::state::{OwnFinger, Session, State};
use std::sync::Arc;
use tram_biometric::Sample;
use tram_enrollment::{Event, Right};

/// Takes one action in and names what workers must do. An action that does not fit the state changes nothing.
pub fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Tick { now, touched } => session::tick(state, now, touched),
        Action::Speak(language) => {
            state.language = language;
            Vec::new()
        }
        Action::ClockMeasured(ahead) => {
            state.clock_ahead = Some(ahead);
            Vec::new()
        }
        Action::Sound(sound) => {
            state.sound = sound;
            Vec::new()
        }
        Action::OwnFinger(_)
        | Action::FingerOpens(_)
        | Action::OwnFingerSeen(_)
        | Action::OwnFingerTaken(_)
        | Action::OwnFingerKept(_) => own_finger::apply(state, action),
        Action::CaptureTrouble(Some(trouble)) if own_finger::is_live(state) => {
            own_finger::troubled(state, trouble)
        }
        Action::SignIn { .. }
        | Action::SignInByCard(_)
        | Action::KeepOwnCard(_)
        | Action::CardIn(_)
        | Action::OwnCardKept(_)
        | Action::Lock
        | Action::SignOut
        | Action::Help(_)
        | Action::ResetPassphrase { .. }
        | Action::SignedIn(_)
        | Action::PassphraseReset(_) => session::apply(state, action),
        Action::DossierOpened { .. }
        | Action::DossierFailed(_)
        | Action::Journalled(_)
        | Action::JournalFailed(_)
        | Action::Worklist(_)
        | Action::Sealed(_)
        | Action::Outbox(_)
        | Action::Orders(_)
        | Action::Blanks(_)
        | Action::BlanksRefused(_)
        | Action::Audit(_)
        | Action::Reference(_)
        | Action::SlipPrinted(_) => lists::apply(state, action),
        Action::Devices(_) => {
            let mut effects = lists::apply(state, action);
            effects.extend(bench::devices_changed(state));
            effects
        }
        Action::Withdrawn(outcome) => amend::withdrawn(state, outcome),
        Action::VerdictRefused(trouble) => {
            cards::verdict_refused(state, trouble);
            Vec::new()
        }
        Action::Found { query, found } => applicant::found(state, &query, found),
        Action::PortraitSeen(_)
        | Action::FingersSeen(_)
        | Action::IrisSeen(_)
        | Action::FingersChecked { .. }
        | Action::CaptureTrouble(_)
        | Action::Captured { .. } => capture::heard(state, action),
        Action::CardRendered(_)
        | Action::PrintProgress(_)
        | Action::PrintEnded(_)
        | Action::HandoverSeen(_)
        | Action::HandoverCompared(_)
        | Action::HandoverRecorded => cards::heard(state, action),
        Action::BenchHeard(heard) => bench::heard(state, heard),
        person => by_officer(state, person),
    }
}

/// What only a signed-in officer can do, each by their rights; nothing is done once the station has halted.
fn by_officer(state: &mut State, action: Action) -> Vec<Effect> {
    let Session::In(officer) = &state.session else { return Vec::new() };
    let role = officer.role;
    // The reader that waits for the officer's own finger stands before everything else.
    if state.halted.is_some() || state.own_finger != OwnFinger::Away {
        return Vec::new();
    }
    match action {
        Action::Go(screen) => steps::go(state, screen),
        Action::Bench(action) => bench::apply(state, action),
        Action::OpenOrder(_)
        | Action::CloseOrder
        | Action::Print
        | Action::CancelPrint
        | Action::PrintVerdict { .. }
        | Action::StartHandover
        | Action::HandOver
        | Action::ReceiveBlanks { .. }
            if role.may(Right::HandOver) =>
        {
            cards::apply(state, action)
        }
        Action::TryDevice { driver, port, record } => {
            let needed = if record { Right::ServiceDevices } else { Right::SeeDevices };
            if role.may(needed) { vec![Effect::TryDevice { driver, port, record }] } else { Vec::new() }
        }
        _ if !role.may(Right::Enroll) => Vec::new(),
        Action::Search(_)
        | Action::Mark(_)
        | Action::Take(_)
        | Action::TypeIn
        | Action::ScanCode(_)
        | Action::Scanned(_)
        | Action::CodeRead(_)
        | Action::Typed(..)
        | Action::FieldEntered(_)
        | Action::Commit(_)
        | Action::Reason(_) => applicant::apply(state, action),
        Action::Shutter
        | Action::Retake
        | Action::KeepPortrait(_)
        | Action::ConfirmPortrait(_)
        | Action::FingerStep(_)
        | Action::Except { .. }
        | Action::LiftException(_)
        | Action::ExceptionPhoto(_)
        | Action::SignatureDrawn(_)
        | Action::NotSigning(_)
        | Action::Consent => capture::apply(state, action),
        Action::Reopen(_) | Action::Withdraw { .. } => amend::apply(state, action),
        Action::KeepIrises(_) | Action::ExceptEye { .. } | Action::LiftEye(_) => irises::apply(state, action),
        _ => steps::apply(state, action),
    }
}

/// Takes an event into the open dossier and has it made durable. A sealed dossier takes none.
fn journal(state: &mut State, event: Event, samples: Vec<Arc<Sample>>) -> Vec<Effect> {
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return Vec::new() };
    dossier.enrollment.apply(event.clone());
    dossier.saving.pending += 1;
    vec![Effect::Journal { id: dossier.enrollment.id, event, samples }]
}
