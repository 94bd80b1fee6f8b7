//! The irises: the camera's picture, both eyes as they were taken, what is kept with a reason, eyes that cannot be taken.

use super::desk::{Ask, Desk, status_of};
use super::exception;
use super::frame::{Head, Press, bar, onward, page_with_evidence};
use super::text;
use egui::{Key, Ui, vec2};
use tram_biometric::EyeLabel;
use tram_capture::DeviceKind;
use tram_enrollment::{IrisCapture, Step};
use tram_portrait::RuleSet;
use tram_theme::tokens::space;
use tram_theme::{Button, Card, Measure, Sample, Shortcut, Status, notice, samples, text as type_};
use tram_workflow::{Action, Dossier, sentence};

/// The iris step.
pub(super) fn irises_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let is_live = dossier.irises.live.running;
    let taken = &dossier.enrollment.irises;
    let mut actions = bar(desk);
    let except = Button::secondary(desk.say(text::EXCEPT_EYE)).shortcut(Shortcut::key(Key::F6));
    actions = actions.left(Press::Ask(Ask::ExceptEye(dossier.open_eyes().first().copied(), None)), except);
    if !is_live && taken.values().any(|capture| !capture.is_kept()) {
        let keep = Button::secondary(desk.say(text::KEEP)).shortcut(Shortcut::key(Key::F7));
        actions = actions.left(Press::Ask(Ask::KeepIrises), keep);
    }
    if !is_live {
        let again = Button::secondary(desk.say(text::RETAKE)).shortcut(Shortcut::key(Key::F3));
        actions = actions.right(Press::Do(Action::Retake), again);
    }
    let done = dossier.is_done(Step::Irises, &desk.state.reference);
    let blocked = (!done).then(|| desk.say(text::IRISES_MISSING));
    actions = actions.right(Press::Do(Action::Continue), onward(desk).blocked(blocked));
    let head =
        Head { title: desk.say(text::IRISES_TITLE), subtitle: desk.say(text::IRISES_SUBTITLE), actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| eyes_ui(ui, desk, dossier),
        |ui, desk| standing_ui(ui, desk, dossier),
    );
    exception::except_eye_ui(ui, desk);
    exception::keep_irises_ui(ui, desk);
}

/// The live picture while the camera runs, else both eyes.
fn eyes_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let live = dossier.irises.live.running && dossier.irises.live.trouble.is_none();
    let shown = desk.pictures.eyes().filter(|_| live);
    let (status, word) = match (live, shown) {
        (true, Some(_)) => (Status::Live, text::IRISES_LIVE),
        (true, None) => (Status::Neutral, text::IRISES_WAITING),
        (false, _) => (Status::Info, text::CAPTURED),
    };
    let word = match desk.state.device(DeviceKind::IrisCamera) {
        Some(camera) => format!("{} · {}", camera.origin.model, desk.say(word)),
        None => desk.say(word).to_owned(),
    };
    let height = ui.available_height();
    Card::titled(desk.say(text::IRISES_PICTURE)).chip(status, &word).least_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        let room = (ui.available_height() - 80.0).max(120.0);
        match shown {
            Some(picture) => {
                let size = vec2(ui.available_width(), room);
                ui.vertical_centered(|ui| picture.show(ui, desk.say(text::IRISES_PICTURE), size));
            }
            None => both_ui(ui, desk, dossier, room),
        }
        if let Some((tone, sentence)) = sentence::headline(desk.state) {
            notice(ui, status_of(tone), &sentence);
        }
    });
}

fn both_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier, room: f32) {
    /// Name and chip below a picture, and the margin of the glass.
    const BELOW: f32 = 90.0;
    let standings = EyeLabel::BOTH.map(|eye| (eye, standing(desk, dossier, eye)));
    let shown: Vec<Sample<'_>> = standings
        .iter()
        .map(|(eye, (status, word))| {
            let taken = dossier.enrollment.irises.get(eye);
            let picture = taken.and_then(|capture| dossier.pictures.get(&capture.sample.id));
            let picture = picture.and_then(|picture| desk.pictures.kept(picture));
            Sample { name: eye.name(desk.language()), picture, status: *status, word }
        })
        .collect();
    let pressed = samples(ui, &shown, (room - BELOW).min(320.0));
    if let Some((eye, _)) = pressed.and_then(|index| standings.get(index)) {
        desk.ask(Ask::ExceptEye(Some(*eye), None));
    }
}

/// How an eye stands, in a word.
fn standing(desk: &Desk<'_>, dossier: &Dossier, eye: EyeLabel) -> (Status, String) {
    let enrollment = &dossier.enrollment;
    if let Some(exception) = enrollment.eye_exceptions.get(&eye) {
        return (Status::Info, exception.kind.label_of_eye(desk.language()).to_owned());
    }
    match enrollment.irises.get(&eye) {
        Some(taken) if taken.failing.is_empty() => {
            (Status::Good, format!("{} · {}", desk.say(text::PASSES), taken.sample.quality.score()))
        }
        Some(taken) if taken.is_kept() => (Status::Attention, desk.say(text::KEPT_WITH_REASON).to_owned()),
        Some(_) => (Status::Attention, desk.say(text::FAILS).to_owned()),
        None => (Status::Neutral, desk.say(text::FINGER_OPEN).to_owned()),
    }
}

fn standing_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let language = desk.language();
    Card::titled(desk.say(text::IRISES_TITLE)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        for eye in EyeLabel::BOTH {
            let (status, word) = standing(desk, dossier, eye);
            Measure::new(eye.name(language), status, &word).show(ui);
            let taken = dossier.enrollment.irises.get(&eye);
            for said in taken.map(|capture| broken(desk, dossier, capture)).unwrap_or_default() {
                type_::muted(ui, said);
            }
            if let Some(exception) = dossier.enrollment.eye_exceptions.get(&eye) {
                type_::muted(ui, &exception.note);
                if Button::quiet(desk.say(text::LIFT_DO)).show(ui).clicked() {
                    desk.act(Action::LiftEye(eye));
                }
            }
        }
        if dossier.irises.live.running && dossier.irises.live.view.attempts > 0 {
            let count = dossier.irises.live.view.attempts;
            type_::caption(ui, &language.pick(format!("Đã thử {count} lần"), format!("Tried {count} times")));
        }
        type_::caption(ui, desk.say(text::IRISES_NOTE));
    });
}

/// The sentence of each rule a picture breaks.
fn broken(desk: &Desk<'_>, dossier: &Dossier, capture: &IrisCapture) -> Vec<&'static str> {
    let day = dossier.enrollment.received_at.date().to_string();
    let rules = RuleSet::in_force(&day).map(|rules| rules.iris.as_slice()).unwrap_or_default();
    let is_broken = |name: &str| capture.failing.iter().any(|failing| failing == name);
    rules
        .iter()
        .filter(|rule| is_broken(&format!("{:?}", rule.measure)))
        .map(|rule| desk.language().pick(rule.vi.as_str(), rule.en.as_str()))
        .collect()
}
