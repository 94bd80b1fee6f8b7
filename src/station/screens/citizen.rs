//! The citizen's screen, a window of its own on the second screen: what to do now, their own pictures and data to check,
//! and the slip. It shows one dossier and nothing of the station, takes no input, and shows nobody's data while the
//! station is locked.

use super::desk::status_of;
use super::hands::standing;
use super::pictures::Pictures;
use super::portrait::video_ui;
use super::show;
use super::text::{self, Text, text};
use egui::{Frame, Ui, vec2};
use tram_biometric::{EyeLabel, FingerPosition};
use tram_enrollment::{Field, Step};
use tram_theme::tokens::{self, space};
use tram_theme::{Finger, FingerState, Hands, notice, portrait, text as type_};
use tram_workflow::dossier::Sealing;
use tram_workflow::state::Session;
use tram_workflow::{Dossier, Screen, State, sentence};

const WELCOME: Text = text("Mời ông/bà ngồi", "Please take a seat");
const WAIT: Text = text("Cán bộ sẽ bắt đầu ngay", "The officer will begin in a moment");
const PREPARING: Text = text("Cán bộ đang nhập hồ sơ của ông/bà", "The officer is filling in your dossier");
const CHECK: Text = text("Xin kiểm tra thông tin của mình", "Please check your own data");
const CHECK_HINT: Text =
    text("Chỗ nào sai, xin nói ngay với cán bộ", "If anything is wrong, tell the officer now");
const SIGN: Text = text("Xin ký vào bảng ký", "Please sign on the pad");
const DONE: Text = text("Xong rồi, xin cảm ơn ông/bà", "Done, thank you");

/// Shows it over the whole of `ui`.
pub fn citizen_ui(ui: &mut Ui, state: &State, pictures: &mut Pictures) {
    pictures.show_in(ui.ctx());
    Frame::new().fill(tokens::GROUND).inner_margin(space::XXL).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.spacing_mut().item_spacing.y = space::L;
        type_::muted(ui, &state.station.name);
        let open = state.dossier.as_ref().filter(|_| is_shown(state));
        match open {
            Some(dossier) => dossier_ui(ui, state, dossier, pictures),
            None => words_ui(ui, state, WELCOME, WAIT),
        }
    });
}

/// Somebody is at work on the dossier: not locked, not in another list.
fn is_shown(state: &State) -> bool {
    matches!(state.session, Session::In(_)) && state.screen == Screen::Dossier && state.halted.is_none()
}

fn dossier_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    match dossier.enrollment.step {
        Step::Procedure | Step::Applicant => words_ui(ui, state, PREPARING, WAIT),
        Step::Portrait => video_ui(ui, state, dossier, pictures),
        Step::Fingers => fingers_ui(ui, state, dossier, pictures),
        Step::Irises => irises_ui(ui, state, dossier, pictures),
        Step::Signature => words_ui(ui, state, SIGN, CHECK_HINT),
        Step::Review => review_ui(ui, state, dossier, pictures),
        Step::Slip => slip_ui(ui, state, dossier, pictures),
    }
}

fn words_ui(ui: &mut Ui, state: &State, title: Text, hint: Text) {
    ui.add_space(ui.available_height() * 0.3);
    ui.vertical_centered(|ui| {
        type_::title(ui, title.of(state.language));
        type_::SENTENCE.show(ui, hint.of(state.language), tokens::MUTED);
    });
}

/// What the step says, the same sentence the officer reads.
fn say_ui(ui: &mut Ui, state: &State) {
    if let Some((tone, sentence)) = sentence::headline(state) {
        notice(ui, status_of(tone), &sentence);
    }
}

/// Which fingers, and the glass as they lie on it.
fn fingers_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    say_ui(ui, state);
    let standings = FingerPosition::TEN.map(|finger| (finger, standing(dossier, finger)));
    let names = standings.map(|(finger, _)| finger.name(state.language));
    let mut fingers = [Finger { state: FingerState::Open, score: None, name: "" }; 10];
    for ((finger, (_, (state, _))), name) in fingers.iter_mut().zip(standings).zip(names) {
        // A score says nothing to whoever has never seen one.
        *finger = Finger { state, score: None, name };
    }
    let [left, right] = [text::LEFT, text::RIGHT].map(|caption| caption.of(state.language));
    ui.columns(2, |columns| {
        if let [hands, glass] = columns {
            let height = hands.available_height();
            Hands::both(&fingers).captions(left, right).most_height(height).show(hands);
            if let Some(picture) = pictures.platen().filter(|_| dossier.fingers.live.running) {
                let size = vec2(glass.available_width(), height);
                picture.show(glass, text::READER_PICTURE.of(state.language), size);
            }
        }
    });
}

fn irises_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    say_ui(ui, state);
    let room = ui.available_size();
    if let Some(picture) = pictures.eyes().filter(|_| dossier.irises.live.running) {
        ui.vertical_centered(|ui| {
            picture.show(ui, text::IRISES_PICTURE.of(state.language), room);
        });
        return;
    }
    let taken = EyeLabel::BOTH.map(|eye| dossier.enrollment.irises.get(&eye));
    ui.columns(2, |columns| {
        for (column, capture) in columns.iter_mut().zip(taken) {
            let picture = capture.and_then(|capture| dossier.pictures.get(&capture.sample.id));
            if let Some(picture) = picture.and_then(|picture| pictures.kept(picture)) {
                picture.show(column, text::IRISES_PICTURE.of(state.language), column.available_size());
            }
        }
    });
}

/// Their own data in large type.
fn review_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    type_::title(ui, CHECK.of(state.language));
    type_::SENTENCE.show(ui, CHECK_HINT.of(state.language), tokens::MUTED);
    let applicant = &dossier.enrollment.applicant;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        let crop = dossier.enrollment.portrait().and_then(|portrait| dossier.pictures.get(&portrait.card.id));
        let crop = crop.and_then(|picture| pictures.kept(picture));
        portrait(ui, text::PORTRAIT_TITLE.of(state.language), crop, 160.0);
        let fields: Vec<Field> =
            Field::ALL.into_iter().filter(|field| !applicant.value(*field).is_empty()).collect();
        let (left, right) = fields.split_at(fields.len().div_ceil(2));
        ui.columns(2, |columns| {
            for (column, fields) in columns.iter_mut().zip([left, right]) {
                column.spacing_mut().item_spacing.y = space::XS;
                for field in fields {
                    type_::muted(column, field.label(state.language));
                    let value = show::field(state, *field, applicant.value(*field));
                    type_::SENTENCE.show(column, &value, tokens::INK);
                }
            }
        });
    });
}

/// The slip with its code, which any reader verifies.
fn slip_ui(ui: &mut Ui, state: &State, dossier: &Dossier, pictures: &mut Pictures) {
    let Sealing::Sealed(slip) = &dossier.sealing else { return words_ui(ui, state, DONE, WAIT) };
    type_::title(ui, DONE.of(state.language));
    type_::SENTENCE.show(ui, &show::day(slip.appointment, state.language), tokens::PRIMARY_INK);
    let room = ui.available_size();
    ui.vertical_centered(|ui| {
        if let Some(picture) = pictures.page(&slip.page) {
            picture.show(ui, text::SLIP_PAGE.of(state.language), room);
        }
    });
}
