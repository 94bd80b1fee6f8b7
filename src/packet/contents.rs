//! What a packet says, as plain structs: `open(seal(contents))` gives the same contents back.

use crate::id::{Digest, PacketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_biometric::{FingerPosition, Impression, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{Applicant, Consent, DossierNumber, Enrollment, EnrollmentId, OfficerId};
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
        /// Why it was kept although a check failed, in the officer's words.
        override_reason: Option<String>,
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
    /// What the applicant agreed to.
    pub consent: Option<Consent>,
    /// The officer who sealed it; the second signature is this officer's.
    pub officer: OfficerId,
    /// The station's id; the first signature is this station's.
    pub station: String,
    /// What the station knew of the time.
    pub times: Times,
    /// The head of the station's audit chain before this packet's own entry.
    pub audit_head: Digest,
    /// What must not be taken for real.
    pub marks: Marks,
    /// The samples.
    pub samples: Vec<PacketSample>,
}

/// Which samples of a dossier go into its packet, and what they show: the portrait that counts, the best sample of
/// each finger at each step with the platen it was cut from, the exception photo, the signature.
pub fn samples_of(enrollment: &Enrollment) -> Vec<(SampleId, SampleRole)> {
    let mut chosen = Vec::new();
    if let Some(portrait) = enrollment.portrait() {
        let override_reason = portrait.override_reason.clone();
        chosen.push((portrait.full.id, SampleRole::PortraitFull { override_reason }));
        chosen.push((portrait.card.id, SampleRole::PortraitCard));
    }
    chosen.extend(best_fingers(enrollment));
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
