//! What workers are asked to do. Each brings its result back as an action.

use crate::action::Stroke;
use crate::bench::BenchEffect;
use crate::dossier::Approval;
use crate::secret::Secret;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;
use time::Date;
use tram_biometric::{EyeLabel, FingerPosition, GrayImage, Language, Sample, SampleId};
use tram_enrollment::{CaptureStep, EnrollmentId, Event, OfficerId};
use tram_packet::OrderId;

/// What the camera is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Photo {
    /// The portrait: guidance, automatic capture.
    Portrait,
    /// Evidence of missing fingers: taken when the shutter is pressed.
    Exception,
    /// The code on a card held before the camera; answers `Scanned` and keeps no picture.
    Code,
}

/// A print of the open dossier, to be checked against the others.
#[derive(Clone, Debug)]
pub struct TakenPrint {
    /// Names the sample.
    pub sample: SampleId,
    /// Which finger it was taken as.
    pub position: FingerPosition,
    /// Whether it was cut out of a slap.
    pub from_slap: bool,
    /// The picture.
    pub image: Arc<GrayImage>,
}

/// What workers are asked to do.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a handful are made at a time, and each is moved once")]
pub enum Effect {
    /// Check a passphrase and hold the officer's key; answers `SignedIn`.
    SignIn {
        /// Who.
        officer: OfficerId,
        /// The passphrase.
        passphrase: Secret,
    },
    /// Hold the key of the officer whose card is in a reader, for its PIN; answers `SignedIn`.
    SignInByCard(Secret),
    /// Keep the card in the reader as that of the officer at work; answers `OwnCardKept`.
    KeepOwnCard(Secret),
    /// Forget the officer's key.
    DropKey,
    /// The station locked by itself: let the officer's key rest for a short while if their own finger is kept, else forget
    /// it; answers `FingerOpens`.
    RestKey,
    /// Run the reader for the officer's own finger; answers `OwnFingerSeen`, `CaptureTrouble`, then `OwnFingerTaken`.
    StartOwnFinger,
    /// Keep the finger of the officer at work; answers `OwnFingerKept`.
    KeepOwnFinger(Arc<GrayImage>),
    /// Wake the resting key if this is its officer's finger; answers `SignedIn`, and `FingerOpens` when it
    /// opens nothing any more.
    OpenByFinger(Arc<GrayImage>),
    /// Make a new key for an officer on a supervisor's word; answers `PassphraseReset`.
    ResetPassphrase {
        /// Who forgot theirs.
        officer: OfficerId,
        /// The new one.
        passphrase: Secret,
        /// Who vouches.
        supervisor: OfficerId,
        /// And proves it.
        supervisor_passphrase: Secret,
    },
    /// Take a number from the block and open a dossier; answers `DossierOpened`.
    NewDossier {
        /// Who opens it.
        officer: OfficerId,
    },
    /// Read the audit chain and examine it; answers `Audit`.
    LoadAudit,
    /// Load a dossier; answers `DossierOpened`.
    LoadDossier(EnrollmentId),
    /// Make an event durable together with its samples; answers `Journalled`. In the order given.
    Journal {
        /// Of which dossier.
        id: EnrollmentId,
        /// What happened.
        event: Event,
        /// The bytes of its samples.
        samples: Vec<Arc<Sample>>,
    },
    /// Something for the technician's bench.
    Bench(BenchEffect),
    /// Load the worklist; answers `Worklist`.
    LoadWorklist,
    /// Search the register; answers `Found`.
    Search(String),
    /// Run the camera; answers `PortraitSeen`, `CaptureTrouble`, then `Captured`.
    StartCamera {
        /// For which dossier.
        id: EnrollmentId,
        /// What for.
        photo: Photo,
        /// The day whose rules judge.
        day: Date,
    },
    /// Take the next frame.
    Shutter,
    /// Stop the camera.
    StopCamera,
    /// Run the fingerprint reader; answers `FingersSeen`, `CaptureTrouble`, then `Captured`.
    StartFingers {
        /// For which dossier.
        id: EnrollmentId,
        /// The step of the sequence.
        step: CaptureStep,
        /// Fingers not expected.
        absent: Vec<FingerPosition>,
    },
    /// Stop the reader.
    StopFingers,
    /// Run the iris camera; answers `IrisSeen`, `CaptureTrouble`, then `Captured`.
    StartIrises {
        /// For which dossier.
        id: EnrollmentId,
        /// The eyes to be captured.
        eyes: Vec<EyeLabel>,
        /// How often it is tried.
        attempts: u8,
        /// The day whose rules judge.
        day: Date,
    },
    /// Stop the iris camera.
    StopIrises,
    /// Say a sentence aloud; a newer one takes its place.
    Say {
        /// What.
        sentence: String,
        /// In which language.
        language: Language,
    },
    /// Compare the prints of a dossier with each other and with everybody known here; answers `FingersChecked`.
    CheckFingers {
        /// Which dossier.
        id: EnrollmentId,
        /// Its number.
        dossier: String,
        /// The best print of every finger at every step.
        prints: Vec<TakenPrint>,
    },
    /// Let a device do its work once; its row tells how that went.
    TryDevice {
        /// Its driver.
        driver: String,
        /// Where it is plugged in.
        port: String,
        /// Whether to record the session, without the person.
        record: bool,
    },
    /// Draw a signature as a sample; answers `Captured`.
    DrawSignature {
        /// For which dossier.
        id: EnrollmentId,
        /// The pen's strokes.
        strokes: Vec<Stroke>,
    },
    /// Seal the dossier with the officer's key; answers `Sealed`. Everything journalled before is in it.
    Seal {
        /// Which.
        id: EnrollmentId,
        /// The supervisor who signs too, where the rules ask for one.
        approval: Option<Approval>,
    },
    /// Open a sealed dossier again to be corrected; answers `DossierOpened`.
    Reopen {
        /// Which.
        id: EnrollmentId,
        /// Why.
        reason: String,
    },
    /// Seal a packet that withdraws the dossier; answers `Withdrawn`.
    Withdraw {
        /// Which.
        id: EnrollmentId,
        /// Why.
        reason: String,
        /// The supervisor who signs too, where the rules ask for one.
        approval: Option<Approval>,
    },
    /// Hand the slip's PDF to the printer for paper; answers `SlipPrinted`.
    PrintSlip(PathBuf),
    /// Render the card of an order; answers `CardRendered`.
    RenderCard(OrderId),
    /// Print a card; answers `PrintProgress`, `PrintEnded`.
    Print(OrderId),
    /// Stop printing, if no blank was used yet.
    CancelPrint,
    /// Record what the officer saw after a doubtful ending.
    RecordVerdict {
        /// Which order.
        order: OrderId,
        /// Whether the card is good.
        good: bool,
        /// Who signs for a spoiled blank too; answers `VerdictRefused` where that is not taken.
        approval: Option<Approval>,
    },
    /// Write blanks that came into the book; answers `Blanks` or `BlanksRefused`.
    ReceiveBlanks {
        /// How many.
        count: NonZeroU16,
        /// The paper they came with.
        note: String,
    },
    /// Compare a live finger with the enrolled one; answers `HandoverSeen`, `HandoverCompared`.
    StartHandover(OrderId),
    /// Record that the citizen has the card; answers `HandoverRecorded`.
    RecordHandover {
        /// Which order.
        order: OrderId,
        /// The matcher's score.
        score: f32,
    },
}
