//! The forgotten passphrase: a supervisor vouches, the officer types a new one.

use super::desk::{Desk, entered, id};
use super::text;
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use tram_enrollment::{OfficerId, SHORTEST_PASSPHRASE};
use tram_theme::tokens::space;
use tram_theme::{Button, Dialog, Field, Shortcut, Status, dialog, notice};
use tram_workflow::{Action, Secret, sentence};

/// What is typed in the dialog.
#[derive(Default)]
pub(super) struct Reset {
    officer: String,
    passphrase: String,
    again: String,
    supervisor: String,
    supervisor_passphrase: String,
}

impl Reset {
    /// What keeps it from being sent.
    fn trouble(&self) -> Option<text::Text> {
        let all = [&self.officer, &self.passphrase, &self.supervisor, &self.supervisor_passphrase];
        if all.iter().any(|field| field.trim().is_empty()) {
            Some(text::RESET_INCOMPLETE)
        } else if self.passphrase.chars().count() < SHORTEST_PASSPHRASE {
            Some(text::RESET_SHORT)
        } else if self.passphrase != self.again {
            Some(text::RESET_DIFFERS)
        } else {
            None
        }
    }
}

/// Shows the dialog while it is open.
pub(super) fn reset_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(help) = &desk.state.help else { return };
    let trouble = if help.busy { Some(text::CHECKING) } else { desk.local.reset.trouble() };
    let refused = help.refused.as_ref().map(|refusal| sentence::refusal(refusal, desk.language()));
    let answer = Dialog::new(desk.say(text::RESET_TITLE), Status::Info)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(
            true,
            Button::primary(desk.say(text::RESET_DO))
                .shortcut(Shortcut::key(Key::Enter))
                .blocked(trouble.map(|trouble| desk.say(trouble))),
        )
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::RESET_HINT));
            fields_ui(ui, desk);
            if let Some(refused) = &refused {
                notice(ui, Status::Bad, refused);
            }
        });
    match answer {
        Some(true) => send(ui, desk),
        Some(false) => {
            desk.local.reset = Reset::default();
            desk.act(Action::Help(false));
        }
        None => {}
    }
}

fn fields_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let short = desk.local.reset.passphrase.chars().count();
    let differs = !desk.local.reset.again.is_empty() && desk.local.reset.again != desk.local.reset.passphrase;
    let words = [
        text::RESET_OFFICER,
        text::RESET_NEW,
        text::RESET_AGAIN,
        text::RESET_SUPERVISOR,
        text::RESET_SUPERVISOR_PASSPHRASE,
        text::RESET_SHORT,
        text::RESET_DIFFERS,
    ]
    .map(|text| desk.say(text));
    let [officer, new, again, supervisor, vouches, too_short, different] = words;
    let arrived = desk.local.arrived;
    let reset = &mut desk.local.reset;
    let first = Field::new(officer, &mut reset.officer).id(id("reset officer")).char_limit(64).show(ui);
    if arrived {
        first.request_focus();
    }
    ui.spacing_mut().item_spacing.x = space::L;
    let mut responses = vec![first];
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            let short = (1..SHORTEST_PASSPHRASE).contains(&short).then_some(too_short);
            responses.push(
                Field::new(new, &mut reset.passphrase).id(id("reset new")).secret().source(short).show(left),
            );
            let differs = differs.then_some(different);
            responses.push(
                Field::new(again, &mut reset.again).id(id("reset again")).secret().error(differs).show(right),
            );
        }
    });
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            responses.push(
                Field::new(supervisor, &mut reset.supervisor)
                    .id(id("reset supervisor"))
                    .char_limit(64)
                    .show(left),
            );
            let field = Field::new(vouches, &mut reset.supervisor_passphrase).id(id("reset vouches"));
            responses.push(field.secret().show(right));
        }
    });
    // Enter goes to the next field; after the last it presses the button.
    for pair in responses.windows(2) {
        if let [field, next] = pair
            && entered(ui, field)
        {
            next.request_focus();
        }
    }
}

fn send(ui: &Ui, desk: &mut Desk<'_>) {
    let reset = std::mem::take(&mut desk.local.reset);
    for name in ["reset new", "reset again", "reset vouches"] {
        TextEditState::default().store(ui.ctx(), id(name));
    }
    // The names stay for another try; what is secret does not.
    desk.local.reset.officer.clone_from(&reset.officer);
    desk.local.reset.supervisor.clone_from(&reset.supervisor);
    desk.act(Action::ResetPassphrase {
        officer: OfficerId(reset.officer.trim().to_owned()),
        passphrase: Secret::new(reset.passphrase),
        supervisor: OfficerId(reset.supervisor.trim().to_owned()),
        supervisor_passphrase: Secret::new(reset.supervisor_passphrase),
    });
}
