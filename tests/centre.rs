//! The centre away, or another in its place: the officer keeps working, and the outbox tells the truth.

mod common;

use common::{Cutter, Demonstration, OFFICER, scripted_officer};
use tram_enrollment::{OfficerId, Step};
use tram_packet::Digest;
use tram_store::{PacketState, Store};
use tram_workflow::dossier::{Approval, Sealing};
use tram_workflow::lists::Link;
use tram_workflow::state::{Refusal, Session};
use tram_workflow::{Action, Secret, State};

/// The supervisor of the demonstration.
const SUPERVISOR: (&str, &str) = ("hoa.nt", "nui xanh 2026");

/// A log that contradicts what its centre signed: packets stay here, and nothing is sent or deleted until a supervisor has
/// settled it.
#[test]
fn after_a_contradiction_everything_stays_until_a_supervisor_has_settled_it() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    station.tram(&["outbox", "--send"]).succeeds();
    {
        // Another log than the centre's, of which it has signed no entry.
        let home = station.home();
        let mut store =
            Store::open(&home.database(), &home.database_key().expect("a key")).expect("the database");
        let seen = store.read().setting("checkpoint").expect("read").expect("seen");
        let mut seen: serde_json::Value = serde_json::from_slice(&seen).expect("JSON");
        seen["root"] = serde_json::to_value(Digest::of(b"TEST: another log")).expect("JSON");
        store.set_setting("checkpoint", &serde_json::to_vec(&seen).expect("JSON")).expect("kept");
    }
    station.enroll(&["--citizen", "nguyen", "--no-card"]).succeeds();
    let said = station.tram(&["outbox", "--send"]).fails();
    assert!(said.contains("the packets stay in the outbox"), "{said}");
    let listed = || station.tram(&["outbox"]).succeeds().join("\n");
    assert!(
        listed().contains("until a supervisor has settled it") && listed().contains("waiting"),
        "{}",
        listed()
    );
    station.tram_told(&["outbox", "--trust-again", OFFICER.0], &[OFFICER.1]).fails();
    station.tram_told(&["outbox", "--trust-again", SUPERVISOR.0], &["not hers"]).fails();
    station.tram_told(&["outbox", "--trust-again", SUPERVISOR.0], &[SUPERVISOR.1]).succeeds();
    station.tram(&["outbox", "--send"]).succeeds();
    assert!(!listed().contains("until a supervisor") && !listed().contains("waiting"), "{}", listed());
    assert_eq!(demonstration.persons().len(), 2);
}

#[test]
fn a_passphrase_mended_without_network_signs_packets_that_the_centre_takes() {
    let Some(demonstration) = Demonstration::start() else { return };
    let cutter = Cutter::before(demonstration.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    let reset = |supervisor_passphrase: &str| Action::ResetPassphrase {
        officer: OfficerId(OFFICER.0.into()),
        passphrase: Secret::new("hoa ban trang 2027".into()),
        supervisor: OfficerId(SUPERVISOR.0.into()),
        supervisor_passphrase: Secret::new(supervisor_passphrase.into()),
    };
    let ask = |flow: &mut tram_station::headless::Headless<'_>, action| {
        flow.take(action);
        flow.run(|_| None, |state| state.help.as_ref().is_none_or(|help| !help.busy)).expect("answered");
        flow.state.help.clone()
    };
    flow.take(Action::Help(true));
    let refused = ask(&mut flow, reset("not hers")).expect("still open");
    assert_eq!(refused.refused, Some(Refusal::Wrong));
    assert_eq!(ask(&mut flow, reset(SUPERVISOR.1)), None, "the help closes when it has helped");

    let old = flow.enroll(&scripted_officer("pham", OFFICER.1));
    assert!(old.is_err(), "the forgotten passphrase opens nothing any more");
    let officer = scripted_officer("pham", "hoa ban trang 2027");
    flow.take(Action::SignIn { officer: officer.id.clone(), passphrase: officer.passphrase.clone() });
    flow.enroll(&officer).expect("sealed with the new key");
    cutter.unplug(false);
    flow.drain_outbox().expect("the centre signs for it");
    drop(flow);
    assert_eq!(demonstration.persons().len(), 1);
}

#[test]
fn another_centre_in_its_place_gets_nothing_and_the_outbox_says_so() {
    let Some(demonstration) = Demonstration::start() else { return };
    let Some(stranger) = Demonstration::start() else { return };
    let cutter = Cutter::before(stranger.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    flow.enroll(&scripted_officer("pham", OFFICER.1)).expect("the officer keeps working");
    flow.run(|_| None, |state| matches!(state.outbox.link, Link::Untrusted { .. })).expect("it says so");
    let rows = station.reader().outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
    assert!(rows.iter().all(|row| row.state == PacketState::Waiting), "{rows:?}");

    cutter.lead_to(demonstration.centre_port());
    flow.drain_outbox().expect("our own centre signs for it");
    drop(flow);
    assert_eq!((demonstration.persons().len(), stranger.persons().len()), (1, 0));
}

#[test]
fn a_packet_comes_home_from_the_second_medium_when_the_disk_is_lost() {
    let Some(demonstration) = Demonstration::start() else { return };
    let cutter = Cutter::before(demonstration.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);
    let card = tempfile::tempdir().expect("a folder");
    let card = card.path().to_str().expect("text");
    station.tram(&["mirror", card]).succeeds();
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();

    for file in ["station.db", "station.db-wal", "station.db-shm"] {
        // Not every one of them is there after an orderly end.
        std::fs::remove_file(station.home().dir().join(file)).ok();
    }
    station.tram(&["join", demonstration.code()]).succeeds();
    let said = station.tram(&["mirror", card, "--restore"]).succeeds();
    assert!(said.iter().any(|line| line.starts_with("1 packets")), "{said:?}");
    station.send_outbox().succeeds();
    assert_eq!(demonstration.persons().len(), 1);
}

#[test]
fn what_needs_two_people_is_sealed_by_two() {
    let Some(demonstration) = Demonstration::start() else { return };
    demonstration.publish_changed("second_person = []", "second_person = [\"not_signed\"]");
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    let mut officer = scripted_officer("pham", OFFICER.1);
    let approval = |passphrase: &str| Approval {
        supervisor: OfficerId(SUPERVISOR.0.into()),
        passphrase: Secret::new(passphrase.into()),
    };
    let asks = |state: &State| state.dossier.as_ref().is_some_and(|dossier| dossier.asks_approval);
    let unsigned = |state: &State| match state.dossier.as_ref().map(|dossier| dossier.enrollment.step) {
        Some(Step::Signature) => Some(Action::NotSigning("Không biết chữ".into())),
        _ => None,
    };
    let at_signature = |state: &State| {
        state.dossier.as_ref().is_some_and(|dossier| dossier.enrollment.step == Step::Signature)
    };
    flow.run(|state| officer.next(state), at_signature).expect("everything but the signature");
    flow.run(unsigned, |state| {
        state.dossier.as_ref().is_some_and(|dossier| dossier.enrollment.unsigned.is_some())
    })
    .expect("the reason is kept");
    flow.take(Action::Continue);
    flow.run(|state| officer.next(state), asks).expect("a supervisor is asked for");

    flow.take(Action::Approve(approval("not hers")));
    let failed = |state: &State| {
        state.dossier.as_ref().is_some_and(|dossier| matches!(dossier.sealing, Sealing::Failed(_)))
    };
    flow.run(|_| None, failed).expect("a wrong passphrase seals nothing");
    flow.take(Action::Continue);
    officer.plan.approval = Some(approval(SUPERVISOR.1));
    flow.enroll(&officer).expect("sealed by both");
    flow.drain_outbox().expect("the centre signs for it");
    drop(flow);
    assert_eq!(demonstration.persons().len(), 1);
}

/// Who is barred while they work signs nothing more: the screen locks with the edition that says so, and lets them in no more.
#[test]
fn who_is_barred_while_signed_in_is_locked_out() {
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    flow.enroll(&scripted_officer("pham", OFFICER.1)).expect("enrolled");
    assert!(matches!(flow.state.session, Session::In { .. }));
    demonstration.central(&["officer", "revoke", OFFICER.0]);
    flow.run(|_| None, |state| matches!(state.session, Session::Locked { .. })).expect("locked");
    flow.take(Action::SignIn {
        officer: OfficerId(OFFICER.0.into()),
        passphrase: Secret::new(OFFICER.1.into()),
    });
    let refused = |state: &State| match &state.session {
        Session::Locked { busy: false, refused, .. } | Session::Out { busy: false, refused, .. } => {
            refused.is_some()
        }
        _ => false,
    };
    flow.run(|_| None, refused).expect("refused");
}
