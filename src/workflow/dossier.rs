//! The open dossier, step by step.

use crate::secret::Secret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use time::{Date, OffsetDateTime};
use tram_biometric::{EyeLabel, FingerPosition, GrayImage, RgbImage, SampleId};
use tram_capture::{Finding, FingerView, IrisView, PortraitView};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{
    CaptureStep, DossierNumber, Enrollment, Field, Missing, OfficerId, ReferenceData, Source, Step, Unit,
};
use tram_packet::PacketId;

/// Whether everything that happened is durable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// Events that are not committed yet.
    pub pending: u32,
    /// When the last event was committed.
    pub saved_at: Option<OffsetDateTime>,
}

/// A citizen as the register or a card knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// What is known.
    pub fields: BTreeMap<Field, String>,
    /// Who says so.
    pub source: Source,
}

impl Citizen {
    /// A field's value, empty where unknown.
    pub fn value(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }
}

/// What a search in the register gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Found {
    /// Nothing was asked.
    #[default]
    Nothing,
    /// The answer is on its way.
    Loading,
    /// These, perhaps none.
    Citizens(Vec<Citizen>),
    /// The register cannot be searched.
    Failed(Phrase),
}

/// The search for the applicant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What was typed.
    pub query: String,
    /// What it gave.
    pub found: Found,
    /// Which of the found is marked.
    pub marked: usize,
}

/// The form: what is being typed, before it is committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whether the form is open: somebody was found, or the officer types them in.
    pub is_open: bool,
    /// Fields being typed.
    pub typing: BTreeMap<Field, String>,
    /// A change of what a register or card said waits for its reason.
    pub asks_reason: Option<(Field, String)>,
    /// Communes that fit what is being typed.
    pub units: Vec<Unit>,
    /// The officer tried to go on: every problem is shown, also in fields not visited yet.
    pub show_all: bool,
}

/// The camera in this dossier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live<V> {
    /// Whether the device is running for this dossier.
    pub running: bool,
    /// What it shows.
    pub view: V,
    /// Why it does not run. The step starts again by itself when the device is back.
    pub trouble: Option<Phrase>,
}

/// The finger step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingers {
    /// The policy's sequence as far as the reader can take it.
    pub sequence: Vec<CaptureStep>,
    /// Where in the sequence the officer is; its length when all is settled.
    pub index: usize,
    /// The reader.
    pub live: Live<FingerView>,
    /// What is wrong with the prints as a whole, the gravest first.
    pub findings: Vec<Finding>,
    /// The exception photo is being taken with the camera.
    pub photo: Option<Live<PortraitView>>,
}

/// The iris step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Irises {
    /// The eyes the rules ask for; none where they do not, or where no iris camera is there.
    pub wanted: Vec<EyeLabel>,
    /// The camera.
    pub live: Live<IrisView>,
}

/// A supervisor who signs for a dossier too, and proves to be that one.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Who.
    pub supervisor: OfficerId,
    /// Their passphrase.
    pub passphrase: Secret,
}

/// How far sealing is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sealing {
    /// Not begun.
    #[default]
    Open,
    /// Under way.
    Running,
    /// Failed; the draft is whole.
    Failed(Phrase),
    /// Done.
    Sealed(Slip),
}

/// The appointment slip.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// The packet in the outbox.
    pub packet: PacketId,
    /// Its size in bytes.
    pub bytes: u64,
    /// The dossier.
    pub dossier: DossierNumber,
    /// When the citizen comes back.
    pub appointment: Date,
    /// The page as it prints.
    pub page: Arc<RgbImage>,
    /// The PDF.
    pub pdf: PathBuf,
}

/// A picture of this dossier, for the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A fingerprint.
    Gray(Arc<GrayImage>),
    /// A portrait or signature.
    Rgb(Arc<RgbImage>),
}

/// The open dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// What happened to it so far.
    pub enrollment: Enrollment,
    /// Whether that is durable.
    pub saving: Saving,
    /// Looking for the applicant.
    pub search: Search,
    /// The camera looks for the code on a card.
    pub scan: Option<Live<PortraitView>>,
    /// The applicant's form.
    pub form: Form,
    /// The portrait step.
    pub portrait: Live<PortraitView>,
    /// The finger step.
    pub fingers: Fingers,
    /// The iris step.
    pub irises: Irises,
    /// Sealing.
    pub sealing: Sealing,
    /// A supervisor is asked to sign too.
    pub asks_approval: bool,
    /// It is sealed, and being withdrawn.
    pub withdrawing: bool,
    /// The officer tried to go on from the review: what is missing is shown.
    pub show_missing: bool,
    /// Pictures for the screen.
    pub pictures: BTreeMap<SampleId, Picture>,
}

impl Dossier {
    /// A dossier as it is opened, new or again.
    pub fn open(enrollment: Enrollment, pictures: BTreeMap<SampleId, Picture>) -> Self {
        let form = Form { is_open: enrollment.applicant.fields().next().is_some(), ..Form::default() };
        Self {
            enrollment,
            saving: Saving::default(),
            search: Search::default(),
            scan: None,
            form,
            portrait: Live::default(),
            fingers: Fingers::default(),
            irises: Irises::default(),
            sealing: Sealing::default(),
            asks_approval: false,
            withdrawing: false,
            show_missing: false,
            pictures,
        }
    }

    /// The step of the finger sequence the officer is at, or `None` when all are settled.
    pub fn finger_step(&self) -> Option<CaptureStep> {
        self.fingers.sequence.get(self.fingers.index).copied()
    }

    /// What keeps the dossier from being sealed.
    pub fn missing(&self, reference: &ReferenceData) -> Vec<Missing> {
        let mut missing = self.enrollment.missing(reference, &self.fingers.sequence);
        let eyes = self.enrollment.missing_eyes(&self.irises.wanted).into_iter().map(Missing::Iris);
        let place = missing.iter().position(|each| each.step() > Step::Irises).unwrap_or(missing.len());
        missing.splice(place..place, eyes);
        missing
    }

    /// The eyes that still have to be captured.
    pub fn open_eyes(&self) -> Vec<EyeLabel> {
        self.enrollment.missing_eyes(&self.irises.wanted)
    }

    /// Whether a step is part of this dossier: irises are not taken everywhere.
    pub fn has_step(&self, step: Step) -> bool {
        step != Step::Irises || !self.irises.wanted.is_empty()
    }

    /// Whether a step has nothing missing.
    pub fn is_done(&self, step: Step, reference: &ReferenceData) -> bool {
        match step {
            Step::Slip => matches!(self.sealing, Sealing::Sealed(_)),
            _ => !self.missing(reference).iter().any(|missing| missing.step() == step),
        }
    }

    /// The fingers not expected on the platen.
    pub fn absent(&self) -> Vec<FingerPosition> {
        self.enrollment.exceptions.keys().copied().collect()
    }

    /// What stands in a field: what is being typed, else what is known.
    pub fn text(&self, field: Field) -> &str {
        self.form.typing.get(&field).map_or_else(|| self.enrollment.applicant.value(field), String::as_str)
    }

    /// Whether events can still be added: sealing has neither begun nor ended.
    pub fn is_open(&self) -> bool {
        matches!(self.sealing, Sealing::Open | Sealing::Failed(_))
    }

    /// The best picture of a finger: of the step in front of the officer, else of any.
    pub fn finger_picture(&self, finger: FingerPosition) -> Option<&Picture> {
        let sample = self
            .finger_step()
            .and_then(|step| self.enrollment.best_at(step, finger))
            .or_else(|| self.enrollment.best_finger(finger))?;
        self.pictures.get(&sample.id)
    }
}
