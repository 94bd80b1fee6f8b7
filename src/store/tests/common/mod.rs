//! A station's database in a folder of its own, and invented dossiers to fill it with.

#![allow(dead_code)] // Each test file uses its part.
#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests may, their helpers as well.

pub(crate) mod work;

use std::path::{Path, PathBuf};
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};
use tram_biometric::{Encoding, FingerPosition, Impression, Origin, Quality, Sample, SampleId};
use tram_enrollment::{
    Applicant, EnrollmentId, Event, Field, Findings, FingerCut, OfficerId, SampleRef, Source,
};
use tram_packet::*;
use tram_store::{Act, DatabaseKey, Named, Store, StoreError, Unsealed};
use uuid::Uuid;

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 +7);

pub(crate) fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[7; 32]).unwrap()
}

pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("TEST.db")
}

pub(crate) fn act() -> Act<'static> {
    Act { officer: None, at: NOW }
}

/// A new database with dossier numbers.
pub(crate) fn store(folder: &Path) -> Store {
    let mut store = Store::create(&path(folder), &key()).unwrap();
    store.add_block("TEST.01", 1..=1000).unwrap();
    store
}

pub(crate) fn id(number: u128) -> EnrollmentId {
    EnrollmentId(Uuid::from_u128(number))
}

pub(crate) fn sample(number: u128, size: usize) -> Sample {
    let origin =
        Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true };
    let bytes = (0..size).map(|i| (i as u128 ^ number) as u8).collect();
    Sample {
        id: SampleId(number),
        encoding: Encoding::Wsq,
        bytes,
        width: 400,
        height: 500,
        ppi: 500,
        quality: Quality::new(80),
        origin,
    }
}

pub(crate) fn officer() -> OfficerId {
    OfficerId("khanh.lv".into())
}

pub(crate) fn open_dossier(store: &mut Store, id: EnrollmentId) {
    let dossier = store.take_dossier_number(date!(2026 - 11 - 22)).unwrap();
    let opened = Event::Opened { dossier, station: "TEST-01".into(), officer: officer(), at: NOW };
    store.append(id, &opened, &[], NOW).unwrap();
}

pub(crate) fn field(value: &str) -> Event {
    Event::FieldSet { field: Field::FullName, value: value.into(), source: Source::Typed, reason: None }
}

pub(crate) fn portrait(full: &Sample, card: &Sample) -> Event {
    Event::PortraitTaken {
        full: full.into(),
        card: card.into(),
        failing: Vec::new(),
        findings: Findings::default(),
    }
}

pub(crate) fn finger(platen: &Sample, cut: &Sample) -> Event {
    Event::FingersTaken {
        position: FingerPosition::RightThumb,
        impression: Impression::Rolled,
        platen: platen.into(),
        fingers: vec![FingerCut { position: FingerPosition::RightThumb, sample: SampleRef::from(cut) }],
    }
}

/// Whoever signs.
pub(crate) struct Cast {
    pub(crate) station: StationKey,
    pub(crate) officer: OfficerKey,
    pub(crate) centre: Es256Key,
    pub(crate) recipient: RecipientKey,
}

impl Cast {
    pub(crate) fn new() -> Self {
        let random = &mut random::system();
        Self {
            station: StationKey::generate().unwrap(),
            officer: OfficerKey::generate(random).unwrap(),
            centre: Es256Key::generate().unwrap(),
            recipient: RecipientKey::generate(random),
        }
    }

    pub(crate) fn contents(store: &Store, id: EnrollmentId, kind: &PacketKind) -> Contents {
        let dossier = store.read().load(id).unwrap().unwrap();
        Contents {
            kind: kind.clone(),
            enrollment: id,
            dossier: dossier.dossier,
            procedure: String::new(),
            reference_edition: 1,
            applicant: Applicant::default(),
            exceptions: dossier.exceptions,
            eye_exceptions: dossier.eye_exceptions,
            consent: None,
            officer: dossier.officer,
            station: dossier.station,
            times: Times {
                received_at: NOW,
                sealed_at: NOW + Duration::MINUTE,
                uptime_millis: 0,
                boot: Uuid::nil(),
                last_trusted: None,
            },
            audit: store.read().audit_chain().unwrap(),
            marks: Marks { test: true, is_virtual: true },
            equipment: tram_packet::Equipment::default(),
            deeds: Vec::new(),
            samples: Vec::new(),
        }
    }

    pub(crate) fn envelope(&self, store: &Store, id: EnrollmentId) -> Envelope<'_> {
        let place = store.read().next_place().unwrap();
        Envelope {
            packet: PacketId(Uuid::from_u128(id.0.as_u128() << 64 | u128::from(place.sequence))),
            sequence: place.sequence,
            previous: place.previous,
            recipient: self.recipient.public_key(),
            station: &self.station,
            officer: &self.officer,
            supervisor: None,
            rekey: None,
        }
    }

    /// Seals a dossier into the outbox.
    pub(crate) fn seal(&self, store: &mut Store, id: EnrollmentId) -> PacketId {
        self.seal_checked(store, id).unwrap()
    }

    pub(crate) fn seal_checked(&self, store: &mut Store, id: EnrollmentId) -> Result<PacketId, StoreError> {
        let templates = [(FingerPosition::RightThumb, vec![1, 2, 3])];
        let dossier = Dossier { templates: &templates, ..Dossier::of(id, &PacketKind::Enrollment) };
        Ok(self.seal_as(store, dossier)?.header().packet)
    }

    /// Seals a dossier into the outbox as a packet of some kind.
    pub(crate) fn seal_as(&self, store: &mut Store, dossier: Dossier<'_>) -> Result<Outside, StoreError> {
        let (contents, envelope) =
            (Self::contents(store, dossier.id, dossier.kind), self.envelope(store, dossier.id));
        let prepared = prepared(store, &contents, &envelope, dossier.samples);
        store.seal(dossier.with(prepared), &mut random::system(), act())
    }

    pub(crate) fn receipt(&self, store: &Store, packet: PacketId, epoch: u32) -> Vec<u8> {
        let digest = store.read().packet(packet).unwrap().digest();
        let audit = store.read().packet(packet).unwrap().header().audit;
        Receipt { audit, ..first_receipt(packet, digest, epoch) }.sign(&self.centre).unwrap()
    }
}

/// What is sealed.
#[derive(Clone, Copy)]
pub(crate) struct Dossier<'a> {
    pub(crate) id: EnrollmentId,
    pub(crate) kind: &'a PacketKind,
    pub(crate) samples: &'a [Named],
    pub(crate) templates: &'a [(FingerPosition, Vec<u8>)],
    pub(crate) deeds: &'a [SignedDeed],
}

impl<'a> Dossier<'a> {
    /// One without samples.
    pub(crate) fn of(id: EnrollmentId, kind: &'a PacketKind) -> Self {
        Self { id, kind, samples: &[], templates: &[], deeds: &[] }
    }

    pub(crate) fn with(self, prepared: Prepared<'a>) -> Unsealed<'a> {
        let Self { id: enrollment, kind, samples, templates, deeds } = self;
        Unsealed { enrollment, kind, prepared, samples, templates, deeds }
    }
}

pub(crate) fn prepared<'a>(
    store: &Store,
    contents: &Contents,
    envelope: &'a Envelope<'a>,
    samples: &[Named],
) -> Prepared<'a> {
    let samples = &mut store.read().samples(samples);
    Prepared::of(contents, samples, envelope, &mut random::system()).unwrap()
}

/// The receipt of the first packet in a log.
pub(crate) fn first_receipt(packet: PacketId, digest: Digest, epoch: u32) -> Receipt {
    Receipt {
        packet,
        digest,
        log_index: 0,
        root: merkle::leaf(packet, digest),
        path: Vec::new(),
        audit: AuditChain::default(),
        epoch,
        received_at: NOW,
    }
}
