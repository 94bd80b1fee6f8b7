//! What befell other systems, against a real centre on loopback.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Tests may, their helpers as well.

mod common;

use common::link::{Fate, Link};
use common::{Central, Station, central, eventually, free_port, printed, start, way};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use tempfile::TempDir;
use tram_packet::*;
use tram_sync::join::join;
use tram_sync::protocol::LARGEST_CHUNK;
use tram_sync::{Announce, Announced, Failure, Identity, PacketState, Reason, SyncError, Transport as _};

/// Three citizens over a link that is cut in the middle of uploads: three registrations, equal to what was captured.
#[test]
fn three_packets_arrive_over_a_link_that_is_cut() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packets: Vec<PacketId> = (1..=3).map(|citizen| station.enroll(citizen)).collect();
    let link = Link::to(central.port, |number| if number < 6 { Fate::Cut(300_000) } else { Fate::Pass });
    let states = station.sync_over(station.centre_at(link.port));
    assert!(states.values().all(|state| *state == PacketState::Receipted));
    let (connections, carried) = (link.connections.load(SeqCst), link.carried.load(SeqCst));
    assert!(connections > 6, "it was cut");
    let useful: usize = station.outbox.packets.values().map(|held| held.bytes.len()).sum();
    println!(
        "{useful} bytes over {connections} connections, goodput {:.1} %",
        100.0 * useful as f64 / carried as f64
    );
    assert!(carried - useful < 6 * LARGEST_CHUNK, "at most one chunk is wasted for each cut");
    assert_eq!(central.persons().len(), 3);
    for packet in packets {
        station.receipt(packet);
        station.compare(&central, packet);
    }
}

/// `OpenCRVS` 7477: every answer is lost once, after the centre has done what was asked.
#[test]
fn story_01_every_answer_lost_makes_no_second_record() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    let link = Link::to(central.port, |number| Fate::Answers(number % 2));
    station.sync_over(station.centre_at(link.port));
    station.receipt(packet);
    assert_eq!(central.persons().len(), 1);
    assert_eq!(printed(central.folder(), &["packet", "list"]).lines().count(), 1);
    assert_eq!(station.centre().checkpoint().unwrap().size, 1);
}

/// `KoBo` 470: five identical submissions at a time passed "is it there?" together. Here sixteen.
#[test]
fn story_02_sixteen_at_once_make_one_record() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    let bytes = station.outbox.packets[&packet].bytes.clone();
    let receipts: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..16)
            .map(|_| {
                let mut sender = Station::of(&station);
                sender.outbox.packets.insert(packet, common::memory::Held::new(bytes.clone()));
                scope.spawn(move || {
                    sender.sync();
                    sender.outbox.packets[&packet].receipt.clone().unwrap()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "one receipt for all");
    assert_eq!(central.persons().len(), 1);
    assert_eq!(station.centre().checkpoint().unwrap().size, 1);
}

/// `KoBo` 432: 201 although not everything was stored.
#[test]
fn story_08_no_receipt_unless_the_digest_matches() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    let mut bytes = station.outbox.packets[&packet].bytes.clone();
    let mut centre = station.centre();
    let announce = Announce { packet, sha256: Digest::of(&bytes), size: bytes.len() as u64 };
    bytes[1000] ^= 1;
    let Announced::Wanted { upload } = centre.announce(&announce).unwrap() else { panic!("held?") };
    let mut offset = 0;
    for chunk in bytes.chunks(LARGEST_CHUNK) {
        offset = centre.append(&upload, offset, chunk).unwrap();
    }
    let refused = centre.receipt(packet).unwrap_err();
    assert!(matches!(refused, Failure::Status { status: 422, kind, .. } if kind == "digest-mismatch"));
    assert_eq!(central.persons().len(), 0);
    // And the true bytes arrive afterwards.
    station.sync();
    station.receipt(packet);
    assert_eq!(central.persons().len(), 1);
}

/// ODK Central 299: two equal attachments were a conflict.
#[test]
fn story_09_equal_images_are_no_conflict() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let first = station.enroll(1);
    let again = station.enroll(1);
    station.sync();
    assert_ne!(station.receipt(first).log_index, station.receipt(again).log_index);
    // One person, enrolled twice.
    assert_eq!(central.persons().len(), 1);
}

/// CHT 8093: the centre is restored from a backup, and what came after it comes again.
#[test]
fn story_12_a_restored_centre_gets_back_what_it_lost() {
    let folder = TempDir::new().unwrap();
    let (live, backup) = (folder.path().join("live"), folder.path().join("backup"));
    let mut central = Central::demo_in(&live, 0);
    let mut station = Station::join(&central.code);
    station.enroll(1);
    station.sync();
    central.kill();
    copy(&live, &backup);
    central.revive();
    (2..=5).for_each(|citizen| _ = station.enroll(citizen));
    station.sync();
    let seen = station.centre().checkpoint().unwrap();
    assert_eq!((seen.size, central.persons().len()), (5, 5));
    central.kill();
    std::fs::remove_dir_all(&live).unwrap();
    copy(&backup, &live);
    central.revive();
    assert_eq!(central.persons().len(), 1);
    let mut lane = tram_sync::Lane::new(station.centre(), station.bundle.centre_keys.clone(), Some(seen));
    common::memory::drive_lane(
        &mut lane,
        &mut station.outbox,
        std::time::Duration::ZERO,
        std::time::Duration::from_hours(1),
        &mut |_, _| {},
    );
    assert_eq!(central.persons().len(), 5);
    station.sealed.keys().for_each(|packet| _ = station.receipt(*packet));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let status = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// DHIS2 984: disabling an account wiped what it had not sent. Here a barred station and a barred officer deliver.
#[test]
fn story_19_barring_destroys_nothing() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    (1..=5).for_each(|citizen| _ = station.enroll(citizen));
    printed(central.folder(), &["officer", "revoke", "khanh.lv"]);
    station.sync();
    station.sealed.keys().for_each(|packet| _ = station.receipt(*packet));
    assert_eq!(central.persons().len(), 0, "kept for a person to decide");
    let decided = station.sealed.keys().next().unwrap().to_string();
    printed(central.folder(), &["packet", "release", &decided]);
    assert_eq!(central.persons().len(), 1);
    printed(central.folder(), &["station", "revoke", &station.membership.station.station]);
    station.enroll(6);
    station.sync();
    assert!(matches!(station.centre().orders(0), Err(Failure::Status { status: 403, .. })));
    let list = printed(central.folder(), &["packet", "list"]);
    assert_eq!(list.lines().filter(|line| line.contains("held")).count(), 5);
}

/// tailscale 506, syncthing 3997: a cloned disk gave two devices one identity.
#[test]
fn story_23_a_cloned_station_is_found_and_loses_nothing() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let mut clone = Station::of(&station);
    station.enroll(1);
    clone.enroll(2);
    clone.enroll(3);
    station.sync();
    clone.sync();
    assert_eq!(central.persons().len(), 3);
    let list = printed(central.folder(), &["station", "list"]);
    assert!(list.contains("3 packets, 0 missing, 1 forked"), "{list}");
}

/// A packet lost on the way shows as a gap in its station's numbers.
#[test]
fn story_22_a_missing_packet_is_a_gap() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let lost = station.enroll(1);
    station.outbox.packets.remove(&lost);
    station.enroll(2);
    station.sync();
    let list = printed(central.folder(), &["station", "list"]);
    assert!(list.contains("1 packets, 1 missing, 0 forked"), "{list}");
}

/// The centre dies in the middle of an upload; what it had answered for is still there.
#[test]
fn killed_in_mid_upload_it_goes_on_where_it_was() {
    let mut central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    let bytes = station.outbox.packets[&packet].bytes.clone();
    let mut centre = station.centre();
    let announce = Announce { packet, sha256: Digest::of(&bytes), size: bytes.len() as u64 };
    let Announced::Wanted { upload } = centre.announce(&announce).unwrap() else { panic!("held?") };
    let offset = centre.append(&upload, 0, &bytes[..LARGEST_CHUNK]).unwrap();
    central.kill();
    assert!(matches!(centre.received(&upload), Err(Failure::Unreachable { .. })));
    central.revive();
    assert_eq!(centre.received(&upload).unwrap().offset, offset);
    station.sync();
    station.compare(&central, packet);
    assert_eq!(central.persons().len(), 1);
}

/// Story 30: the centre dies right after the receipt, and at random moments; nothing that has a receipt is missing.
#[test]
fn story_30_killed_at_any_moment_every_receipt_is_true() {
    let mut central = Central::demo();
    let mut station = Station::join(&central.code);
    let mut chance = common::memory::Chance(5);
    for citizen in 1..=6 {
        let packet = station.enroll(citizen);
        if citizen % 2 == 0 {
            // Dies somewhere between announcement and answer.
            let delay = std::time::Duration::from_millis(chance.next() % 120);
            let centre = station.centre();
            std::thread::scope(|scope| {
                let sender = scope.spawn(|| try_once(&mut station, centre));
                std::thread::sleep(delay);
                central.kill();
                sender.join().unwrap();
            });
        } else {
            station.sync();
            central.kill();
        }
        central.revive();
        station.sync();
        let mut centre = station.centre();
        assert_eq!(centre.receipt(packet).unwrap(), station.outbox.packets[&packet].receipt);
        station.compare(&central, packet);
    }
    assert_eq!(central.persons().len(), 6);
    assert_eq!(station.centre().checkpoint().unwrap().size, 6);
}

/// Sends until the first failure.
fn try_once(station: &mut Station, centre: tram_sync::Centre) {
    let mut lane = tram_sync::Lane::new(centre, station.bundle.centre_keys.clone(), None);
    for turn in 0..200 {
        let progress = lane.step(&mut station.outbox, std::time::Duration::from_secs(turn), 0).unwrap();
        if !matches!(progress.lane, tram_sync::LaneState::Working) {
            return;
        }
    }
}

/// A further packet corrects or withdraws an earlier one, in whatever order they arrive.
#[test]
fn corrections_and_withdrawals_are_applied() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let marks = Marks { test: true, is_virtual: true };
    let wrong = station.enroll(1);
    let corrected = station.seal(PacketKind::Correction { of: wrong }, 2, marks);
    let withdrawn = station.enroll(3);
    let reason = "Công dân rút hồ sơ".to_owned();
    station.seal(PacketKind::Withdrawal { of: withdrawn, reason }, 3, marks);
    // The correction is there before what it corrects.
    let late = station.outbox.packets.remove(&wrong).unwrap();
    station.sync();
    station.outbox.packets.insert(wrong, late);
    station.sync();
    let persons = central.persons();
    assert_eq!(persons.len(), 1, "{persons:?}");
    assert!(persons[0].starts_with("022194900002"), "{persons:?}");
    station.compare(&central, corrected);
}

/// The card order answers the registration, signed, for the station that sealed it and no other.
#[test]
fn a_card_order_comes_back() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let packet = station.enroll(1);
    station.sync();
    let orders = eventually("an order", || {
        Some(station.centre().orders(0).unwrap().orders).filter(|orders| !orders.is_empty())
    });
    assert_eq!(orders.len(), 1);
    let key = station.bundle.centre_key(CardOrder::signed_by(&orders[0].order.0).unwrap()).unwrap();
    let order = CardOrder::verify(&orders[0].order.0, key).unwrap();
    assert_eq!((order.packet, order.specimen), (packet, true));
    assert_eq!(order.fields.residence, "Thôn TEST, Xã Quảng La, Quảng Ninh");
    let portrait = &station.sealed[&packet].samples[1].sample;
    assert_eq!(order.portrait.unwrap().sha256, Digest::of(&portrait.bytes));
    assert!(station.centre().orders(orders[0].number).unwrap().orders.is_empty());
    let code = printed(central.folder(), &["station", "code", "--address", &station.membership.address]);
    assert!(Station::join(&code).centre().orders(0).unwrap().orders.is_empty());
}

/// A code admits one key, however often the answer is lost, and no second one.
#[test]
fn a_station_code_is_good_once() {
    let central = Central::demo();
    let code = central.code.parse().unwrap();
    let key = StationKey::generate().unwrap();
    let first = join(&code, &key, way()).unwrap();
    let again = join(&code, &key, way()).unwrap();
    assert_eq!(first.station.station, again.station.station);
    let other = join(&code, &StationKey::generate().unwrap(), way());
    assert!(matches!(other, Err(SyncError::Exchange(Failure::Status { status: 403, .. }))));
}

/// Another centre, a station of another centre, and nobody in particular are told apart.
#[test]
fn strangers_are_refused_on_both_sides() {
    let (ours, theirs) = (Central::demo(), Central::demo());
    let station = Station::join(&ours.code);
    let foreign = Station::join(&theirs.code);
    // The station at another centre.
    assert!(matches!(station.centre_at(theirs.port).checkpoint(), Err(Failure::Untrusted { .. })));
    // A code whose centre somebody stands in for.
    let mut code: tram_sync::JoinCode = ours.code.parse().unwrap();
    code.address = foreign.membership.address.clone();
    let joined = join(&code, &*station.key, way());
    assert!(matches!(joined, Err(SyncError::Exchange(Failure::Untrusted { .. }))));
    // A station of another centre at ours.
    let ca = &station.membership.station.ca.0;
    let identity =
        Identity { certificate: foreign.membership.station.certificate.0.clone(), key: foreign.key.clone() };
    let mut stranger =
        tram_sync::Centre::new(&station.membership.address, ca, Some(&identity), way()).unwrap();
    assert!(matches!(stranger.checkpoint(), Err(Failure::Untrusted { .. })));
    // Our certificate with another key.
    let identity =
        Identity { certificate: station.membership.station.certificate.0.clone(), key: foreign.key.clone() };
    let mut thief = tram_sync::Centre::new(&station.membership.address, ca, Some(&identity), way()).unwrap();
    assert!(thief.checkpoint().is_err());
    // Nobody in particular.
    let mut nobody = tram_sync::Centre::new(&station.membership.address, ca, None, way()).unwrap();
    assert!(matches!(nobody.checkpoint(), Err(Failure::Status { status: 401, .. })));
}

/// A centre in service takes nothing virtual and nothing TEST; the packet stays at the station with the reason.
#[test]
fn a_centre_in_service_refuses_what_is_not_real() {
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let address = format!("https://localhost:{port}");
    printed(folder.path(), &["init", "--name", "TEST centre in service"]);
    let added = printed(folder.path(), &["officer", "add", "thu.nt", "--name", "Ngô Thị Thử"]);
    let passphrase = |added: String| added.lines().next().unwrap().split_once(": ").unwrap().1.to_owned();
    let passphrase_of_officer = passphrase(added);
    let added =
        printed(folder.path(), &["officer", "add", "ha.tt", "--name", "Hà Thị Thử", "--role", "supervisor"]);
    let code = printed(folder.path(), &["station", "code", "--address", &address]);
    assert!(
        !central(folder.path(), &["demo", "--port", "0"]).status.success(),
        "a demo never serves this folder"
    );
    let listen = format!("127.0.0.1:{port}");
    let (mut child, _) =
        start(folder.path(), &["serve", "--listen", &listen], |line| line.contains("listening"));
    let key = Arc::new(StationKey::generate().unwrap());
    let membership = common::joined(&code, &*key);
    let mut station = Station::signed_in(key, membership, "thu.nt", &passphrase_of_officer);
    for marks in [Marks { test: false, is_virtual: true }, Marks { test: true, is_virtual: false }] {
        let packet = station.seal(PacketKind::Enrollment, 1, marks);
        let states = station.sync();
        let PacketState::Quarantined { because: Reason::Refused { kind, .. } } = &states[&packet] else {
            panic!("{states:?}");
        };
        assert_eq!(kind, "not-real");
    }
    // Until the site publishes rules of its own, two people sign for whatever rules can ask two people for.
    let alone = station.seal(PacketKind::Enrollment, 2, Marks::default());
    station.sync();
    station.receipt(alone);
    let persons = || printed(folder.path(), &["persons", "list"]).lines().count();
    assert_eq!(persons(), 0);
    let supervisor = station.bundle.officer(&tram_enrollment::OfficerId("ha.tt".into())).unwrap();
    let supervisor = supervisor.sealed_key.open(&passphrase(added)).unwrap();
    let contents = station.contents(PacketKind::Enrollment, 2, 2, Marks::default());
    let hands = common::Hands { supervisor: Some(&supervisor), ..common::Hands::default() };
    let real = station.seal_by(contents, hands);
    station.sync();
    station.receipt(real);
    assert_eq!(persons(), 1);
    assert!(station.centre().orders(0).unwrap().orders.is_empty(), "cards are ordered by people here");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A new edition reaches stations, and only when there is one.
#[test]
fn reference_data_come_by_edition_and_time_is_signed() {
    let central = Central::demo();
    let station = Station::join(&central.code);
    let centre = station.centre();
    assert_eq!(centre.reference(Some(station.bundle.edition)), Ok(None));
    printed(
        central.folder(),
        &["officer", "add", "moi.nv", "--name", "Người Văn Mới", "--role", "supervisor"],
    );
    let newer = centre.reference(Some(station.bundle.edition)).unwrap().unwrap();
    let newer = ReferenceBundle::verify(&newer, &station.membership.station.authority).unwrap();
    assert_eq!((newer.edition, newer.officers.len()), (station.bundle.edition + 1, 4));
    let time = centre.time("a-nonce", &station.membership.station.authority).unwrap();
    assert!((time::OffsetDateTime::now_utc() - time).abs() < time::Duration::MINUTE);
    assert!(centre.time("a-nonce", station.key.public_key()).is_err());
}

/// An empty folder is never taken for a centre that lost everything (vaultwarden on a disk that was not mounted).
#[test]
fn story_16_a_missing_disk_is_not_an_empty_centre() {
    let folder = TempDir::new().unwrap();
    let output = central(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds no centre"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Two processes on one folder would contradict each other; the second one says so and ends.
#[test]
fn one_process_serves_a_folder() {
    let running = Central::demo();
    let output = central(running.folder(), &["demo", "--port", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another process serves"));
}

/// A demonstration is made once; its second start is quick.
#[test]
fn a_demonstration_starts_again_quickly() {
    let folder = TempDir::new().unwrap();
    let first = Central::demo_in(folder.path(), 0);
    let edition = Station::join(&first.code).bundle.edition;
    drop(first);
    let started = std::time::Instant::now();
    let second = Central::demo_in(folder.path(), 0);
    println!("second start in {} ms", started.elapsed().as_millis());
    assert_eq!(Station::join(&second.code).bundle.edition, edition);
}
