//! An invented enrollment, and TEST keys for everyone who signs.

#![allow(dead_code)] // Each test file uses its part.

use std::collections::BTreeMap;
use std::convert::Infallible;
use time::macros::datetime;
use tram_biometric::{Encoding, FingerPosition, Impression, Origin, Quality, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{
    Applicant, Consent, DossierNumber, EnrollmentId, ExceptionKind, Field, Findings, OfficerId, Role, Source,
};
use tram_packet::random::rand_core::{TryCryptoRng, TryRng};
use tram_packet::*;
use uuid::Uuid;

/// Random numbers that are the same every time.
pub(crate) struct Seeded(pub(crate) u64);

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.try_next_u64()? as u32)
    }

    /// splitmix64
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(z ^ z >> 31)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.try_next_u64()? as u8;
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// Everyone who signs or opens, with TEST keys.
pub(crate) struct Cast {
    pub(crate) station: StationKey,
    pub(crate) officer: OfficerKey,
    pub(crate) supervisor: OfficerKey,
    pub(crate) centre: Es256Key,
    pub(crate) recipient: RecipientKey,
}

impl Cast {
    pub(crate) fn new() -> Self {
        let random = &mut Seeded(1);
        Self {
            station: StationKey::generate().unwrap(),
            officer: OfficerKey::generate(random).unwrap(),
            supervisor: OfficerKey::generate(random).unwrap(),
            centre: Es256Key::generate().unwrap(),
            recipient: RecipientKey::generate(random),
        }
    }

    pub(crate) fn envelope(&self) -> Envelope<'_> {
        Envelope {
            packet: PacketId(Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0001)),
            sequence: 7,
            previous: Some(Digest::of(b"the packet before")),
            recipient: self.recipient.public_key(),
            station: &self.station,
            officer: &self.officer,
            supervisor: None,
            rekey: None,
        }
    }

    pub(crate) fn seal(&self, contents: &Contents) -> SealedPacket {
        seal(contents, &self.envelope(), &mut Seeded(2)).unwrap()
    }
}

impl Keyring for Cast {
    fn station(&self, kid: Kid) -> Option<StationIdentity> {
        let key = self.station.public_key().clone();
        (key.kid() == kid).then(|| StationIdentity { id: "TEST-01".into(), key })
    }

    fn officer(&self, kid: Kid) -> Option<OfficerIdentity> {
        [("khanh.lv", Role::Officer, &self.officer), ("hoa.nt", Role::Supervisor, &self.supervisor)]
            .into_iter()
            .map(|(id, role, key)| OfficerIdentity {
                id: OfficerId(id.into()),
                role,
                key: key.public_key().clone(),
                vouched_by: None,
            })
            .find(|officer| officer.key.kid() == kid)
    }

    fn officer_by_id(&self, id: &OfficerId) -> Option<OfficerIdentity> {
        [&self.officer, &self.supervisor]
            .into_iter()
            .filter_map(|key| self.officer(key.public_key().kid()))
            .find(|officer| officer.id == *id)
    }
}

pub(crate) fn sample(id: u128, encoding: Encoding, bytes: Vec<u8>) -> Sample {
    let origin = Origin {
        driver: "virtual".into(),
        model: "TEST reader".into(),
        serial: "7".into(),
        is_virtual: true,
    };
    let ppi = if encoding == Encoding::Wsq { 500 } else { 0 };
    Sample {
        id: SampleId(id),
        encoding,
        bytes,
        width: 40,
        height: 50,
        ppi,
        quality: Quality::new(71),
        origin,
    }
}

/// An enrollment of one invented citizen. The samples are no pictures: nothing here looks at them.
pub(crate) fn contents() -> Contents {
    let mut applicant = Applicant::default();
    applicant.set(Field::PersonalNumber, "022194912345".into(), Source::Register, None);
    applicant.set(Field::FullName, "Lò Thị Mấy".into(), Source::Register, None);
    applicant.set(Field::FullName, "Lò Thị Mẩy".into(), Source::Typed, Some("Giấy khai sinh".into()));
    applicant.set(Field::ResidenceDetail, "Thôn TEST".into(), Source::Typed, None);
    let finger = SampleRole::Finger {
        position: FingerPosition::RightIndex,
        impression: Impression::Plain,
        step: FingerPosition::PlainRightFour,
    };
    let full = SampleRole::PortraitFull {
        failing: vec!["eyes-visible".into()],
        override_reason: Some("Kính không tháo được".into()),
        findings: Findings::default(),
        confirmed: None,
    };
    let samples = [
        (full, sample(0x10, Encoding::Jpeg, vec![0xd8; 300])),
        (SampleRole::PortraitCard, sample(0x11, Encoding::Png, vec![0x50; 120])),
        (finger, sample(u128::MAX, Encoding::Wsq, (0..=255).collect())),
        (SampleRole::Signature, sample(0x13, Encoding::Png, Vec::new())),
    ];
    let samples: Vec<PacketSample> =
        samples.map(|(role, sample)| PacketSample { role, sample, certificate: None }).into();
    let certified = Calibration::Certified {
        certificate: Uuid::from_u128(7),
        last_day: time::macros::date!(2027 - 05 - 01),
    };
    Contents {
        kind: PacketKind::Enrollment,
        enrollment: EnrollmentId(Uuid::from_u128(0x0193_4fff_0000_7000_8000_0000_0000_0001)),
        dossier: DossierNumber::new("TEST.01", time::macros::date!(2026 - 11 - 22), 12),
        procedure: "first-issue".into(),
        reference_edition: 3,
        applicant,
        eye_exceptions: BTreeMap::new(),
        exceptions: BTreeMap::from([(
            FingerPosition::LeftLittle,
            BiometricException { kind: ExceptionKind::Missing, note: "Cụt đốt thứ nhất".into() },
        )]),
        consent: Some(Consent {
            statement: "Tôi đồng ý".into(),
            given_at: datetime!(2026-11-22 08:04:10 +7),
        }),
        officer: OfficerId("khanh.lv".into()),
        station: "TEST-01".into(),
        times: Times {
            received_at: datetime!(2026-11-22 08:00 +7),
            sealed_at: datetime!(2026-11-22 08:05:30.25 +7),
            uptime_millis: 12_345_678,
            boot: Uuid::from_u128(5),
            last_trusted: Some(datetime!(2026-11-21 17:00 UTC)),
        },
        audit: AuditChain { length: 9, head: Digest::of(b"audit") },
        marks: Marks { test: true, is_virtual: true },
        equipment: Equipment::of(KeyProtection::Tpm, samples.iter().map(|each| &each.sample.origin), |_| {
            certified
        }),
        deeds: Vec::new(),
        samples,
    }
}
