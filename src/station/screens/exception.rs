//! The dialogs for what cannot be taken as the rules want it: a portrait or an iris that fails, a finger or an eye that is not
//! there.

use super::desk::{Ask, Desk, id};
use super::procedure::NUMBERS;
use super::text;
use egui::{Key, Ui};
use tram_biometric::{EyeLabel, FingerPosition};
use tram_enrollment::ExceptionKind;
use tram_theme::tokens::space;
use tram_theme::{Button, Choice, Dialog, Field, Shortcut, Status, dialog, text as type_};
use tram_workflow::Action;

/// What is chosen in the dialog for a finger.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExceptionForm {
    pub(super) fingers: Vec<FingerPosition>,
    pub(super) position: Option<FingerPosition>,
    pub(super) kind: Option<ExceptionKind>,
}

/// Why the portrait is kept although a check fails.
pub(super) fn keep_portrait_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    keep_ui(ui, desk, &Ask::KeepPortrait, Action::KeepPortrait);
}

/// Why irises are kept although they break a rule.
pub(super) fn keep_irises_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    keep_ui(ui, desk, &Ask::KeepIrises, Action::KeepIrises);
}

fn keep_ui(ui: &mut Ui, desk: &mut Desk<'_>, asked: &Ask, keep: fn(String) -> Action) {
    if desk.local.ask.as_ref() != Some(asked) {
        return;
    }
    let blocked = desk.local.note.trim().is_empty().then(|| desk.say(text::REASON_NEEDED));
    let answer = Dialog::new(desk.say(text::KEEP_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(
            true,
            Button::primary(desk.say(text::KEEP_DO)).shortcut(Shortcut::key(Key::Enter)).blocked(blocked),
        )
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, desk.say(text::KEEP_HINT));
            note_ui(ui, desk, text::REASON, "");
        });
    if answer == Some(true) {
        let reason = desk.local.note.trim().to_owned();
        desk.act(keep(reason));
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}

/// One line of words, with the focus from the start; Enter leaves it and so reaches the dialog's button.
pub(super) fn note_ui(ui: &mut Ui, desk: &mut Desk<'_>, label: text::Text, hint: &str) {
    let first = desk.local.note.is_empty() && ui.memory(|memory| memory.focused().is_none());
    let field =
        Field::new(desk.say(label), &mut desk.local.note).id(id("note")).hint(hint).char_limit(300).show(ui);
    if first {
        field.request_focus();
    }
}

/// Why the citizen does not sign; one key chooses and closes.
pub(super) fn not_signing_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    if desk.local.ask != Some(Ask::NotSigning) {
        return;
    }
    let mut chosen = None;
    let answer = Dialog::new(desk.say(text::UNSIGNED_TITLE), Status::Attention)
        .answer((), Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let mut keys = NUMBERS.into_iter();
            for reason in &desk.state.reference.rules().unsigned_reasons {
                let reason = reason.text(desk.language());
                if with_key(Choice::new(reason, false), &mut keys).chosen(ui) {
                    chosen = Some(reason.to_owned());
                }
            }
        });
    let is_closed = chosen.is_some() || answer.is_some();
    if let Some(reason) = chosen {
        desk.act(Action::NotSigning(reason));
    }
    if is_closed {
        desk.local.ask = None;
    }
}

/// Which eye cannot be taken, and why.
pub(super) fn except_eye_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(Ask::ExceptEye(mut eye, mut kind)) = desk.local.ask.clone() else { return };
    let language = desk.language();
    let complete = eye.zip(kind).filter(|_| !desk.local.note.trim().is_empty());
    let blocked = complete.is_none().then(|| desk.say(text::EXCEPT_EYE_FIRST));
    let answer = Dialog::new(desk.say(text::EXCEPT_EYE_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(
            true,
            Button::primary(desk.say(text::EXCEPT_DO)).shortcut(Shortcut::key(Key::Enter)).blocked(blocked),
        )
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let mut keys = NUMBERS.into_iter();
            for each in EyeLabel::BOTH {
                if with_key(Choice::new(each.name(language), eye == Some(each)), &mut keys).chosen(ui) {
                    eye = Some(each);
                }
            }
            type_::heading(ui, desk.say(text::EXCEPT_WHY));
            for each in ExceptionKind::ALL {
                let choice = Choice::new(each.label_of_eye(language), kind == Some(each));
                if with_key(choice, &mut keys).chosen(ui) {
                    kind = Some(each);
                }
            }
            Field::new(desk.say(text::REASON), &mut desk.local.note)
                .id(id("eye note"))
                .char_limit(300)
                .show(ui);
        });
    desk.local.ask = Some(Ask::ExceptEye(eye, kind));
    if answer == Some(true)
        && let Some((eye, kind)) = complete
    {
        let note = desk.local.note.trim().to_owned();
        desk.act(Action::ExceptEye { eye, kind, note });
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}

/// Which finger cannot be taken, and why.
pub(super) fn except_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(Ask::Except(mut form)) = desk.local.ask.clone() else { return };
    let complete = form.position.zip(form.kind);
    let blocked = complete.is_none().then(|| desk.say(text::EXCEPT_FIRST));
    let answer = Dialog::new(desk.say(text::EXCEPT_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(
            true,
            Button::primary(desk.say(text::EXCEPT_DO)).shortcut(Shortcut::key(Key::Enter)).blocked(blocked),
        )
        .show(ui.ctx(), |ui| {
            let mut keys = NUMBERS.into_iter();
            fingers_ui(ui, desk, &mut form, &mut keys);
            type_::heading(ui, desk.say(text::EXCEPT_WHY));
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                for kind in ExceptionKind::ALL {
                    let choice = with_key(
                        Choice::new(kind.label(desk.language()), form.kind == Some(kind)),
                        &mut keys,
                    );
                    if choice.chosen(ui) {
                        form.kind = Some(kind);
                    }
                }
            });
            let (label, hint) = (desk.say(text::EXCEPT_NOTE), desk.say(text::EXCEPT_NOTE_HINT));
            Field::new(label, &mut desk.local.note).id(id("except note")).hint(hint).char_limit(300).show(ui);
        });
    desk.local.ask = Some(Ask::Except(form));
    if answer == Some(true)
        && let Some((position, kind)) = complete
    {
        let note = desk.local.note.trim().to_owned();
        desk.act(Action::Except { position, kind, note });
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}

fn fingers_ui(ui: &mut Ui, desk: &Desk<'_>, form: &mut ExceptionForm, keys: &mut impl Iterator<Item = Key>) {
    let language = desk.language();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::splat(space::S);
        for pair in form.fingers.clone().chunks(2) {
            ui.columns(2, |columns| {
                for (column, finger) in columns.iter_mut().zip(pair) {
                    let chosen = form.position == Some(*finger);
                    if with_key(Choice::new(finger.name(language), chosen), keys).chosen(column) {
                        form.position = Some(*finger);
                    }
                }
            });
        }
    });
}

fn with_key<'a>(choice: Choice<'a>, keys: &mut impl Iterator<Item = Key>) -> Choice<'a> {
    match keys.next() {
        Some(key) => choice.shortcut(Shortcut::alt(key)),
        None => choice,
    }
}

/// Whether an exception was a mistake.
pub(super) fn lift_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(Ask::Lift(finger)) = desk.local.ask else { return };
    let exceptions = desk.dossier().map(|dossier| &dossier.enrollment.exceptions);
    let recorded = exceptions.and_then(|exceptions| exceptions.get(&finger));
    let words = recorded.map_or_else(String::new, |exception| {
        let kind = exception.kind.label(desk.language());
        let note = if exception.note.is_empty() { String::new() } else { format!(", {}", exception.note) };
        format!("{}: {}{note}", finger.name(desk.language()), kind.to_lowercase())
    });
    let answer = Dialog::new(desk.say(text::LIFT_TITLE), Status::Info)
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(true, Button::primary(desk.say(text::LIFT_DO)).shortcut(Shortcut::key(Key::F4)))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, &words);
            dialog::paragraph(ui, desk.say(text::LIFT_HINT));
        });
    if answer == Some(true) {
        desk.act(Action::LiftException(finger));
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}
