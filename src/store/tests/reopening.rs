//! A sealed dossier opened again: it takes events, keeps everything until its correction is sealed, and is corrected once.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::*;
use time::OffsetDateTime;
use tram_packet::{PacketId, PacketKind, Signer as _};
use tram_store::{DossierState, PacketState, Store, StoreError};

fn seal(store: &mut Store, cast: &Cast, kind: &PacketKind) -> Result<PacketId, StoreError> {
    Ok(cast.seal_as(store, Dossier::of(id(1), kind))?.header().packet)
}

fn receive(store: &mut Store, cast: &Cast, packet: PacketId) {
    let signed = cast.receipt(store, packet, 0);
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
}

fn states(store: &Store) -> Vec<PacketState> {
    let rows = store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap();
    rows.into_iter().rev().map(|row| row.state).collect()
}

#[test]
fn a_reopened_dossier_is_a_draft_that_keeps_everything_until_its_correction_is_sealed() {
    let (folder, cast) = (tempfile::tempdir().unwrap(), Cast::new());
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    let (full, card) = (sample(1, 20_000), sample(2, 4_000));
    store.append(id(1), &portrait(&full, &card), &[&full, &card], NOW).unwrap();
    assert!(matches!(store.reopen(id(1), "TEST", act()), Err(StoreError::NotFound(_))), "it is not sealed");
    let first = seal(&mut store, &cast, &PacketKind::Enrollment).unwrap();
    assert!(matches!(store.append(id(1), &field("late"), &[], NOW), Err(StoreError::Sealed)));

    store.reopen(id(1), "Sai tên", act()).unwrap();
    assert!(matches!(store.reopen(id(1), "again", act()), Err(StoreError::NotFound(_))), "it is open");
    assert_eq!(store.read().drafts().unwrap(), [id(1)]);
    let state = store.read().worklist(NOW).unwrap().first().map(|row| row.state);
    assert!(matches!(state, Some(DossierState::Draft(_))), "{state:?}");
    store.append(id(1), &field("TEST corrected"), &[], NOW).unwrap();

    // The first packet goes its way meanwhile, and takes nothing with it that the correction needs.
    receive(&mut store, &cast, first);
    assert!(store.read().purgeable(OffsetDateTime::now_utc()).unwrap().is_empty());
    store.purge(first, act()).unwrap_err();
    assert_eq!(store.read().sample(full.id).unwrap(), full);

    let correction = PacketKind::Correction { of: first };
    assert_eq!(store.read().next_kind(id(1)).unwrap(), correction);
    let withdrawal = PacketKind::Withdrawal { of: first, reason: "TEST".into() };
    for other in
        [PacketKind::Enrollment, withdrawal, PacketKind::Correction { of: PacketId(uuid::Uuid::nil()) }]
    {
        assert!(seal(&mut store, &cast, &other).is_err(), "{other:?}");
    }
    let second = seal(&mut store, &cast, &correction).unwrap();
    assert!(matches!(store.append(id(1), &field("late"), &[], NOW), Err(StoreError::Sealed)), "closed again");
    assert_eq!(store.read().packet_in_force(id(1)).unwrap(), Some(second));
    assert!(seal(&mut store, &cast, &correction).is_err(), "corrected once for each time it was opened");

    receive(&mut store, &cast, second);
    for row in store.read().purgeable(OffsetDateTime::now_utc()).unwrap() {
        store.purge(row.packet, act()).unwrap();
    }
    assert_eq!(states(&store), [PacketState::Purged, PacketState::Purged]);
    assert!(matches!(store.read().sample(full.id), Err(StoreError::NotFound(_))));
    assert!(matches!(store.reopen(id(1), "late", act()), Err(StoreError::AtTheCentre)));

    seal(&mut store, &cast, &PacketKind::Withdrawal { of: second, reason: "TEST".into() }).unwrap();
    assert_eq!(store.read().packet_in_force(id(1)).unwrap(), None);
    assert!(matches!(store.reopen(id(1), "withdrawn", act()), Err(StoreError::NotFound(_))));
    store.read().verify_audit().unwrap();
}
