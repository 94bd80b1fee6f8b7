//! The officer's own finger: kept while at work, and a quick way back in after the station locked by itself.

use crate::action::Action;
use crate::effect::Effect;
use crate::state::{OwnFinger, Refusal, Session, State};
use tram_capture::FingerView;
use tram_enrollment::reference::Phrase;

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::OwnFinger(true) => begin(state),
        Action::OwnFinger(false) => {
            let opens = matches!(state.own_finger, OwnFinger::Opens | OwnFinger::Opening(_));
            let effects = put_away(state);
            if opens {
                state.own_finger = OwnFinger::Opens;
            }
            effects
        }
        Action::FingerOpens(true) => {
            if matches!(state.session, Session::Locked { .. }) && state.own_finger == OwnFinger::Away {
                state.own_finger = OwnFinger::Opens;
            }
            Vec::new()
        }
        Action::FingerOpens(false) => put_away(state),
        Action::OwnFingerSeen(view) => {
            if let OwnFinger::Keeping(seen) | OwnFinger::Opening(seen) = &mut state.own_finger {
                *seen = view;
            }
            Vec::new()
        }
        Action::OwnFingerTaken(image) => match (&state.own_finger, &mut state.session) {
            (OwnFinger::Keeping(_), Session::In(_)) => vec![Effect::KeepOwnFinger(image)],
            (OwnFinger::Opening(_), Session::Locked { busy, refused, .. }) if !*busy => {
                (*busy, *refused) = (true, None);
                state.own_finger = OwnFinger::Opens;
                vec![Effect::OpenByFinger(image)]
            }
            _ => Vec::new(),
        },
        Action::OwnFingerKept(Ok(())) => {
            state.own_finger = OwnFinger::Away;
            state.notice(
                "Đã giữ vân tay: trạm tự khóa thì mở lại được bằng ngón này trong ít phút",
                "Your finger is kept: for a few minutes it opens the station after it locked by itself",
                false,
            );
            Vec::new()
        }
        Action::OwnFingerKept(Err(why)) => {
            state.own_finger = OwnFinger::Refused(why);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Between two citizens, or before the locked station.
fn begin(state: &mut State) -> Vec<Effect> {
    let is_free = state.dossier.is_none() && state.card.is_none() && state.bench.procedure.is_none();
    match (&state.session, &state.own_finger) {
        (Session::In(_), OwnFinger::Away | OwnFinger::Refused(_)) if is_free => {
            state.own_finger = OwnFinger::Keeping(FingerView::default());
        }
        (Session::Locked { busy: false, .. }, OwnFinger::Opens) => {
            state.own_finger = OwnFinger::Opening(FingerView::default());
        }
        _ => return Vec::new(),
    }
    vec![Effect::StartOwnFinger]
}

/// Whether the reader waits for the officer's own finger.
pub(super) fn is_live(state: &State) -> bool {
    matches!(state.own_finger, OwnFinger::Keeping(_) | OwnFinger::Opening(_))
}

/// The reader failed.
pub(super) fn troubled(state: &mut State, trouble: Phrase) -> Vec<Effect> {
    if let Session::Locked { refused, .. } = &mut state.session {
        *refused = Some(Refusal::Failed(trouble));
        state.own_finger = OwnFinger::Opens;
    } else {
        state.own_finger = OwnFinger::Refused(trouble);
    }
    vec![Effect::StopFingers]
}

/// Nothing is asked of the finger any more; a reader that waits is stopped.
pub(super) fn put_away(state: &mut State) -> Vec<Effect> {
    match std::mem::take(&mut state.own_finger) {
        OwnFinger::Keeping(_) | OwnFinger::Opening(_) => vec![Effect::StopFingers],
        OwnFinger::Away | OwnFinger::Refused(_) | OwnFinger::Opens => Vec::new(),
    }
}
