//! The domain: who applies for what, what was captured from them, by which rules, until when. No I/O.
//!
//! An [`Enrollment`] is the fold of its [`Event`]s: the store journals each event as it happens and a dossier opens
//! again at the same field by replaying them. Numbers, procedures, fees, deadlines, units and capture
//! sequences are dated [`ReferenceData`]; a dossier keeps the rules of the day it was received.
//!
//! This crate must never know a screen, a database, a device, a clock or a key.
//!
//! | module | holds |
//! | --- | --- |
//! | [`applicant`] | the applicant's fields, each with its source and the reason of an edit |
//! | [`calendar`] | working days, holidays, deadlines |
//! | [`centre_act`] | what nobody at the centre does alone |
//! | [`enrollment`](mod@enrollment) | the dossier as the fold of its events, what is still missing |
//! | [`event`] | what happens to a dossier: the journal's entries and the steps of the work |
//! | [`exception`] | biometric exceptions: missing, bandaged, damaged |
//! | [`iris`] | captured irises, and eyes that cannot be captured |
//! | [`name`] | Vietnamese text: NFC, search keys without diacritics |
//! | [`number`] | personal numbers, old numbers, dossier numbers |
//! | [`office`] | officers, roles and rights |
//! | [`policy`] | dated capture sequences and thresholds |
//! | [`portrait`] | what was found about a portrait, and what was confirmed or waived |
//! | [`practice`] | dated ways of working that hold for every dossier of an office |
//! | [`procedure`] | dated procedures, fees and times |
//! | [`reference`](mod@reference) | all dated rules together, and their look-up by day |
//! | [`unit`] | administrative units and their type-ahead |
//! | [`validate`] | plausibility of what was typed |

pub mod applicant;
pub mod calendar;
pub mod centre_act;
pub mod enrollment;
pub mod event;
pub mod exception;
pub mod iris;
pub mod name;
pub mod number;
pub mod office;
pub mod policy;
pub mod portrait;
pub mod practice;
pub mod procedure;
pub mod reference;
pub mod unit;
pub mod validate;

pub use applicant::{Applicant, Field, FieldValue, Source};
pub use centre_act::CentreAct;
pub use enrollment::{Enrollment, EnrollmentId, FingerAttempt, Missing, PortraitAttempt};
pub use event::{Consent, Event, FingerCut, SampleRef, Step};
pub use exception::{BiometricException, ExceptionKind};
pub use iris::{IrisCapture, IrisCut};
pub use number::{DossierNumber, PersonalNumber};
pub use office::{OfficerId, Right, Role, SHORTEST_PASSPHRASE};
pub use policy::{CapturePolicy, CaptureStep};
pub use portrait::{AttackHint, Check, Findings, Waiver, WaiverGround};
pub use practice::{Matter, Practice};
pub use procedure::{Procedure, ProcedureKind};
pub use reference::{ReferenceData, ReferenceError};
pub use unit::Unit;
