//! What happens to a dossier: the events its journal holds, in order.

use crate::applicant::{Field, Source};
use crate::exception::ExceptionKind;
use crate::iris::IrisCut;
use crate::number::DossierNumber;
use crate::office::OfficerId;
use crate::portrait::{Findings, Waiver};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tram_biometric::{Encoding, EyeLabel, FingerPosition, Impression, Origin, Quality, Sample, SampleId};

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
    /// The irises, where the rules ask for them and an iris camera is there.
    Irises,
    /// The citizen's signature.
    Signature,
    /// Consent and the check page both read.
    Review,
    /// Sealed: the appointment slip.
    Slip,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 8] = [
        Self::Procedure,
        Self::Applicant,
        Self::Portrait,
        Self::Fingers,
        Self::Irises,
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
#[expect(
    clippy::large_enum_variant,
    reason = "events are few and written once; a box would be one more thing to read past"
)]
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
        /// What was found about it.
        #[serde(default)]
        findings: Findings,
    },
    /// The officer looked at the last portrait and confirms what no measure can tell, but for what is waived.
    PortraitConfirmed {
        /// What is not so, and why it is taken all the same.
        waived: Vec<Waiver>,
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
    /// Irises were captured.
    IrisesTaken {
        /// Each eye that was found.
        irises: Vec<IrisCut>,
    },
    /// The irises that break a rule are kept.
    IrisesKept {
        /// Why, in the officer's words.
        reason: String,
    },
    /// An eye cannot be captured.
    IrisExcepted {
        /// Which.
        eye: EyeLabel,
        /// Why.
        kind: ExceptionKind,
        /// In words.
        note: String,
    },
    /// The exception was a mistake.
    IrisExceptionLifted {
        /// Which eye.
        eye: EyeLabel,
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
    /// The applicant cannot sign.
    SigningExcepted {
        /// Why: one of the reasons the rules name.
        reason: String,
    },
    /// The applicant agreed.
    Consented {
        /// To what, and when.
        consent: Consent,
    },
    /// The sealed dossier was opened again, to be corrected.
    Reopened {
        /// Why, in the officer's words.
        reason: String,
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
            Self::IrisesTaken { irises } => irises.iter().map(|cut| &cut.sample).collect(),
            Self::ExceptionPhotoTaken { photo: sample } | Self::Signed { signature: sample } => vec![sample],
            _ => Vec::new(),
        }
    }
}
