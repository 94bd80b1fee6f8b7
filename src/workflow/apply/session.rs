//! Who is at the station: sign-in, lock, idle time, the forgotten passphrase.

use super::{applicant, bench, capture, own_finger, steps};
use crate::action::Action;
use crate::bench::BenchEffect;
use crate::effect::Effect;
use crate::lists::Notice;
use crate::state::{Officer, PassphraseHelp, Refusal, Screen, Session, State};
use time::OffsetDateTime;
use tram_enrollment::{Right, Role};

/// Time passes: what is typed is kept, notices go, an untouched station locks.
pub(super) fn tick(state: &mut State, now: OffsetDateTime, touched: bool) -> Vec<Effect> {
    state.now = now;
    if touched || state.touched_at > now {
        state.touched_at = now;
    }
    state.notices.retain(|notice| now - notice.since < Notice::STANDS);
    let mut effects = applicant::keep_typing(state);
    if matches!(state.session, Session::In(_)) && now - state.touched_at >= state.idle_limit() {
        effects.extend(lock(state, Effect::RestKey));
    }
    effects
}

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::SignIn { officer, passphrase } => {
            if begin(state) {
                vec![Effect::SignIn { officer, passphrase }]
            } else {
                Vec::new()
            }
        }
        Action::SignInByCard(pin) if state.card_in.is_some() => {
            if begin(state) {
                vec![Effect::SignInByCard(pin)]
            } else {
                Vec::new()
            }
        }
        Action::KeepOwnCard(pin) if matches!(state.session, Session::In(_)) => vec![Effect::KeepOwnCard(pin)],
        Action::CardIn(holder) => {
            state.card_in = holder;
            Vec::new()
        }
        Action::OwnCardKept(outcome) => {
            match outcome {
                Ok(()) => state.notice(
                    "Đã giữ thẻ: lần sau cắm thẻ và nhập mã PIN; rút thẻ là trạm khóa",
                    "Your card is kept: next time put it in and type its PIN; pulling it locks the station",
                    false,
                ),
                Err(trouble) => state.notice(trouble.vi, trouble.en, true),
            }
            Vec::new()
        }
        Action::SignedIn(Ok(officer)) => enter(state, officer),
        Action::SignedIn(Err(refusal)) => {
            if let Session::Out { busy, refused } | Session::Locked { busy, refused, .. } = &mut state.session
            {
                *busy = false;
                *refused = Some(refusal);
            }
            Vec::new()
        }
        Action::Lock => lock_now(state),
        Action::SignOut => {
            let mut effects = lock_now(state);
            if let Session::Locked { .. } = state.session {
                effects.extend(capture::stop(state));
                state.dossier = None;
                state.card = None;
                state.session = Session::Out { busy: false, refused: None };
            }
            effects
        }
        Action::Help(open) => {
            state.help = open.then(PassphraseHelp::default);
            Vec::new()
        }
        Action::ResetPassphrase { officer, passphrase, supervisor, supervisor_passphrase } => {
            match &mut state.help {
                Some(help) if !help.busy => *help = PassphraseHelp { busy: true, refused: None },
                _ => return Vec::new(),
            }
            vec![Effect::ResetPassphrase { officer, passphrase, supervisor, supervisor_passphrase }]
        }
        Action::PassphraseReset(outcome) => {
            reset_done(state, outcome);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// A sign-in is tried, unless one is.
fn begin(state: &mut State) -> bool {
    match &mut state.session {
        Session::Out { busy, refused } | Session::Locked { busy, refused, .. } if !*busy => {
            (*busy, *refused) = (true, None);
            true
        }
        _ => false,
    }
}

fn enter(state: &mut State, officer: Officer) -> Vec<Effect> {
    let back = match &state.session {
        Session::Locked { officer: locked, .. } => locked.id == officer.id,
        Session::Out { .. } => false,
        Session::In(_) => return Vec::new(),
    };
    state.touched_at = state.now;
    if !back {
        state.dossier = None;
        state.card = None;
        state.screen = first_screen(officer.role);
    }
    state.session = Session::In(officer);
    let mut effects = vec![Effect::LoadWorklist, Effect::Bench(BenchEffect::LoadShelf)];
    effects.extend(own_finger::put_away(state));
    if state.screen == Screen::Audit {
        effects.push(Effect::LoadAudit);
    }
    effects.extend(steps::resume(state));
    effects
}

/// Where somebody's work begins.
fn first_screen(role: Role) -> Screen {
    if role.may(Right::Enroll) {
        Screen::Worklist
    } else if role.may(Right::ServiceDevices) {
        Screen::Bench
    } else if role.may(Right::Inspect) {
        Screen::Audit
    } else {
        Screen::Devices
    }
}

/// Somebody locks, closes the lid or leaves: a key that rests goes too.
fn lock_now(state: &mut State) -> Vec<Effect> {
    if let Session::Locked { .. } = state.session {
        let mut effects = own_finger::put_away(state);
        effects.push(Effect::DropKey);
        return effects;
    }
    lock(state, Effect::DropKey)
}

/// Locks: devices stop, the draft stays, the key goes or rests.
fn lock(state: &mut State, key: Effect) -> Vec<Effect> {
    let Session::In(officer) = state.session.clone() else { return Vec::new() };
    let mut effects = applicant::keep_typing(state);
    effects.extend(own_finger::put_away(state));
    effects.extend(capture::stop(state));
    effects.extend(bench::stop(state));
    effects.push(key);
    state.session = Session::Locked { officer, busy: false, refused: None };
    effects
}

fn reset_done(state: &mut State, outcome: Result<(), Refusal>) {
    match outcome {
        Ok(()) => {
            state.help = None;
            state.notice(
                "Đã đặt mật khẩu mới, mời đăng nhập",
                "The new passphrase is in force, please sign in",
                false,
            );
        }
        Err(refusal) => state.help = Some(PassphraseHelp { busy: false, refused: Some(refusal) }),
    }
}
