//! An officer's own finger: it opens a station that locked by itself, nobody else's does, and an officer who enrolls
//! themselves is seen.

mod common;

use common::{Demonstration, OFFICER, scripted_officer};
use tram_capture::Finding;
use tram_enrollment::{OfficerId, Step};
use tram_workflow::state::{OwnFinger, Session};
use tram_workflow::{Action, Secret, State};

/// Who sits at the station, and somebody else, as the virtual reader knows them.
const OFFICERS_HAND: u64 = 500_001;
const ANOTHER_HAND: u64 = 500_002;

fn is_in(state: &State) -> bool {
    matches!(state.session, Session::In(_))
}

#[test]
fn an_officers_own_finger_opens_their_station_and_tells_when_they_enroll_themselves() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, hands) = station.flow(&mut lines);
    flow.take(Action::SignIn {
        officer: OfficerId(OFFICER.0.into()),
        passphrase: Secret::new(OFFICER.1.into()),
    });
    flow.run(|_| None, is_in).expect("the passphrase opens");

    hands.put_person(OFFICERS_HAND);
    flow.take(Action::OwnFinger(true));
    assert!(matches!(flow.state.own_finger, OwnFinger::Keeping(_)), "the reader waits");
    flow.run(|_| None, |state| state.own_finger == OwnFinger::Away).expect("the finger is kept");

    let now = flow.state.touched_at + flow.state.idle_limit();
    flow.take(Action::Tick { now, touched: false });
    let opens = |state: &State| state.own_finger == OwnFinger::Opens;
    flow.run(|_| None, opens).expect("the key rests");
    hands.put_person(ANOTHER_HAND);
    flow.take(Action::OwnFinger(true));
    let refused = |state: &State| matches!(state.session, Session::Locked { refused: Some(_), .. });
    flow.run(|_| None, |state| refused(state) && opens(state)).expect("somebody else stays out");
    hands.put_person(OFFICERS_HAND);
    flow.take(Action::OwnFinger(true));
    flow.run(|_| None, is_in).expect("the officer comes in");

    // The officer's hand lies where the citizen's should.
    let officer = scripted_officer("le thi", OFFICER.1);
    let at_fingers = |state: &State| {
        state.dossier.as_ref().is_some_and(|dossier| dossier.enrollment.step == Step::Fingers)
    };
    flow.run(|state| officer.next(state), at_fingers).expect("fingers are next");
    hands.put_person(OFFICERS_HAND);
    let told = |state: &State| {
        let findings = state.dossier.iter().flat_map(|dossier| &dossier.fingers.findings);
        findings.into_iter().any(|finding| matches!(finding, Finding::Officer { .. }))
    };
    flow.run(|state| officer.next(state), told).expect("the officer is recognised");
}
