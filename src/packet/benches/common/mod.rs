//! Everybody a packet needs, and a packet without samples.

use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_enrollment::{Applicant, DossierNumber, EnrollmentId, OfficerId, Role};
use tram_packet::random::CryptoRng;
use tram_packet::{
    AuditChain, Contents, Envelope, Keyring, Kid, Marks, OfficerIdentity, OfficerKey, PacketError, PacketId,
    PacketKind, RecipientKey, Signer as _, StationIdentity, StationKey, Times,
};
use uuid::Uuid;

pub(crate) struct Everyone {
    pub(crate) station: StationKey,
    pub(crate) officer: OfficerKey,
    pub(crate) recipient: RecipientKey,
}

impl Everyone {
    pub(crate) fn make(random: &mut dyn CryptoRng) -> Result<Self, PacketError> {
        Ok(Self {
            station: StationKey::generate()?,
            officer: OfficerKey::generate(random)?,
            recipient: RecipientKey::generate(random),
        })
    }

    pub(crate) fn envelope(&self) -> Envelope<'_> {
        Envelope {
            packet: PacketId(Uuid::from_u128(1)),
            sequence: 1,
            previous: None,
            recipient: self.recipient.public_key(),
            station: &self.station,
            officer: &self.officer,
            supervisor: None,
            rekey: None,
        }
    }
}

impl Keyring for Everyone {
    fn station(&self, _: Kid) -> Option<StationIdentity> {
        Some(StationIdentity { id: "TEST".into(), key: self.station.public_key().clone() })
    }

    fn officer(&self, _: Kid) -> Option<OfficerIdentity> {
        let key = self.officer.public_key().clone();
        Some(OfficerIdentity { id: OfficerId("test".into()), role: Role::Officer, key, vouched_by: None })
    }

    fn officer_by_id(&self, _: &OfficerId) -> Option<OfficerIdentity> {
        None
    }
}

pub(crate) fn contents() -> Contents {
    let at = OffsetDateTime::UNIX_EPOCH;
    Contents {
        kind: PacketKind::Enrollment,
        enrollment: EnrollmentId(Uuid::from_u128(2)),
        dossier: DossierNumber::new("TEST", at.date(), 1),
        procedure: "first-issue".into(),
        reference_edition: 1,
        applicant: Applicant::default(),
        exceptions: BTreeMap::new(),
        eye_exceptions: BTreeMap::new(),
        consent: None,
        officer: OfficerId("test".into()),
        station: "TEST".into(),
        times: Times {
            received_at: at,
            sealed_at: at,
            uptime_millis: 0,
            boot: Uuid::nil(),
            last_trusted: None,
        },
        audit: AuditChain::default(),
        marks: Marks { test: true, is_virtual: true },
        equipment: tram_packet::Equipment::default(),
        deeds: Vec::new(),
        samples: Vec::new(),
    }
}
