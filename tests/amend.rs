//! A sealed dossier corrected and withdrawn, a blank given up, packets copied out: what is done after the slip, and what of
//! it needs two people.

#![allow(clippy::expect_used, clippy::panic)] // In a test.

mod common;

use common::{Cutter, Demonstration, OFFICER, scripted_officer};
use tram_enrollment::{Field, OfficerId, Step};
use tram_station::headless::Headless;
use tram_store::PacketState;
use tram_virtual::Ending;
use tram_workflow::dossier::{Approval, Sealing};
use tram_workflow::lists::{DossierState, OrderState};
use tram_workflow::state::Printing;
use tram_workflow::{Action, Secret, State};

const SUPERVISOR: (&str, &str) = ("hoa.nt", "nui xanh 2026");

fn approval(passphrase: &str) -> Approval {
    let supervisor = OfficerId(SUPERVISOR.0.into());
    Approval { supervisor, passphrase: Secret::new(passphrase.into()) }
}

fn is_sealed(state: &State) -> bool {
    state.dossier.as_ref().is_some_and(|dossier| matches!(dossier.sealing, Sealing::Sealed(_)))
}

/// Waits for the station's word that something was not done.
fn refused(flow: &mut Headless<'_>) -> String {
    let trouble =
        |state: &State| state.notices.iter().find(|notice| notice.is_trouble).map(|n| n.text.en.clone());
    flow.run(|_| None, |state| trouble(state).is_some()).expect("it says why");
    let said = trouble(&flow.state).expect("said");
    flow.state.notices.clear();
    said
}

#[test]
fn a_mistake_seen_on_the_slip_is_corrected_without_a_new_capture() {
    let Some(demonstration) = Demonstration::start() else { return };
    let cutter = Cutter::before(demonstration.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    let officer = scripted_officer("pham", OFFICER.1);
    let first = flow.enroll(&officer).expect("sealed");
    let captured = station.newest_sealed();

    flow.take(Action::Reopen("Sai số điện thoại".into()));
    flow.run(|_| None, |state| !is_sealed(state)).expect("a draft again");
    assert_eq!(flow.state.dossier.as_ref().map(|dossier| dossier.enrollment.step), Some(Step::Review));
    flow.take(Action::Enter(Step::Applicant));
    flow.take(Action::Typed(Field::Phone, "0987654321".into()));
    flow.take(Action::Commit(Field::Phone));
    // The register knows another one.
    flow.take(Action::Reason(Some("Công dân báo số mới".into())));
    flow.run(|state| officer.next(state), is_sealed).expect("consented and sealed anew");
    let corrected = station.newest_sealed();
    assert_eq!(corrected.applicant.value(Field::Phone), "0987654321");
    assert_eq!(corrected.finger_attempts, captured.finger_attempts, "no finger was asked for again");
    assert_eq!(corrected.portraits, captured.portraits);
    assert_eq!(corrected.dossier, first.dossier);

    cutter.unplug(false);
    flow.drain_outbox().expect("the centre signs for both");
    drop(flow);
    let rows = station.reader().outbox(time::OffsetDateTime::UNIX_EPOCH).expect("readable");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.state != PacketState::Waiting), "{rows:?}");
    assert_eq!(demonstration.persons().len(), 1, "one person, as corrected");
    let second = rows.iter().find(|row| row.sequence == 2).expect("the correction").packet.to_string();
    let shown = demonstration.central(&["packet", "show", &second]).join("\n");
    assert!(shown.contains("\"correction\"") && shown.contains(&first.packet.to_string()), "{shown}");
}

#[test]
fn a_dossier_is_withdrawn_by_two_where_the_rules_say_so() {
    let Some(demonstration) = Demonstration::start() else { return };
    demonstration.publish_changed("second_person = []", "second_person = [\"packet_withdrawn\"]");
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, _hands) = station.flow(&mut lines);
    flow.enroll(&scripted_officer("pham", OFFICER.1)).expect("sealed");
    let withdraw = |approval| Action::Withdraw { reason: "Nhầm người".into(), approval };
    assert!(!flow.take(withdraw(None)), "an officer alone withdraws nothing");
    flow.take(withdraw(Some(approval("not hers"))));
    refused(&mut flow);
    assert!(is_sealed(&flow.state));

    flow.take(withdraw(Some(approval(SUPERVISOR.1))));
    let is_withdrawn = |state: &State| {
        let rows = state.worklist.iter().flatten();
        rows.map(|row| row.state.clone()).collect::<Vec<_>>() == [DossierState::Withdrawn]
    };
    flow.run(|_| None, is_withdrawn).expect("the list says so");
    flow.drain_outbox().expect("the centre hears of it");
    drop(flow);
    assert_eq!(demonstration.persons().len(), 0, "nobody is left of it");
}

#[test]
fn a_blank_is_given_up_by_two_where_the_rules_say_so() {
    let Some(demonstration) = Demonstration::start() else { return };
    demonstration.publish_changed("second_person = []", "second_person = [\"blank_spoiled\"]");
    let station = demonstration.station_behind(demonstration.centre_port());
    let mut lines = Vec::new();
    let (mut flow, hands) = station.flow(&mut lines);
    let officer = scripted_officer("pham", OFFICER.1);
    flow.enroll(&officer).expect("sealed");
    let id = station.newest_sealed().id;
    hands.next_card(Ending::Stuck);
    flow.issue(id).expect_err("the card is stuck");
    let printing = |state: &State| state.card.as_ref().map(|card| card.printing.clone());
    assert_eq!(printing(&flow.state), Some(Printing::Doubtful));

    flow.take(Action::PrintVerdict { good: false, approval: None });
    assert_eq!(printing(&flow.state), Some(Printing::Doubtful), "one alone gives up no blank");
    flow.take(Action::PrintVerdict { good: false, approval: Some(approval("not hers")) });
    refused(&mut flow);
    assert_eq!(printing(&flow.state), Some(Printing::Doubtful));
    flow.take(Action::PrintVerdict { good: false, approval: Some(approval(SUPERVISOR.1)) });
    flow.take(Action::CloseOrder);
    hands.refill(100, 100);
    hands.set_printer_fault(None);
    let is_free = |state: &State| state.orders.iter().flatten().all(|row| row.state == OrderState::Ordered);
    flow.run(|_| None, is_free).expect("the order waits for another blank");
    flow.issue(id).expect("printed on another blank and handed over");
    // The centre is told by itself and finds both signatures; the next packet tells the same.
    let told = format!("{}, {}", OFFICER.0, SUPERVISOR.0);
    flow.run(|_| None, |_| demonstration.central(&["deeds"]).len() == 1).expect("told before any packet");
    drop(flow);
    station.enroll(&["--citizen", "le thi", "--no-card"]).succeeds();
    station.tram(&["outbox", "--send"]).succeeds();
    let deeds = demonstration.central(&["deeds"]);
    assert_eq!(deeds.len(), 1, "{deeds:?}");
    assert!(deeds.iter().all(|line| line.contains("sound") && line.contains(&told)), "{deeds:?}");
}

/// With a network of nothing, packets wait; a copy of them leaves the station before two people, and each is in the chain.
#[test]
fn packets_are_copied_out_before_two_people_where_the_rules_say_so() {
    let Some(demonstration) = Demonstration::start() else { return };
    demonstration.publish_changed("second_person = []", "second_person = [\"packets_exported\"]");
    let cutter = Cutter::before(demonstration.centre_port(), 0, 0);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);
    station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let words = ["outbox", "--export", out.to_str().expect("text")];
    let said = station.tram(&words).fails();
    assert!(said.contains("two people"), "{said}");
    let people = [words.as_slice(), &["--officer", OFFICER.0, "--supervisor", SUPERVISOR.0]].concat();
    let said = station.tram_told(&people, &[OFFICER.1, "not hers"]).fails();
    assert!(said.contains(SUPERVISOR.0), "{said}");
    assert!(!out.exists(), "nothing left the station");
    let both = [words.as_slice(), &["--officer", OFFICER.0, "--supervisor", OFFICER.0]].concat();
    station.tram_told(&both, &[OFFICER.1, OFFICER.1]).fails();

    station.tram_told(&people, &[OFFICER.1, SUPERVISOR.1]).succeeds();
    assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 1);
    let chain = station.tram(&["audit", "list"]).succeeds().join("\n");
    assert!(chain.contains("exported") && chain.contains(SUPERVISOR.0), "{chain}");
    // So is the centre told, once it is reached: the packets that wait were sealed before.
    cutter.unplug(false);
    station.tram(&["outbox", "--send"]).succeeds();
    let deeds = demonstration.central(&["deeds"]).join("\n");
    assert!(deeds.contains("packets-exported") && deeds.contains("sound"), "{deeds}");
}
