//! Certificates: signed by two, believed only whole, and standing or falling by day, count, device and figures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, UnparsedPublicKey,
};
use std::path::Path;
use time::macros::{date, datetime};
use time::{Date, Duration};
use tram_biometric::{Language, Origin};
use tram_calibration::sheet::Sheet;
use tram_calibration::signature::{Role, Signer, Verifier, kids, open, sign};
use tram_calibration::standing::standing;
use tram_calibration::trend::trend;
use tram_calibration::{
    Basis, CalibratedDevice, CalibrationError, Certificate, CertificateId, DeviceClass, Evidence, Exception,
    Issue, Limits, Measurement, Quantity, Refusal, Standing, Verdict,
};

struct Person(Ed25519KeyPair, &'static str);

impl Person {
    fn new(seed: u8, name: &'static str) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(), name)
    }
}

impl Signer for Person {
    fn kid(&self) -> Vec<u8> {
        self.1.as_bytes().to_vec()
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.sign(message).as_ref().to_vec())
    }
}

struct Desk(EcdsaKeyPair);

impl Desk {
    fn new() -> Self {
        let random = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap())
    }
}

impl Signer for Desk {
    fn kid(&self) -> Vec<u8> {
        b"station".to_vec()
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.sign(&ring::rand::SystemRandom::new(), message).ok()?.as_ref().to_vec())
    }
}

/// Knows one technician, one supervisor and one station.
struct Keys {
    technician: Vec<u8>,
    supervisor: Vec<u8>,
    station: Vec<u8>,
}

impl Verifier for Keys {
    fn verifies(&self, role: Role, kid: &[u8], message: &[u8], signature: &[u8]) -> bool {
        match (role, kid) {
            (Role::Technician, b"technician") => {
                UnparsedPublicKey::new(&ED25519, &self.technician).verify(message, signature).is_ok()
            }
            (Role::Supervisor, b"supervisor") => {
                UnparsedPublicKey::new(&ED25519, &self.supervisor).verify(message, signature).is_ok()
            }
            (Role::Station, b"station") => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.station)
                .verify(message, signature)
                .is_ok(),
            _ => false,
        }
    }
}

fn people() -> (Person, Person, Desk, Keys) {
    let (technician, supervisor, desk) =
        (Person::new(1, "technician"), Person::new(2, "supervisor"), Desk::new());
    let keys = Keys {
        technician: technician.0.public_key().as_ref().to_vec(),
        supervisor: supervisor.0.public_key().as_ref().to_vec(),
        station: desk.0.public_key().as_ref().to_vec(),
    };
    (technician, supervisor, desk, keys)
}

fn device() -> CalibratedDevice {
    let origin = Origin {
        driver: "virtual".into(),
        model: "TEST reader".into(),
        serial: "TEST-0001".into(),
        is_virtual: true,
    };
    CalibratedDevice::new(&origin, "1.2")
}

/// A certificate of the printer class whose figures lie in the middle of their limits, the first one moved.
fn certificate(moved: f64) -> Certificate {
    let limits = Limits::shipped().unwrap();
    let class = DeviceClass::CardPrinter;
    let mut figures: Vec<Measurement> = limits
        .of(class)
        .map(|limit| {
            Measurement::new(
                limit.quantity,
                limit.at_most.map_or_else(|| limit.at_least.unwrap() * 1.2, |most| most / 2.0),
            )
        })
        .collect();
    figures[0].value += moved;
    let issue = Issue {
        id: CertificateId(uuid::Uuid::from_u128(7)),
        issued: datetime!(2026-11-22 08:15:30.5 UTC),
        station: "TEST-STATION".into(),
        technician: "TEST-KTV".into(),
        under: String::new(),
        pictures: vec![Evidence { name: "card".into(), sha256: "00".repeat(32) }],
    };
    Certificate::issue(issue, class, device(), Verdict::of(class, &figures, &limits), &limits).unwrap()
}

#[test]
fn a_certificate_comes_back_as_it_was_signed_and_no_bit_of_it_can_be_changed() {
    let (technician, _, desk, keys) = people();
    let certificate = certificate(0.0);
    let signed = sign(&certificate, [&technician, &desk]).unwrap();
    assert_eq!(open::<Certificate>(&signed, &keys).unwrap(), certificate);
    assert_eq!(kids::<Certificate>(&signed).unwrap(), [b"technician".to_vec(), b"station".to_vec()]);
    for bit in 0..signed.len() * 8 {
        let mut flipped = signed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(open::<Certificate>(&flipped, &keys).is_err(), "bit {bit}");
    }
    for length in 0..signed.len() {
        assert!(open::<Certificate>(&signed[..length], &keys).is_err());
    }
}

#[test]
fn each_signs_in_its_own_role() {
    let (technician, supervisor, desk, keys) = people();
    let certificate = certificate(0.0);
    let by_supervisor = sign(&certificate, [&supervisor, &desk]).unwrap();
    assert_eq!(open::<Certificate>(&by_supervisor, &keys), Err(CalibrationError::Signature("technician")));
    let twice = sign(&certificate, [&technician, &technician]).unwrap();
    assert_eq!(open::<Certificate>(&twice, &keys), Err(CalibrationError::Signature("station")));
    // An exception is no certificate, and a certificate no exception.
    let signed = sign(&certificate, [&technician, &desk]).unwrap();
    assert_eq!(open::<Exception>(&signed, &keys), Err(CalibrationError::Format));
}

/// The example in `calibration/certificates` verifies with its recorded keys, and prints as recorded: whoever changes the
/// format or the words changes the example with it (`cargo run -p tram-calibration --example certificate`).
#[test]
fn the_example_certificate_verifies_and_prints_as_recorded() {
    struct Recorded(String);

    impl Verifier for Recorded {
        fn verifies(&self, role: Role, kid: &[u8], message: &[u8], signature: &[u8]) -> bool {
            let key = self
                .0
                .lines()
                .find_map(|line| line.split_once(' ').filter(|(name, _)| name.as_bytes() == kid));
            let digits = key.map_or("", |(_, key)| key);
            let key: Vec<u8> = (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
                .collect();
            match role {
                Role::Technician => UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok(),
                Role::Station => {
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature).is_ok()
                }
                Role::Supervisor => false,
            }
        }
    }

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../calibration/certificates");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let signed = std::fs::read(folder.join("TEST-card-printer.cose")).unwrap();
    let certificate: Certificate = open(&signed, &Recorded(text("TEST-keys.txt"))).unwrap();
    assert!(certificate.passes() && certificate.device.is_virtual);
    let sheets = [Language::Vietnamese, Language::English]
        .map(|language| Sheet::of(&certificate, language).lines().join("\n"));
    assert_eq!(sheets.join("\n\n") + "\n", text("TEST-card-printer.txt"));
}

/// RFC 8949, 4.2.1: the keys of every map sorted by their bytes. ciborium keeps the order of the fields.
#[test]
fn the_encoding_is_deterministic() {
    fn check(value: &ciborium::Value) {
        match value {
            ciborium::Value::Map(entries) => {
                let keys: Vec<Vec<u8>> = entries
                    .iter()
                    .map(|(key, _)| {
                        let mut bytes = Vec::new();
                        ciborium::into_writer(key, &mut bytes).unwrap();
                        bytes
                    })
                    .collect();
                assert!(keys.is_sorted(), "{entries:?}");
                for (_, value) in entries {
                    check(value);
                }
            }
            ciborium::Value::Array(items) => items.iter().for_each(check),
            _ => {}
        }
    }
    check(&ciborium::Value::serialized(&certificate(0.0)).unwrap());
    let days = (date!(2026 - 11 - 22), date!(2026 - 11 - 23));
    let exception = Exception::new(device(), "ruy băng mới".into(), days, "TEST-GS".into()).unwrap();
    check(&ciborium::Value::serialized(&exception).unwrap());
}

#[test]
fn a_device_stands_or_falls_by_day_count_device_and_figures() {
    let (good, failed) = (certificate(0.0), certificate(1.0));
    let mut other = device();
    other.serial = "TEST-0002".into();
    let mut updated = device();
    updated.firmware = "1.3".into();
    let (issued, last) = (date!(2026 - 11 - 22), date!(2027 - 02 - 20));
    let refused = |refusal| Standing::Refused(refusal);
    for (certificate, device, day, uses, expected) in [
        (Some(&good), device(), issued, 0, Standing::Good { days_left: 90, uses_left: 5000 }),
        (Some(&good), device(), last, 4999, Standing::Good { days_left: 0, uses_left: 1 }),
        (
            Some(&good),
            device(),
            issued.previous_day().unwrap(),
            0,
            Standing::Good { days_left: 91, uses_left: 5000 },
        ),
        (Some(&good), device(), last.next_day().unwrap(), 0, refused(Refusal::Expired(last))),
        (Some(&good), device(), issued, 5000, refused(Refusal::UsedUp(5000))),
        (Some(&good), other, issued, 0, refused(Refusal::OtherDevice)),
        (Some(&good), updated, issued, 0, refused(Refusal::FirmwareChanged)),
        (Some(&good), device(), date!(2026 - 11 - 20), 0, refused(Refusal::FromTheFuture(issued))),
        (Some(&failed), device(), issued, 0, refused(Refusal::Failed)),
        (None, device(), issued, 0, refused(Refusal::NoCertificate)),
    ] {
        let found = standing(certificate, &device, (day, uses), None);
        assert_eq!(found, expected);
        assert_eq!(found.may_be_used(), matches!(expected, Standing::Good { .. }));
        for language in [Language::Vietnamese, Language::English] {
            assert!(found.sentence(language).ends_with('.'));
        }
    }
}

#[test]
fn an_exception_holds_for_its_device_and_its_days_and_no_longer_than_a_week() {
    let (_, supervisor, desk, keys) = people();
    let first = date!(2027 - 03 - 01);
    let made = |device: CalibratedDevice, last: Date| {
        Exception::new(device, "lý do".into(), (first, last), "TEST-GS".into())
    };
    assert!(made(device(), first + Duration::days(7)).is_err());
    assert!(made(device(), first - Duration::days(1)).is_err());
    assert!(Exception::new(device(), "  ".into(), (first, first), "TEST-GS".into()).is_err());
    let last = first + Duration::days(6);
    let signed = sign(&made(device(), last).unwrap(), [&supervisor, &desk]).unwrap();
    let exception = open::<Exception>(&signed, &keys).unwrap();
    let good = certificate(0.0);
    for (day, allowed) in [(first, true), (last, true), (last + Duration::days(1), false)] {
        let found = standing(Some(&good), &device(), (day, 0), Some(&exception));
        assert_eq!(found.may_be_used(), allowed, "{day}");
    }
    let mut other = device();
    other.serial = "TEST-0002".into();
    assert!(!standing(None, &other, (first, 0), Some(&exception)).may_be_used());
}

#[test]
fn what_was_not_measured_is_not_certified() {
    let limits = Limits::shipped().unwrap();
    let class = DeviceClass::FingerReader;
    let verdict = Verdict::of(class, &[], &limits);
    assert!(!verdict.passes() && !verdict.missing.is_empty());
    assert_eq!(verdict.complaints(Language::Vietnamese).len(), verdict.missing.len());
    let issue = Issue {
        id: CertificateId(uuid::Uuid::nil()),
        issued: datetime!(2026-11-22 08:00 UTC),
        station: String::new(),
        under: String::new(),
        technician: String::new(),
        pictures: Vec::new(),
    };
    assert!(Certificate::issue(issue, class, device(), verdict, &limits).is_err());
}

#[test]
fn the_sheet_claims_no_standard_and_marks_what_is_unverified_and_virtual() {
    let (mut certificate, limits) = (certificate(0.0), Limits::shipped().unwrap());
    let figures: Vec<Measurement> = limits
        .of(DeviceClass::FingerReader)
        .map(|limit| Measurement::new(limit.quantity, limit.at_least.or(limit.at_most).unwrap()))
        .collect();
    certificate.findings = Verdict::of(DeviceClass::FingerReader, &figures, &limits).findings;
    assert!(certificate.passes(), "limits themselves pass");
    for language in [Language::Vietnamese, Language::English] {
        let sheet = Sheet::of(&certificate, language);
        assert_eq!(sheet.mark, Some("TEST"));
        let lines = sheet.lines().join("\n");
        assert!(lines.contains(
            language.pick("không xác nhận phù hợp với tiêu chuẩn nào", "claims conformity with no standard")
        ));
        let mark = language.pick("chưa kiểm chứng", "unverified");
        for (finding, (_, source)) in certificate.findings.iter().zip(&sheet.figures) {
            assert_eq!(source.ends_with(mark), finding.basis == Basis::Unverified, "{source}");
        }
        for claim in ["compliant", "certified to", "conforms", "đạt chuẩn", "phù hợp tiêu chuẩn"] {
            assert!(!lines.to_lowercase().contains(claim), "{claim}");
        }
    }
}

#[test]
fn a_figure_that_is_no_number_passes_nothing() {
    let mut certificate = certificate(0.0);
    certificate.findings[0].value = f64::NAN;
    assert!(!certificate.passes());
    certificate.findings.clear();
    assert!(!certificate.passes());
}

proptest! {
    #[test]
    fn nothing_read_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (_, _, _, keys) = people();
        prop_assert!(open::<Certificate>(&bytes, &keys).is_err());
        prop_assert!(open::<Exception>(&bytes, &keys).is_err());
    }
}

#[test]
fn a_figure_that_drifts_is_told_the_day_it_will_leave_its_limits() {
    let quantity = Quantity::PrintOffsetX;
    let series = |values: &[f64]| -> Vec<Certificate> {
        let one = |(index, value): (usize, &f64)| {
            let mut certificate = certificate(0.0);
            certificate.issued += Duration::days(30 * index as i64);
            certificate
                .findings
                .iter_mut()
                .filter(|finding| finding.quantity == quantity)
                .for_each(|finding| finding.value = *value);
            certificate
        };
        values.iter().enumerate().map(one).collect()
    };
    // A twentieth of a millimetre a month: 0.5 mm after ten months, whichever way.
    for sign in [1.0, -1.0] {
        let drifting = trend(&series(&[0.0, sign * 0.05, sign * 0.1, sign * 0.15]), quantity).unwrap();
        assert_eq!(drifting.points.len(), 4);
        assert!((drifting.slope - sign * 0.05 / 30.0).abs() < 1e-9);
        let leaves = drifting.leaves_on.unwrap();
        assert!((leaves - date!(2026 - 11 - 22)).whole_days().abs_diff(300) <= 1, "{leaves}");
    }
    assert_eq!(trend(&series(&[0.1, -0.1, 0.12, -0.09]), quantity).unwrap().leaves_on, None, "scatter");
    assert_eq!(trend(&series(&[0.1, 0.1, 0.1]), quantity).unwrap().leaves_on, None, "still");
    assert_eq!(trend(&series(&[0.1, 0.2]), quantity), None, "too few");
}
