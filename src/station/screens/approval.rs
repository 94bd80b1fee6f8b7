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
    let blank =
        [&desk.local.approval.0, &desk.local.approval.1].into_iter().any(|typed| typed.trim().is_empty());
    let blocked = blank.then(|| desk.say(text::APPROVAL_INCOMPLETE));
    let sign = Button::primary(desk.say(text::APPROVAL_DO)).shortcut(Shortcut::key(Key::Enter));
    let answer = Dialog::new(desk.say(text::APPROVAL_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, sign.blocked(blocked))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::APPROVAL_HINT));
            for matter in &matters {
                Measure::new(matter.label(desk.language()), Status::Attention, "").show(ui);
            }
            ui.add_space(space::S);
            fields_ui(ui, desk);
        });
    let Some(signs) = answer else { return };
    let (supervisor, passphrase) = std::mem::take(&mut desk.local.approval);
    TextEditState::default().store(ui.ctx(), id("approval passphrase"));
    desk.act(if signs {
        let supervisor = OfficerId(supervisor.trim().to_owned());
        Action::Approve(Approval { supervisor, passphrase: Secret::new(passphrase) })
    } else {
        Action::CancelApproval
    });
}

fn fields_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let (who, proof) = (desk.say(text::RESET_SUPERVISOR), desk.say(text::RESET_SUPERVISOR_PASSPHRASE));
    let untouched = ui.memory(|memory| memory.focused().is_none());
    let (supervisor, passphrase) = &mut desk.local.approval;
    let first = Field::new(who, supervisor).id(id("approval supervisor")).char_limit(64).show(ui);
    let second = Field::new(proof, passphrase).id(id("approval passphrase")).secret().show(ui);
    if untouched && supervisor.is_empty() {
        first.request_focus();
    }
    if entered(ui, &first) {
        second.request_focus();
    }
}
