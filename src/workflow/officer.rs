//! A scripted officer: looks at the state like a person at the screen and says what to do next.
//! The headless flow, the demonstration without a display and the end-to-end tests run on it.

use crate::action::{Action, Stroke};
use crate::dossier::{Approval, Found, Sealing};
use crate::secret::Secret;
use crate::state::{Handover, Printing, Screen, Session, State};
use tram_biometric::FingerPosition;
use tram_enrollment::{EnrollmentId, ExceptionKind, Field, OfficerId, PortraitAttempt, Step};

/// How the applicant is identified.
#[derive(Clone, Debug)]
pub enum Identify {
    /// By a search in the register; the first found is taken.
    Register(String),
    /// By typing every field.
    Typed(Vec<(Field, String)>),
}

/// One citizen from the procedure to the slip.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The procedure's code.
    pub procedure: String,
    /// Who applies.
    pub identify: Identify,
    /// Fingers that cannot be captured.
    pub exceptions: Vec<(FingerPosition, ExceptionKind, String)>,
    /// Who signs too, where the rules ask for it.
    pub approval: Option<Approval>,
}

/// An officer with a passphrase and a citizen to serve.
#[derive(Clone, Debug)]
pub struct ScriptedOfficer {
    /// Signs in as.
    pub id: OfficerId,
    /// With.
    pub passphrase: Secret,
    /// The citizen.
    pub plan: Plan,
    /// A draft to go on with instead of a new dossier.
    pub draft: Option<EnrollmentId>,
}

impl ScriptedOfficer {
    /// What to do now, or `None` to wait for the station.
    pub fn next(&self, state: &State) -> Option<Action> {
        match &state.session {
            Session::Out { busy: false, .. } | Session::Locked { busy: false, .. } => {
                Some(Action::SignIn { officer: self.id.clone(), passphrase: self.passphrase.clone() })
            }
            Session::Out { .. } | Session::Locked { .. } => None,
            Session::In(_) => match &state.dossier {
                None if state.opening || state.devices.is_none() => None,
                None => Some(self.draft.map_or(Action::NewDossier, Action::OpenDossier)),
                Some(_) => self.at_dossier(state),
            },
        }
    }

    /// Whether the slip is there.
    pub fn is_done(state: &State) -> bool {
        state.dossier.as_ref().is_some_and(|dossier| matches!(dossier.sealing, Sealing::Sealed(_)))
    }

    fn at_dossier(&self, state: &State) -> Option<Action> {
        let dossier = state.dossier.as_ref()?;
        let enrollment = &dossier.enrollment;
        match enrollment.step {
            Step::Procedure if enrollment.procedure.is_none() => {
                Some(Action::ChooseProcedure(self.plan.procedure.clone()))
            }
            Step::Applicant => self.at_applicant(state),
            Step::Portrait => match enrollment.portrait() {
                None => None,
                Some(portrait) if PortraitAttempt::is_kept(portrait) => Some(Action::Continue),
                Some(portrait) if portrait.is_accepted() => Some(Action::ConfirmPortrait(Vec::new())),
                Some(_) => Some(Action::KeepPortrait("Ảnh rõ, cán bộ đã xem".to_owned())),
            },
            Step::Fingers => self.at_fingers(state),
            Step::Irises if dossier.irises.live.running => None,
            Step::Irises if dossier.open_eyes().is_empty() => Some(Action::Continue),
            Step::Irises if enrollment.irises.is_empty() => Some(Action::Retake),
            Step::Irises => Some(Action::KeepIrises("Đã thử nhiều lần, cán bộ đã xem".to_owned())),
            Step::Signature if enrollment.signature.is_none() => Some(Action::SignatureDrawn(signature())),
            Step::Review if dossier.asks_approval => self.plan.approval.clone().map(Action::Approve),
            Step::Review if enrollment.consent.is_none() => Some(Action::Consent),
            Step::Review if !matches!(dossier.sealing, Sealing::Open) => None,
            Step::Procedure | Step::Signature | Step::Review => Some(Action::Continue),
            Step::Slip => None,
        }
    }

    fn at_applicant(&self, state: &State) -> Option<Action> {
        let dossier = state.dossier.as_ref()?;
        match &self.plan.identify {
            Identify::Register(query) if !dossier.form.is_open => match &dossier.search.found {
                Found::Nothing => Some(Action::Search(query.clone())),
                Found::Citizens(citizens) if !citizens.is_empty() => Some(Action::Take(0)),
                _ => None,
            },
            Identify::Typed(_) if !dossier.form.is_open => Some(Action::TypeIn),
            Identify::Typed(fields) => {
                let applicant = &dossier.enrollment.applicant;
                let open = fields.iter().find(|(field, _)| applicant.value(*field).is_empty());
                match open {
                    Some((field, _)) if dossier.form.typing.contains_key(field) => {
                        Some(Action::Commit(*field))
                    }
                    Some((field, text)) => Some(Action::Typed(*field, text.clone())),
                    None => Some(Action::Continue),
                }
            }
            Identify::Register(_) => Some(Action::Continue),
        }
    }

    fn at_fingers(&self, state: &State) -> Option<Action> {
        let dossier = state.dossier.as_ref()?;
        let enrollment = &dossier.enrollment;
        let open =
            self.plan.exceptions.iter().find(|(finger, _, _)| !enrollment.exceptions.contains_key(finger));
        if let Some((position, kind, note)) = open {
            return Some(Action::Except { position: *position, kind: *kind, note: note.clone() });
        }
        if dossier.finger_step().is_some() {
            return None;
        }
        let unproven = !enrollment.exceptions.is_empty() && enrollment.exception_photo.is_none();
        match &dossier.fingers.photo {
            Some(_) => Some(Action::Shutter),
            None if unproven => Some(Action::ExceptionPhoto(true)),
            None => Some(Action::Continue),
        }
    }

    /// Prints the card of an enrollment and hands it over; `None` to wait, also for the order itself.
    pub fn next_at_cards(state: &State, enrollment: EnrollmentId) -> Option<Action> {
        if state.screen != Screen::Cards {
            return Some(Action::Go(Screen::Cards));
        }
        let Some(card) = &state.card else {
            let row = state.orders.iter().flatten().find(|row| row.enrollment == enrollment)?;
            return Some(Action::OpenOrder(row.order));
        };
        match (&card.printing, &card.handover) {
            (Printing::Idle, _) if card.faces.is_some() => Some(Action::Print),
            (Printing::Done, Handover::Idle) => Some(Action::StartHandover),
            (Printing::Done, Handover::Compared { is_match: true, .. }) => Some(Action::HandOver),
            _ => None,
        }
    }
}

/// A plain flourish.
fn signature() -> Vec<Stroke> {
    let wave = |i: u32| {
        let t = i as f32 / 40.0;
        (0.1 + 0.8 * t, 0.2 + 0.08 * (t * 19.0).sin() * (1.0 - 0.5 * t))
    };
    vec![(0..=40).map(wave).collect(), vec![(0.15, 0.32), (0.85, 0.3)]]
}
