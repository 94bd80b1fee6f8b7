//! The technician's bench: devices with their certificates, an open procedure, the morning test, the station's self-tests.
//! No citizen's dossier is open here, and none can be opened from here.

use crate::secret::Secret;
use std::path::PathBuf;
use time::{Date, OffsetDateTime};
use tram_calibration::bench::{Shown, Step, steps};
use tram_calibration::morning::Check;
use tram_calibration::trend::Trend;
use tram_calibration::{CalibratedDevice, Certificate, DeviceClass, Finding, Quantity, Standing};
use tram_capture::DeviceKind;
use tram_enrollment::OfficerId;
use tram_enrollment::reference::Phrase;

/// A fault a technician wrote down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When.
    pub at: OffsetDateTime,
    /// In the technician's words.
    pub words: String,
    /// Whether a picture was kept with it.
    pub has_picture: bool,
}

/// A device in use, as the bench knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelved {
    /// What it is to the station.
    pub kind: DeviceKind,
    /// Whose limits and procedure it has.
    pub class: DeviceClass,
    /// The device, with the firmware it was last seen with.
    pub device: CalibratedDevice,
    /// Whether it may be used.
    pub standing: Standing,
    /// Its certificates, newest first.
    pub certificates: Vec<Certificate>,
    /// Figures that move towards their limits, the nearest day first.
    pub trends: Vec<(Quantity, Trend)>,
    /// What differs in its settings from those noted with the newest certificate: name, then, now.
    pub changed: Vec<(String, String, String)>,
    /// Faults written down, newest first.
    pub faults: Vec<Fault>,
}

/// How the signing of a certificate stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Signing {
    /// Not asked for.
    #[default]
    Open,
    /// The passphrase is asked for.
    Asking,
    /// Being signed.
    Running,
    /// Not signed, and why.
    Refused(Phrase),
    /// Signed, kept, and on paper as PDF, Vietnamese and English.
    Signed {
        /// What was signed.
        certificate: Box<Certificate>,
        /// Where its pages are.
        papers: [PathBuf; 2],
    },
}

/// What a step of a procedure has come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Taken {
    /// Not yet.
    #[default]
    Open,
    /// Pictures are being taken or measured.
    Running,
    /// It could not be measured.
    Failed(Phrase),
    /// Its figures beside their limits.
    Measured(Vec<Finding>),
}

impl Taken {
    /// Whether it was measured and every figure passes.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Measured(findings) if findings.iter().all(Finding::passes))
    }
}

/// A procedure that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// What it is about.
    pub kind: DeviceKind,
    /// Whose steps it has.
    pub class: DeviceClass,
    /// The step that is shown.
    pub at: usize,
    /// What each step has come to.
    pub taken: Vec<Taken>,
    /// Why the device does not answer now.
    pub trouble: Option<Phrase>,
    /// What the certificate will name besides the device: a camera's site, the lot of a printer's ribbon.
    pub under: String,
    /// The certificate.
    pub signing: Signing,
}

impl Procedure {
    /// A procedure that has not begun.
    pub fn new(kind: DeviceKind, class: DeviceClass) -> Self {
        let taken = vec![Taken::Open; steps(class).len()];
        Self { kind, class, at: 0, taken, trouble: None, under: String::new(), signing: Signing::Open }
    }

    /// Whether the certificate names a site or a lot, and none is typed yet.
    pub fn lacks_under(&self) -> bool {
        matches!(self.class, DeviceClass::Camera | DeviceClass::CardPrinter) && self.under.trim().is_empty()
    }

    /// Its steps.
    pub fn steps(&self) -> &'static [Step] {
        steps(self.class)
    }

    /// The step that is shown.
    pub fn step(&self) -> Option<&'static Step> {
        self.steps().get(self.at)
    }

    /// Whether pictures are being taken.
    pub fn is_busy(&self) -> bool {
        self.taken.contains(&Taken::Running) || self.signing == Signing::Running
    }

    /// Whether every step was measured, so that the outcome can be signed, good or bad.
    pub fn is_measured(&self) -> bool {
        self.taken.iter().all(|taken| matches!(taken, Taken::Measured(_)))
    }

    /// Whether the device passes.
    pub fn passes(&self) -> bool {
        self.taken.iter().all(Taken::passes)
    }
}

/// How one thing of the station itself is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// What was looked at.
    pub name: Phrase,
    /// Whether it is as it should be; `None` for what this station does not have.
    pub is_good: Option<bool>,
    /// What was seen, and what to do about it.
    pub said: Phrase,
}

/// One thing the morning test looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Which.
    pub check: Check,
    /// Whether it is green.
    pub is_good: bool,
    /// What was found and what to do.
    pub said: Phrase,
}

/// A morning test under way or done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Morning {
    /// What is looked at now; `None` when all is done.
    pub next: Option<Check>,
    /// What was found so far.
    pub looked: Vec<Looked>,
    /// Whether it has ended.
    pub is_done: bool,
}

impl Morning {
    /// Whether all is done and green.
    pub fn is_green(&self) -> bool {
        self.is_done && self.looked.iter().all(|looked| looked.is_good)
    }
}

/// Everything the bench shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bench {
    /// Devices in use; `None` until they were looked at.
    pub shelf: Option<Vec<Shelved>>,
    /// The open procedure.
    pub procedure: Option<Procedure>,
    /// The device of the shelf whose particulars are shown.
    pub marked: usize,
    /// The morning test of today.
    pub morning: Option<Morning>,
    /// The station's self-tests.
    pub checks: Option<Vec<SelfTest>>,
    /// Why the supervisor's exception was not made.
    pub exception_refused: Option<Phrase>,
}

impl Bench {
    /// The device of a kind on the shelf.
    pub fn shelved(&self, kind: DeviceKind) -> Option<&Shelved> {
        self.shelf.iter().flatten().find(|shelved| shelved.kind == kind)
    }
}

/// What people do at the bench.
#[derive(Clone, Debug)]
pub enum BenchAction {
    /// Show the particulars of a device of the shelf.
    Mark(usize),
    /// Begin the procedure of a device.
    Open(DeviceKind),
    /// Leave it; what was not signed is gone.
    Close,
    /// To another step.
    Step(usize),
    /// Take what the step needs.
    Take,
    /// Ask for the passphrase, or not any more.
    AskToSign(bool),
    /// The site or the lot the certificate names.
    Under(String),
    /// Sign with the technician's own key.
    Sign(Secret),
    /// A supervisor allows a refused device for some days.
    Except(Except),
    /// Write down a fault, with the newest picture.
    WriteFault(DeviceKind, String),
    /// Look at the station itself.
    SelfTest,
    /// Begin the morning test.
    Morning,
}

/// A supervisor's word for a device that is refused.
#[derive(Clone, Debug)]
pub struct Except {
    /// Which.
    pub kind: DeviceKind,
    /// Why.
    pub reason: String,
    /// Last day.
    pub last_day: Date,
    /// Who.
    pub supervisor: OfficerId,
    /// And proves it.
    pub passphrase: Secret,
}

/// What workers bring to the bench.
#[derive(Clone, Debug)]
pub enum BenchHeard {
    /// The devices as they are now.
    Shelf(Vec<Shelved>),
    /// A step was measured, or why not.
    Taken(Shown, Result<Vec<Finding>, Phrase>),
    /// The device failed or is back.
    Trouble(Option<Phrase>),
    /// The certificate is signed and kept, or why not.
    Signed(Result<(Box<Certificate>, [PathBuf; 2]), Phrase>),
    /// The exception is made, or why not.
    Excepted(Result<(), Phrase>),
    /// The fault is kept, or why not.
    FaultWritten(Result<(), Phrase>),
    /// The station's self-tests.
    Checked(Vec<SelfTest>),
    /// How far the morning test is.
    Morning(Morning),
}

/// What workers do for the bench.
#[derive(Clone, Debug)]
pub enum BenchEffect {
    /// Tell the shelf; answers `Shelf`.
    LoadShelf,
    /// Open a device for its procedure and show it live.
    Open(DeviceKind, DeviceClass),
    /// Close it.
    Close,
    /// This is before the device now: virtual devices show it.
    Show(Shown),
    /// Take a step's pictures and measure them; answers `Taken`.
    Take(Step),
    /// Sign and keep, naming this site or lot; answers `Signed`, then `Shelf`.
    Sign(String, Secret),
    /// Keep the exception; answers `Excepted`, then `Shelf`.
    Except(Except),
    /// Keep the fault; answers `FaultWritten`, then `Shelf`.
    WriteFault(DeviceKind, String),
    /// Look at the station; answers `Checked`.
    SelfTest,
    /// The morning test; answers `Morning` again and again.
    Morning,
}
