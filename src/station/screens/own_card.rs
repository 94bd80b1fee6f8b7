//! The officer's own card: the dialog that keeps it.

use super::desk::{Ask, Desk, entered, id};
use super::text;
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use tram_theme::{Button, Dialog, Field, Shortcut, Status, dialog};
use tram_workflow::{Action, Secret};

/// Shows the dialog while it is open.
pub(super) fn own_card_ui(ui: &Ui, desk: &mut Desk<'_>) {
    if desk.local.ask != Some(Ask::OwnCard) {
        return;
    }
    let blocked = desk.local.passphrase.is_empty().then(|| desk.say(text::PIN_NEEDED));
    let keep = Button::primary(desk.say(text::OWN_CARD_DO)).shortcut(Shortcut::key(Key::Enter));
    let answer = Dialog::new(desk.say(text::OWN_CARD_TITLE), Status::Info)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, keep.blocked(blocked))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::OWN_CARD_HINT));
            let untouched = ui.memory(|memory| memory.focused().is_none());
            let pin = &mut desk.local.passphrase;
            let field = Field::new(text::CARD_PIN.of(desk.state.language), pin)
                .id(id("card pin"))
                .secret()
                .char_limit(16)
                .show(ui);
            if untouched {
                field.request_focus();
            }
            entered(ui, &field);
        });
    let Some(keeps) = answer else { return };
    let pin = std::mem::take(&mut desk.local.passphrase);
    TextEditState::default().store(ui.ctx(), id("card pin"));
    if keeps {
        desk.act(Action::KeepOwnCard(Secret::new(pin)));
    }
    desk.local.ask = None;
}
