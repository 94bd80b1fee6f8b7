//! What an officer may not decide alone: a supervisor reads it and signs too.

use super::desk::{Desk, entered, id};
use super::text;
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use tram_enrollment::OfficerId;
use tram_theme::tokens::space;
use tram_theme::{Button, Dialog, Field, Measure, Shortcut, Status, dialog};
use tram_workflow::dossier::Approval;
use tram_workflow::{Action, Secret};

/// Shows the dialog while it is open.
pub(super) fn approval_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier().filter(|dossier| dossier.asks_approval) else { return };
    let matters = desk.state.reference.second_person(&dossier.enrollment);
    let sign = Button::primary(desk.say(text::APPROVAL_DO)).shortcut(Shortcut::key(Key::Enter));
    let answer = Dialog::new(desk.say(text::APPROVAL_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, sign.blocked(blank_fields(desk)))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::APPROVAL_HINT));
            for matter in &matters {
                Measure::new(matter.label(desk.language()), Status::Attention, "").show(ui);
            }
            ui.add_space(space::S);
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let first = second_person_ui(ui, desk);
            if untouched && desk.local.approval.0.is_empty() {
                first.request_focus();
            }
        });
    let Some(signs) = answer else { return };
    match take_approval(ui, desk) {
        Some(approval) if signs => desk.act(Action::Approve(approval)),
        _ => desk.act(Action::CancelApproval),
    }
}

/// Why the supervisor's fields are not enough yet.
pub(super) fn blank_fields(desk: &Desk<'_>) -> Option<&'static str> {
    let (supervisor, passphrase) = &desk.local.approval;
    let is_blank = supervisor.trim().is_empty() || passphrase.trim().is_empty();
    is_blank.then(|| desk.say(text::APPROVAL_INCOMPLETE))
}

/// The supervisor's name and passphrase; the name's field, to give it the focus.
pub(super) fn second_person_ui(ui: &mut Ui, desk: &mut Desk<'_>) -> egui::Response {
    let (who, proof) = (desk.say(text::RESET_SUPERVISOR), desk.say(text::RESET_SUPERVISOR_PASSPHRASE));
    let (supervisor, passphrase) = &mut desk.local.approval;
    let first = Field::new(who, supervisor).id(id("approval supervisor")).char_limit(64).show(ui);
    let second = Field::new(proof, passphrase).id(id("approval passphrase")).secret().show(ui);
    if entered(ui, &first) {
        second.request_focus();
    }
    first
}

/// What was typed, and keeps none of it; nothing where a field is blank.
pub(super) fn take_approval(ui: &Ui, desk: &mut Desk<'_>) -> Option<Approval> {
    let is_blank = blank_fields(desk).is_some();
    let (supervisor, passphrase) = std::mem::take(&mut desk.local.approval);
    // The field's history of edits holds what was typed.
    TextEditState::default().store(ui.ctx(), id("approval passphrase"));
    let supervisor = OfficerId(supervisor.trim().to_owned());
    (!is_blank).then(|| Approval { supervisor, passphrase: Secret::new(passphrase) })
}
