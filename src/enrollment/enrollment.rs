//! The dossier as the fold of what happened, and what is still missing before it can be sealed.

use crate::applicant::{Applicant, Field, Source};
use crate::exception::{BiometricException, ExceptionKind};
use crate::number::DossierNumber;
use crate::office::OfficerId;
use crate::policy::CaptureStep;
use crate::reference::ReferenceData;
use crate::validate::{self, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_biometric::{Encoding, FingerPosition, Impression, Origin, Quality, Sample, SampleId};
use uuid::Uuid;

/// Names an enrollment for ever; the packet, the receipt and the card order carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnrollmentId(pub Uuid);

impl std::fmt::Display for EnrollmentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A step of the officer's work, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Which procedure.
    #[default]
    Procedure,
    /// Who applies: found or typed in.
    Applicant,
    /// The portrait.
    Portrait,
    /// The fingers.
    Fingers,
    /// The citizen's signature.
    Signature,
    /// Consent and the check page both read.
    Review,
    /// Sealed: the appointment slip.
    Slip,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 7] = [
        Self::Procedure,
        Self::Applicant,
        Self::Portrait,
        Self::Fingers,
        Self::Signature,
        Self::Review,
        Self::Slip,
    ];

    /// The step after this one; the last stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL.into_iter().find(|step| *step > self).unwrap_or(self)
    }

    /// The step before this one; the first stays.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::ALL.into_iter().rev().find(|step| *step < self).unwrap_or(self)
    }
}

/// A sample as the dossier knows it: everything but the bytes, which the store keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRef {
    /// Names the sample.
    pub id: SampleId,
    /// How its bytes are to be read.
    pub encoding: Encoding,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pixels per inch, 0 where unknown.
    pub ppi: u16,
    /// Quality at capture.
    pub quality: Quality,
    /// The device that gave it.
    pub origin: Origin,
}

impl From<&Sample> for SampleRef {
    fn from(sample: &Sample) -> Self {
        Self {
            id: sample.id,
            encoding: sample.encoding,
            width: sample.width,
            height: sample.height,
            ppi: sample.ppi,
            quality: sample.quality,
            origin: sample.origin.clone(),
        }
    }
}

/// One finger cut out of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerCut {
    /// The single finger.
    pub position: FingerPosition,
    /// Its upright picture.
    pub sample: SampleRef,
}

/// What the applicant agreed to, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The statement's words as they were shown.
    pub statement: String,
    /// When the officer recorded it.
    #[serde(with = "time::serde::rfc3339")]
    pub given_at: OffsetDateTime,
}

/// Something that happened to a dossier. The journal holds these, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The dossier was opened; always the first event.
    Opened {
        /// From the station's own block.
        dossier: DossierNumber,
        /// The station's id.
        station: String,
        /// Who opened it.
        officer: OfficerId,
        /// When; its day chooses the rules.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// A procedure was chosen; choosing again replaces it.
    ProcedureChosen {
        /// Its code.
        code: String,
    },
    /// Everything a register or a card knows of a citizen was taken over, in place of all fields known before.
    FieldsFilled {
        /// What is known.
        fields: BTreeMap<Field, String>,
        /// Who says so.
        source: Source,
    },
    /// A field was filled or changed.
    FieldSet {
        /// Which.
        field: Field,
        /// Its value, NFC.
        value: String,
        /// Where it came from.
        source: Source,
        /// Why it differs from the register, where it does.
        reason: Option<String>,
    },
    /// A portrait was taken.
    PortraitTaken {
        /// The picture as the camera gave it.
        full: SampleRef,
        /// The crop as it will be on the card.
        card: SampleRef,
        /// The checks it fails, by name; empty when all pass.
        failing: Vec<String>,
    },
    /// The last portrait is kept although a check fails.
    PortraitKept {
        /// Why, in the officer's words.
        reason: String,
    },
    /// Fingers were captured in one attempt at a step of the sequence.
    FingersTaken {
        /// Which step.
        position: FingerPosition,
        /// Flat or rolled.
        impression: Impression,
        /// The whole platen.
        platen: SampleRef,
        /// The single fingers found on it.
        fingers: Vec<FingerCut>,
    },
    /// A finger cannot be captured.
    FingerExcepted {
        /// The single finger.
        position: FingerPosition,
        /// Why.
        kind: ExceptionKind,
        /// In words.
        note: String,
    },
    /// The exception was a mistake.
    FingerExceptionLifted {
        /// The single finger.
        position: FingerPosition,
    },
    /// A photo that shows the excepted fingers.
    ExceptionPhotoTaken {
        /// The picture.
        photo: SampleRef,
    },
    /// The applicant signed.
    Signed {
        /// The signature as a picture.
        signature: SampleRef,
    },
    /// The applicant agreed.
    Consented {
        /// To what, and when.
        consent: Consent,
    },
    /// The officer went to a step.
    StepEntered {
        /// Which.
        step: Step,
    },
    /// The officer went to a field; the dossier opens there again.
    FieldEntered {
        /// Which.
        field: Field,
    },
}

impl Event {
    /// The samples whose bytes must be stored together with this event.
    pub fn samples(&self) -> Vec<&SampleRef> {
        match self {
            Self::PortraitTaken { full, card, .. } => vec![full, card],
            Self::FingersTaken { platen, fingers, .. } => {
                std::iter::once(platen).chain(fingers.iter().map(|finger| &finger.sample)).collect()
            }
            Self::ExceptionPhotoTaken { photo: sample } | Self::Signed { signature: sample } => vec![sample],
            _ => Vec::new(),
        }
    }
}

/// An attempt at a step of the finger sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerAttempt {
    /// Which step.
    pub position: FingerPosition,
    /// Flat or rolled.
    pub impression: Impression,
    /// The whole platen.
    pub platen: SampleRef,
    /// The fingers found.
    pub fingers: Vec<FingerCut>,
}

/// A portrait attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortraitAttempt {
    /// As the camera gave it.
    pub full: SampleRef,
    /// As on the card.
    pub card: SampleRef,
    /// The checks it fails, by name.
    pub failing: Vec<String>,
    /// Why it is kept although they fail.
    pub override_reason: Option<String>,
}

impl PortraitAttempt {
    /// Whether it may go into a packet: all checks pass, or an officer said why it is kept.
    pub fn is_kept(&self) -> bool {
        self.failing.is_empty() || self.override_reason.is_some()
    }
}

/// What keeps a dossier from being sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No procedure was chosen, or it is not in force on the day of reception.
    Procedure,
    /// A field is wrong.
    Field(Field, Problem),
    /// No portrait was taken, or the last one fails a check and nobody said why it is kept.
    Portrait,
    /// A finger of the sequence has neither a sample nor an exception.
    Finger(FingerPosition, Impression),
    /// Fingers were excepted, and no photo shows them.
    ExceptionPhoto,
    /// No signature.
    Signature,
    /// No consent.
    Consent,
}

impl Missing {
    /// The step at which it is mended.
    pub fn step(&self) -> Step {
        match self {
            Self::Procedure => Step::Procedure,
            Self::Field(..) => Step::Applicant,
            Self::Portrait => Step::Portrait,
            Self::Finger(..) | Self::ExceptionPhoto => Step::Fingers,
            Self::Signature => Step::Signature,
            Self::Consent => Step::Review,
        }
    }
}

/// A dossier under way: the fold of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// Names it.
    pub id: EnrollmentId,
    /// Its number.
    pub dossier: DossierNumber,
    /// The station that took it.
    pub station: String,
    /// The officer who opened it.
    pub officer: OfficerId,
    /// When it was opened.
    pub received_at: OffsetDateTime,
    /// The chosen procedure's code.
    pub procedure: Option<String>,
    /// The applicant.
    pub applicant: Applicant,
    /// Portraits in the order they were taken; the last one counts.
    pub portraits: Vec<PortraitAttempt>,
    /// Finger captures in the order they were taken.
    pub finger_attempts: Vec<FingerAttempt>,
    /// Fingers that cannot be captured.
    pub exceptions: BTreeMap<FingerPosition, BiometricException>,
    /// The photo that shows them.
    pub exception_photo: Option<SampleRef>,
    /// The applicant's signature.
    pub signature: Option<SampleRef>,
    /// The applicant's consent.
    pub consent: Option<Consent>,
    /// Where the officer is.
    pub step: Step,
    /// The field the officer was in last.
    pub field: Option<Field>,
}

impl Enrollment {
    /// The dossier after these events, or `None` when they do not begin with [`Event::Opened`].
    pub fn replay(id: EnrollmentId, events: impl IntoIterator<Item = Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let Some(Event::Opened { dossier, station, officer, at }) = events.next() else { return None };
        let mut enrollment = Self {
            id,
            dossier,
            station,
            officer,
            received_at: at,
            procedure: None,
            applicant: Applicant::default(),
            portraits: Vec::new(),
            finger_attempts: Vec::new(),
            exceptions: BTreeMap::new(),
            exception_photo: None,
            signature: None,
            consent: None,
            step: Step::default(),
            field: None,
        };
        for event in events {
            enrollment.apply(event);
        }
        Some(enrollment)
    }

    /// Takes one event in. A change of what was consented to makes the consent and the signature void.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Opened { .. } => {}
            Event::ProcedureChosen { code } => {
                self.void_consent();
                self.procedure = Some(code);
            }
            Event::FieldsFilled { fields, source } => {
                self.void_consent();
                self.applicant = Applicant::default();
                for (field, value) in fields {
                    self.applicant.set(field, value, source, None);
                }
            }
            Event::FieldSet { field, value, source, reason } => {
                self.void_consent();
                self.applicant.set(field, value, source, reason);
            }
            Event::PortraitTaken { full, card, failing } => {
                self.portraits.push(PortraitAttempt { full, card, failing, override_reason: None });
            }
            Event::PortraitKept { reason } => {
                if let Some(portrait) = self.portraits.last_mut() {
                    portrait.override_reason = Some(reason);
                }
            }
            Event::FingersTaken { position, impression, platen, fingers } => {
                self.finger_attempts.push(FingerAttempt { position, impression, platen, fingers });
            }
            Event::FingerExcepted { position, kind, note } => {
                self.exceptions.insert(position, BiometricException { kind, note });
            }
            Event::FingerExceptionLifted { position } => {
                self.exceptions.remove(&position);
            }
            Event::ExceptionPhotoTaken { photo } => self.exception_photo = Some(photo),
            Event::Signed { signature } => self.signature = Some(signature),
            Event::Consented { consent } => self.consent = Some(consent),
            Event::StepEntered { step } => self.step = step,
            Event::FieldEntered { field } => self.field = Some(field),
        }
    }

    fn void_consent(&mut self) {
        self.consent = None;
        self.signature = None;
    }

    /// The portrait that counts.
    pub fn portrait(&self) -> Option<&PortraitAttempt> {
        self.portraits.last()
    }

    /// How often a step of the sequence was tried.
    pub fn attempts_at(&self, position: FingerPosition, impression: Impression) -> usize {
        self.attempts(position, impression).count()
    }

    /// The attempts at a step of the sequence, oldest first.
    pub fn attempts(
        &self,
        position: FingerPosition,
        impression: Impression,
    ) -> impl Iterator<Item = &FingerAttempt> {
        self.finger_attempts
            .iter()
            .filter(move |attempt| attempt.position == position && attempt.impression == impression)
    }

    /// The best sample of a finger at a step of the sequence, over all attempts; the later one of two equals.
    pub fn best_at(&self, step: CaptureStep, finger: FingerPosition) -> Option<&SampleRef> {
        self.attempts(step.position, step.impression)
            .flat_map(|attempt| &attempt.fingers)
            .filter(|cut| cut.position == finger)
            .map(|cut| &cut.sample)
            .max_by_key(|sample| sample.quality)
    }

    /// The best sample of a finger over everything captured.
    pub fn best_finger(&self, finger: FingerPosition) -> Option<&SampleRef> {
        self.finger_attempts
            .iter()
            .flat_map(|attempt| &attempt.fingers)
            .filter(|cut| cut.position == finger)
            .map(|cut| &cut.sample)
            .max_by_key(|sample| sample.quality)
    }

    /// Whether nothing more has to be captured at this step: every finger has a sample good enough or an
    /// exception, or the attempts are used up and every finger has some sample or an exception.
    pub fn step_is_settled(&self, step: CaptureStep) -> bool {
        let fingers =
            || step.position.fingers().iter().filter(|finger| !self.exceptions.contains_key(finger));
        let at_least = |limit: u8| {
            fingers().all(|finger| {
                self.best_at(step, *finger).is_some_and(|sample| sample.quality.score() >= limit)
            })
        };
        let used_up = self.attempts_at(step.position, step.impression) >= usize::from(step.attempts);
        at_least(step.threshold) || (used_up && at_least(0))
    }

    /// What keeps the dossier from being sealed, in the order of the steps; empty when nothing does.
    /// `sequence` is the policy's sequence for the reader in use; empty where fingers are not captured.
    pub fn missing(&self, reference: &ReferenceData, sequence: &[CaptureStep]) -> Vec<Missing> {
        let day = self.received_at.date();
        let procedure_holds =
            self.procedure.as_deref().is_some_and(|code| reference.procedure(code, day).is_some());
        let mut missing = Vec::new();
        if !procedure_holds {
            missing.push(Missing::Procedure);
        }
        missing.extend(
            validate::problems(&self.applicant, reference, day)
                .into_iter()
                .filter(|(_, problem)| !problem.is_warning())
                .map(|(field, problem)| Missing::Field(field, problem)),
        );
        if !self.portrait().is_some_and(PortraitAttempt::is_kept) {
            missing.push(Missing::Portrait);
        }
        missing.extend(self.missing_fingers(sequence));
        if !self.exceptions.is_empty() && self.exception_photo.is_none() {
            missing.push(Missing::ExceptionPhoto);
        }
        if self.signature.is_none() {
            missing.push(Missing::Signature);
        }
        if self.consent.is_none() {
            missing.push(Missing::Consent);
        }
        missing
    }

    fn missing_fingers(&self, sequence: &[CaptureStep]) -> Vec<Missing> {
        sequence
            .iter()
            .flat_map(|step| step.position.fingers().iter().map(move |finger| (*step, *finger)))
            .filter(|(step, finger)| {
                !self.exceptions.contains_key(finger) && self.best_at(*step, *finger).is_none()
            })
            .map(|(step, finger)| Missing::Finger(finger, step.impression))
            .collect()
    }
}
