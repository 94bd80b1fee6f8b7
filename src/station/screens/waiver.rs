//! The dialog for what is not as the rules want a portrait, and may be waived: a head that stays covered, glasses that stay on.

use super::desk::{Ask, Desk, id};
use super::portrait_checks::confirmations;
use super::procedure::NUMBERS;
use super::text;
use egui::{Key, Ui};
use tram_enrollment::{Waiver, WaiverGround};
use tram_portrait::{Confirmation, Exception};
use tram_theme::tokens::space;
use tram_theme::{Button, Choice, Dialog, Field, Shortcut, Status, text as type_};
use tram_workflow::Action;

/// What is chosen in the dialog.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct WaiverForm {
    keys: Vec<String>,
    ground: Option<WaiverGround>,
}

fn ground(exception: Exception) -> WaiverGround {
    match exception {
        Exception::Religious => WaiverGround::Religious,
        Exception::Medical => WaiverGround::Medical,
    }
}

/// What is waived and why; with it the rest is confirmed.
pub(super) fn waiver_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(Ask::Waive(mut form)) = desk.local.ask.clone() else { return };
    let taken = desk.dossier().and_then(|dossier| dossier.enrollment.portrait());
    let asked: Vec<&Confirmation> = taken.map(confirmations).unwrap_or_default();
    let allows =
        |each: &Confirmation, wanted: WaiverGround| each.exceptions.iter().any(|it| ground(*it) == wanted);
    let chosen: Vec<_> = asked.iter().filter(|each| form.keys.contains(&each.key)).collect();
    let fits = form
        .ground
        .is_some_and(|wanted| !chosen.is_empty() && chosen.iter().all(|each| allows(each, wanted)));
    let complete = fits && !desk.local.note.trim().is_empty();
    let blocked = (!complete).then(|| desk.say(text::WAIVE_FIRST));
    let answer = Dialog::new(desk.say(text::WAIVE_TITLE), Status::Attention)
        .typing()
        .answer(false, Button::secondary(desk.say(text::CANCEL)).shortcut(Shortcut::key(Key::Escape)))
        .answer(
            true,
            Button::primary(desk.say(text::WAIVE_DO)).shortcut(Shortcut::key(Key::Enter)).blocked(blocked),
        )
        .show(ui.ctx(), |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let mut keys = NUMBERS.into_iter();
            let mut numbered = |choice: Choice<'_>, ui: &mut Ui| match keys.next() {
                Some(key) => choice.shortcut(Shortcut::alt(key)).chosen(ui),
                None => choice.chosen(ui),
            };
            for each in asked.iter().filter(|each| !each.exceptions.is_empty()) {
                let is_chosen = form.keys.contains(&each.key);
                let words = desk.language().pick(each.vi.as_str(), each.en.as_str());
                if numbered(Choice::tick(words, is_chosen), ui) {
                    form.keys.retain(|key| *key != each.key);
                    form.keys.extend((!is_chosen).then(|| each.key.clone()));
                }
            }
            type_::heading(ui, desk.say(text::WAIVE_WHY));
            for wanted in [WaiverGround::Religious, WaiverGround::Medical] {
                let words = wanted.label(desk.language());
                if numbered(Choice::new(words, form.ground == Some(wanted)), ui) {
                    form.ground = Some(wanted);
                }
            }
            Field::new(desk.say(text::REASON), &mut desk.local.note)
                .id(id("waiver note"))
                .char_limit(300)
                .show(ui);
        });
    desk.local.ask = Some(Ask::Waive(form.clone()));
    if answer == Some(true)
        && let Some(ground) = form.ground
    {
        let note = desk.local.note.trim().to_owned();
        let waived = form.keys.into_iter().map(|key| Waiver { key, ground, note: note.clone() });
        desk.act(Action::ConfirmPortrait(waived.collect()));
    }
    if answer.is_some() {
        desk.local.ask = None;
    }
}
