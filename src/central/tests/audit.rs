//! Whatever is changed behind the centre's back is found; whoever inspects reads everything and changes nothing; the log
//! as others watch it; a backup that is restored long after.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::browser::Browser;
use common::{Central, Station, TEST, central, eventually, printed};
use ring::signature::{ED25519, UnparsedPublicKey};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tram_enrollment::Field;
use tram_packet::{Digest, PacketId, PacketKind};
use tram_sync::Transport as _;

/// A centre with a few packets of one station, stopped.
fn stopped() -> (Central, Vec<PacketId>) {
    let mut central = Central::demo();
    let mut station = Station::join(&central.code);
    let packets: Vec<PacketId> = (1..=5).map(|citizen| station.enroll(citizen)).collect();
    station.sync();
    central.kill();
    (central, packets)
}

fn verify(folder: &Path) -> (bool, String) {
    let output = central(folder, &["log", "verify"]);
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// A second person is written in who never signed.
const DEED: &str = "INSERT INTO deed (sha256, packet, station, kind, subject, reason, officer, supervisor, done_at, state, signed)
    SELECT sha256, id, station, 'blank-spoiled', 'TEST', 'TEST', 'khanh.lv', 'hoa.nt', '2026-11-22T00:00:00Z', 'sound', receipt
    FROM packet WHERE log_index = 0";

/// Every way to tamper with a copy of a sound centre, each named by what it is found as.
#[test]
fn what_was_inserted_removed_reordered_or_forked_is_found() {
    let (sound, packets) = stopped();
    assert_eq!(verify(sound.folder()), (true, "5 entries, 5 packets: nothing is wrong\n".to_owned()));
    let swap = "UPDATE packet SET log_index = log_index + 100;
        UPDATE packet SET log_index = CASE log_index WHEN 101 THEN 2 WHEN 102 THEN 1 ELSE log_index - 100 END";
    let other = Digest::of(b"TEST");
    let changed = format!("UPDATE packet SET sha256 = '{other}' WHERE log_index = 1");
    let node = "UPDATE log_node SET hash = zeroblob(32) WHERE level = 1 AND position = 0";
    let removed = "PRAGMA foreign_keys = OFF; DELETE FROM packet WHERE log_index = 2";
    let inserted = "UPDATE log SET size = size + 1;
        INSERT INTO log_node SELECT 0, 5, hash FROM log_node WHERE level = 0 AND position = 0";
    let receipt =
        "UPDATE packet SET receipt = (SELECT receipt FROM packet WHERE log_index = 0) WHERE log_index = 1";
    for (what, sql, said) in [
        ("reordered", swap, "entry 1 of the log is not of what the register holds"),
        ("changed", changed.as_str(), "entry 1 of the log is not of what the register holds"),
        ("a node", node, "node 0 at height 1 of the log is wrong"),
        ("removed", removed, "entry 2 of the log is of nothing in the register"),
        ("inserted", inserted, "entry 5 of the log is of nothing in the register"),
        ("a deed", DEED, "deed 1: it is not what was signed at the station"),
        ("another's receipt", receipt, "its receipt is of another packet or entry"),
    ] {
        let copy = TempDir::new().unwrap();
        let copy = copy.path().join("copy");
        printed(sound.folder(), &["backup", copy.to_str().unwrap()]);
        Connection::open(copy.join("central.sqlite")).unwrap().execute_batch(sql).unwrap();
        let (is_sound, found) = verify(&copy);
        assert!(!is_sound && found.contains(said), "{what}: {found}");
    }
    let copy = TempDir::new().unwrap();
    let copy = copy.path().join("copy");
    printed(sound.folder(), &["backup", copy.to_str().unwrap()]);
    let name = packets[3].to_string();
    let kept = copy.join("packets").join(&name[34..]).join(&name);
    let mut bytes = std::fs::read(&kept).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&kept, bytes).unwrap();
    let (is_sound, found) = verify(&copy);
    assert!(!is_sound && found.contains("its bytes were changed"), "{found}");
    std::fs::remove_file(&kept).unwrap();
    assert!(verify(&copy).1.contains("its bytes are not there"));
}

/// A centre is restored from its backup and stations go on before anybody looks: with `restored` said, what was lost
/// comes again, also from a station that saw a longer log.
#[test]
fn a_restored_centre_that_went_on_gets_back_what_it_lost() {
    let mut central = Central::demo();
    let mut one = Station::join(&central.code);
    one.enroll(1);
    one.sync();
    let backups = TempDir::new().unwrap();
    let backup = backups.path().join("backup");
    printed(central.folder(), &["backup", backup.to_str().unwrap()]);
    // What is renewed after the backup, no register of it knows.
    let identity = (one.membership.station.certificate.0.clone(), one.key.to_pkcs8().to_vec());
    let answer = Browser::showing(central.folder(), central.port, Some(identity)).post("/v1/certificate", "");
    one.membership.station = serde_json::from_slice(&answer.body).unwrap();
    (2..=3).for_each(|citizen| _ = one.enroll(citizen));
    one.sync();
    let seen = one.centre().checkpoint().unwrap();
    central.kill();
    for entry in std::fs::read_dir(central.folder()).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
    std::fs::remove_dir(central.folder()).unwrap();
    std::fs::rename(&backup, central.folder()).unwrap();
    printed(central.folder(), &["restored"]);
    let said = printed(central.folder(), &["officer", "reset", "minh.tq"]);
    assert!(said.contains("edition 1000"), "later than any that stations may hold: {said}");
    central.revive();
    // Somebody else comes first and makes the log longer than it was.
    let address = format!("https://localhost:{}", central.port);
    let code = printed(central.folder(), &["station", "code", "--address", &address]);
    let mut other = Station::join(code.trim());
    (11..=14).for_each(|citizen| _ = other.enroll(citizen));
    other.sync();
    assert_eq!(central.persons().len(), 5);
    let mut lane = tram_sync::Lane::new(one.centre(), one.bundle.centre_keys.clone(), Some(seen));
    let long = Duration::from_hours(1);
    common::memory::drive_lane(&mut lane, &mut one.outbox, Duration::ZERO, long, &mut |_, _| {});
    assert_eq!(central.persons().len(), 7);
    assert!(verify(central.folder()).0);
}

/// The log as C2SP's tiles and signed note, computed again from the tiles alone.
#[test]
fn the_log_is_watched_by_its_tiles() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    (1..=5).for_each(|citizen| _ = station.enroll(citizen));
    station.sync();
    let watcher = Browser::at(central.folder(), central.port);
    let note = watcher.get("/v1/log/checkpoint").text();
    let (text, signature) = note.split_once("\n\n").unwrap();
    let key = printed(central.folder(), &["log", "key"]);
    let mut parts = key.trim().splitn(3, '+');
    let (origin, hash) = (parts.next().unwrap(), parts.next().unwrap());
    let key = STANDARD.decode(parts.next().unwrap()).unwrap();
    let signature = signature.trim().strip_prefix(&format!("\u{2014} {origin} ")).unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    assert_eq!(u32::from_str_radix(hash, 16).unwrap().to_be_bytes(), signature[..4]);
    let signed = format!("{text}\n");
    UnparsedPublicKey::new(&ED25519, &key[1..]).verify(signed.as_bytes(), &signature[4..]).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), (origin, "5"));

    let tile = watcher.get("/v1/log/tile/0/000.p/5").body;
    let hashes: Vec<&[u8]> = tile.chunks(32).collect();
    let node = |left: &[u8], right: &[u8]| Digest::of_parts([[1].as_slice(), left, right]).0;
    let four = node(&node(hashes[0], hashes[1]), &node(hashes[2], hashes[3]));
    assert_eq!(lines[2], STANDARD.encode(node(&four, hashes[4])));
    for path in ["0/000", "0/000.p/6", "1/000", "0/x000/000", "..%2Fkeys"] {
        assert_eq!(watcher.get(&format!("/v1/log/tile/{path}")).status, 404, "{path}");
    }
    // The same as files, with the entries that the hashes are of.
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("log");
    printed(central.folder(), &["log", "export", out.to_str().unwrap()]);
    assert_eq!(std::fs::read(out.join("tile/0/000.p/5")).unwrap(), tile);
    let entries = std::fs::read(out.join("tile/entries/000.p/5")).unwrap();
    let leaf = Digest::of_parts([[0].as_slice(), &entries[2..50]]);
    assert_eq!((&entries[..2], leaf.0.as_slice()), ([0, 48].as_slice(), hashes[0]));
}

/// An inspector signs in, reads cases and records, and is refused every change.
#[test]
fn an_inspector_reads_everything_and_changes_nothing() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    station.enroll(1);
    let second = station.enroll_with(2, 1);
    station.sync();
    let case = eventually("a case", || {
        let list = printed(central.folder(), &["adjudicate", "list"]);
        list.split_whitespace().next().map(str::to_owned)
    });
    let added = ["adjudicator", "add", "thanh.tra", "--name", "Thanh tra TEST", "--inspector"];
    let passphrase =
        printed(central.folder(), &added).lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let mut inspector = Browser::at(central.folder(), central.desk);
    let answer = inspector.post("/sign-in", &format!("id=thanh.tra&passphrase={passphrase}"));
    inspector.cookie = answer.header("set-cookie").unwrap().split(';').next().map(str::to_owned);
    assert!(inspector.get("/").text().contains("href=\"/records\""));
    let records = inspector.get("/records").text();
    for shown in [second.to_string().as_str(), "khanh.lv", "Lê Văn Khánh", "Records", "Sổ theo dõi"] {
        assert!(records.contains(shown), "{shown} in {records}");
    }
    assert!(!records.contains("action=\"/cases"), "there is nothing to change");
    let page = inspector.get(&format!("/cases/{case}")).text();
    assert!(page.contains("022194900002") && !page.contains("name=\"verdict\""));
    let form = page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let decision = format!("form={form}&verdict=different&reason=because+TEST");
    assert_eq!(inspector.post(&format!("/cases/{case}"), &decision).status, 403);
    assert!(printed(central.folder(), &["adjudicate", "list"]).starts_with(' '), "it still waits");
    // Adjudicators have no part in the records.
    let mut adjudicator = Browser::at(central.folder(), central.desk);
    let answer = adjudicator.post("/sign-in", "id=lan.tt&passphrase=bien+xa+2026");
    adjudicator.cookie = answer.header("set-cookie").unwrap().split(';').next().map(str::to_owned);
    assert_eq!(adjudicator.get("/records").status, 403);
}

/// The extract lies in sealed files: everybody once, then what changed; stations in good standing get what was published
/// and the key that opens it.
#[test]
fn the_population_is_a_set_of_files_that_only_stations_in_good_standing_open() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    (1..=12).for_each(|citizen| _ = station.enroll(citizen));
    station.enroll(101);
    station.sync();
    let out = central.folder().join("sets").join("targets");
    let export = || printed(central.folder(), &["persons", "export", "022", out.to_str().unwrap()]);
    assert_eq!(export(), "13 people, 13 changed, 12 files written\n");
    let key = station.centre().extract_key().unwrap();
    let sealed = |file: &str| std::fs::read(out.join(file)).unwrap();
    let read = |file: &str| String::from_utf8(key.open(file, &sealed(file)).unwrap().to_vec()).unwrap();
    let (one, two) = (sealed("population-022-01"), read("population-022-02"));
    assert_eq!((read("population-022-01").lines().count(), two.lines().count()), (2, 1));
    assert!(two.contains("\"personal_number\":\"022194900002\""), "{two}");
    assert!(!one.windows(12).any(|window| window == b"022194900001"), "nobody lies there in the clear");

    assert_eq!(export(), "13 people, 0 changed, 0 files written\n");
    station.enroll(202);
    let reason = "TEST".to_owned();
    let of = *station
        .sealed
        .iter()
        .find(|(_, contents)| contents.applicant.value(Field::PersonalNumber) == "022194900003")
        .unwrap()
        .0;
    station.seal(PacketKind::Withdrawal { of, reason }, 3, TEST);
    station.sync();
    assert_eq!(export(), "13 people, 2 changed, 1 files written\n");
    let changes = read("population-022-changes-000001");
    assert!(changes.starts_with("-022194900003\n{") && changes.contains("022194900202"), "{changes}");
    assert_eq!((sealed("population-022-01"), read("population-022-02")), (one.clone(), two));
    // When half has changed, everybody is written anew and the changes begin again.
    (13..=20).for_each(|citizen| _ = station.enroll(citizen));
    station.sync();
    assert!(export().starts_with("21 people, 8 changed, "));
    assert!(!out.join("population-022-changes-000001").exists() && !out.join("population-022-03").exists());
    assert_eq!((read("population-022-02").lines().count(), sealed("population-022-01")), (2, one.clone()));

    let held = &station.membership.station;
    let identity = (held.certificate.0.clone(), station.key.to_pkcs8().to_vec());
    let asker = Browser::showing(central.folder(), central.port, Some(identity));
    assert_eq!(asker.get("/v1/sets/targets/population-022-01").body, one);
    for path in ["targets/none", "keys/ca.key", "targets/..%2F..%2Fkeys%2Fca.key", "metadata/.x"] {
        assert_eq!(asker.get(&format!("/v1/sets/{path}")).status, 404, "{path}");
    }
    let nobody = Browser::at(central.folder(), central.port);
    printed(central.folder(), &["station", "revoke", &held.station]);
    for path in ["/v1/sets/targets/population-022-01", "/v1/extract-key"] {
        assert_eq!((nobody.get(path).status, asker.get(path).status), (401, 403), "{path}");
    }
}
