//! Devices that fail in the middle of a citizen's enrollment: a clear sentence, nothing lost, and the flow goes on by
//! itself when the device is back.

mod common;

use common::{Demonstration, OFFICER};
use std::sync::Arc;
use tram_biometric::Language;
use tram_capture::DeviceKind;
use tram_enrollment::{OfficerId, Step};
use tram_station::compose;
use tram_station::engine::Engine;
use tram_station::headless::Headless;
use tram_virtual::{Config, Trouble};
use tram_workflow::officer::{Identify, Plan, ScriptedOfficer};
use tram_workflow::{Secret, State, sentence};

fn officer() -> ScriptedOfficer {
    ScriptedOfficer {
        id: OfficerId(OFFICER.0.into()),
        passphrase: Secret::new(OFFICER.1.into()),
        plan: Plan {
            procedure: "identity-card.exchange".into(),
            identify: Identify::Register("le thi".into()),
            exceptions: Vec::new(),
        },
        draft: None,
    }
}

fn step(state: &State) -> Option<Step> {
    state.dossier.as_ref().map(|dossier| dossier.enrollment.step)
}

fn headline(state: &State) -> String {
    sentence::headline(state).map(|(_, text)| text).unwrap_or_default()
}

#[test]
fn an_unplugged_camera_and_a_reader_that_answers_garbage_lose_nothing() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let home = station.home();
    let (drivers, stage) = compose::drivers(home, Some(Config::immediate(home.cards())));
    let hands = stage.clone().expect("virtual devices");
    let (engine, mut state) =
        Engine::start(home, drivers, stage, Arc::new(|| {})).expect("the station starts");
    state.language = Language::English;
    let mut lines = Vec::new();
    let mut flow = Headless::new(engine, state, &mut lines);
    let officer = officer();

    // The camera is pulled before the portrait, and put back once the officer has read what is wrong.
    hands.unplug(DeviceKind::Camera);
    flow.run(
        |state| officer.next(state),
        |state| step(state) == Some(Step::Portrait) && headline(state).contains("not connected"),
    )
    .expect("the officer reads that the camera is gone");
    hands.plug(DeviceKind::Camera);
    flow.run(|state| officer.next(state), |state| step(state) == Some(Step::Fingers))
        .expect("the portrait is taken once the camera is back");

    // Garbage from the reader, three fingers for four, and a reader pulled in mid-capture: the sequence ends whole.
    for trouble in [Trouble::Garbage, Trouble::OneFingerShort, Trouble::Unplug] {
        hands.trouble(trouble);
    }
    let hands = hands.clone();
    std::thread::spawn(move || {
        for _ in 0..40 {
            std::thread::sleep(std::time::Duration::from_millis(500));
            hands.plug(DeviceKind::FingerReader);
        }
    });
    let slip = flow.enroll(&officer).expect("the dossier is sealed");
    assert!(slip.bytes > 100_000);
    let dossier = flow.state.dossier.as_ref().expect("open");
    assert_eq!(dossier.saving.pending, 0, "everything is durable");
    for finger in tram_biometric::FingerPosition::TEN {
        assert!(dossier.enrollment.best_finger(finger).is_some(), "{finger:?}");
    }
    flow.drain_outbox().expect("the centre signs for it");
    drop(flow);
    assert_eq!(demonstration.persons().len(), 1);
}
