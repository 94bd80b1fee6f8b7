//! What a packet says, as plain structs: `open(seal(contents))` gives the same contents back.

use crate::audit::AuditChain;
use crate::deed::SignedDeed;
use crate::equipment::Equipment;
use crate::id::PacketId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_biometric::{EyeLabel, FingerPosition, Impression, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{
    Applicant, Consent, DossierNumber, Enrollment, EnrollmentId, Findings, OfficerId, Waiver,
};
use uuid::Uuid;

/// What a packet is for. A sealed enrollment is never changed: a further packet corrects or withdraws it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PacketKind {
    /// A person was enrolled.
    Enrollment,
    /// Takes the place of an earlier packet in full.
    Correction {
        /// The earlier one.
        of: PacketId,
    },
    /// The earlier packet is void.
    Withdrawal {
        /// The earlier one.
        of: PacketId,
        /// Why, in the officer's words.
        reason: String,
    },
}

/// What the station knew of the time. Wall clocks of stations are wrong by years at times; order comes from the
/// sequence number and the hash chain, never from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When the dossier was opened, by the wall clock.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// When it was sealed, by the wall clock.
    #[serde(with = "time::serde::rfc3339")]
    pub sealed_at: OffsetDateTime,
    /// Milliseconds since the machine started, at sealing.
    pub uptime_millis: u64,
    /// Which start of the machine, as the kernel names it.
    pub boot: Uuid,
    /// The latest time anybody signed for, if any.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_trusted: Option<OffsetDateTime>,
}

/// What must not be taken for real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Made under a TEST authority, or in training.
    pub test: bool,
    /// Some sample came from a device that is not there.
    pub is_virtual: bool,
}

impl Marks {
    /// Whether a centre in service may register it.
    pub fn is_real(self) -> bool {
        !self.test && !self.is_virtual
    }
}

/// What a sample shows, for whoever reads the packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleRole {
    /// The portrait as the camera gave it.
    PortraitFull {
        /// Checks it fails, by their names.
        failing: Vec<String>,
        /// Why it was kept although a check failed, in the officer's words.
        override_reason: Option<String>,
        /// What was found about it.
        #[serde(default, skip_serializing_if = "Findings::is_empty")]
        findings: Findings,
        /// What the officer waived when confirming what no measure can tell; absent where nothing was to be confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirmed: Option<Vec<Waiver>>,
    },
    /// The portrait as it will be on the card.
    PortraitCard,
    /// A whole platen.
    Platen {
        /// The step of the sequence: a slap or a single finger.
        position: FingerPosition,
        /// Flat or rolled.
        impression: Impression,
    },
    /// One upright finger: the best of its step.
    Finger {
        /// The single finger.
        position: FingerPosition,
        /// Flat or rolled.
        impression: Impression,
        /// The step of the sequence it was captured in.
        step: FingerPosition,
    },
    /// One eye in near infrared.
    Iris {
        /// Whose eye, as the camera says.
        eye: EyeLabel,
        /// The rules it breaks, by the names of the measures.
        failing: Vec<String>,
        /// Why it was kept although it breaks them, in the officer's words.
        override_reason: Option<String>,
    },
    /// The photo that shows the fingers that could not be captured.
    ExceptionPhoto,
    /// The applicant's signature.
    Signature,
}

/// A sample and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketSample {
    /// What it shows.
    pub role: SampleRole,
    /// The sample with its bytes.
    pub sample: Sample,
    /// The calibration certificate its device had when it was taken; none where the device had none.
    pub certificate: Option<Uuid>,
}

/// Everything a packet says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// What the packet is for.
    pub kind: PacketKind,
    /// The enrollment.
    pub enrollment: EnrollmentId,
    /// The dossier's number.
    pub dossier: DossierNumber,
    /// The procedure's code; empty in a withdrawal.
    pub procedure: String,
    /// The edition of the reference data whose rules the dossier keeps.
    pub reference_edition: u32,
    /// The applicant's fields with their sources and reasons.
    pub applicant: Applicant,
    /// Fingers that could not be captured.
    pub exceptions: BTreeMap<FingerPosition, BiometricException>,
    /// Eyes that could not be captured.
    pub eye_exceptions: BTreeMap<EyeLabel, BiometricException>,
    /// What the applicant agreed to.
    pub consent: Option<Consent>,
    /// The officer who sealed it; the second signature is this officer's.
    pub officer: OfficerId,
    /// The station's id; the first signature is this station's.
    pub station: String,
    /// What the station knew of the time.
    pub times: Times,
    /// The end of the station's audit chain before this packet's own entry.
    pub audit: AuditChain,
    /// What must not be taken for real.
    pub marks: Marks,
    /// What it was made with.
    pub equipment: Equipment,
    /// What was done at the station beside its dossiers and is told now; not of this person.
    pub deeds: Vec<SignedDeed>,
    /// The samples.
    pub samples: Vec<PacketSample>,
}

/// What sealing adds to a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtSealing {
    /// What the packet is for.
    pub kind: PacketKind,
    /// The edition of the reference data whose rules the dossier keeps.
    pub reference_edition: u32,
    /// Who seals it.
    pub officer: OfficerId,
    /// When it is sealed, by the wall clock.
    pub sealed_at: OffsetDateTime,
    /// Milliseconds since the machine started.
    pub uptime_millis: u64,
    /// Which start of the machine.
    pub boot: Uuid,
    /// The latest time anybody signed for.
    pub last_trusted: Option<OffsetDateTime>,
    /// The end of the station's audit chain.
    pub audit: AuditChain,
    /// Whether the station works under a TEST authority, or trains.
    pub test: bool,
    /// What it was made with.
    pub equipment: Equipment,
}

impl Contents {
    /// The contents of a dossier's packet. `samples` are those [`samples_of`] names, with their bytes; whether one of
    /// them is virtual is said by the samples themselves and cannot be left out.
    pub fn of(enrollment: &Enrollment, samples: Vec<PacketSample>, at: AtSealing) -> Self {
        let is_virtual = samples.iter().any(|sample| sample.sample.origin.is_virtual);
        Self {
            kind: at.kind,
            enrollment: enrollment.id,
            dossier: enrollment.dossier.clone(),
            procedure: enrollment.procedure.clone().unwrap_or_default(),
            reference_edition: at.reference_edition,
            applicant: enrollment.applicant.clone(),
            exceptions: enrollment.exceptions.clone(),
            eye_exceptions: enrollment.eye_exceptions.clone(),
            consent: enrollment.consent.clone(),
            officer: at.officer,
            station: enrollment.station.clone(),
            times: Times {
                received_at: enrollment.received_at,
                sealed_at: at.sealed_at,
                uptime_millis: at.uptime_millis,
                boot: at.boot,
                last_trusted: at.last_trusted,
            },
            audit: at.audit,
            marks: Marks { test: at.test, is_virtual },
            equipment: at.equipment,
            deeds: Vec::new(),
            samples,
        }
    }
}

/// Which samples of a dossier go into its packet, and what they show: the portrait that counts, the best sample of
/// each finger at each step with the platen it was cut from, the irises, the exception photo, the signature.
pub fn samples_of(enrollment: &Enrollment) -> Vec<(SampleId, SampleRole)> {
    let mut chosen = Vec::new();
    if let Some(portrait) = enrollment.portrait() {
        let (failing, override_reason) = (portrait.failing.clone(), portrait.override_reason.clone());
        let (findings, confirmed) = (portrait.findings.clone(), portrait.confirmed.clone());
        let role = SampleRole::PortraitFull { failing, override_reason, findings, confirmed };
        chosen.push((portrait.full.id, role));
        chosen.push((portrait.card.id, SampleRole::PortraitCard));
    }
    chosen.extend(best_fingers(enrollment));
    chosen.extend(enrollment.irises.iter().map(|(eye, capture)| {
        let (failing, override_reason) = (capture.failing.clone(), capture.override_reason.clone());
        (capture.sample.id, SampleRole::Iris { eye: *eye, failing, override_reason })
    }));
    chosen.extend(enrollment.exception_photo.iter().map(|photo| (photo.id, SampleRole::ExceptionPhoto)));
    chosen.extend(enrollment.signature.iter().map(|signature| (signature.id, SampleRole::Signature)));
    chosen
}

fn best_fingers(enrollment: &Enrollment) -> Vec<(SampleId, SampleRole)> {
    let mut best = BTreeMap::new();
    for attempt in &enrollment.finger_attempts {
        for cut in &attempt.fingers {
            let place = (attempt.position, attempt.impression, cut.position);
            let entry = best.entry(place).or_insert((cut, attempt));
            if cut.sample.quality >= entry.0.sample.quality {
                *entry = (cut, attempt);
            }
        }
    }
    let platens: BTreeMap<SampleId, SampleRole> = best
        .values()
        .map(|(_, attempt)| {
            let (position, impression) = (attempt.position, attempt.impression);
            (attempt.platen.id, SampleRole::Platen { position, impression })
        })
        .collect();
    let fingers = best.iter().map(|((step, impression, position), (cut, _))| {
        let role = SampleRole::Finger { position: *position, impression: *impression, step: *step };
        (cut.sample.id, role)
    });
    fingers.chain(platens).collect()
}

/// A sample's id as 16 bytes.
pub(crate) mod sample_id {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tram_biometric::SampleId;
    use uuid::Uuid;

    pub(crate) fn serialize<S: Serializer>(id: &SampleId, serializer: S) -> Result<S::Ok, S::Error> {
        Uuid::from_u128(id.0).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SampleId, D::Error> {
        Uuid::deserialize(deserializer).map(|id| SampleId(id.as_u128()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};
    use tram_biometric::{Encoding, Origin, Quality};
    use tram_enrollment::{Event, FingerCut, SampleRef};

    fn sample(id: u128, quality: u8, is_virtual: bool) -> SampleRef {
        let origin =
            Origin { driver: "TEST".into(), model: String::new(), serial: String::new(), is_virtual };
        let quality = Quality::new(quality);
        SampleRef {
            id: SampleId(id),
            encoding: Encoding::Wsq,
            width: 1,
            height: 1,
            ppi: 500,
            quality,
            origin,
        }
    }

    fn attempt(platen: u128, qualities: [u8; 2]) -> Event {
        let fingers = [FingerPosition::LeftThumb, FingerPosition::RightThumb];
        let cut = |(position, (place, quality))| FingerCut {
            position,
            sample: sample(platen + place, quality, false),
        };
        Event::FingersTaken {
            position: FingerPosition::PlainThumbs,
            impression: Impression::Plain,
            platen: sample(platen, 50, false),
            fingers: fingers.into_iter().zip((1..).zip(qualities)).map(cut).collect(),
        }
    }

    fn dossier(events: impl IntoIterator<Item = Event>) -> Enrollment {
        let opened = Event::Opened {
            dossier: DossierNumber::new("TEST", date!(2026 - 11 - 22), 1),
            station: "TEST".into(),
            officer: OfficerId("test".into()),
            at: datetime!(2026-11-22 08:00 +7),
        };
        let id = EnrollmentId(Uuid::nil());
        Enrollment::replay(id, std::iter::once(opened).chain(events)).unwrap()
    }

    #[test]
    fn the_best_of_each_finger_goes_in_with_its_platen() {
        let chosen = |events: Vec<Event>| -> Vec<u128> {
            let mut ids: Vec<u128> = samples_of(&dossier(events)).into_iter().map(|(id, _)| id.0).collect();
            ids.sort_unstable();
            ids
        };
        // One thumb is best in each attempt: both platens are needed.
        assert_eq!(chosen(vec![attempt(10, [80, 20]), attempt(20, [30, 70])]), [10, 11, 20, 22]);
        // The second attempt is worse at both: nothing of it goes in. Of two equals, the later counts.
        assert_eq!(chosen(vec![attempt(10, [80, 70]), attempt(20, [30, 60])]), [10, 11, 12]);
        assert_eq!(chosen(vec![attempt(10, [80, 70]), attempt(20, [80, 70])]), [20, 21, 22]);
        assert_eq!(chosen(Vec::new()), []);
    }

    #[test]
    fn a_virtual_sample_marks_the_packet() {
        let at = AtSealing {
            kind: PacketKind::Enrollment,
            reference_edition: 1,
            officer: OfficerId("test".into()),
            sealed_at: datetime!(2026-11-22 09:00 +7),
            uptime_millis: 0,
            boot: Uuid::nil(),
            last_trusted: None,
            audit: AuditChain::default(),
            test: false,
            equipment: Equipment::default(),
        };
        let marks = |is_virtual| {
            let SampleRef { id, encoding, width, height, ppi, quality, origin } = sample(1, 1, is_virtual);
            let sample = Sample { id, encoding, bytes: Vec::new(), width, height, ppi, quality, origin };
            let samples = vec![PacketSample { role: SampleRole::Signature, sample, certificate: None }];
            Contents::of(&dossier([]), samples, at.clone()).marks
        };
        assert!(marks(false).is_real());
        assert_eq!(marks(true), Marks { test: false, is_virtual: true });
    }
}
