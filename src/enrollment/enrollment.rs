//! The dossier as the fold of what happened, and what is still missing before it can be sealed.

use crate::applicant::{Applicant, Field};
use crate::event::{Consent, Event, FingerCut, SampleRef, Step};
use crate::exception::BiometricException;
use crate::iris::IrisCapture;
use crate::number::DossierNumber;
use crate::office::OfficerId;
use crate::policy::CaptureStep;
use crate::portrait::{Findings, Waiver};
use crate::reference::ReferenceData;
use crate::validate::{self, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_biometric::{EyeLabel, FingerPosition, Impression};
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
    /// What was found about it.
    pub findings: Findings,
    /// What the officer waived when confirming what no measure can tell; `None` until then.
    pub confirmed: Option<Vec<Waiver>>,
}

impl PortraitAttempt {
    /// Whether all checks pass, or an officer said why it is kept.
    pub fn is_accepted(&self) -> bool {
        self.failing.is_empty() || self.override_reason.is_some()
    }

    /// Whether nothing is left for the officer to confirm by looking.
    pub fn is_confirmed(&self) -> bool {
        self.findings.to_confirm.is_empty() || self.confirmed.is_some()
    }

    /// Whether it may go into a packet.
    pub fn is_kept(&self) -> bool {
        self.is_accepted() && self.is_confirmed()
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
    /// The officer has not confirmed what no measure can tell of the portrait.
    PortraitConfirmation,
    /// A finger of the sequence has neither a sample nor an exception.
    Finger(FingerPosition, Impression),
    /// An eye has neither a picture that may be kept nor an exception.
    Iris(EyeLabel),
    /// Fingers were excepted, and no photo shows them.
    ExceptionPhoto,
    /// Neither a signature nor a reason why there is none.
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
            Self::Portrait | Self::PortraitConfirmation => Step::Portrait,
            Self::Finger(..) | Self::ExceptionPhoto => Step::Fingers,
            Self::Iris(_) => Step::Irises,
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
    /// The pictures of the eyes that count.
    pub irises: BTreeMap<EyeLabel, IrisCapture>,
    /// Eyes that cannot be captured.
    pub eye_exceptions: BTreeMap<EyeLabel, BiometricException>,
    /// The photo that shows them.
    pub exception_photo: Option<SampleRef>,
    /// The applicant's signature.
    pub signature: Option<SampleRef>,
    /// Why there is none, where the applicant cannot sign.
    pub unsigned: Option<String>,
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
        let mut enrollment = Self::opened(id, dossier, station, officer, at);
        for event in events {
            enrollment.apply(event);
        }
        Some(enrollment)
    }

    fn opened(
        id: EnrollmentId,
        dossier: DossierNumber,
        station: String,
        officer: OfficerId,
        received_at: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            dossier,
            station,
            officer,
            received_at,
            procedure: None,
            applicant: Applicant::default(),
            portraits: Vec::new(),
            finger_attempts: Vec::new(),
            exceptions: BTreeMap::new(),
            irises: BTreeMap::new(),
            eye_exceptions: BTreeMap::new(),
            exception_photo: None,
            signature: None,
            unsigned: None,
            consent: None,
            step: Step::default(),
            field: None,
        }
    }

    /// The dossier without its person: number, procedure, who took it and when.
    #[must_use]
    pub fn nameless(&self) -> Self {
        let (dossier, station, officer) = (self.dossier.clone(), self.station.clone(), self.officer.clone());
        Self {
            procedure: self.procedure.clone(),
            ..Self::opened(self.id, dossier, station, officer, self.received_at)
        }
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
            Event::PortraitTaken { full, card, failing, findings } => {
                let (override_reason, confirmed) = (None, None);
                self.portraits.push(PortraitAttempt {
                    full,
                    card,
                    failing,
                    override_reason,
                    findings,
                    confirmed,
                });
            }
            Event::PortraitConfirmed { waived } => {
                if let Some(portrait) = self.portraits.last_mut() {
                    portrait.confirmed = Some(waived);
                }
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
            Event::IrisesTaken { irises } => {
                self.irises.extend(irises.into_iter().map(|cut| (cut.eye, cut.into())));
            }
            Event::IrisesKept { reason } => {
                for capture in self.irises.values_mut().filter(|capture| !capture.failing.is_empty()) {
                    capture.override_reason = Some(reason.clone());
                }
            }
            Event::IrisExcepted { eye, kind, note } => {
                self.eye_exceptions.insert(eye, BiometricException { kind, note });
            }
            Event::IrisExceptionLifted { eye } => {
                self.eye_exceptions.remove(&eye);
            }
            Event::ExceptionPhotoTaken { photo } => self.exception_photo = Some(photo),
            Event::Signed { signature } => {
                self.signature = Some(signature);
                self.unsigned = None;
            }
            Event::SigningExcepted { reason } => {
                self.signature = None;
                self.unsigned = Some(reason);
            }
            Event::Consented { consent } => self.consent = Some(consent),
            Event::Reopened { .. } => {
                // The citizen agrees to what is sealed, not to what was.
                self.consent = None;
                self.step = Step::Review;
            }
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
        match self.portrait() {
            Some(portrait) if portrait.is_accepted() => {
                missing.extend((!portrait.is_confirmed()).then_some(Missing::PortraitConfirmation));
            }
            _ => missing.push(Missing::Portrait),
        }
        missing.extend(self.missing_fingers(sequence));
        if !self.exceptions.is_empty() && self.exception_photo.is_none() {
            missing.push(Missing::ExceptionPhoto);
        }
        if self.signature.is_none() && self.unsigned.is_none() {
            missing.push(Missing::Signature);
        }
        if self.consent.is_none() {
            missing.push(Missing::Consent);
        }
        missing
    }

    /// The eyes among those wanted that have neither a picture that may be kept nor an exception.
    pub fn missing_eyes(&self, wanted: &[EyeLabel]) -> Vec<EyeLabel> {
        let is_settled = |eye: &EyeLabel| {
            self.eye_exceptions.contains_key(eye) || self.irises.get(eye).is_some_and(IrisCapture::is_kept)
        };
        wanted.iter().filter(|eye| !is_settled(eye)).copied().collect()
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
