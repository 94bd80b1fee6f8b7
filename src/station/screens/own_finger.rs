//! The officer's own finger: the dialog that keeps it, and what the locked station shows.

use super::desk::Desk;
use super::frame::Press;
use super::text;
use egui::{Key, Ui, vec2};
use tram_capture::{FingerView, advice};
use tram_theme::{ActionBar, Button, Dialog, Shortcut, Status, dialog, notice};
use tram_workflow::Action;
use tram_workflow::state::OwnFinger;

/// How high the reader's picture is shown.
const PICTURE: f32 = 240.0;

/// Shows the dialog while a finger is being kept.
pub(super) fn keeping_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let (status, again) = match &desk.state.own_finger {
        OwnFinger::Keeping(_) => (Status::Live, false),
        OwnFinger::Refused(_) => (Status::Bad, true),
        OwnFinger::Away | OwnFinger::Opens | OwnFinger::Opening(_) => return,
    };
    let mut asked = Dialog::new(desk.say(text::OWN_FINGER_TITLE), status).answer(
        Action::OwnFinger(false),
        Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)),
    );
    if again {
        asked = asked.answer(
            Action::OwnFinger(true),
            Button::primary(desk.say(text::TRY_AGAIN)).shortcut(Shortcut::key(Key::Enter)),
        );
    }
    let answer = asked.show(ui.ctx(), |ui| {
        dialog::paragraph(ui, desk.say(text::OWN_FINGER_HINT));
        match &desk.state.own_finger {
            OwnFinger::Keeping(view) => live_ui(ui, desk, view),
            OwnFinger::Refused(why) => {
                notice(ui, Status::Bad, why.text(desk.language()));
            }
            OwnFinger::Away | OwnFinger::Opens | OwnFinger::Opening(_) => {}
        }
    });
    if let Some(action) = answer {
        desk.act(action);
    }
}

/// The way in by finger, where there is one.
pub(super) fn opening_action<'a>(desk: &Desk<'_>, actions: ActionBar<'a, Press>) -> ActionBar<'a, Press> {
    match desk.state.own_finger {
        OwnFinger::Opens => actions.left(
            Press::Do(Action::OwnFinger(true)),
            Button::secondary(desk.say(text::OPEN_BY_FINGER)).shortcut(Shortcut::ctrl(Key::G)),
        ),
        _ => actions,
    }
}

/// What the reader sees while it waits before the locked station.
pub(super) fn opening_ui(ui: &mut Ui, desk: &Desk<'_>) {
    if let OwnFinger::Opening(view) = &desk.state.own_finger {
        live_ui(ui, desk, view);
    }
}

fn live_ui(ui: &mut Ui, desk: &Desk<'_>, view: &FingerView) {
    let said = advice::sentence(view, desk.language());
    notice(ui, Status::Live, said.as_deref().unwrap_or(desk.say(text::OWN_FINGER_LIVE)));
    if let Some(picture) = desk.pictures.platen() {
        picture.show(ui, desk.say(text::READER_PICTURE), vec2(ui.available_width(), PICTURE));
    }
}
