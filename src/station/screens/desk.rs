//! What a screen is given, and what it gives back.

use super::exception::ExceptionForm;
use super::passphrase::Reset;
use super::pictures::Pictures;
use super::text::{self, Text};
use super::waiver::WaiverForm;
use egui::{Id, Key, Modifiers, Response, Ui};
use tram_biometric::{EyeLabel, Language};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{ExceptionKind, Field, Step};
use tram_theme::{Ink, Status, Toasts};
use tram_workflow::sentence::Tone;
use tram_workflow::state::Session;
use tram_workflow::{Action, Dossier, Screen, State};

/// A dialog the officer opened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// The keys.
    Help,
    /// Why the portrait is kept although a check fails.
    KeepPortrait,
    /// What is waived of what the officer would confirm of the portrait.
    Waive(WaiverForm),
    /// Why irises are kept although they break a rule.
    KeepIrises,
    /// Which eye cannot be captured, and why.
    ExceptEye(Option<EyeLabel>, Option<ExceptionKind>),
    /// Why the citizen does not sign.
    NotSigning,
    /// Which finger cannot be captured, and why.
    Except(ExceptionForm),
    /// The PIN of the card that is kept as the officer's own.
    OwnCard,
    /// Why a sealed dossier is opened again.
    Reopen,
    /// Why a sealed dossier is withdrawn.
    Withdraw,
    /// A supervisor signs for a spoiled blank.
    SpoilBlank,
    /// How many blank cards came.
    ReceiveBlanks,
    /// Whether an exception was a mistake.
    Lift(tram_biometric::FingerPosition),
    /// What is wrong with a device.
    Fault(tram_capture::DeviceKind),
    /// A supervisor allows a device that is refused.
    ExceptDevice(tram_capture::DeviceKind),
}

/// What is on the screen only: words being typed, ink, dialogs. Losing it loses nothing of a dossier.
#[derive(Default)]
pub struct Local {
    pub(super) officer: String,
    pub(super) passphrase: String,
    /// How somebody signs in while a card is there.
    pub(super) way_in: WayIn,
    pub(super) reset: Reset,
    /// The supervisor's name and passphrase as they are typed.
    pub(super) approval: (String, String),
    pub(super) ask: Option<Ask>,
    /// What is typed in the open dialog.
    pub(super) note: String,
    /// The number that is typed in the open dialog: days, or blanks.
    pub(super) number: String,
    /// What is typed in the worklist's search.
    pub(super) filter: String,
    pub(super) citizen: CitizenScreen,
    /// Every measure of the portrait is shown, not only the requirements.
    pub(super) shows_measures: bool,
    pub(super) ink: Ink,
    /// The citizen signs again although a signature is there.
    pub(super) signs_again: bool,
    /// The line of the search's results that was last brought into view.
    pub(super) marked: Option<usize>,
    /// The field that gets the focus next.
    pub(super) next_field: Option<Field>,
    /// This is the first pass on this page.
    pub(super) arrived: bool,
    place: Option<Place>,
    toasts: Toasts,
    told: Vec<(Phrase, time::OffsetDateTime)>,
}

/// How somebody signs in while their card is in a reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WayIn {
    #[default]
    Card,
    Passphrase,
}

impl WayIn {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Card => Self::Passphrase,
            Self::Passphrase => Self::Card,
        }
    }
}

/// The citizen's screen, which the officer opens and closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CitizenScreen {
    #[default]
    Closed,
    Open,
}

impl CitizenScreen {
    pub(super) fn toggled(self) -> Self {
        match self {
            Self::Closed => Self::Open,
            Self::Open => Self::Closed,
        }
    }
}

impl Local {
    /// Whether the citizen's screen is open.
    pub fn shows_citizen(&self) -> bool {
        self.citizen == CitizenScreen::Open
    }

    /// Its window was closed.
    pub fn close_citizen(&mut self) {
        self.citizen = CitizenScreen::Closed;
    }
}

/// Where the officer is: a page of its own, with a focus of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    session: u8,
    screen: Screen,
    step: Option<(Step, bool)>,
    is_card_open: bool,
    is_help_open: bool,
    is_procedure_open: bool,
}

/// What every screen is given: the state to show, what is on the screen only, and where to put what the officer did.
pub(super) struct Desk<'a> {
    pub(super) state: &'a State,
    pub(super) local: &'a mut Local,
    pub(super) pictures: &'a mut Pictures,
    pub(super) actions: Vec<Action>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(state: &'a State, local: &'a mut Local, pictures: &'a mut Pictures) -> Self {
        Self { state, local, pictures, actions: Vec::new() }
    }

    pub(super) fn language(&self) -> Language {
        self.state.language
    }

    /// A text in the language of the screen.
    pub(super) fn say(&self, text: Text) -> &'static str {
        text.of(self.state.language)
    }

    pub(super) fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// The open dossier, as long as the state is borrowed and not the desk.
    pub(super) fn dossier(&self) -> Option<&'a Dossier> {
        self.state.dossier.as_ref()
    }

    /// Opens a dialog.
    pub(super) fn ask(&mut self, ask: Ask) {
        self.local.note.clear();
        self.local.number.clear();
        self.local.ask = Some(ask);
    }

    /// Notices that another page is shown: its first field gets the focus, what belonged to the last one is dropped.
    pub(super) fn arrive(&mut self, ui: &Ui) {
        let place = Some(self.place());
        self.local.arrived = self.local.place != place;
        if !self.local.arrived {
            return;
        }
        let was_in = self.local.place.as_ref().is_some_and(|place| place.session != 0);
        if was_in && matches!(self.state.session, Session::Out { .. }) {
            // Whoever comes next is somebody else.
            self.local.officer.clear();
        }
        self.local.place = place;
        self.local.ask = None;
        self.local.next_field = None;
        self.local.marked = None;
        self.local.ink = Ink::default();
        self.local.signs_again = false;
        self.local.passphrase.clear();
        self.local.way_in = WayIn::default();
        self.local.approval = (String::new(), String::new());
        if self.state.help.is_none() {
            self.local.reset = Reset::default();
        }
        ui.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }

    fn place(&self) -> Place {
        Place {
            session: match self.state.session {
                Session::Out { .. } => 0,
                Session::In(_) => 1,
                Session::Locked { .. } => 2,
            },
            screen: self.state.screen,
            step: self.dossier().map(|dossier| (dossier.enrollment.step, dossier.form.is_open)),
            is_card_open: self.state.card.is_some(),
            is_help_open: self.state.help.is_some(),
            is_procedure_open: self.state.bench.procedure.is_some(),
        }
    }

    /// What the station says for a moment, in the corner.
    pub(super) fn notices_ui(&mut self, ui: &Ui) {
        for notice in &self.state.notices {
            let key = (notice.text.clone(), notice.since);
            if !self.local.told.contains(&key) {
                let status = if notice.is_trouble { Status::Bad } else { Status::Info };
                self.local.toasts.push(status, notice.text.text(self.state.language));
                self.local.told.push(key);
            }
        }
        let notices = &self.state.notices;
        self.local.told.retain(|(text, since)| notices.iter().any(|n| n.text == *text && n.since == *since));
        let close = self.say(text::CLOSE);
        self.local.toasts.show(ui.ctx(), close);
    }
}

/// How a sentence is meant, as the theme paints it.
pub(super) fn status_of(tone: Tone) -> Status {
    match tone {
        Tone::Info => Status::Info,
        Tone::Good => Status::Good,
        Tone::Attention => Status::Attention,
        Tone::Bad => Status::Bad,
    }
}

/// Whether Enter ended the typing in a field. The press is consumed: it must not also press the page's main button.
pub(super) fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}

/// The identity of a field, to give it the focus from elsewhere.
pub(super) fn id(name: &'static str) -> Id {
    Id::unique(("station", name))
}
