//! What stations seal to is the centre's policy: P-256 or X-Wing. Both are opened, also after the policy changed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

mod common;

use common::{Central, Station, printed};
use time::OffsetDateTime;
use tram_packet::{PacketId, ReferenceBundle, SealedPacket};
use tram_sync::PacketState;

/// An X-Wing key and what it encapsulates are longer than those of P-256 by so many bytes, three times in a packet.
const XWING_KEY: usize = 1216;

/// The edition in force, as the station takes it.
fn refresh(station: &mut Station) {
    let signed = station.centre().reference(None).unwrap().unwrap();
    station.bundle = ReferenceBundle::verify(&signed, &station.membership.station.authority).unwrap();
}

fn sealed(station: &Station, packet: PacketId) -> SealedPacket {
    SealedPacket::parse(station.outbox.packets[&packet].bytes.clone()).unwrap()
}

#[test]
fn stations_seal_to_the_key_of_the_policy_and_the_centre_opens_both() {
    let mut central = Central::demo();
    let mut station = Station::join(&central.code);
    let before = station.enroll(1);
    assert!(printed(central.folder(), &["reference", "seal-to", "x-wing"]).starts_with("edition 2"));
    refresh(&mut station);
    let recipient = station.bundle.recipient_on(OffsetDateTime::now_utc().date()).unwrap().clone();
    assert_eq!((station.bundle.recipients.len(), recipient.to_bytes().len()), (1, XWING_KEY));
    let after = station.enroll(2);
    let [old, new] = [before, after].map(|packet| sealed(&station, packet).header().recipient);
    assert!(old != new && new == recipient.kid());

    let states = station.sync();
    for packet in [before, after] {
        assert_eq!(states[&packet], PacketState::Receipted);
        station.compare(&central, packet);
    }
    // The key is the same after a start, and a packet sealed meanwhile is opened.
    let between = station.enroll(3);
    central.kill();
    central.revive();
    station.sync();
    station.compare(&central, between);

    printed(central.folder(), &["reference", "seal-to", "p256"]);
    refresh(&mut station);
    let back = station.enroll(4);
    assert_eq!(sealed(&station, back).header().recipient, old);
    station.sync();
    station.compare(&central, back);
    assert_eq!(printed(central.folder(), &["log", "verify"]), "4 entries, 4 packets: nothing is wrong\n");
}

#[test]
fn a_packet_sealed_to_nobody_of_the_centre_is_refused() {
    let central = Central::demo();
    let mut station = Station::join(&central.code);
    let stranger = tram_packet::RecipientKey::generate_xwing(&mut tram_packet::random::system());
    station.bundle.recipients[0].key = stranger.public_key().clone();
    let packet = station.enroll(1);
    let states = station.sync();
    assert!(matches!(states[&packet], PacketState::Quarantined { .. }), "{states:?}");
    assert!(printed(central.folder(), &["packet", "list"]).contains("refused"));
}
