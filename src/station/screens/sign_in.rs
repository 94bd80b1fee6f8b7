//! Sign-in, and the locked screen.

use super::desk::{Desk, WayIn, entered, id};
use super::frame::{Head, Press, page};
use super::{own_finger, passphrase, text, words};
use egui::text_edit::TextEditState;
use egui::{Key, Ui};
use tram_enrollment::OfficerId;
use tram_packet::KeyProtection;
use tram_theme::tokens::{self, space};
use tram_theme::{ActionBar, Button, Card, Field, Measure, Shortcut, Status, fact, notice, text as type_};
use tram_workflow::state::{Officer, Refusal, Session};
use tram_workflow::{Action, Secret, sentence};

const WIDTH: f32 = 480.0;

/// Nobody is at work: who is it?
pub(super) fn sign_in_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Session::Out { busy, refused } = &desk.state.session else { return };
    let actions = ActionBar::new()
        .left(
            Press::Do(Action::Help(true)),
            Button::secondary(desk.say(text::FORGOTTEN)).shortcut(Shortcut::ctrl(Key::P)),
        )
        .note(desk.say(text::KEYS_OUT))
        .right(Press::Own, submit(desk, *busy, desk.say(text::SIGN_IN)));
    let actions = other_way(desk, actions);
    let pressed = page(ui, desk, Head { title: "", subtitle: "", actions }, |ui, desk| {
        column(ui, |ui| {
            heading_ui(ui, desk.say(text::SIGN_IN), desk.say(text::SIGN_IN_HINT));
            Card::new().show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                let to_secret =
                    if by_card(desk).is_some() { waits_for_typing(ui, desk) } else { officer_ui(ui, desk) };
                if secret_ui(ui, desk, to_secret) {
                    sign_in(ui, desk);
                }
                refusal_ui(ui, desk, *busy, refused.as_ref());
            });
            station_card(ui, desk);
        });
    });
    if pressed {
        sign_in(ui, desk);
    }
    passphrase::reset_ui(ui, desk);
}

/// Who it is; true when the passphrase comes next.
fn officer_ui(ui: &mut Ui, desk: &mut Desk<'_>) -> bool {
    let officer = Field::new(desk.say(text::OFFICER), &mut desk.local.officer)
        .id(id("officer"))
        .char_limit(64)
        .show(ui);
    let ended = entered(ui, &officer);
    let is_known = !desk.local.officer.is_empty();
    if waits_for_typing(ui, desk) && !is_known {
        officer.request_focus();
    }
    ended || is_known && waits_for_typing(ui, desk)
}

/// The station is locked: the officer's own passphrase opens it again.
pub(super) fn lock_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Session::Locked { officer, busy, refused } = &desk.state.session else { return };
    let actions = ActionBar::new()
        .left(
            Press::Do(Action::SignOut),
            Button::secondary(desk.say(text::OTHER_OFFICER)).shortcut(Shortcut::ctrl(Key::O)),
        )
        .left(
            Press::Do(Action::Help(true)),
            Button::secondary(desk.say(text::FORGOTTEN)).shortcut(Shortcut::ctrl(Key::P)),
        )
        .note(desk.say(text::KEYS_OUT))
        .right(Press::Own, submit(desk, *busy, desk.say(text::UNLOCK)));
    let actions = other_way(desk, own_finger::opening_action(desk, actions));
    desk.local.officer.clone_from(&officer.id.0);
    let pressed = page(ui, desk, Head { title: "", subtitle: "", actions }, |ui, desk| {
        column(ui, |ui| {
            let hint = if desk.state.dossier.is_some() { text::LOCKED_DRAFT } else { text::LOCKED_HINT };
            heading_ui(ui, desk.say(text::LOCKED), desk.say(hint));
            Card::new().show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                type_::HEADING.show(ui, &officer.name, tokens::INK);
                let waits = waits_for_typing(ui, desk);
                if secret_ui(ui, desk, waits) {
                    sign_in(ui, desk);
                }
                refusal_ui(ui, desk, *busy, refused.as_ref());
                own_finger::opening_ui(ui, desk);
            });
        });
    });
    if pressed {
        sign_in(ui, desk);
    }
    passphrase::reset_ui(ui, desk);
}

fn submit<'a>(desk: &Desk<'_>, busy: bool, label: &'a str) -> Button<'a> {
    let blocked = busy.then(|| desk.say(text::CHECKING));
    Button::primary(label).shortcut(Shortcut::key(Key::Enter)).blocked(blocked)
}

/// Nothing has the focus and no dialog is open: typing belongs to this page.
fn waits_for_typing(ui: &Ui, desk: &Desk<'_>) -> bool {
    desk.local.ask.is_none() && desk.state.help.is_none() && ui.memory(|memory| memory.focused().is_none())
}

/// Whose card is in a reader and asked for its PIN, unless somebody wants to type a passphrase.
fn by_card<'a>(desk: &Desk<'a>) -> Option<&'a Officer> {
    desk.state.card_in.as_ref().filter(|_| desk.local.way_in == WayIn::Card)
}

/// From the card to the passphrase and back, while a card is there.
fn other_way<'a>(desk: &Desk<'_>, actions: ActionBar<'a, Press>) -> ActionBar<'a, Press> {
    if desk.state.card_in.is_none() {
        return actions;
    }
    let label = if by_card(desk).is_some() { text::BY_PASSPHRASE } else { text::BY_CARD };
    actions.left(Press::OtherWay, Button::secondary(desk.say(label)).shortcut(Shortcut::ctrl(Key::T)))
}

/// The passphrase, or the PIN of the card that is there; true when Enter ended it.
fn secret_ui(ui: &mut Ui, desk: &mut Desk<'_>, focus: bool) -> bool {
    let label = match by_card(desk) {
        Some(holder) => {
            notice(ui, Status::Info, &holder.name);
            text::CARD_PIN
        }
        None => text::PASSPHRASE,
    };
    let field = Field::new(desk.say(label), &mut desk.local.passphrase)
        .id(id("passphrase"))
        .secret()
        .char_limit(256)
        .show(ui);
    let done = entered(ui, &field);
    if focus {
        field.request_focus();
    }
    done
}

fn refusal_ui(ui: &mut Ui, desk: &Desk<'_>, busy: bool, refused: Option<&Refusal>) {
    match (busy, refused) {
        (true, _) => {
            notice(ui, Status::Live, desk.say(text::CHECKING));
        }
        (false, Some(refusal)) => {
            notice(ui, Status::Bad, &sentence::refusal(refusal, desk.language()));
        }
        (false, None) => {}
    }
}

/// Sends what was typed, and keeps none of it.
fn sign_in(ui: &Ui, desk: &mut Desk<'_>) {
    let passphrase = std::mem::take(&mut desk.local.passphrase);
    // The field's history of edits holds what was typed.
    TextEditState::default().store(ui.ctx(), id("passphrase"));
    if by_card(desk).is_some() {
        ui.memory_mut(|memory| memory.request_focus(id("passphrase")));
        if !passphrase.is_empty() {
            desk.act(Action::SignInByCard(Secret::new(passphrase)));
        }
        return;
    }
    if desk.local.officer.trim().is_empty() {
        ui.memory_mut(|memory| memory.request_focus(id("officer")));
        return;
    }
    ui.memory_mut(|memory| memory.request_focus(id("passphrase")));
    if passphrase.is_empty() {
        return;
    }
    let officer = OfficerId(desk.local.officer.trim().to_owned());
    desk.act(Action::SignIn { officer, passphrase: Secret::new(passphrase) });
}

/// Which station this is and how its key is kept: said before anybody trusts it with a passphrase.
pub(super) fn station_card(ui: &mut Ui, desk: &Desk<'_>) {
    let station = &desk.state.station;
    Card::titled(desk.say(text::STATION)).show(ui, |ui| {
        fact(ui, desk.say(text::STATION_ID), &station.id);
        fact(ui, desk.say(text::STATION_UNIT), &station.unit);
        let key = text::key_protection(station.key_protection);
        let strength = match station.key_protection {
            KeyProtection::Tpm | KeyProtection::Token => Status::Good,
            KeyProtection::Passphrase | KeyProtection::Machine => Status::Attention,
        };
        Measure::new(desk.say(text::STATION_KEY), strength, desk.say(key)).show(ui);
        if let Some(off) = words::clock(desk.state.clock_ahead, desk.language()) {
            Measure::new(desk.say(text::CLOCK), Status::Attention, &off).show(ui);
        }
        let edition = desk.state.reference.rules().edition;
        let rules = desk.language().pick(format!("bản {edition}"), format!("edition {edition}"));
        fact(ui, desk.say(text::RULES_EDITION), &rules);
    });
}

fn heading_ui(ui: &mut Ui, title: &str, hint: &str) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        type_::title(ui, title);
        type_::muted(ui, hint);
    });
}

/// A narrow column in the middle of the page.
fn column(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let margin = ((ui.available_width() - WIDTH) / 2.0).max(0.0);
    ui.horizontal_top(|ui| {
        ui.add_space(margin);
        ui.vertical(|ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = space::L;
            ui.add_space(space::XL);
            content(ui);
        });
    });
}
