//! The hands at the side of the finger step: how each finger stands, which are excepted, and how far the sequence is.

use super::desk::{Ask, Desk};
use super::exception::ExceptionForm;
use super::text;
use egui::{Ui, vec2};
use tram_biometric::{FingerPosition, Impression};
use tram_enrollment::CaptureStep;
use tram_theme::tokens::space;
use tram_theme::{Card, Finger, FingerState, Hands, Measure, Status, finger_legend, text as type_};
use tram_workflow::Dossier;

/// A finger was pressed: its exception is recorded, or lifted.
pub(super) fn press(desk: &mut Desk<'_>, dossier: &Dossier, finger: FingerPosition) {
    if !dossier.is_open() {
        return;
    }
    if dossier.enrollment.exceptions.contains_key(&finger) {
        desk.ask(Ask::Lift(finger));
    } else {
        desk.ask(Ask::Except(exceptable(dossier, Some(finger))));
    }
}

/// How a finger stands, and its best score.
pub(super) fn standing(dossier: &Dossier, finger: FingerPosition) -> (FingerState, Option<u8>) {
    if dossier.enrollment.exceptions.contains_key(&finger) {
        return (FingerState::Exception, None);
    }
    let at_step = dossier.finger_step().filter(|step| step.position.fingers().contains(&finger));
    let best = at_step
        .and_then(|step| dossier.enrollment.best_at(step, finger))
        .or_else(|| dossier.enrollment.best_finger(finger))
        .map(|sample| sample.quality.score());
    let is_live = at_step.is_some() && dossier.fingers.live.running && dossier.fingers.live.trouble.is_none();
    let wanted = dossier.fingers.sequence.iter().find(|step| step.position.fingers().contains(&finger));
    let state = match best {
        _ if is_live => FingerState::Live,
        Some(score) if wanted.is_none_or(|step| score >= step.threshold) => FingerState::Passed,
        Some(_) => FingerState::Below,
        None => FingerState::Open,
    };
    (state, best)
}

/// How a finger's state is meant.
pub(super) fn status(state: FingerState) -> Status {
    match state {
        FingerState::Open => Status::Neutral,
        FingerState::Live => Status::Live,
        FingerState::Passed => Status::Good,
        FingerState::Below => Status::Attention,
        FingerState::Failed => Status::Bad,
        FingerState::Exception => Status::Info,
    }
}

/// A finger's state in words.
pub(super) fn state_words(desk: &Desk<'_>, state: FingerState, score: Option<u8>) -> String {
    let word = desk.say(match state {
        FingerState::Open | FingerState::Failed => text::FINGER_OPEN,
        FingerState::Live => text::FINGER_LIVE,
        FingerState::Passed => text::FINGER_PASSED,
        FingerState::Below => text::FINGER_BELOW,
        FingerState::Exception => text::FINGER_EXCEPTION,
    });
    match score.filter(|_| state != FingerState::Live) {
        Some(score) => format!("{word} · {score}"),
        None => word.to_owned(),
    }
}

/// Everything at the side.
pub(super) fn evidence_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    hands_ui(ui, desk, dossier);
    exceptions_ui(ui, desk, dossier);
    if dossier.fingers.sequence.is_empty() {
        return;
    }
    Card::titled(desk.say(text::SEQUENCE)).show(ui, |ui| {
        for (index, step) in dossier.fingers.sequence.iter().enumerate() {
            let (status, word) = match index {
                _ if dossier.enrollment.step_is_settled(*step) => (Status::Good, text::CAPTURED),
                index if index == dossier.fingers.index => (Status::Live, text::FINGER_LIVE),
                _ => (Status::Neutral, text::FINGER_OPEN),
            };
            Measure::new(&step_name(desk, *step), status, desk.say(word)).show(ui);
        }
    });
}

fn hands_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let standings = FingerPosition::TEN.map(|finger| (finger, standing(dossier, finger)));
    let names = standings.map(|(finger, (state, score))| {
        format!("{}: {}", finger.name(desk.language()), state_words(desk, state, score))
    });
    let mut fingers = [Finger { state: FingerState::Open, score: None, name: "" }; 10];
    for ((finger, (_, (state, score))), name) in fingers.iter_mut().zip(standings).zip(&names) {
        *finger = Finger { state, score, name };
    }
    Card::titled(desk.say(text::HANDS)).show(ui, |ui| {
        let captions = [desk.say(text::LEFT), desk.say(text::RIGHT)];
        let pressed = Hands::both(&fingers).captions(captions[0], captions[1]).most_height(250.0).show(ui);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::L, 0.0);
            for (state, word) in [
                (FingerState::Passed, text::FINGER_PASSED),
                (FingerState::Below, text::FINGER_BELOW),
                (FingerState::Live, text::FINGER_LIVE),
                (FingerState::Exception, text::FINGER_EXCEPTION),
                (FingerState::Open, text::FINGER_OPEN),
            ] {
                finger_legend(ui, state, desk.say(word));
            }
        });
        if let Some(finger) = pressed.and_then(|index| FingerPosition::TEN.get(index)) {
            press(desk, dossier, *finger);
        }
    });
}

/// Which fingers are excepted, and whether the photo that shows them is there.
pub(super) fn exceptions_ui(ui: &mut Ui, desk: &Desk<'_>, dossier: &Dossier) {
    let exceptions = &dossier.enrollment.exceptions;
    if exceptions.is_empty() {
        return;
    }
    Card::titled(desk.say(text::EXCEPTIONS)).show(ui, |ui| {
        for (finger, exception) in exceptions {
            let kind = exception.kind.label(desk.language());
            Measure::new(finger.name(desk.language()), Status::Info, kind).show(ui);
            if !exception.note.is_empty() {
                type_::caption(ui, &exception.note);
            }
        }
        let (status, word) = match dossier.enrollment.exception_photo {
            Some(_) => (Status::Good, text::PHOTO_TAKEN),
            None => (Status::Attention, text::PHOTO_NEEDED),
        };
        Measure::new(desk.say(text::EXCEPTION_PHOTO), status, desk.say(word)).show(ui);
    });
}

/// A step of the sequence as it is called: rolled fingers say so.
pub(super) fn step_name(desk: &Desk<'_>, step: CaptureStep) -> String {
    let name = step.position.name(desk.language());
    match step.impression {
        Impression::Plain => name.to_owned(),
        Impression::Rolled => format!("{name} · {}", desk.say(text::ROLLED)),
    }
}

/// The fingers that can be excepted now: those of this step, or of the whole sequence when it is done.
pub(super) fn exceptable(dossier: &Dossier, pressed: Option<FingerPosition>) -> ExceptionForm {
    let fingers = match (pressed, dossier.finger_step()) {
        (Some(finger), _) => vec![finger],
        (None, Some(step)) => step.position.fingers().to_vec(),
        (None, None) => FingerPosition::TEN.to_vec(),
    };
    let fingers: Vec<FingerPosition> =
        fingers.into_iter().filter(|finger| !dossier.enrollment.exceptions.contains_key(finger)).collect();
    let position = if let [only] = fingers.as_slice() { Some(*only) } else { None };
    ExceptionForm { fingers, position, kind: None }
}
