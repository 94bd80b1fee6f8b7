//! The portrait: live video in the oval, what it must be at the side, the attempts.

use super::desk::{Ask, Desk, status_of};
use super::exception;
use super::frame::{Head, Press, bar, onward, page_with_evidence};
use super::pictures::Pictures;
use super::text;
use super::{portrait_checks as checks, waiver};
use egui::{Key, Ui};
use tram_enrollment::PortraitAttempt;
use tram_theme::tokens::space;
use tram_theme::{
    Attempt, AttemptState, Button, Card, Oval, Shortcut, Video, attempts, portrait, text as type_,
};
use tram_workflow::{Action, Dossier, State, sentence};

/// The portrait step.
pub(super) fn portrait_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let taken = dossier.enrollment.portrait();
    let waits = !dossier.portrait.running && taken.is_some_and(|portrait| !portrait.is_accepted());
    let is_kept = !dossier.portrait.running && taken.is_some_and(PortraitAttempt::is_kept);
    let mut actions = bar(desk);
    if waits {
        let keep = Button::secondary(desk.say(text::KEEP)).shortcut(Shortcut::key(Key::F7));
        actions = actions.left(Press::Ask(Ask::KeepPortrait), keep);
    }
    actions = if dossier.portrait.running {
        let capture = Button::secondary(desk.say(text::CAPTURE)).shortcut(Shortcut::key(Key::F2));
        actions.right(Press::Do(Action::Shutter), capture)
    } else {
        let again = Button::secondary(desk.say(text::RETAKE)).shortcut(Shortcut::key(Key::F3));
        actions.right(Press::Do(Action::Retake), again)
    };
    let needs = if waits || taken.is_none() { text::NEEDS_PORTRAIT } else { text::NEEDS_CONFIRMATION };
    let blocked = (!is_kept).then(|| desk.say(needs));
    actions = actions.right(Press::Do(Action::Continue), onward(desk).blocked(blocked));
    let head =
        Head { title: desk.say(text::PORTRAIT_TITLE), subtitle: desk.say(text::PORTRAIT_SUBTITLE), actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| video_ui(ui, desk.state, dossier, desk.pictures),
        |ui, desk| {
            checks::confirm_ui(ui, desk, dossier);
            checks::hints_ui(ui, desk, dossier.enrollment.portrait().filter(|_| !dossier.portrait.running));
            checks::requirements_ui(ui, desk, dossier);
            attempts_ui(ui, desk, dossier);
        },
    );
    exception::keep_portrait_ui(ui, desk);
    waiver::waiver_ui(ui, desk);
}

/// The live picture, or the one that was taken: the officer's screen and the citizen's show the same.
pub(super) fn video_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    let live = &dossier.portrait;
    let said = sentence::headline(state);
    let guidance = said.as_ref().map(|(tone, sentence)| (status_of(*tone), sentence.as_str()));
    let name = text::CAMERA_PICTURE.of(state.language);
    let video = if live.running {
        let picture = if live.trouble.is_some() { None } else { pictures.camera() };
        Video::new(name, picture, text::CAMERA_WAITING.of(state.language))
            // As a mirror shows it, so that whoever sits there moves the right way. What is kept is not mirrored.
            .mirrored()
            .oval(Oval::default())
            .progress(live.view.held)
    } else {
        let taken =
            dossier.enrollment.portrait().and_then(|portrait| dossier.pictures.get(&portrait.full.id));
        let taken = taken.and_then(|picture| pictures.kept(picture));
        Video::new(name, taken, text::CAMERA_OFF.of(state.language))
    };
    match guidance {
        Some((status, sentence)) => video.guidance(status, sentence).show(ui),
        None => video.show(ui),
    };
}

fn attempts_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let made = &dossier.enrollment.portraits;
    Card::new().show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            ui.vertical(|ui| {
                type_::heading(ui, desk.say(text::ON_CARD));
                let crop = made.last().and_then(|last| dossier.pictures.get(&last.card.id));
                let crop = crop.and_then(|picture| desk.pictures.kept(picture));
                portrait(ui, desk.say(text::ON_CARD), crop, 96.0);
            });
            ui.vertical(|ui| {
                type_::heading(ui, desk.say(text::ATTEMPTS));
                let skipped = made.len().saturating_sub(3);
                let words: Vec<String> = (skipped..made.len())
                    .zip(made.iter().skip(skipped))
                    .map(|(index, attempt)| word(index, attempt))
                    .collect();
                let list: Vec<Attempt<'_>> = made
                    .iter()
                    .skip(skipped)
                    .zip(&words)
                    .enumerate()
                    .map(|(index, (attempt, word))| {
                        let picture = dossier.pictures.get(&attempt.card.id);
                        let picture = picture.and_then(|picture| desk.pictures.kept(picture));
                        let counts = index + 1 == made.len() - skipped && attempt.is_kept();
                        Attempt {
                            word,
                            state: if counts { AttemptState::Kept } else { AttemptState::Made },
                            picture,
                        }
                    })
                    .collect();
                if list.is_empty() {
                    type_::muted(ui, desk.say(text::NO_ATTEMPTS));
                } else {
                    attempts(ui, "", &list, "");
                }
                type_::caption(ui, desk.say(text::LAST_COUNTS));
            });
        });
    });
}

fn word(index: usize, attempt: &PortraitAttempt) -> String {
    format!("{} · {}", index + 1, attempt.full.quality.score())
}
