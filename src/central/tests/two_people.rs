//! What nobody at the centre does alone: two people, each by their own key, and both in the log.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

mod common;

use common::{Central, Station, TEST, printed, told};
use std::path::Path;
use time::OffsetDateTime;
use tram_central::reference::RULES;
use tram_enrollment::OfficerId;
use tram_packet::deed::Signers;
use tram_packet::{Deed, DeedKind, OfficerKey, OrderId, PacketId, PacketKind, SignedDeed, Signer};
use tram_sync::Failure;
use uuid::Uuid;

/// The demonstration's adjudicator.
const LAN: (&str, &str) = ("lan.tt", "bien xa 2026");
const REASON: &str = "Đã gọi điện xác minh (TEST)";

/// A centre whose rules leave all of it to two people, a station, and a second person with her passphrase.
fn strict() -> (Central, Station, String) {
    let central = Central::demo();
    let all = "[\"release\", \"withdraw\", \"export\", \"unbar-officer\", \"unbar-station\"]";
    let asked = RULES.replace("two_at_the_centre = []", &format!("two_at_the_centre = {all}"));
    assert_ne!(asked, RULES);
    let rules = central.folder().join("rules.toml");
    std::fs::write(&rules, asked).unwrap();
    printed(central.folder(), &["reference", "publish", "--rules", rules.to_str().unwrap()]);
    let station = Station::join(&central.code);
    let passphrase = adjudicator(&central, &["mai.lt", "--name", "Lê Thị Mai"]);
    (central, station, passphrase)
}

/// Makes somebody who decides, or with `--inspector` only looks; gives the passphrase.
fn adjudicator(central: &Central, who: &[&str]) -> String {
    let said = printed(central.folder(), &[&["adjudicator", "add"], who].concat());
    said.lines().next().unwrap().split_once(": ").unwrap().1.to_owned()
}

/// One proposes; gives the act's number.
fn proposed(central: &Central, kind: &str, subject: &str) -> String {
    let words = ["act", "propose", kind, subject, "--reason", REASON, "--as", LAN.0];
    let (done, said) = told(central.folder(), &words, LAN.1);
    assert!(done, "{said}");
    said.split_whitespace().nth(1).unwrap().to_owned()
}

fn second(folder: &Path, number: &str, who: (&str, &str), more: &[&str]) -> (bool, String) {
    told(folder, &[&["act", "second", number, "--as", who.0], more].concat(), who.1)
}

fn refused(central: &Central, words: &[&str]) {
    let output = common::central(central.folder(), words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("this takes two people"), "{words:?}: {said}");
}

fn state(central: &Central, packet: PacketId) -> String {
    let list = printed(central.folder(), &["packet", "list"]);
    list.lines().find(|line| line.starts_with(&packet.to_string())).unwrap().to_owned()
}

#[test]
fn what_was_held_is_released_by_two_people_and_by_no_one_alone() {
    let (central, mut station, passphrase) = strict();
    let mai = ("mai.lt", passphrase.as_str());
    let folder = central.folder();
    let packet = station.enroll(1);
    printed(folder, &["officer", "revoke", "khanh.lv"]);
    station.sync();
    let id = packet.to_string();
    refused(&central, &["packet", "release", &id]);

    let number = proposed(&central, "release", &id);
    assert!(printed(folder, &["act", "list"]).contains(&id));
    let no = |who, says: &str| {
        let (done, said) = second(folder, &number, who, &[]);
        assert!(!done && said.contains(says), "{said}");
        assert!(state(&central, packet).contains("held"), "nothing was done");
    };
    no(LAN, "it takes another person");
    no(("mai.lt", LAN.1), "name or passphrase is wrong");
    let passphrase = adjudicator(&central, &["an.tv", "--name", "Trần Văn An", "--inspector"]);
    no(("an.tv", &passphrase), "may not decide here");

    let (done, said) = second(folder, &number, mai, &[]);
    assert!(done, "{said}");
    assert!(state(&central, packet).contains("registered"));
    let (again, said) = second(folder, &number, mai, &[]);
    assert!(!again && said.contains("does not wait"), "{said}");
    assert!(printed(folder, &["act", "list"]).is_empty());
    assert_eq!(printed(folder, &["log", "verify"]), "2 entries, 1 packets: nothing is wrong\n");
    let out = folder.join("log");
    printed(folder, &["log", "export", out.to_str().unwrap()]);
    let entries = std::fs::read(out.join("tile/entries/000.p/2")).unwrap();
    let entries = String::from_utf8_lossy(&entries);
    for line in
        [format!("subject {id}"), format!("reason {REASON}"), "by lan.tt".into(), "second mai.lt".into()]
    {
        assert!(entries.contains(&format!("\n{line}\n")), "{entries}");
    }
}

#[test]
fn a_withdrawal_without_a_supervisor_waits_for_two_people() {
    let (central, mut station, passphrase) = strict();
    let packet = station.enroll(1);
    station.sync();
    assert_eq!(central.persons().len(), 1);
    let reason = "Nhập nhầm người (TEST)".to_owned();
    let withdrawal = station.seal(PacketKind::Withdrawal { of: packet, reason }, 1, TEST);
    station.sync();
    station.receipt(withdrawal);
    assert!(state(&central, withdrawal).contains("no supervisor signed for it"));
    assert_eq!(central.persons().len(), 1, "nothing is withdrawn yet");
    let id = withdrawal.to_string();
    refused(&central, &["packet", "release", &id]);
    let number = proposed(&central, "release", &id);
    let (done, said) = second(central.folder(), &number, ("mai.lt", &passphrase), &[]);
    assert!(done, "{said}");
    assert_eq!(central.persons().len(), 0);
}

#[test]
fn the_barred_are_let_in_again_and_extracts_leave_by_two_people() {
    let (central, mut station, passphrase) = strict();
    let mai = ("mai.lt", passphrase.as_str());
    let folder = central.folder();
    station.enroll(1);
    station.sync();
    let id = station.membership.station.station.clone();
    for (table, subject) in [("officer", "khanh.lv"), ("station", id.as_str())] {
        printed(folder, &[table, "revoke", subject]);
        refused(&central, &[table, "unbar", subject]);
        let number = proposed(&central, &format!("unbar-{table}"), subject);
        let (done, said) = second(folder, &number, mai, &[]);
        assert!(done && said.contains("is published"), "{said}");
        assert!(!printed(folder, &[table, "list"]).contains("barred"));
        // Nobody is barred any more: there is nothing to do.
        let number = proposed(&central, &format!("unbar-{table}"), subject);
        let (done, said) = second(folder, &number, mai, &[]);
        assert!(!done && said.contains("that is barred"), "{said}");
    }
    station.enroll(2);
    station.sync();
    assert_eq!(central.persons().len(), 2);

    let to = folder.join("extract");
    let to = to.to_str().unwrap();
    refused(&central, &["persons", "export", "022", to]);
    let number = proposed(&central, "export", "022");
    let (done, said) = second(folder, &number, mai, &[]);
    assert!(!done && said.contains("--to"), "{said}");
    let (done, said) = second(folder, &number, mai, &["--to", to]);
    assert!(done && said.contains("2 people, 2 changed"), "{said}");
    assert_eq!(printed(folder, &["log", "verify"]), "5 entries, 2 packets: nothing is wrong\n");
}

/// What was done at a station without its second signature stands out until two people let it stand, and no citizen waits
/// for it.
#[test]
fn a_blank_given_up_alone_stands_out_until_two_people_let_it_stand() {
    let (central, mut station, passphrase) = strict();
    let folder = central.folder();
    let asked = RULES.replace("second_person = []", "second_person = [\"blank_spoiled\"]");
    assert_ne!(asked, RULES);
    let rules = folder.join("rules.toml");
    std::fs::write(&rules, asked).unwrap();
    printed(folder, &["reference", "publish", "--rules", rules.to_str().unwrap()]);
    let record = station.bundle.officer(&OfficerId("hoa.nt".into())).unwrap().clone();
    let supervisor = record.sealed_key.open("nui xanh 2026").unwrap();
    let id = station.membership.station.station.clone();
    let given_up = |number: u128, station_id: &str, second: Option<&dyn Signer>, officer: &OfficerKey| {
        let deed = Deed {
            station: station_id.into(),
            officer: OfficerId("khanh.lv".into()),
            kind: DeedKind::BlankSpoiled {
                order: OrderId(Uuid::from_u128(number)),
                reason: "kẹt (TEST)".into(),
            },
            at: OffsetDateTime::now_utc(),
        };
        deed.sign(&Signers { station: &*station.key, officer, supervisor: second, rekey: None }).unwrap()
    };
    let stranger = OfficerKey::generate(&mut tram_packet::random::system()).unwrap();
    let alone = given_up(1, &id, None, &station.officer);
    let deeds = vec![
        alone.clone(),
        given_up(2, &id, Some(&supervisor), &station.officer),
        given_up(3, &id, None, &stranger),
        SignedDeed(b"TEST: nothing at all".to_vec()),
    ];
    // The station tells it before its packets do, once more after an answer that was lost.
    let line = station.centre();
    for _ in 0..2 {
        line.tell(&alone).unwrap();
    }
    let no = line.tell(&SignedDeed(b"TEST: nothing at all".to_vec()));
    assert!(matches!(no, Err(Failure::Status { status: 422, .. })), "{no:?}");
    let list = printed(folder, &["deeds"]);
    assert!(list.lines().count() == 1 && list.contains("lacking"), "{list}");

    let mut contents = station.contents(PacketKind::Enrollment, 1, 1, TEST);
    contents.deeds = deeds;
    let packet = station.seal_contents(contents);
    // Told twice, as after a packet that the centre did not take.
    let mut again = station.contents(PacketKind::Enrollment, 2, 2, TEST);
    again.deeds = vec![alone];
    station.seal_contents(again);
    station.sync();
    assert!(state(&central, packet).contains("registered"), "no citizen waits for it");
    let list = printed(folder, &["deeds"]);
    let states: Vec<&str> = list.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(states, ["unverified", "unverified", "lacking", "sound"], "{list}");
    let lacking = list.lines().nth(2).unwrap();
    assert!(lacking.contains("khanh.lv, alone") && lacking.contains("no supervisor signed for it"), "{list}");
    assert!(list.contains("khanh.lv, hoa.nt"), "{list}");

    let accept =
        |number: &str| second(folder, &proposed(&central, "deed", number), ("mai.lt", &passphrase), &[]);
    for (number, done) in [("1", true), ("1", false), ("2", false), ("9", false), ("x", false)] {
        let (accepted, said) = accept(number);
        assert_eq!(accepted, done, "{number}: {said}");
    }
    assert!(printed(folder, &["deeds"]).contains("accepted"));
    assert_eq!(printed(folder, &["log", "verify"]), "3 entries, 2 packets: nothing is wrong\n");
}

/// Who proposed and was barred before the second signature has proposed nothing.
#[test]
fn a_proposal_stands_only_as_long_as_who_made_it() {
    let (central, _station, passphrase) = strict();
    let mai = ("mai.lt", passphrase.as_str());
    printed(central.folder(), &["officer", "revoke", "khanh.lv"]);
    let number = proposed(&central, "unbar-officer", "khanh.lv");
    printed(central.folder(), &["adjudicator", "revoke", LAN.0]);
    let (done, said) = second(central.folder(), &number, mai, &[]);
    assert!(!done && said.contains("lan.tt, who proposed it, may not any more"), "{said}");
    let again = ["act", "propose", "unbar-officer", "khanh.lv", "--reason", REASON, "--as", LAN.0];
    assert!(!told(central.folder(), &again, LAN.1).0, "nor proposes anything else");
    assert!(printed(central.folder(), &["officer", "list"]).contains("barred"));
    // A demonstration whose rules ask for nothing lets one person do it.
    let lenient = Central::demo();
    printed(lenient.folder(), &["officer", "revoke", "khanh.lv"]);
    printed(lenient.folder(), &["officer", "unbar", "khanh.lv"]);
    assert!(!common::central(lenient.folder(), &["officer", "unbar", "khanh.lv"]).status.success());
}
