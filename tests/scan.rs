//! A card that this station printed is held before the camera: its code fills the form of the next dossier.

mod common;

use common::{Demonstration, OFFICER, scripted_officer};
use std::sync::Arc;
use tram_enrollment::{Field, Source, Step};
use tram_station::compose;
use tram_station::engine::Engine;
use tram_station::headless::Headless;
use tram_virtual::{Config, Portrait};
use tram_workflow::{Action, State};

#[test]
fn a_printed_card_held_before_the_camera_fills_the_form() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().to_str().expect("text");
    station.enroll(&["--citizen", "le thi", "--out", folder]).succeeds();
    let number = station.newest_sealed().applicant.value(Field::PersonalNumber).to_owned();
    let back = Portrait::folder(out.path()).into_iter().find(is_back).expect("the back of the card");

    let devices = Config { portraits: vec![back], ..Config::immediate(station.home().cards()) };
    let (drivers, stage) = compose::drivers(station.home(), Some(devices));
    let (engine, state) = Engine::start(station.home(), drivers, stage, Arc::new(|| {})).expect("starts");
    let mut lines = Vec::new();
    let mut flow = Headless::new(engine, state, &mut lines);
    let officer = scripted_officer("nobody", OFFICER.1);
    let at_applicant = |state: &State| {
        state.dossier.as_ref().is_some_and(|dossier| dossier.enrollment.step == Step::Applicant)
    };
    flow.run(|state| officer.next(state), at_applicant).expect("the officer looks for the applicant");
    flow.take(Action::ScanCode(true));
    let filled = |state: &State| {
        state.dossier.as_ref().is_some_and(|dossier| dossier.form.is_open && dossier.saving.pending == 0)
    };
    flow.run(|_| None, filled).expect("the code is read");
    let dossier = flow.state.dossier.as_ref().expect("open");
    let scanned = dossier.enrollment.applicant.field(Field::PersonalNumber).expect("filled");
    assert_eq!((scanned.value.as_str(), scanned.source), (number.as_str(), Source::CardQr));
    assert!(dossier.scan.is_none(), "the camera rests");
}

fn is_back(side: &Portrait) -> bool {
    matches!(side, Portrait::File(path) if path.to_string_lossy().ends_with("-back.png"))
}
