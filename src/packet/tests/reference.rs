//! Reference data, officers' sealed keys, card orders: signed at the centre, believed at the station.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

mod common;

use common::{Cast, Seeded};
use time::macros::{date, datetime};
use tram_enrollment::reference::Rules;
use tram_enrollment::{EnrollmentId, OfficerId, Role};
use tram_packet::order::PortraitName;
use tram_packet::*;
use uuid::Uuid;

/// For tests only: one guess must not cost 0.2 s here.
const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn bundle(cast: &Cast) -> ReferenceBundle {
    let officer = |id: &str, role, key: &OfficerKey| OfficerRecord {
        id: OfficerId(id.into()),
        name: "TEST".into(),
        title: "Thượng úy".into(),
        role,
        public_key: key.public_key().clone(),
        sealed_key: SealedKey::seal(key, "TEST đúng", CHEAP, &mut Seeded(4)).unwrap(),
        valid_to: date!(2027 - 12 - 31),
    };
    let recipient = |key: &RecipientKey, not_before, not_after| Recipient {
        key: key.public_key().clone(),
        not_before,
        not_after,
    };
    let next = RecipientKey::generate(&mut Seeded(5));
    ReferenceBundle {
        edition: 5,
        issued_at: datetime!(2026-11-20 00:00 UTC),
        profile: Profile::Test,
        centre: "TEST".into(),
        rules: Rules { edition: 5, holidays: vec![date!(2027 - 01 - 01)], ..Rules::default() },
        officers: vec![
            officer("khanh.lv", Role::Officer, &cast.officer),
            officer("hoa.nt", Role::Supervisor, &cast.supervisor),
        ],
        centre_keys: vec![cast.centre.public_key().clone()],
        recipients: vec![
            recipient(&cast.recipient, date!(2026 - 01 - 01), date!(2026 - 12 - 31)),
            recipient(&next, date!(2026 - 12 - 01), date!(2027 - 12 - 31)),
        ],
        recovery: Some(next.public_key().clone()),
        courier: None,
        sets: None,
        revoked: Vec::new(),
    }
}

#[test]
fn a_bundle_is_believed_from_its_authority_alone_and_never_goes_back() {
    let cast = Cast::new();
    let authority = Es256Key::generate().unwrap();
    let signed = bundle(&cast).sign(&authority).unwrap();
    let read = ReferenceBundle::verify(&signed, authority.public_key()).unwrap();
    assert_eq!(read, bundle(&cast));
    assert!(ReferenceBundle::verify(&signed, cast.centre.public_key()).is_err());
    assert_eq!(read.may_replace(5), Ok(()));
    assert_eq!(read.may_replace(6), Err(PacketError::Rollback { held: 6, offered: 5 }));
    assert_eq!(read.centre_key(cast.centre.public_key().kid()), Some(cast.centre.public_key()));
}

#[test]
fn the_recipient_of_a_day_is_the_one_in_force_longest() {
    let bundle = bundle(&Cast::new());
    let on = |day| bundle.recipient_on(day);
    assert_eq!(on(date!(2026 - 11 - 22)), Some(&bundle.recipients[0].key));
    assert_eq!(on(date!(2026 - 12 - 22)), Some(&bundle.recipients[1].key));
    assert_eq!(on(date!(2028 - 01 - 01)), None);
}

#[test]
fn the_passphrase_opens_the_key_and_nothing_else_does() {
    let cast = Cast::new();
    let record = bundle(&cast).officer(&OfficerId("khanh.lv".into())).cloned().unwrap();
    let opened = record.sealed_key.open("TEST đúng").unwrap();
    assert_eq!(opened.public_key(), &record.public_key);
    let decomposed = "TEST đu\u{301}ng";
    assert!(record.sealed_key.open(decomposed).is_ok(), "the same word from another keyboard");
    for wrong in ["", "TEST sai", "TEST đúng "] {
        assert_eq!(record.sealed_key.open(wrong).unwrap_err(), PacketError::Passphrase);
    }
    let changed = record.sealed_key.change("TEST đúng", "TEST mới", CHEAP, &mut Seeded(6)).unwrap();
    assert_eq!(changed.open("TEST mới").unwrap().public_key(), &record.public_key);
    assert!(changed.open("TEST đúng").is_err());

    let greedy = serde_json::to_string(&record.sealed_key)
        .unwrap()
        .replace("\"memory_kib\":64", "\"memory_kib\":4000000");
    let greedy: SealedKey = serde_json::from_str(&greedy).unwrap();
    assert!(matches!(greedy.open("TEST đúng"), Err(PacketError::Key { .. })), "memory is bounded");
}

#[test]
fn the_products_cost_of_a_guess() {
    let cast = Cast::new();
    let sealed = SealedKey::seal(&cast.officer, "TEST", Argon2Cost::PRODUCT, &mut Seeded(4)).unwrap();
    let start = std::time::Instant::now();
    assert!(sealed.open("TEST").is_ok());
    println!("sign-in takes {:?} at 64 MiB and three passes", start.elapsed());
}

#[test]
fn a_renewal_is_believed_from_a_supervisor_the_bundle_names() {
    let cast = Cast::new();
    let mut bundle = bundle(&cast);
    let rekey = Rekey {
        officer: OfficerId("khanh.lv".into()),
        public_key: cast.officer.public_key().clone(),
        sealed_key: SealedKey::seal(&cast.officer, "TEST", CHEAP, &mut Seeded(4)).unwrap(),
        supervisor: OfficerId("hoa.nt".into()),
        station: "TEST-01".into(),
        made_at: datetime!(2026-11-22 01:00 UTC),
    };
    let signed = rekey.sign(&cast.supervisor).unwrap();
    assert_eq!(bundle.rekeyed(&signed), Ok(rekey.clone()));
    assert!(bundle.rekeyed(&rekey.sign(&cast.officer).unwrap()).is_err());
    let own = Rekey { officer: OfficerId("hoa.nt".into()), ..rekey.clone() };
    assert!(bundle.rekeyed(&own.sign(&cast.supervisor).unwrap()).is_err(), "nobody vouches for themselves");
    bundle.revoked.push(cast.supervisor.public_key().kid());
    assert!(bundle.rekeyed(&signed).is_err());
}

#[test]
fn a_card_order_comes_back_as_it_was_given() {
    let cast = Cast::new();
    let order = CardOrder {
        id: OrderId(Uuid::from_u128(8)),
        enrollment: EnrollmentId(Uuid::from_u128(9)),
        packet: PacketId(Uuid::from_u128(10)),
        product: "identity-card-2024".into(),
        fields: CardFields {
            personal_number: "022194912345".into(),
            surname: "Lò".into(),
            given: "Thị Mẩy".into(),
            birth: date!(1994 - 03 - 07),
            sex: CardSex::Female,
            nationality: "Việt Nam".into(),
            residence: "Thôn TEST, Xã Quảng La, Quảng Ninh".into(),
            birth_registration: "Quảng Ninh".into(),
            issued: date!(2026 - 12 - 01),
            expiry: None,
            old_number: Some("100123456".into()),
            cancelled_number: None,
            parents: Vec::new(),
        },
        portrait: Some(PortraitName {
            sample: tram_biometric::SampleId(u128::MAX),
            sha256: Digest::of(b"portrait"),
        }),
        specimen: true,
        ordered_at: datetime!(2026-11-25 03:00 UTC),
    };
    let signed = order.sign(&cast.centre).unwrap();
    assert_eq!(CardOrder::verify(&signed, cast.centre.public_key()), Ok(order));
    assert!(CardOrder::verify(&signed, cast.station.public_key()).is_err());
}
