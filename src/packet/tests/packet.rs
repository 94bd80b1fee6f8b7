//! Packets end to end: what goes in comes out, and nothing that was touched comes out at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

mod common;

use common::{Cast, Seeded, contents};
use proptest::prelude::*;
use std::sync::LazyLock;
use time::macros::datetime;
use tram_enrollment::{Applicant, OfficerId};
use tram_packet::deed::Signers;
use tram_packet::*;

#[test]
fn what_is_sealed_comes_out_again() {
    let xwing = Cast { recipient: RecipientKey::generate_xwing(&mut Seeded(3)), ..Cast::new() };
    for cast in [Cast::new(), xwing] {
        check_sealing(&cast);
    }
}

fn check_sealing(cast: &Cast) {
    let enrollment = contents();
    let correction =
        Contents { kind: PacketKind::Correction { of: cast.envelope().packet }, ..enrollment.clone() };
    let withdrawal = Contents {
        kind: PacketKind::Withdrawal { of: cast.envelope().packet, reason: "Nhầm người".into() },
        procedure: String::new(),
        applicant: Applicant::default(),
        exceptions: [].into(),
        eye_exceptions: [].into(),
        consent: None,
        samples: Vec::new(),
        ..enrollment.clone()
    };
    let mut large = enrollment.clone();
    large.samples[0].sample.bytes = (0..3_000_000_u32).map(|i| i as u8).collect();
    for contents in [enrollment, correction, withdrawal, large] {
        let packet = cast.seal(&contents);
        let again = SealedPacket::parse(packet.bytes().to_vec()).unwrap();
        assert_eq!(again, packet);
        let opened = open(&again, &cast.recipient, cast).unwrap();
        assert!(opened.contents == contents);
        assert_eq!((opened.header.sequence, opened.digest), (7, Digest::of(packet.bytes())));
        assert_eq!(opened.officer.id, OfficerId("khanh.lv".into()));
        assert!(opened.supervisor.is_none() && opened.rekey.is_none());
    }
}

#[test]
fn a_head_travels_alone_and_tells_the_packet_size() {
    let cast = Cast::new();
    let packet = cast.seal(&contents());
    let header = Header::verify(packet.head_bytes(), cast.station.public_key()).unwrap();
    assert_eq!(header.packet_size(packet.head_bytes().len()), packet.bytes().len() as u64);
    assert_eq!(Header::signed_by(packet.head_bytes()), Ok(cast.station.public_key().kid()));
    let other = StationKey::generate().unwrap();
    assert!(matches!(packet.verify(other.public_key()), Err(PacketError::UnknownKey { .. })));
}

#[test]
fn nothing_personal_can_be_read_on_the_way() {
    let packet = Cast::new().seal(&contents());
    for clear in ["Mẩy", "022194912345", "khanh.lv", "G01", "TEST.01-"] {
        assert!(!packet.bytes().windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let cast = Cast::new();
    let packet = cast.seal(&contents());
    for bit in 0..packet.bytes().len() * 8 {
        let mut bytes = packet.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = SealedPacket::parse(bytes).and_then(|packet| open(&packet, &cast.recipient, &cast));
        assert!(opened.is_err(), "bit {bit}");
    }
}

#[test]
fn every_flipped_bit_of_a_statement_is_refused() {
    let cast = Cast::new();
    let key = cast.centre.public_key();
    let (packet, digest) = (cast.envelope().packet, Digest::of(b"packet"));
    let receipt = Receipt {
        packet,
        digest,
        log_index: 0,
        root: merkle::leaf(packet, digest),
        path: Vec::new(),
        audit: AuditChain::default(),
        epoch: 0,
        received_at: datetime!(2026-11-22 03:00 UTC),
    };
    let bytes = receipt.sign(&cast.centre).unwrap();
    assert_eq!(Receipt::verify(&bytes, key).as_ref(), Ok(&receipt));
    assert_eq!(Receipt::signed_by(&bytes), Ok(key.kid()));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Receipt::verify(&flipped, key).is_err(), "bit {bit}");
    }
    let left_out = Receipt { root: Digest::of(b"a log without it"), ..receipt }.sign(&cast.centre).unwrap();
    assert_eq!(Receipt::verify(&left_out, key), Err(PacketError::Mismatch { what: "the receipt's proof" }));
    assert!(CardOrder::verify(&bytes, key).is_err(), "one kind of statement cannot pass for another");
}

#[test]
fn a_packet_for_somebody_else_stays_closed() {
    let cast = Cast::new();
    let packet = cast.seal(&contents());
    let other = RecipientKey::generate(&mut random::system());
    assert_eq!(open(&packet, &other, &cast), Err(PacketError::Decrypt));
}

#[test]
fn signers_nobody_vouches_for_are_refused() {
    let cast = Cast::new();
    let stranger = OfficerKey::generate(&mut random::system()).unwrap();
    let by_stranger = Envelope { officer: &stranger, ..cast.envelope() };
    let packet = seal(&contents(), &by_stranger, &mut Seeded(2)).unwrap();
    assert!(matches!(open(&packet, &cast.recipient, &cast), Err(PacketError::UnknownKey { .. })));

    // A known officer under another's name.
    let by_other = Envelope { officer: &cast.supervisor, ..cast.envelope() };
    let packet = seal(&contents(), &by_other, &mut Seeded(2)).unwrap();
    assert!(matches!(open(&packet, &cast.recipient, &cast), Err(PacketError::Mismatch { .. })));

    // A plain officer in the supervisor's place, and then the supervisor.
    let with = |second| {
        let envelope = Envelope { supervisor: Some(second), ..cast.envelope() };
        open(&seal(&contents(), &envelope, &mut Seeded(2)).unwrap(), &cast.recipient, &cast)
    };
    assert!(matches!(with(&cast.officer), Err(PacketError::Mismatch { .. })));
    assert_eq!(with(&cast.supervisor).unwrap().supervisor.unwrap().id, OfficerId("hoa.nt".into()));
}

#[test]
fn a_renewed_key_rests_on_the_supervisor() {
    let cast = Cast::new();
    let random = &mut Seeded(9);
    let renewed = OfficerKey::generate(random).unwrap();
    let cheap = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };
    let rekey = Rekey {
        officer: OfficerId("khanh.lv".into()),
        public_key: renewed.public_key().clone(),
        sealed_key: SealedKey::seal(&renewed, "TEST mới", cheap, random).unwrap(),
        supervisor: OfficerId("hoa.nt".into()),
        station: "TEST-01".into(),
        made_at: datetime!(2026-11-22 01:00 UTC),
    };
    let open_with = |statement: Option<&SignedRekey>| {
        let envelope = Envelope { officer: &renewed, rekey: statement, ..cast.envelope() };
        open(&seal(&contents(), &envelope, &mut Seeded(2)).unwrap(), &cast.recipient, &cast)
    };
    let good = rekey.sign(&cast.supervisor).unwrap();
    assert_eq!(open_with(Some(&good)).unwrap().rekey, Some(rekey.clone()));
    assert!(open_with(None).is_err(), "the new key alone is nobody's");
    let self_made = rekey.sign(&cast.officer).unwrap();
    assert!(open_with(Some(&self_made)).is_err(), "an officer cannot vouch");
    let other_station = Rekey { station: "TEST-02".into(), ..rekey.clone() }.sign(&cast.supervisor).unwrap();
    assert!(open_with(Some(&other_station)).is_err());
    let other_name = Rekey { supervisor: OfficerId("x".into()), ..rekey }.sign(&cast.supervisor).unwrap();
    assert!(open_with(Some(&other_name)).is_err());
}

#[test]
fn a_deed_is_believed_when_all_who_must_have_signed_it() {
    let cast = Cast::new();
    let deed = Deed {
        station: "TEST-01".into(),
        officer: OfficerId("khanh.lv".into()),
        kind: DeedKind::BlankSpoiled {
            order: OrderId(uuid::Uuid::from_u128(7)),
            reason: "Kẹt thẻ (TEST)".into(),
        },
        at: datetime!(2026-11-22 01:00 UTC),
    };
    let sign = |deed: &Deed, officer, supervisor| {
        deed.sign(&Signers { station: &cast.station, officer, supervisor, rekey: None }).unwrap()
    };
    let alone = sign(&deed, &cast.officer, None);
    let both = sign(&deed, &cast.officer, Some(&cast.supervisor as &dyn Signer));
    let believed = |signed: &SignedDeed| signed.verify(&cast);
    let told = believed(&alone).unwrap();
    assert_eq!((&told.deed, told.officer.id.0.as_str(), told.supervisor), (&deed, "khanh.lv", None));
    assert_eq!(believed(&both).unwrap().supervisor.unwrap().id, OfficerId("hoa.nt".into()));

    // In a packet and out again.
    let contents = Contents { deeds: vec![alone, both.clone()], ..contents() };
    let opened = open(&cast.seal(&contents), &cast.recipient, &cast).unwrap();
    assert!(opened.contents == contents);

    let refused = |signed: SignedDeed| assert!(believed(&signed).is_err());
    refused(sign(&deed, &cast.officer, Some(&cast.officer)));
    refused(sign(&deed, &cast.supervisor, None));
    refused(sign(
        &Deed { officer: OfficerId("hoa.nt".into()), ..deed.clone() },
        &cast.supervisor,
        Some(&cast.supervisor),
    ));
    refused(sign(&Deed { station: "TEST-02".into(), ..deed.clone() }, &cast.officer, None));
    let stranger = OfficerKey::generate(&mut Seeded(9)).unwrap();
    refused(sign(&deed, &cast.officer, Some(&stranger)));
    for bit in 0..both.0.len() * 8 {
        let mut flipped = both.0.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        refused(SignedDeed(flipped));
    }
    let endless = DeedKind::BlankSpoiled { order: OrderId(uuid::Uuid::nil()), reason: "x".repeat(9000) };
    let endless = Deed { kind: endless, ..deed };
    let signers = Signers { station: &cast.station, officer: &cast.officer, supervisor: None, rekey: None };
    assert!(matches!(endless.sign(&signers), Err(PacketError::TooLarge { .. })));
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SealedPacket::parse(bytes.clone());
        let _ = Receipt::signed_by(&bytes);
        let _ = Slip::signed_by(&String::from_utf8_lossy(&bytes));
    }

    /// Pieces of a real packet, doubled and overwritten: deeper than noise gets.
    #[test]
    fn no_mutation_of_a_packet_is_accepted(
        (from, to, at, noise) in (0..2000_usize, 0..2000_usize, 0..2000_usize, any::<[u8; 4]>())
    ) {
        static CAST: LazyLock<(Cast, SealedPacket)> = LazyLock::new(|| {
            let cast = Cast::new();
            let packet = cast.seal(&contents());
            (cast, packet)
        });
        let (cast, packet) = &*CAST;
        let mut bytes = packet.bytes().to_vec();
        let piece = bytes[from.min(to)..from.max(to)].to_vec();
        bytes.splice(at..at, piece.into_iter().chain(noise));
        let opened = SealedPacket::parse(bytes).and_then(|packet| open(&packet, &cast.recipient, cast));
        prop_assert!(opened.is_err());
    }
}
