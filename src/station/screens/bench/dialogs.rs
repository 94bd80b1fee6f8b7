//! A fault that is written down, and the supervisor's exception for a device that is refused.

use super::super::desk::{Ask, Desk, id};
use super::super::text;
use super::texts;
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use time::Duration;
use tram_enrollment::OfficerId;
use tram_theme::{Button, Dialog, Field, Shortcut, Status, dialog, notice};
use tram_workflow::bench::{BenchAction, Except};
use tram_workflow::{Action, Secret};

/// What is wrong, in words.
pub(super) fn fault_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let Some(Ask::Fault(kind)) = desk.local.ask else { return };
    let blocked = desk.local.note.trim().is_empty().then(|| desk.say(texts::FAULT_HINT));
    let keep = Button::primary(desk.say(texts::KEEP)).shortcut(Shortcut::key(Key::F4)).blocked(blocked);
    let answer = Dialog::new(desk.say(texts::WRITE_FAULT), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, keep)
        .show(ui.ctx(), |ui| {
            let (label, hint) = (desk.say(text::device(kind)), desk.say(texts::FAULT_HINT));
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let note = &mut desk.local.note;
            let field = Field::new(label, note).id(id("fault")).hint(hint).char_limit(500).show(ui);
            if untouched {
                field.request_focus();
            }
        });
    if answer == Some(true) {
        let words = std::mem::take(&mut desk.local.note);
        desk.act(Action::Bench(BenchAction::WriteFault(kind, words)));
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}

/// A supervisor's dated word for a device that is refused.
pub(in super::super) fn exception_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let Some(Ask::ExceptDevice(kind)) = desk.local.ask else { return };
    let days = desk.local.number.trim().parse::<i64>().ok().filter(|days| (1..=7).contains(days));
    let last_day = days.and_then(|days| desk.state.now.date().checked_add(Duration::days(days - 1)));
    let blank = [&desk.local.note, &desk.local.approval.0, &desk.local.approval.1];
    let is_incomplete = last_day.is_none() || blank.iter().any(|typed| typed.trim().is_empty());
    let blocked = is_incomplete.then(|| desk.say(texts::INCOMPLETE));
    let allow = Button::primary(desk.say(texts::EXCEPT_DO)).shortcut(Shortcut::key(Key::F4)).blocked(blocked);
    let answer = Dialog::new(desk.say(texts::EXCEPT_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, allow)
        .show(ui.ctx(), |ui| {
            if let Some(shelved) = desk.state.bench.shelved(kind) {
                dialog::paragraph(ui, &shelved.standing.sentence(desk.language()));
            }
            if let Some(why) = &desk.state.bench.exception_refused {
                notice(ui, Status::Bad, why.text(desk.language()));
            }
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let [reason, days, who, proof] =
                [texts::REASON, texts::DAYS, text::RESET_SUPERVISOR, text::RESET_SUPERVISOR_PASSPHRASE]
                    .map(|label| desk.say(label));
            let note = &mut desk.local.note;
            let first = Field::new(reason, note).id(id("except reason")).char_limit(300).show(ui);
            if untouched {
                first.request_focus();
            }
            let (supervisor, passphrase) = &mut desk.local.approval;
            Field::new(days, &mut desk.local.number).id(id("except days")).char_limit(1).show(ui);
            Field::new(who, supervisor).id(id("except supervisor")).char_limit(64).show(ui);
            Field::new(proof, passphrase).id(id("except passphrase")).secret().show(ui);
        });
    let Some(allows) = answer else { return };
    let (supervisor, passphrase) = std::mem::take(&mut desk.local.approval);
    TextEditState::default().store(ui.ctx(), id("except passphrase"));
    if let (true, Some(last_day)) = (allows, last_day) {
        desk.act(Action::Bench(BenchAction::Except(Except {
            kind,
            reason: desk.local.note.trim().to_owned(),
            last_day,
            supervisor: OfficerId(supervisor.trim().to_owned()),
            passphrase: Secret::new(passphrase),
        })));
    }
    desk.local.ask = None;
}
