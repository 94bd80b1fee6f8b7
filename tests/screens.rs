//! Every screen in Vietnamese and English, with its empty, loading and error states; and what the keys do.
//!
//! The harness itself fails on a letter without a glyph and on an input without a name. Snapshots are drawn by `raster`;
//! `UPDATE_SNAPSHOTS=1` makes them again.

#[path = "screens/bench.rs"]
mod bench;
#[path = "screens/cases.rs"]
mod cases;
#[path = "screens/fixture.rs"]
mod fixture;
#[path = "screens/raster.rs"]
mod raster;

use cases::Case;
use egui::{Key, Modifiers, Ui};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use fixture::{at, at_work, citizen, closed};
use std::sync::Arc;
use tram_biometric::Language;
use tram_enrollment::{Field, Source, Step};
use tram_station::screens::{Local, Pictures, citizen_ui, station_ui};
use tram_workflow::dossier::Found;
use tram_workflow::{Action, Effect, Screen, State, apply};

/// A window without workers: what the officer does is applied, what follows from it is only noted.
struct Window {
    state: State,
    local: Local,
    pictures: Pictures,
    is_live: bool,
    did: Vec<Action>,
    effects: Vec<Effect>,
}

impl Window {
    fn new(state: State) -> Self {
        let (did, effects) = (Vec::new(), Vec::new());
        Self { state, local: Local::default(), pictures: Pictures::default(), is_live: true, did, effects }
    }

    fn look(&mut self, ui: &Ui) {
        let camera = self.is_live.then(|| Arc::new(fixture::astronaut()));
        let platen = self.is_live.then(|| Arc::new(fixture::print(0)));
        // The same number again changes nothing, as when no newer frame has come.
        self.pictures.set_camera(ui.ctx(), (1 + u64::from(self.is_live), camera));
        self.pictures.set_platen(ui.ctx(), (1 + u64::from(self.is_live), platen));
        let eyes = self.is_live.then(|| Arc::new(fixture::eye()));
        self.pictures.set_eyes(ui.ctx(), (1 + u64::from(self.is_live), eyes));
    }

    fn ui(&mut self, ui: &mut Ui) {
        self.look(ui);
        for action in station_ui(ui, &self.state, &mut self.local, &mut self.pictures) {
            self.did.push(action.clone());
            self.effects.extend(apply(&mut self.state, action));
        }
    }
}

fn window<'a>(state: State) -> Harness<'a, Window> {
    Harness::builder()
        .with_size([1280.0, 720.0])
        .with_context_setup(tram_theme::install)
        .with_render_cursor(false)
        .renderer(raster::Raster::default())
        .build_ui_state(|ui, window: &mut Window| window.ui(ui), Window::new(state))
}

/// Shows a case in the harness there is: fonts are made once.
fn show(harness: &mut Harness<'_, Window>, case: &Case, language: Language) {
    let mut state = case.state.clone();
    state.language = language;
    let mut next = Window::new(state);
    next.is_live = case.is_live;
    *harness.state_mut() = next;
    harness.run_steps(2);
    for (modifiers, key) in &case.keys {
        harness.key_press_modifiers(*modifiers, *key);
        harness.run_steps(2);
    }
}

#[test]
fn every_state_of_every_screen_is_shown_in_both_languages() {
    let mut harness = window(closed());
    let mut silent = Vec::new();
    for case in cases::all() {
        for language in [Language::Vietnamese, Language::English] {
            show(&mut harness, &case, language);
            let root = harness.root();
            let named =
                root.children_recursive().filter(|node| node.accesskit_node().label().is_some()).count();
            assert!(named > 3, "{} in {language:?} shows next to nothing", case.name);
            let unsaid = case
                .shows(language)
                .find(|wanted| harness.query_all_by_label_contains(wanted).next().is_none());
            silent.extend(
                unsaid.map(|wanted| format!("{} in {language:?} does not say {wanted:?}", case.name)),
            );
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn the_screens_that_matter_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let options = SnapshotOptions::new().output_path("snapshots").threshold(1.2).max_failed_pixels(400_usize);
    let mut harness = window(closed());
    for case in cases::all().into_iter().filter(|case| case.is_pictured) {
        show(&mut harness, &case, Language::Vietnamese);
        results.add(harness.try_snapshot_options(case.name, &options));
    }
    results.extend_harness(&mut harness);
}

/// The citizen's screen of every state: it says something in both languages, and nothing of a person when the officer is
/// elsewhere or the station is locked.
#[test]
fn the_citizens_screen_shows_their_own_step_and_nothing_else() {
    const PICTURED: [&str; 4] = ["portrait", "fingers_scanning", "review", "slip"];
    let mut harness = Harness::builder()
        .with_size([1024.0, 768.0])
        .with_context_setup(tram_theme::install)
        .with_render_cursor(false)
        .renderer(raster::Raster::default())
        .build_ui_state(
            |ui, window: &mut Window| {
                window.look(ui);
                citizen_ui(ui, &window.state, &mut window.pictures);
            },
            Window::new(closed()),
        );
    let mut results = SnapshotResults::new();
    let options = SnapshotOptions::new().output_path("snapshots").threshold(1.2).max_failed_pixels(400_usize);
    for case in cases::all() {
        for language in [Language::English, Language::Vietnamese] {
            let mut window = Window::new(State { language, ..case.state.clone() });
            window.is_live = case.is_live;
            *harness.state_mut() = window;
            harness.run_steps(2);
            let said: Vec<String> = harness
                .root()
                .children_recursive()
                .filter_map(|node| node.accesskit_node().value().or_else(|| node.accesskit_node().label()))
                .collect();
            assert!(said.len() > 1, "{} says next to nothing: {said:?}", case.name);
            let is_theirs = case.state.screen == Screen::Dossier && case.state.officer().is_some();
            let names = said.iter().any(|said| said.contains("Hoàng Thị"));
            assert!(is_theirs || !names, "{} names somebody: {said:?}", case.name);
        }
        if PICTURED.contains(&case.name) {
            results.add(harness.try_snapshot_options(format!("citizen_{}", case.name), &options));
        }
    }
    results.extend_harness(&mut harness);
}

fn press(harness: &mut Harness<'_, Window>, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

fn type_in(harness: &mut Harness<'_, Window>, text: &str) {
    for letter in text.chars() {
        harness.event(egui::Event::Text(letter.to_string()));
        harness.run_steps(1);
    }
    harness.run_steps(1);
}

#[test]
fn signing_in_needs_the_keyboard_only_and_keeps_no_passphrase() {
    let mut harness = window(closed());
    harness.run_steps(2);
    type_in(&mut harness, "khanh.lv");
    press(&mut harness, Key::Enter);
    type_in(&mut harness, "sen trang");
    press(&mut harness, Key::Enter);
    let sent = harness.state().effects.iter().find_map(|effect| match effect {
        Effect::SignIn { officer, passphrase } => Some((officer.0.clone(), passphrase.reveal().to_owned())),
        _ => None,
    });
    assert_eq!(sent, Some(("khanh.lv".to_owned(), "sen trang".to_owned())));
    let left = harness.query_all_by_value("sen trang").count();
    assert_eq!(left, 0, "the field is empty again");
}

#[test]
fn a_citizen_is_found_chosen_and_taken_by_keyboard() {
    let mut harness = window(at(Step::Applicant, Vec::new()));
    harness.run_steps(2);
    type_in(&mut harness, "hoang");
    assert!(
        harness
            .state()
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Search(query) if query == "hoang"))
    );
    let found = Ok(vec![citizen("Hoàng Thị Ngân"), citizen("Hoàng Thị Nga")]);
    apply(&mut harness.state_mut().state, Action::Found { query: "hoang".into(), found });
    harness.run_steps(2);
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    assert_eq!(dossier.text(Field::FullName), "Hoàng Thị Nga");
    assert_eq!(dossier.search.found, Found::Nothing);
}

#[test]
fn a_scanned_card_fills_the_form_and_is_not_searched_for() {
    let mut harness = window(at(Step::Applicant, Vec::new()));
    harness.run_steps(2);
    type_in(&mut harness, "022194900001||Hoàng Thị Ngân|12031994|Nữ|Thôn TEST, Quảng La|01072021");
    press(&mut harness, Key::Enter);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    let name = dossier.enrollment.applicant.field(Field::FullName).expect("filled");
    assert_eq!((name.value.as_str(), name.source), ("Hoàng Thị Ngân", Source::CardQr));
}

#[test]
fn typing_is_told_as_it_is_typed_and_kept_with_enter() {
    let mut harness = window(at(Step::Applicant, Vec::new()));
    harness.run_steps(2);
    press(&mut harness, Key::F11);
    type_in(&mut harness, "022194900001");
    assert_eq!(harness.state().state.dossier.as_ref().map(|dossier| dossier.form.typing.len()), Some(1));
    press(&mut harness, Key::Enter);
    type_in(&mut harness, "Lò Thị Mẩy");
    press(&mut harness, Key::Enter);
    type_in(&mut harness, "12/03/1994");
    press(&mut harness, Key::Enter);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    let kept = [Field::PersonalNumber, Field::FullName, Field::BirthDate]
        .map(|field| dossier.enrollment.applicant.value(field));
    assert_eq!(kept, ["022194900001", "Lò Thị Mẩy", "1994-03-12"]);
    assert_eq!(dossier.enrollment.step, Step::Applicant, "Enter in a field does not press the page's button");
}

#[test]
fn a_changed_field_asks_for_its_reason_and_takes_one_by_key() {
    let mut harness = window(at(Step::Applicant, Vec::new()));
    harness.state_mut().did.clear();
    let state = &mut harness.state_mut().state;
    apply(state, Action::Search("hoang".into()));
    apply(state, Action::Found { query: "hoang".into(), found: Ok(vec![citizen("Hoàng Thị Ngân")]) });
    apply(state, Action::Take(0));
    apply(state, Action::Typed(Field::FullName, "Hoàng Thị Ngần".into()));
    apply(state, Action::Commit(Field::FullName));
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::ALT, Key::Num1);
    harness.run_steps(2);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    let name = dossier.enrollment.applicant.field(Field::FullName).expect("there");
    assert!(name.reason.is_some());
    assert_eq!(name.replaced.as_deref(), Some("Hoàng Thị Ngân"));
}

#[test]
fn keys_mean_the_same_everywhere() {
    for (key, screen) in [(Key::F5, Screen::Outbox), (Key::F9, Screen::Devices), (Key::F10, Screen::Cards)] {
        let mut harness = window(at(Step::Portrait, Vec::new()));
        harness.run_steps(2);
        press(&mut harness, key);
        assert_eq!(harness.state().state.screen, screen);
        press(&mut harness, Key::Escape);
        assert_eq!(harness.state().state.screen, Screen::Dossier, "Esc leads back to the dossier");
    }
    let mut harness = window(at_work());
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::CTRL, Key::L);
    harness.run_steps(2);
    assert_eq!(harness.state().state.language, Language::English);
    press(&mut harness, Key::F1);
    assert!(harness.query_all_by_label("Keys").next().is_some());
    press(&mut harness, Key::F12);
    assert!(harness.state().state.officer().is_some(), "a dialog keeps keys from the page below");
}

#[test]
fn a_missing_finger_is_recorded_by_keyboard() {
    let mut harness = window(at(Step::Fingers, Vec::new()));
    harness.run_steps(2);
    press(&mut harness, Key::F6);
    for key in [Key::Num3, Key::Num5] {
        harness.key_press_modifiers(Modifiers::ALT, key);
        harness.run_steps(2);
    }
    press(&mut harness, Key::Enter);
    let exceptions = &harness.state().state.dossier.as_ref().expect("open").enrollment.exceptions;
    assert!(exceptions.contains_key(&tram_biometric::FingerPosition::RightRing), "{exceptions:?}");
}

#[test]
fn blanks_that_came_are_booked_by_keyboard() {
    let mut harness = window(at_work());
    harness.run_steps(2);
    press(&mut harness, Key::F10);
    harness.key_press_modifiers(Modifiers::CTRL, Key::B);
    harness.run_steps(3);
    type_in(&mut harness, "250");
    press(&mut harness, Key::Enter);
    press(&mut harness, Key::Enter);
    assert!(harness.state().effects.is_empty(), "not without the paper they came with");
    type_in(&mut harness, "GN-17");
    press(&mut harness, Key::Enter);
    let booked = harness.state().effects.iter().any(|effect| {
        matches!(effect, Effect::ReceiveBlanks { count, note } if count.get() == 250 && note == "GN-17")
    });
    assert!(booked, "{:?}", harness.state().effects);
}

#[test]
fn a_citizen_who_cannot_sign_goes_on_by_keyboard() {
    let mut harness = window(at(Step::Signature, Vec::new()));
    harness.run_steps(2);
    press(&mut harness, Key::F6);
    harness.key_press_modifiers(Modifiers::ALT, Key::Num1);
    harness.run_steps(2);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    assert_eq!(dossier.enrollment.unsigned.as_deref(), Some("Trẻ em chưa biết ký"));
    press(&mut harness, Key::Enter);
    let dossier = harness.state().state.dossier.as_ref().expect("open");
    assert_eq!(dossier.enrollment.step, Step::Review);
}
