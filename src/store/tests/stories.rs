//! What befell other systems that keep captures until they can be sent, as far as it is the store's to prevent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // Tests may.

mod common;

use common::*;
use std::collections::BTreeMap;
use std::fs;
use time::OffsetDateTime;
use tram_biometric::SampleId;
use tram_packet::{AuditAction, PacketId, PacketKind, Prepared, PublicKey, SampleRole, Signer as _};
use tram_store::{Mirror, Named, OutboxRow, PacketState, Store, StoreError, Unsealed};
use uuid::Uuid;

fn dossier(store: &mut Store, number: u128) {
    open_dossier(store, id(number));
    let (full, card) = (sample(number << 8, 20_000), sample(number << 8 | 1, 4_000));
    store.append(id(number), &portrait(&full, &card), &[&full, &card], NOW).unwrap();
}

fn receive(store: &mut Store, cast: &Cast, packet: PacketId) {
    let signed = cast.receipt(store, packet, 0);
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
}

/// `OpenCRVS` 12292: a record stood at "sending" for ever after a crash. Here no such state can be written down.
#[test]
fn story_03_after_a_crash_in_any_state_nothing_says_sending() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    (1..=4).for_each(|number| dossier(&mut store, number));
    let packets: Vec<PacketId> = (1..=4).map(|number| cast.seal(&mut store, id(number))).collect();
    store.record_attempt(packets[0], "a cut in the middle", NOW).unwrap();
    store.quarantine(packets[1], "refused", act()).unwrap();
    receive(&mut store, &cast, packets[2]);
    receive(&mut store, &cast, packets[3]);
    store.purge(packets[3], act()).unwrap();
    drop(store);
    let store = Store::open(&path(folder.path()), &key()).unwrap();
    let states: Vec<PacketState> = store
        .read()
        .outbox(OffsetDateTime::UNIX_EPOCH)
        .unwrap()
        .into_iter()
        .rev()
        .map(|row| row.state)
        .collect();
    let refused = PacketState::Quarantined { reason: "refused".into() };
    assert_eq!(states, [PacketState::Waiting, refused, PacketState::Received, PacketState::Purged]);
    assert_eq!(store.read().waiting().unwrap().len(), 1, "what was under way simply waits");
}

fn unsealed<'a>(prepared: Prepared<'a>, samples: &'a [Named]) -> Unsealed<'a> {
    Unsealed {
        enrollment: id(1),
        kind: &PacketKind::Enrollment,
        prepared,
        samples,
        templates: &[],
        deeds: &[],
    }
}

/// `OpenCRVS` 13303: what was said arrived before what it was said of, and the record disappeared. Here a row without its
/// bytes, or bytes that are not all there, cannot be committed.
#[test]
fn story_07_a_packet_is_there_with_all_its_bytes_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    dossier(&mut store, 1);
    let contents = Cast::contents(&store, id(1), &PacketKind::Enrollment);
    let envelope = cast.envelope(&store, id(1));
    let certificate = Some(Uuid::from_u128(7));
    let named = [Named { id: SampleId(1 << 8), role: SampleRole::PortraitCard, certificate }];
    let random = &mut tram_packet::random::system();
    let prepare = |store: &Store, random: &mut tram_packet::random::SystemRandom| {
        Prepared::of(&contents, &mut store.read().samples(&named), &envelope, random).unwrap()
    };
    // A sample that is not the one that was signed: found while the packet is written, half of it in the database.
    let other = [Named { id: SampleId(1 << 8 | 1), role: SampleRole::PortraitCard, certificate }];
    let prepared = prepare(&store, random);
    let refused = store.seal(unsealed(prepared, &other), random, act());
    assert!(matches!(refused, Err(StoreError::Packet(_))), "{refused:?}");
    assert!(store.read().waiting().unwrap().is_empty());
    assert_eq!(store.read().drafts().unwrap(), [id(1)], "it is a draft as before");

    let prepared = prepare(&store, random);
    let outside = store.seal(unsealed(prepared, &named), random, act()).unwrap();
    let packet = store.read().packet(outside.header().packet).unwrap();
    assert_eq!(packet.outside(), &outside);
    let pieces: Vec<u8> = (0..)
        .map(|number| store.read().packet_part(outside.header().packet, number * 5_000, 5_000).unwrap())
        .take_while(|piece| !piece.is_empty())
        .flatten()
        .collect();
    assert!(pieces == packet.bytes(), "piece by piece it is the same packet");
}

/// ODK Collect 4108: the database's file was removed while it was open, and what was saved then went nowhere.
#[test]
fn story_17_a_database_that_is_moved_away_says_so_before_saying_saved() {
    for exchange in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        open_dossier(&mut store, id(1));
        let (database, away) = (path(folder.path()), folder.path().join("away.db"));
        fs::rename(&database, &away).unwrap();
        if exchange {
            fs::copy(&away, &database).unwrap();
        }
        for _ in 0..2 {
            let refused = store.append(id(1), &field("TEST"), &[], NOW);
            assert!(matches!(refused, Err(StoreError::Replaced(_) | StoreError::Disk(_))), "{refused:?}");
        }
        assert_eq!(store.read().events(id(1)).unwrap().first().map(|_| ()), Some(()), "it can still be read");
        drop(store);
        if !exchange {
            assert!(
                matches!(Store::open(&database, &key()), Err(StoreError::Missing(_))),
                "no empty one instead"
            );
        }
    }
}

/// `OpenCRVS` 9946, SORMAS 950: who signed in next saw the other's outbox. Here the outbox is the station's, and what it
/// shows of a packet is nothing of the person.
#[test]
fn story_18_the_outbox_shows_nothing_of_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    dossier(&mut store, 1);
    store.append(id(1), &field("Lò Thị Mẩy"), &[], NOW).unwrap();
    cast.seal(&mut store, id(1));
    let rows: Vec<OutboxRow> = store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap();
    let audit = store.read().audit_rows(0, 10).unwrap();
    let shown = format!("{rows:?} {audit:?}");
    assert!(!rows.is_empty() && !shown.contains("Lò") && !shown.contains("Mẩy"), "{shown}");
}

/// kanidm 1790: after a reset of the TPM the key was gone. What is sealed needs no key of the station any more: it comes
/// back from the mirror and goes to the centre as it is, under the former key.
#[test]
fn story_25_what_is_sealed_survives_the_loss_of_the_stations_key() {
    let folder = tempfile::tempdir().unwrap();
    let (former, new) = (Cast::new(), Cast::new());
    let mut store = store(folder.path());
    let mirror = Mirror::create(&folder.path().join("medium"), "TEST-01").unwrap();
    dossier(&mut store, 1);
    let packet = former.seal(&mut store, id(1));
    mirror.update(store.read()).unwrap();
    let public: PublicKey = former.station.public_key().clone();
    drop((store, former.station));

    let mut store = Store::open(&path(folder.path()), &key()).unwrap();
    assert!(store.read().packet(packet).unwrap().verify(&public).is_ok(), "whole, and still verified");
    dossier(&mut store, 2);
    let next = new.seal(&mut store, id(2));
    assert!(store.read().packet(next).unwrap().verify(new.station.public_key()).is_ok(), "the chain goes on");
    let mut other = Store::create(&folder.path().join("other.db"), &key()).unwrap();
    for packet in mirror.packets().unwrap() {
        assert!(other.recover(&packet.unwrap(), &public, act()).unwrap());
    }
    assert_eq!(other.read().waiting().unwrap().len(), 1);
}

/// While the centre contradicts itself, nothing is deleted; when a person has settled it, what was received may go.
#[test]
fn a_contradiction_of_the_centre_stops_purging() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    dossier(&mut store, 1);
    let packet = cast.seal(&mut store, id(1));
    receive(&mut store, &cast, packet);
    store.distrust("a log of 4 entries does not continue that of 3", act()).unwrap();
    store.distrust("again", act()).unwrap();
    assert!(matches!(store.purge(packet, act()), Err(StoreError::Distrusted)));
    assert!(store.read().packet(packet).is_ok());
    assert_eq!(
        store.read().distrusted().unwrap().as_deref(),
        Some("a log of 4 entries does not continue that of 3")
    );
    store.trust_again(act()).unwrap();
    assert!(store.trust_again(act()).is_err());
    store.purge(packet, act()).unwrap();
    let actions: Vec<String> =
        store.read().audit_rows(0, 10).unwrap().into_iter().map(|(row, _)| row.action).collect();
    assert_eq!(actions, ["sealed", "received", "distrusted", "trusted_again", "purged"]);
}

/// Packets and receipts anchor the audit chain; whoever has database and key can rewrite it, and is found out.
#[test]
fn a_rewritten_audit_chain_contradicts_its_packets_and_receipts() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new();
    let mut store = store(folder.path());
    (1..=3).for_each(|number| dossier(&mut store, number));
    let packets: Vec<PacketId> = (1..=3).map(|number| cast.seal(&mut store, id(number))).collect();
    receive(&mut store, &cast, packets[0]);
    receive(&mut store, &cast, packets[1]);
    store.purge(packets[0], act()).unwrap();
    let keys = |key: &dyn tram_packet::Signer| [key.public_key().clone()];
    let (station, centre) = (keys(&cast.station), keys(&cast.centre));
    let report = store.read().examine_audit(&station, &centre).unwrap();
    assert_eq!((report.findings.len(), report.unverified.len(), report.anchored), (0, 0, 4));
    let strangers = store.read().examine_audit(&centre, &station).unwrap();
    assert_eq!((strangers.unverified.len(), strangers.anchored), (4, 0), "nobody else can vouch");
    drop(store);

    // A second life of the same station: the same packets over another past.
    let forged = tempfile::tempdir().unwrap();
    let mut other = common::store(forged.path());
    other.note(act(), AuditAction::PaceSet, "TEST").unwrap();
    let original = Store::open(&path(folder.path()), &key()).unwrap();
    for packet in &packets[1..] {
        other.recover(&original.read().packet(*packet).unwrap(), cast.station.public_key(), act()).unwrap();
    }
    let report = other.read().examine_audit(&station, &centre).unwrap();
    assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
}

/// MOSIP 252, 1088, 676: jobs in the wrong order, the wrong key column, a wrong counter. Whatever is asked of the outbox in
/// whatever order, it does what a model of five lines does.
#[test]
fn story_28_the_outbox_does_what_its_model_does() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Model {
        Waiting,
        Quarantined,
        Received,
        Purged,
    }
    let at = |seed: u64, step: u64| {
        let z = (seed << 32 | step).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ z >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ z >> 32) as usize
    };
    let cast = Cast::new();
    for seed in 0..6 {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_none| tempfile::tempdir()).unwrap();
        let mut store = store(folder.path());
        let mut model: BTreeMap<PacketId, Model> = BTreeMap::new();
        let mut receipts: BTreeMap<PacketId, Vec<u8>> = BTreeMap::new();
        for step in 0..60 {
            let chosen = at(seed, step);
            let packet = model.keys().nth(chosen / 16 % model.len().max(1)).copied();
            let (Some(packet), 1..) = (packet, chosen % 9) else {
                let number = 1 + model.len() as u128;
                open_dossier(&mut store, id(number));
                let packet = cast.seal(&mut store, id(number));
                receipts.insert(packet, cast.receipt(&store, packet, 0));
                model.insert(packet, Model::Waiting);
                continue;
            };
            let state = model[&packet];
            let (did, next) = match chosen % 9 {
                1 => (store.record_attempt(packet, "TEST", NOW).is_ok(), Some(state)),
                2 | 3 => {
                    let key = cast.centre.public_key();
                    let stored = store.store_receipt(packet, &receipts[&packet], key, act()).is_ok();
                    (stored, Some(if state == Model::Purged { Model::Purged } else { Model::Received }))
                }
                4 => {
                    let may = matches!(state, Model::Waiting | Model::Quarantined);
                    (store.quarantine(packet, "TEST", act()).is_ok(), may.then_some(Model::Quarantined))
                }
                5 => {
                    let may = state == Model::Quarantined;
                    (store.release(packet, act()).is_ok(), may.then_some(Model::Waiting))
                }
                6 => {
                    let may = state == Model::Received;
                    (store.purge(packet, act()).is_ok(), may.then_some(Model::Purged))
                }
                7 => {
                    store.offer_again(act()).unwrap();
                    for state in model.values_mut() {
                        if matches!(state, Model::Received | Model::Quarantined) {
                            *state = Model::Waiting;
                        }
                    }
                    (true, Some(model[&packet]))
                }
                _ => {
                    drop(store);
                    store = Store::open(&path(folder.path()), &key()).unwrap();
                    (true, Some(state))
                }
            };
            assert_eq!(did, next.is_some(), "seed {seed}, step {step}: {} of a packet {state:?}", chosen % 9);
            model.extend(next.map(|next| (packet, next)));
            let rows = store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap();
            let found: BTreeMap<PacketId, Model> = rows
                .into_iter()
                .map(|row| {
                    let state = match row.state {
                        PacketState::Waiting => Model::Waiting,
                        PacketState::Quarantined { .. } => Model::Quarantined,
                        PacketState::Received => Model::Received,
                        PacketState::Purged => Model::Purged,
                    };
                    (row.packet, state)
                })
                .collect();
            assert_eq!(found, model, "seed {seed}, step {step}");
            let waiting = model.values().filter(|state| **state == Model::Waiting).count();
            assert_eq!(store.read().waiting().unwrap().len(), waiting);
        }
        store.read().verify_audit().unwrap();
    }
}
