//! The station that cannot keep anything any more: it says so, and takes nothing.

use super::desk::Desk;
use super::frame::{Head, page};
use super::text;
use egui::Ui;
use tram_theme::{ActionBar, Card, Status, notice, text as type_};

/// What happened, and what to do.
pub(super) fn halted_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(reason) = &desk.state.halted else { return };
    let actions = ActionBar::new().note(desk.say(text::KEYS_OUT));
    let head =
        Head { title: desk.say(text::HALTED_TITLE), subtitle: desk.say(text::HALTED_SUBTITLE), actions };
    page(ui, desk, head, |ui, desk| {
        notice(ui, Status::Bad, reason.text(desk.language()));
        Card::new().show(ui, |ui| type_::body(ui, desk.say(text::HALTED_SAFE)));
    });
}
