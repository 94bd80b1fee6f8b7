//! Draft, packet, receipt, purge: in this order and no other, whoever asks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

mod common;

use common::*;
use std::num::NonZeroU16;
use time::{Duration, OffsetDateTime};
use tram_packet::deed::MOST_IN_A_PACKET;
use tram_packet::*;
use tram_store::{DossierState, OrderState, PacketState, PrintEnd, Store, StoreError};
use uuid::Uuid;

fn complete_dossier(store: &mut Store, number: u128) {
    open_dossier(store, id(number));
    let base = number << 8;
    store.append(id(number), &field("Lò Thị Mẩy"), &[], NOW).unwrap();
    let (full, card) = (sample(base, 40_000), sample(base + 1, 8_000));
    store.append(id(number), &portrait(&full, &card), &[&full, &card], NOW).unwrap();
    let (platen, cut) = (sample(base + 2, 20_000), sample(base + 3, 9_000));
    store.append(id(number), &finger(&platen, &cut), &[&platen, &cut], NOW).unwrap();
}

fn state(store: &Store) -> PacketState {
    store.read().outbox(OffsetDateTime::UNIX_EPOCH).unwrap().remove(0).state
}

fn dossier_state(store: &Store) -> DossierState {
    store.read().worklist(OffsetDateTime::UNIX_EPOCH).unwrap().remove(0).state
}

#[test]
fn a_packet_goes_from_draft_to_purged_and_takes_the_captures_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    complete_dossier(&mut store, 1);
    assert!(matches!(dossier_state(&store), DossierState::Draft(_)));

    let packet = cast.seal(&mut store, id(1));
    assert_eq!((state(&store), dossier_state(&store)), (PacketState::Waiting, DossierState::Sealed));
    assert!(store.read().drafts().unwrap().is_empty());
    assert!(matches!(store.append(id(1), &field("x"), &[], NOW), Err(StoreError::Sealed)));
    assert!(matches!(store.purge(packet, act()), Err(StoreError::NoReceipt)));
    assert!(matches!(store.forget(id(1), act()), Err(StoreError::NoReceipt)));

    store.record_attempt(packet, "offline", NOW).unwrap();
    let waiting = store.read().waiting().unwrap();
    assert_eq!((waiting.len(), waiting[0].attempts, waiting[0].trouble.as_deref()), (1, 1, Some("offline")));

    let signed = cast.receipt(&store, packet, 0);
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
    assert_eq!((state(&store), dossier_state(&store)), (PacketState::Received, DossierState::Received));
    assert_eq!(store.read().receipts(packet).unwrap(), [signed]);
    assert!(store.read().sample(sample(256, 0).id).is_ok(), "captures stay until the purge");
    assert!(store.read().purgeable(NOW).unwrap().is_empty(), "too young");
    assert_eq!(store.read().purgeable(NOW + Duration::DAY).unwrap().len(), 1);

    store.purge(packet, act()).unwrap();
    assert_eq!(state(&store), PacketState::Purged);
    assert!(matches!(store.read().packet(packet), Err(StoreError::NotFound(_))));
    assert!(matches!(store.purge(packet, act()), Err(StoreError::NotFound(_))));
    let kept: Vec<bool> = (256..260).map(|n| store.read().sample(sample(n, 0).id).is_ok()).collect();
    assert_eq!(kept, [false, true, false, false], "but for the portrait of the card");
    assert_eq!(store.read().templates(id(1)).unwrap().len(), 1);

    store.forget(id(1), act()).unwrap();
    assert_eq!(store.read().load(id(1)).unwrap(), None);
    let actions: Vec<String> =
        store.read().audit_rows(0, 100).unwrap().into_iter().map(|(row, _)| row.action).collect();
    assert_eq!(actions, ["sealed", "received", "received", "purged", "forgotten"]);
    assert_eq!(store.read().verify_audit().unwrap(), store.read().audit_chain().unwrap());
}

#[test]
fn a_receipt_must_be_the_centres_and_for_these_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    complete_dossier(&mut store, 1);
    complete_dossier(&mut store, 2);
    let (packet, other) = (cast.seal(&mut store, id(1)), cast.seal(&mut store, id(2)));
    let centre = cast.centre.public_key();
    let receipt = |packet, digest| first_receipt(packet, digest, 0);
    let digest = store.read().packet(packet).unwrap().digest();

    let by_another = receipt(packet, digest).sign(&cast.station).unwrap();
    let for_other_bytes = receipt(packet, Digest::of(b"other")).sign(&cast.centre).unwrap();
    let for_another = cast.receipt(&store, other, 0);
    for wrong in [by_another, for_other_bytes, for_another, b"rubbish".to_vec()] {
        assert!(matches!(store.store_receipt(packet, &wrong, centre, act()), Err(StoreError::Packet(_))));
    }
    assert_eq!(store.read().waiting().unwrap().len(), 2);
    assert!(matches!(store.purge(packet, act()), Err(StoreError::NoReceipt)));
}

#[test]
fn packets_follow_each_other_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    complete_dossier(&mut store, 1);
    complete_dossier(&mut store, 2);
    let random = &mut tram_packet::random::system();
    let enrollment = |number| Dossier::of(id(number), &PacketKind::Enrollment);
    let (contents, envelope) =
        (Cast::contents(&store, id(2), &PacketKind::Enrollment), cast.envelope(&store, id(2)));
    let stale = enrollment(2).with(prepared(&store, &contents, &envelope, &[]));
    let first = cast.seal(&mut store, id(1));
    assert!(matches!(store.seal(stale, random, act()), Err(StoreError::OutOfOrder)));
    let again = cast.seal_as(&mut store, enrollment(1));
    assert!(matches!(again, Err(StoreError::Sealed)), "sealed once");
    let (contents, envelope) =
        (Cast::contents(&store, id(1), &PacketKind::Enrollment), cast.envelope(&store, id(1)));
    let nobodys = enrollment(9).with(prepared(&store, &contents, &envelope, &[]));
    assert!(matches!(store.seal(nobodys, random, act()), Err(StoreError::NotFound(_))));

    let withdrawal = PacketKind::Withdrawal { of: first, reason: "TEST".into() };
    let packet = cast.seal_as(&mut store, Dossier::of(id(1), &withdrawal)).unwrap();
    assert_eq!((packet.header().sequence, packet.header().previous.is_some()), (2, true));
    assert_eq!(dossier_state(&store), DossierState::Withdrawn);
}

#[test]
fn a_quarantined_packet_is_kept_and_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    complete_dossier(&mut store, 1);
    let packet = cast.seal(&mut store, id(1));
    store.quarantine(packet, "too large", act()).unwrap();
    assert_eq!(state(&store), PacketState::Quarantined { reason: "too large".into() });
    assert_eq!(dossier_state(&store), DossierState::Quarantined);
    assert!(store.read().waiting().unwrap().is_empty());
    assert!(matches!(store.purge(packet, act()), Err(StoreError::NoReceipt)));
    store.release(packet, act()).unwrap();
    assert_eq!(state(&store), PacketState::Waiting);

    let signed = cast.receipt(&store, packet, 0);
    store.quarantine(packet, "again", act()).unwrap();
    store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
    assert_eq!(state(&store), PacketState::Received, "a receipt ends a quarantine");
    assert!(store.quarantine(packet, "late", act()).is_err());
}

/// Story: cht-core#8093, the centre was restored and clients never sent again what it had lost.
#[test]
fn a_restored_centre_is_offered_everything_still_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    let packets: Vec<PacketId> = (1..=3)
        .map(|number| {
            complete_dossier(&mut store, number);
            let packet = cast.seal(&mut store, id(number));
            let signed = cast.receipt(&store, packet, 0);
            store.store_receipt(packet, &signed, cast.centre.public_key(), act()).unwrap();
            packet
        })
        .collect();
    store.purge(packets[0], act()).unwrap();
    assert_eq!(store.offer_again(act()).unwrap(), 2);
    assert_eq!(store.read().waiting().unwrap().len(), 2);
    // What a centre refused that knows less or more now waits again too.
    store.quarantine(packets[1], "TEST", act()).unwrap();
    assert_eq!((store.read().waiting().unwrap().len(), store.read().aside().unwrap().len()), (1, 1));
    assert_eq!(store.offer_again(act()).unwrap(), 1);
    assert_eq!(store.read().waiting().unwrap().len(), 2);
    assert!(matches!(store.purge(packets[1], act()), Err(StoreError::NoReceipt)), "the old receipt is void");
    let signed = cast.receipt(&store, packets[1], 1);
    store.store_receipt(packets[1], &signed, cast.centre.public_key(), act()).unwrap();
    assert_eq!(store.read().receipts(packets[1]).unwrap().len(), 2);
    store.purge(packets[1], act()).unwrap();
}

#[test]
fn a_card_is_ordered_printed_and_handed_over_and_every_blank_is_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    complete_dossier(&mut store, 1);
    let packet = cast.seal(&mut store, id(1));
    let order = CardOrder {
        id: OrderId(Uuid::from_u128(77)),
        enrollment: id(1),
        packet,
        product: "TEST".into(),
        fields: CardFields {
            personal_number: "022194912345".into(),
            surname: "Lò".into(),
            given: "Thị Mẩy".into(),
            birth: NOW.date(),
            sex: CardSex::Female,
            nationality: "Việt Nam".into(),
            residence: "TEST".into(),
            birth_registration: "TEST".into(),
            issued: NOW.date(),
            expiry: None,
            old_number: None,
            cancelled_number: None,
            parents: Vec::new(),
        },
        portrait: None,
        specimen: true,
        ordered_at: NOW,
    };
    let signed = order.sign(&cast.centre).unwrap();
    assert!(store.store_order(&signed, cast.station.public_key(), act()).is_err());
    for _ in 0..2 {
        assert_eq!(store.store_order(&signed, cast.centre.public_key(), act()).unwrap(), order);
    }
    store.receive_blanks(NonZeroU16::new(10).unwrap(), "TEST", act()).unwrap();
    let order_state = |store: &Store| store.read().order(order.id).unwrap().state;
    assert_eq!(
        (order_state(&store), dossier_state(&store)),
        (OrderState::Ordered, DossierState::CardOrdered)
    );
    assert!(store.hand_over(order.id, 0.9, act()).is_err(), "not printed");

    store.start_print(order.id, act()).unwrap();
    assert!(store.start_print(order.id, act()).is_err());
    assert_eq!(dossier_state(&store), DossierState::CardPrinting);
    let deed = SignedDeed(b"TEST: signed by whoever gave it up".to_vec());
    let spoiled = PrintEnd::Spoiled { reason: "jam".into(), deed: deed.clone() };
    store.end_print(order.id, &spoiled, act()).unwrap();
    assert_eq!(store.read().untold_deeds(MOST_IN_A_PACKET).unwrap(), [deed]);
    store.start_print(order.id, act()).unwrap();
    store.end_print(order.id, &PrintEnd::NotBegun, act()).unwrap();
    store.start_print(order.id, act()).unwrap();
    store.end_print(order.id, &PrintEnd::Printed, act()).unwrap();
    assert_eq!(store.read().blanks().unwrap(), 8);
    store.hand_over(order.id, 0.9, act()).unwrap();
    assert!(store.hand_over(order.id, 0.9, act()).is_err(), "once");
    assert_eq!(
        (order_state(&store), dossier_state(&store)),
        (OrderState::HandedOver, DossierState::HandedOver)
    );
    assert_eq!(store.read().orders(NOW + Duration::DAY).unwrap(), []);
    store.read().verify_audit().unwrap();
}

/// What was done beside the dossiers is told by one packet, and by another one when the centre will not take that.
#[test]
fn a_deed_is_told_by_a_packet_that_the_centre_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(folder.path());
    let cast = Cast::new();
    let deeds: Vec<SignedDeed> = (0..20).map(|number| SignedDeed(vec![number; 40])).collect();
    for deed in &deeds {
        store.keep_deed(deed, act()).unwrap();
    }
    let seal = |store: &mut Store, number| {
        open_dossier(store, id(number));
        let told = store.read().untold_deeds(MOST_IN_A_PACKET).unwrap();
        let dossier = Dossier { deeds: &told, ..Dossier::of(id(number), &PacketKind::Enrollment) };
        (cast.seal_as(store, dossier).unwrap().header().packet, told)
    };
    let (first, told) = seal(&mut store, 1);
    assert_eq!(told, deeds[..16], "as many as a packet carries, the oldest first");
    assert_eq!(store.read().untold_deeds(MOST_IN_A_PACKET).unwrap(), deeds[16..]);
    store.quarantine(first, "TEST", act()).unwrap();
    let (second, told) = seal(&mut store, 2);
    assert_eq!(told, deeds[..16], "what nobody has heard is told again");
    assert_eq!(store.read().untold_deeds(MOST_IN_A_PACKET).unwrap(), deeds[16..]);
    let signed = cast.receipt(&store, second, 0);
    store.store_receipt(second, &signed, cast.centre.public_key(), act()).unwrap();
    let (_, told) = seal(&mut store, 3);
    assert_eq!(told, deeds[16..]);
    assert_eq!(store.read().untold_deeds(MOST_IN_A_PACKET).unwrap(), []);
    store.read().verify_audit().unwrap();
}
