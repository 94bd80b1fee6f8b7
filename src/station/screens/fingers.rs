//! The fingers: the reader's picture, what was taken at this step, the hands, the sequence.

use super::desk::{Ask, Desk, status_of};
use super::exception;
use super::frame::{Head, Press, bar, onward, page_with_evidence};
use super::hands::{evidence_ui, exceptable, exceptions_ui, press, standing, state_words, status, step_name};
use super::text;
use egui::{Key, Ui, vec2};
use tram_biometric::FingerPosition;
use tram_capture::DeviceKind;
use tram_enrollment::CaptureStep;
use tram_theme::tokens::space;
use tram_theme::{
    Attempt, AttemptState, Button, Card, FingerState, Icon, Sample, Shortcut, Status, Video, attempts, empty,
    notice, samples, text as type_,
};
use tram_workflow::{Action, Dossier, sentence};

/// The finger step.
pub(super) fn fingers_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    if dossier.fingers.photo.is_some() {
        return photo_ui(ui, desk, dossier);
    }
    let sequence = &dossier.fingers.sequence;
    let step = dossier.finger_step();
    let title = match step {
        Some(step) => step_name(desk, step),
        None if sequence.is_empty() => desk.say(text::FINGERS_TITLE).to_owned(),
        None => desk.say(text::FINGERS_DONE).to_owned(),
    };
    let subtitle = sequence_words(desk, dossier);
    let actions = actions(desk, dossier);
    page_with_evidence(
        ui,
        desk,
        Head { title: &title, subtitle: &subtitle, actions },
        |ui, desk| glass_ui(ui, desk, dossier),
        |ui, desk| evidence_ui(ui, desk, dossier),
    );
    exception::except_ui(ui, desk);
    exception::lift_ui(ui, desk);
}

fn actions(desk: &Desk<'_>, dossier: &Dossier) -> tram_theme::ActionBar<'static, Press> {
    let mut actions = bar(desk);
    let sequence = &dossier.fingers.sequence;
    if !sequence.is_empty() {
        let except = Button::secondary(desk.say(text::EXCEPT)).shortcut(Shortcut::key(Key::F6));
        actions = actions.left(Press::Ask(Ask::Except(exceptable(dossier, None))), except);
    }
    if !dossier.enrollment.exceptions.is_empty() {
        let photo = Button::secondary(desk.say(text::TAKE_PHOTO)).shortcut(Shortcut::key(Key::F8));
        actions = actions.left(Press::Do(Action::ExceptionPhoto(true)), photo);
    }
    let taken = dossier.finger_step().is_none_or(|step| attempts_at(dossier, step) > 0);
    if !sequence.is_empty() && taken {
        let again = Button::secondary(desk.say(text::RETAKE_FINGERS)).shortcut(Shortcut::key(Key::F3));
        actions = actions.right(Press::Do(Action::Retake), again);
    }
    let done = dossier.is_done(tram_enrollment::Step::Fingers, &desk.state.reference);
    let blocked = (!done).then(|| desk.say(text::FINGERS_MISSING));
    actions.right(Press::Do(Action::Continue), onward(desk).blocked(blocked))
}

fn attempts_at(dossier: &Dossier, step: CaptureStep) -> usize {
    dossier.enrollment.attempts_at(step.position, step.impression)
}

fn sequence_words(desk: &Desk<'_>, dossier: &Dossier) -> String {
    let language = desk.language();
    let sequence = &dossier.fingers.sequence;
    if sequence.is_empty() {
        return desk.say(text::NO_FINGERS_HINT).to_owned();
    }
    let names: Vec<String> =
        sequence.iter().take(4).map(|step| step_name(desk, *step).to_lowercase()).collect();
    let names = if sequence.len() > 4 { format!("{}…", names.join(", ")) } else { names.join(", ") };
    let (count, at) = (sequence.len(), (dossier.fingers.index + 1).min(sequence.len()));
    language.pick(format!("Lượt {at} trong {count}: {names}"), format!("{at} of {count}: {names}"))
}

fn glass_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    if dossier.fingers.sequence.is_empty() {
        let height = ui.available_height();
        Card::new().least_height(height).show(ui, |ui| {
            empty(ui, Icon::Person, desk.say(text::NO_FINGERS), desk.say(text::NO_FINGERS_HINT));
        });
        return;
    }
    let is_live = dossier.fingers.live.running && dossier.fingers.live.trouble.is_none();
    let platen = desk.pictures.platen().filter(|_| is_live);
    let (status, word) = match (is_live, platen) {
        (true, Some(_)) => (Status::Live, text::SCANNING),
        (true, None) => (Status::Neutral, text::WAITS_FOR_READER),
        (false, _) => (Status::Info, text::CAPTURED),
    };
    let word = match desk.state.device(DeviceKind::FingerReader) {
        Some(reader) => format!("{} · {}", reader.origin.model, desk.say(word)),
        None => desk.say(word).to_owned(),
    };
    let height = ui.available_height();
    Card::titled(desk.say(text::READER_PICTURE)).chip(status, &word).least_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        let room = (ui.available_height() - 124.0).max(120.0);
        match platen {
            Some(picture) => {
                let size = vec2(ui.available_width(), room);
                ui.allocate_ui(size, |ui| {
                    ui.set_min_size(size);
                    ui.vertical_centered(|ui| picture.show(ui, desk.say(text::READER_PICTURE), size));
                });
            }
            None => step_samples_ui(ui, desk, dossier, room),
        }
        if let Some((tone, sentence)) = sentence::headline(desk.state) {
            notice(ui, status_of(tone), &sentence);
        }
        attempts_ui(ui, desk, dossier);
    });
}

/// What was taken at this step; when all steps are done, all ten fingers.
fn step_samples_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier, room: f32) {
    /// Name and chip below a sample, and the margin of the glass.
    const BELOW: f32 = 90.0;
    if let Some(step) = dossier.finger_step() {
        return row_ui(ui, desk, dossier, step.position.fingers(), room - BELOW);
    }
    let (right, left) = FingerPosition::TEN.split_at(5);
    // No attempts stand below when all is taken.
    let height = (room + 40.0 - space::M) / 2.0 - BELOW - type_::CAPTION.line_height();
    for (hand, fingers) in [(text::RIGHT_HAND, right), (text::LEFT_HAND, left)] {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            type_::caption(ui, desk.say(hand));
            row_ui(ui, desk, dossier, fingers, height);
        });
    }
}

fn row_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier, fingers: &[FingerPosition], height: f32) {
    let words: Vec<(FingerState, Option<u8>)> =
        fingers.iter().map(|finger| standing(dossier, *finger)).collect();
    let chips: Vec<String> = words.iter().map(|(state, score)| state_words(desk, *state, *score)).collect();
    // Ten in two rows have little room each: the hand stands for the row.
    let language = desk.language();
    let name = |finger: FingerPosition| match fingers.len() {
        5 => text::finger_short(finger).of(language),
        _ => finger.name(language),
    };
    let list: Vec<Sample<'_>> = fingers
        .iter()
        .zip(&words)
        .zip(&chips)
        .map(|((finger, (state, _)), word)| Sample {
            name: name(*finger),
            picture: dossier.finger_picture(*finger).and_then(|picture| desk.pictures.kept(picture)),
            status: status(*state),
            word,
        })
        .collect();
    let pressed = samples(ui, &list, height.max(60.0)).and_then(|index| fingers.get(index)).copied();
    if let Some(finger) = pressed {
        press(desk, dossier, finger);
    }
}

fn attempts_ui(ui: &mut Ui, desk: &Desk<'_>, dossier: &Dossier) {
    let Some(step) = dossier.finger_step() else { return };
    let enrollment = &dossier.enrollment;
    let scores: Vec<u8> = enrollment
        .attempts(step.position, step.impression)
        .map(|attempt| attempt.platen.quality.score())
        .collect();
    let best = scores.iter().max().copied();
    let count = usize::from(step.attempts).max(scores.len());
    let words: Vec<String> = (0..count)
        .map(|index| match scores.get(index) {
            Some(score) => format!("{} · {score}", index + 1),
            None => (index + 1).to_string(),
        })
        .collect();
    let list: Vec<Attempt<'_>> = words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let state = match scores.get(index) {
                Some(score) if Some(*score) == best => AttemptState::Kept,
                Some(_) => AttemptState::Made,
                None => AttemptState::Open,
            };
            Attempt { word, state, picture: None }
        })
        .collect();
    attempts(ui, desk.say(text::ATTEMPT), &list, desk.say(text::BEST_KEPT));
}

/// The photo that shows the excepted fingers.
fn photo_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let actions = tram_theme::ActionBar::new()
        .left(Press::Do(Action::ExceptionPhoto(false)), super::frame::back(desk))
        .note(desk.say(text::KEYS_SHORT))
        .right(
            Press::Do(Action::Shutter),
            Button::primary(desk.say(text::CAPTURE)).icon(Icon::Camera).shortcut(Shortcut::key(Key::F2)),
        );
    let said = sentence::headline(desk.state);
    let head = Head { title: desk.say(text::EXCEPTION_PHOTO), subtitle: "", actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| {
            let trouble = dossier.fingers.photo.as_ref().is_some_and(|live| live.trouble.is_some());
            let picture = if trouble { None } else { desk.pictures.camera() };
            let video = Video::new(desk.say(text::CAMERA_PICTURE), picture, desk.say(text::CAMERA_WAITING));
            match &said {
                Some((tone, sentence)) => video.guidance(status_of(*tone), sentence).show(ui),
                None => video.show(ui),
            };
        },
        |ui, desk| exceptions_ui(ui, desk, dossier),
    );
}
