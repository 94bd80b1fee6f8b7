//! What people do and what workers bring.

use crate::bench::{BenchAction, BenchHeard};
use crate::dossier::{Approval, Citizen, Picture, Slip};
use crate::lists::{AuditView, DeviceRow, DossierRow, OrderRow, Outbox};
use crate::secret::Secret;
use crate::state::{Officer, Refusal, Screen};
use std::num::NonZeroU16;
use std::sync::Arc;
use time::OffsetDateTime;
use tram_biometric::{EyeLabel, FingerPosition, GrayImage, Language, RgbImage, Sample, SampleId};
use tram_capture::{Finding, FingerView, IrisView, PortraitView, PrintStage, Printed};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{
    Enrollment, EnrollmentId, Event, ExceptionKind, Field, OfficerId, ReferenceData, Step, Waiver,
};
use tram_packet::OrderId;

/// One stroke of a pen: points in a square of 0 to 1 by its width.
pub type Stroke = Vec<(f32, f32)>;

/// What people do, and what workers bring back.
#[allow(clippy::large_enum_variant)] // A hundred bytes once a keystroke are nothing.
#[derive(Clone, Debug)]
pub enum Action {
    /// Time passed, and whether somebody touched the station since the last tick. About once a second.
    Tick {
        /// Local time.
        now: OffsetDateTime,
        /// Keyboard or pointer moved.
        touched: bool,
    },
    /// How far the machine's clock is ahead of what the centre signed for.
    ClockMeasured(time::Duration),
    /// The audit chain was read and examined.
    Audit(Result<AuditView, Phrase>),
    /// Another language for the screens.
    Speak(Language),
    /// Whether what the citizen is to do is said aloud.
    Sound(bool),

    // People: who they are.
    /// Sign in, or unlock.
    SignIn {
        /// Who says so.
        officer: OfficerId,
        /// And proves it.
        passphrase: Secret,
    },
    /// Put one's own finger on the reader, to be kept or to open the locked station; or stop that.
    OwnFinger(bool),
    /// Sign in with the card in the reader and its PIN.
    SignInByCard(Secret),
    /// Keep the card in the reader as one's own: its PIN.
    KeepOwnCard(Secret),
    /// Lock the screen; the draft stays.
    Lock,
    /// Sign out; the draft stays on the worklist.
    SignOut,
    /// Open or close the supervisor's help for a forgotten passphrase.
    Help(bool),
    /// A supervisor gives an officer a new passphrase.
    ResetPassphrase {
        /// Who forgot theirs.
        officer: OfficerId,
        /// The new one, typed by that officer.
        passphrase: Secret,
        /// Who vouches.
        supervisor: OfficerId,
        /// And proves it.
        supervisor_passphrase: Secret,
    },

    // People: where they go.
    /// Another screen.
    Go(Screen),
    /// Open a new dossier.
    NewDossier,
    /// Open a dossier of the worklist.
    OpenDossier(EnrollmentId),
    /// Leave the dossier; it stays on the worklist as it is.
    CloseDossier,
    /// To a step of the open dossier.
    Enter(Step),
    /// To the next step, if this one is done; seals at the review.
    Continue,
    /// To the step before.
    Back,

    // People: procedure and applicant.
    /// Choose a procedure.
    ChooseProcedure(String),
    /// Look for the applicant.
    Search(String),
    /// Mark one of the found.
    Mark(usize),
    /// Take one of the found over.
    Take(usize),
    /// Nobody fits: open the empty form.
    TypeIn,
    /// Read the code on a card with the camera, or stop that.
    ScanCode(bool),
    /// Something was scanned.
    Scanned(Vec<u8>),
    /// A field is being typed.
    Typed(Field, String),
    /// The officer is in a field.
    FieldEntered(Field),
    /// The officer left a field or chose its value: it is to be kept.
    Commit(Field),
    /// Why a field differs from what the register or card said; `None` takes the change back.
    Reason(Option<String>),

    // People: captures.
    /// Take the picture now.
    Shutter,
    /// Take the portrait, or the fingers of this step, again.
    Retake,
    /// Keep a portrait that fails a check, and why.
    KeepPortrait(String),
    /// The officer looked at the portrait: what no measure can tell is so, but for what is waived.
    ConfirmPortrait(Vec<Waiver>),
    /// Keep irises that break a rule, and why.
    KeepIrises(String),
    /// An eye cannot be captured.
    ExceptEye {
        /// Which.
        eye: EyeLabel,
        /// Why.
        kind: ExceptionKind,
        /// In words.
        note: String,
    },
    /// It can, after all.
    LiftEye(EyeLabel),
    /// To another step of the finger sequence.
    FingerStep(usize),
    /// A finger cannot be captured.
    Except {
        /// Which.
        position: FingerPosition,
        /// Why.
        kind: ExceptionKind,
        /// In words.
        note: String,
    },
    /// It can, after all.
    LiftException(FingerPosition),
    /// Take the photo that shows the excepted fingers, or stop taking it.
    ExceptionPhoto(bool),
    /// The citizen signed.
    SignatureDrawn(Vec<Stroke>),
    /// The citizen cannot sign, and why.
    NotSigning(String),
    /// The citizen agreed to the consent as it is shown.
    Consent,

    /// A supervisor signs for the dossier too.
    Approve(Approval),
    /// The supervisor does not sign now.
    CancelApproval,
    /// Print the appointment slip on paper.
    PrintSlip,
    /// Open the sealed dossier again to correct it, for this reason.
    Reopen(String),
    /// Withdraw the sealed dossier.
    Withdraw {
        /// Why.
        reason: String,
        /// The supervisor who signs too, where the rules ask for one.
        approval: Option<Approval>,
    },

    // People: cards.
    /// Open an order.
    OpenOrder(OrderId),
    /// Close the open order.
    CloseOrder,
    /// Print the open order's card.
    Print,
    /// Stop printing, if no blank was used yet.
    CancelPrint,
    /// After a doubtful ending the officer looked: the card is good, or the blank is spoiled.
    PrintVerdict {
        /// Whether the card is good.
        good: bool,
        /// The supervisor who signs for a spoiled blank, where the rules ask for one.
        approval: Option<Approval>,
    },
    /// Ask for the citizen's finger to hand the card over.
    StartHandover,
    /// Hand the card over after the finger matched.
    HandOver,
    /// Blank cards came.
    ReceiveBlanks {
        /// How many.
        count: NonZeroU16,
        /// The paper they came with.
        note: String,
    },

    /// Something at the technician's bench, or the morning test.
    Bench(BenchAction),

    // Workers: people.
    /// The passphrase was checked.
    SignedIn(Result<Officer, Refusal>),
    /// After the station locked by itself: whether the officer's own finger may open it.
    FingerOpens(bool),
    /// What the reader shows of the officer's own finger.
    OwnFingerSeen(FingerView),
    /// The officer's own finger was taken.
    OwnFingerTaken(Arc<GrayImage>),
    /// It is kept, or why not.
    OwnFingerKept(Result<(), Phrase>),
    /// The new passphrase is in force, or why not.
    PassphraseReset(Result<(), Refusal>),

    // Workers: store.
    /// A dossier was opened, new or again.
    DossierOpened {
        /// Its fold.
        enrollment: Box<Enrollment>,
        /// Its pictures.
        pictures: Vec<(SampleId, Picture)>,
    },
    /// It could not be opened.
    DossierFailed(Phrase),
    /// An event of a dossier is durable.
    Journalled(EnrollmentId),
    /// An event could not be kept: the station must not go on as if it were.
    JournalFailed(Phrase),
    /// The worklist as it is now.
    Worklist(Vec<DossierRow>),
    /// The register's answer.
    Found {
        /// To what.
        query: String,
        /// The answer.
        found: Result<Vec<Citizen>, Phrase>,
    },
    /// The dossier is sealed, or why not.
    Sealed(Result<Box<Slip>, Phrase>),
    /// The dossier is withdrawn, or why not.
    Withdrawn(Result<(), Phrase>),
    /// A supervisor's word for the spoiled blank was not taken: why.
    VerdictRefused(Phrase),
    /// The slip is on its way to the printer, or why not.
    SlipPrinted(Result<(), Phrase>),
    /// Packets as they are now.
    Outbox(Outbox),
    /// Card orders as they are now.
    Orders(Vec<OrderRow>),
    /// Blank cards on hand by the book, as they are now.
    Blanks(i64),
    /// Blanks that came were not written into the book: why.
    BlanksRefused(Phrase),
    /// New rules are in force.
    Reference(Arc<ReferenceData>),

    /// Let a device do its work once, and record the session where the developer of its driver needs it.
    TryDevice {
        /// Its driver.
        driver: String,
        /// Where it is plugged in.
        port: String,
        /// Whether to record.
        record: bool,
    },

    // Workers: devices.
    /// A reader of codes read one.
    CodeRead(Vec<u8>),
    /// Devices as they are now.
    Devices(Vec<DeviceRow>),
    /// What the camera shows.
    PortraitSeen(PortraitView),
    /// What the reader shows.
    FingersSeen(FingerView),
    /// What the iris camera shows.
    IrisSeen(IrisView),
    /// The prints of a dossier were compared with each other and with everybody known here.
    FingersChecked {
        /// Which dossier.
        id: EnrollmentId,
        /// What is wrong, the gravest first.
        findings: Vec<Finding>,
    },
    /// A device of the running capture failed or is back (`None`).
    CaptureTrouble(Option<Phrase>),
    /// Something was captured: an event with its samples, and pictures for the screen.
    Captured {
        /// For which dossier.
        id: EnrollmentId,
        /// What happened.
        event: Event,
        /// The bytes of its samples.
        samples: Vec<Arc<Sample>>,
        /// For the screen.
        pictures: Vec<(SampleId, Picture)>,
    },

    /// Whose card is in a reader, if it is kept here.
    CardIn(Option<Officer>),
    /// The card in the reader is the officer's own from now on, or why not.
    OwnCardKept(Result<(), Phrase>),
    /// Something for the technician's bench.
    BenchHeard(BenchHeard),

    // Workers: cards.
    /// The open order's card is rendered.
    CardRendered(Result<(Arc<RgbImage>, Arc<RgbImage>), Phrase>),
    /// The printer said how far it is.
    PrintProgress(PrintStage),
    /// The printer ended.
    PrintEnded(Result<Printed, Phrase>),
    /// What the reader shows during a handover.
    HandoverSeen(FingerView),
    /// The live finger was compared.
    HandoverCompared(Result<(f32, bool), Phrase>),
    /// The handover is recorded.
    HandoverRecorded,
}
