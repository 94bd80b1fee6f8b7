//! The citizen's signature.

use super::desk::{Ask, Desk, status_of};
use super::frame::{Head, Press, bar, onward, page};
use super::text;
use egui::{Key, Ui, vec2};
use tram_theme::tokens::space;
use tram_theme::{Button, Card, Ink, Shortcut, notice, signature_pad, text as type_};
use tram_workflow::action::Stroke;
use tram_workflow::{Action, sentence};

/// Height of the pad as a part of its width: the shape of the picture that is kept.
const SHAPE: f32 = 0.4;

/// The signature step.
pub(super) fn signature_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let signature = dossier.enrollment.signature.as_ref();
    let signs = signature.is_none() || desk.local.signs_again;
    let has_ink = !desk.local.ink.strokes.is_empty();
    let unsigned = dossier.enrollment.unsigned.is_some();
    let mut actions = bar(desk);
    if signature.is_none() {
        let cannot = Button::secondary(desk.say(text::UNSIGNED)).shortcut(Shortcut::key(Key::F6));
        actions = actions.left(Press::Ask(Ask::NotSigning), cannot);
    }
    if signs && desk.state.station.is_demonstration && !has_ink {
        // An invented citizen has an invented hand.
        let test = Button::secondary(desk.say(text::SIGNATURE_TEST)).shortcut(Shortcut::key(Key::F2));
        actions = actions.right(Press::Do(Action::SignatureDrawn(flourish())), test);
    }
    actions = if signs && has_ink {
        let save = Button::primary(desk.say(text::SIGNATURE_SAVE)).shortcut(Shortcut::key(Key::Enter));
        actions.right(Press::Do(Action::SignatureDrawn(strokes(&desk.local.ink))), save)
    } else {
        let blocked = (signature.is_none() && !unsigned).then(|| desk.say(text::SIGNATURE_FIRST));
        actions.right(Press::Do(Action::Continue), onward(desk).blocked(blocked))
    };
    let head = Head {
        title: desk.say(text::SIGNATURE_TITLE),
        subtitle: desk.say(text::SIGNATURE_SUBTITLE),
        actions,
    };
    let before = desk.actions.len();
    page(ui, desk, head, |ui, desk| {
        let room = ui.available_size() - vec2(2.0 * (space::L + space::XS) + 2.0, 210.0);
        let width = room.x.min(room.y.max(160.0) / SHAPE);
        Card::new().show(ui, |ui| {
            if signs {
                pad_ui(ui, desk, width);
            } else if let Some(signature) = signature {
                let picture =
                    dossier.pictures.get(&signature.id).and_then(|picture| desk.pictures.kept(picture));
                if let Some(picture) = picture {
                    picture.show(ui, desk.say(text::SIGNED), vec2(width, width * SHAPE));
                }
                again_ui(ui, desk, text::SIGNATURE_AGAIN);
            }
        });
        if let Some((tone, sentence)) = sentence::headline(desk.state) {
            notice(ui, status_of(tone), &sentence);
        }
        type_::caption(ui, desk.say(text::SIGNATURE_NOTE));
    });
    super::exception::not_signing_ui(ui, desk);
    if desk.actions.iter().skip(before).any(|action| matches!(action, Action::SignatureDrawn(_))) {
        desk.local.ink = Ink::default();
        desk.local.signs_again = false;
    }
}

fn pad_ui(ui: &mut Ui, desk: &mut Desk<'_>, width: f32) {
    let (name, hint) = (desk.say(text::SIGNATURE_PAD), desk.say(text::SIGNATURE_HINT));
    ui.scope(|ui| {
        ui.set_max_width(width);
        signature_pad(ui, name, &mut desk.local.ink, hint, width * SHAPE);
    });
    ui.add_space(space::S);
    again_ui(ui, desk, text::SIGNATURE_CLEAR);
}

/// Starts the signature over.
fn again_ui(ui: &mut Ui, desk: &mut Desk<'_>, label: text::Text) {
    if Button::quiet(desk.say(label)).shortcut(Shortcut::key(Key::F3)).activated(ui) {
        desk.local.ink = Ink::default();
        desk.local.signs_again = true;
    }
}

fn strokes(ink: &Ink) -> Vec<Stroke> {
    ink.strokes.iter().map(|stroke| stroke.iter().map(|point| (point.x, point.y)).collect()).collect()
}

/// A plain flourish with an underline.
fn flourish() -> Vec<Stroke> {
    let loops = |step: u16| {
        let t = f32::from(step) / 90.0;
        let swing = 1.0 - 0.6 * t;
        (0.14 + 0.66 * t + 0.035 * (t * 26.0).cos(), 0.2 + 0.09 * swing * (t * 26.0).sin())
    };
    vec![(0..=90).map(loops).collect(), vec![(0.2, 0.33), (0.55, 0.31), (0.84, 0.325)]]
}
