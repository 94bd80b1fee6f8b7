//! What is done to a sealed dossier: opened again to be corrected, or withdrawn; each with its reason.

use super::approval::{blank_fields, second_person_ui, take_approval};
use super::desk::{Ask, Desk};
use super::exception::note_ui;
use super::text;
use egui::{Key, Ui};
use tram_enrollment::Matter;
use tram_theme::{Button, Card, Dialog, Shortcut, Status, dialog, notice};
use tram_workflow::lists::DossierState;
use tram_workflow::{Action, Dossier};

/// The ways to amend a dossier that is sealed and still holds, beside its slip.
pub(super) fn ways_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    if is_withdrawn(desk, dossier) {
        notice(ui, Status::Attention, desk.say(text::WITHDRAWN));
        return;
    }
    let blocked = dossier.withdrawing.then(|| desk.say(text::WITHDRAWING));
    let ways = [
        (Button::secondary(desk.say(text::CORRECT)).shortcut(Shortcut::ctrl(Key::E)), Ask::Reopen),
        (Button::danger(desk.say(text::WITHDRAW)).shortcut(Shortcut::ctrl(Key::Delete)), Ask::Withdraw),
    ];
    Card::titled(desk.say(text::MISTAKE)).show(ui, |ui| {
        for (button, ask) in ways {
            if button.blocked(blocked).activated(ui) {
                desk.ask(ask);
            }
        }
    });
}

/// Whether a further packet has withdrawn it.
fn is_withdrawn(desk: &Desk<'_>, dossier: &Dossier) -> bool {
    let rows = desk.state.worklist.as_deref().unwrap_or_default();
    rows.iter().any(|row| row.id == dossier.enrollment.id && row.state == DossierState::Withdrawn)
}

/// The dialogs.
pub(super) fn amend_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    match desk.local.ask {
        Some(Ask::Reopen) => reopen_ui(ui, desk),
        Some(Ask::Withdraw) => withdraw_ui(ui, desk),
        _ => {}
    }
}

fn reopen_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let blocked = desk.local.note.trim().is_empty().then(|| desk.say(text::REASON_NEEDED));
    let reopen = Button::primary(desk.say(text::CORRECT_DO)).shortcut(Shortcut::key(Key::Enter));
    let answer = Dialog::new(desk.say(text::CORRECT_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, reopen.blocked(blocked))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::CORRECT_HINT));
            note_ui(ui, desk, text::REASON, "");
        });
    if answer == Some(true) {
        let reason = desk.local.note.trim().to_owned();
        desk.act(Action::Reopen(reason));
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}

fn withdraw_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(day) = desk.dossier().map(|dossier| dossier.enrollment.received_at.date()) else { return };
    let by_two = desk.state.reference.asks_second_person(Matter::PacketWithdrawn, day);
    let blocked = if desk.local.note.trim().is_empty() {
        Some(desk.say(text::REASON_NEEDED))
    } else {
        blank_fields(desk).filter(|_| by_two)
    };
    let withdraw = Button::danger(desk.say(text::WITHDRAW_DO)).shortcut(Shortcut::key(Key::F4));
    let answer = Dialog::new(desk.say(text::WITHDRAW_TITLE), Status::Bad)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, withdraw.blocked(blocked))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::WITHDRAW_HINT));
            note_ui(ui, desk, text::REASON, "");
            if by_two {
                second_person_ui(ui, desk);
            }
        });
    let Some(withdraws) = answer else { return };
    let approval = take_approval(ui, desk);
    if withdraws {
        let reason = desk.local.note.trim().to_owned();
        desk.act(Action::Withdraw { reason, approval: approval.filter(|_| by_two) });
    }
    desk.local.ask = None;
}
