//! The frame of every page: the bar with the state of the station, the rail with the citizen, and the keys that work
//! everywhere.

use super::desk::{Ask, Desk};
use super::{show, text, words};
use egui::{Key, Ui};
use tram_biometric::Language;
use tram_capture::DeviceKind;
use tram_enrollment::{Field, PersonalNumber, PortraitAttempt, Procedure, Right, Step};
use tram_theme::{
    ActionBar, Button, Citizen, Icon, Page, Pill, Rail, Shortcut, Status, Step as RailStep, StepState,
    TopBar, TopBarPress,
};
use tram_workflow::lists::{DeviceState, Link};
use tram_workflow::state::Session;
use tram_workflow::{Action, Dossier, Screen, State};

/// What a button of a page does.
#[allow(clippy::large_enum_variant)] // A handful a page, gone with the frame.
#[derive(Clone, Debug)]
pub(super) enum Press {
    /// Something for the workflow.
    Do(Action),
    /// Opens a dialog.
    Ask(Ask),
    /// Signs in with what was typed, or keeps the ink: the page knows.
    Own,
    /// From signing in by card to the passphrase, and back.
    OtherWay,
}

/// A page's own part of the frame.
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) subtitle: &'a str,
    pub(super) actions: ActionBar<'a, Press>,
}

/// Shows a page whose middle is as wide as there is room; true when the page's own button was pressed.
pub(super) fn page(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    head: Head<'_>,
    middle: impl FnOnce(&mut Ui, &mut Desk<'_>),
) -> bool {
    framed(ui, desk, head, |page, ui, desk| page.show(ui, |ui| middle(ui, desk)))
}

/// Shows a page with evidence at the right; true when the page's own button was pressed.
pub(super) fn page_with_evidence(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    head: Head<'_>,
    middle: impl FnOnce(&mut Ui, &mut Desk<'_>),
    evidence: impl FnOnce(&mut Ui, &mut Desk<'_>),
) -> bool {
    framed(ui, desk, head, |page, ui, desk| {
        page.show_with_evidence(ui, desk, |ui, desk| middle(ui, desk), |ui, desk| evidence(ui, desk))
    })
}

fn framed(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    head: Head<'_>,
    show: impl FnOnce(Page<'_, Press>, &mut Ui, &mut Desk<'_>) -> tram_theme::PageOutput<Press>,
) -> bool {
    keys(ui, desk);
    let state = desk.state;
    let words = pill_words(state);
    let pills: Vec<Pill<'_>> = words.iter().map(|(status, word, _)| Pill { status: *status, word }).collect();
    let clock = show::clock(state.now);
    let bar = TopBar {
        product: "Trạm",
        place: &state.station.name,
        mark: if state.station.is_demonstration { desk.say(text::DEMONSTRATION) } else { "" },
        pills: &pills,
        officer: state.officer().map_or("", |officer| &officer.name),
        clock: &clock,
    };
    let rail_words = desk.dossier().filter(|_| state.screen == Screen::Dossier && state.officer().is_some());
    let rail_words = rail_words.map(|dossier| RailWords::new(state, dossier));
    let steps: Vec<RailStep<'_>> = rail_words.iter().flat_map(|words| words.steps(state.language)).collect();
    let mut page = Page::new(bar, head.title, head.subtitle).actions(head.actions);
    if let Some(words) = &rail_words {
        page = page.rail(words.rail(&steps));
    }
    let output = show(page, ui, desk);
    match output.top_bar {
        Some(TopBarPress::Pill(index)) => {
            if let Some((_, _, screen)) = words.get(index) {
                desk.act(Action::Go(*screen));
            }
        }
        Some(TopBarPress::Officer) => desk.act(Action::Lock),
        None => {}
    }
    let step = output.step.zip(desk.dossier()).and_then(|(index, dossier)| steps_of(dossier).nth(index));
    if let Some(step) = step {
        desk.act(Action::Enter(step));
    }
    match output.action {
        Some(Press::Do(action)) => desk.act(action),
        Some(Press::Ask(ask)) => desk.ask(ask),
        Some(Press::Own) => return true,
        Some(Press::OtherWay) => {
            desk.local.way_in = desk.local.way_in.other();
            desk.local.passphrase.clear();
        }
        None => {}
    }
    false
}

/// The keys that work on every page.
fn keys(ui: &Ui, desk: &mut Desk<'_>) {
    if Shortcut::ctrl(Key::L).pressed(ui) {
        desk.act(Action::Speak(match desk.language() {
            Language::Vietnamese => Language::English,
            Language::English => Language::Vietnamese,
        }));
    }
    if Shortcut::key(Key::F1).pressed(ui) {
        desk.ask(Ask::Help);
    }
    if Shortcut::ctrl(Key::D).pressed(ui) {
        desk.local.citizen = desk.local.citizen.toggled();
    }
    let Session::In(officer) = &desk.state.session else { return };
    let role = officer.role;
    if role.may(Right::Inspect) && !role.may(Right::Enroll) && Shortcut::key(Key::F5).pressed(ui) {
        let back = desk.state.screen == Screen::Outbox;
        desk.act(Action::Go(if back { Screen::Audit } else { Screen::Outbox }));
        return;
    }
    let goes = [
        (Key::F5, Right::Enroll, Screen::Outbox),
        (Key::F9, Right::SeeDevices, Screen::Devices),
        (Key::F10, Right::HandOver, Screen::Cards),
        (Key::F11, Right::Inspect, Screen::Audit),
    ];
    for (key, right, screen) in goes {
        if role.may(right) && Shortcut::key(key).pressed(ui) {
            // The same key leads back to the dossier it was pressed in.
            let back = desk.state.screen == screen;
            desk.act(if back { home(desk.state) } else { Action::Go(screen) });
        }
    }
    if Shortcut::ctrl(Key::M).pressed(ui) {
        desk.act(Action::Sound(!desk.state.sound));
    }
    if Shortcut::key(Key::F12).pressed(ui) {
        desk.act(Action::Lock);
    }
    if Shortcut::ctrl(Key::N).pressed(ui) {
        desk.act(Action::NewDossier);
    }
}

/// Where Esc leads from a list: to the open dossier, else to the worklist.
pub(super) fn home(state: &State) -> Action {
    let may_service = state.officer().is_some_and(|officer| officer.role.may(Right::ServiceDevices));
    Action::Go(match &state.dossier {
        Some(_) => Screen::Dossier,
        None if may_service => Screen::Bench,
        None => Screen::Worklist,
    })
}

/// The button that goes back.
pub(super) fn back<'a>(desk: &Desk<'_>) -> Button<'a> {
    Button::secondary(desk.say(text::BACK)).icon(Icon::ChevronLeft).shortcut(Shortcut::key(Key::Escape))
}

/// The button that goes on.
pub(super) fn onward<'a>(desk: &Desk<'_>) -> Button<'a> {
    Button::primary(desk.say(text::CONTINUE)).shortcut(Shortcut::key(Key::Enter))
}

/// The bar of actions of a step: back at the left, the keys in small type.
pub(super) fn bar<'a>(desk: &Desk<'_>) -> ActionBar<'a, Press> {
    ActionBar::new().left(Press::Do(Action::Back), back(desk)).note(desk.say(text::KEYS_SHORT))
}

/// Devices and outbox as the bar says them, each with the screen that says more.
fn pill_words(state: &State) -> Vec<(Status, String, Screen)> {
    if state.officer().is_none() {
        return Vec::new();
    }
    let mut words = Vec::new();
    for kind in [DeviceKind::Camera, DeviceKind::FingerReader, DeviceKind::CardPrinter] {
        let name = text::device_short(kind).of(state.language);
        let (status, word) = match (state.device(kind), &state.devices) {
            (Some(device), _) => {
                let word = if device.origin.is_virtual {
                    format!("{name} {}", text::VIRTUAL.of(state.language))
                } else {
                    name.to_owned()
                };
                let is_ready = device.state == DeviceState::Ready;
                (if is_ready { Status::Good } else { Status::Bad }, word)
            }
            (None, None) => (Status::Neutral, name.to_owned()),
            (None, Some(_)) => (Status::Attention, format!("{name}: {}", text::NONE.of(state.language))),
        };
        words.push((status, word, Screen::Devices));
    }
    let waiting = state.outbox.waiting();
    let status = match (&state.outbox.link, waiting) {
        (Link::Untrusted { .. }, _) => Status::Bad,
        (Link::Down { .. }, _) => Status::Attention,
        (Link::Up { .. }, 0) => Status::Good,
        (Link::Up { .. } | Link::Unknown, _) => Status::Neutral,
    };
    if let Some(off) = words::clock(state.clock_ahead, state.language) {
        words.push((Status::Attention, off, Screen::Devices));
    }
    words.push((status, words::outbox_pill(&state.outbox.link, waiting, state.language), Screen::Outbox));
    words
}

/// The words of the rail.
struct RailWords<'a> {
    state: &'a State,
    dossier: &'a Dossier,
    name: String,
    detail: String,
    procedure: &'a str,
    saved: String,
}

impl<'a> RailWords<'a> {
    fn new(state: &'a State, dossier: &'a Dossier) -> Self {
        let language = state.language;
        let applicant = &dossier.enrollment.applicant;
        let name = match applicant.value(Field::FullName) {
            "" => text::NEW_CITIZEN.of(language).to_owned(),
            name => name.to_owned(),
        };
        let number =
            PersonalNumber::parse(applicant.value(Field::PersonalNumber)).map(PersonalNumber::masked);
        let birth = Some(show::field(state, Field::BirthDate, applicant.value(Field::BirthDate)));
        let known = [number, birth.filter(|birth| !birth.is_empty())];
        let detail: Vec<String> = known.into_iter().flatten().collect();
        let detail =
            if detail.is_empty() { dossier.enrollment.dossier.to_string() } else { detail.join(" · ") };
        let procedure =
            show::procedure(state, dossier).map_or("", |procedure| Procedure::name(procedure, language));
        let saved = words::saved(&dossier.saving, state.now, dossier.is_open(), language);
        Self { state, dossier, name, detail, procedure, saved }
    }

    fn steps(&self, language: Language) -> Vec<RailStep<'static>> {
        steps_of(self.dossier)
            .map(|step| RailStep { label: text::step(step).of(language), state: self.step_state(step) })
            .collect()
    }

    fn step_state(&self, step: Step) -> StepState {
        let enrollment = &self.dossier.enrollment;
        let current = enrollment.step;
        if step == current {
            return StepState::Current;
        }
        if step == Step::Slip || current == Step::Slip && !self.dossier.is_done(step, &self.state.reference) {
            return StepState::Locked;
        }
        // A finger step whose sequence is not planned yet has nothing missing, and nothing done either.
        let is_visited = step < current || enrollment_has(self.dossier, step);
        if !is_visited || !self.dossier.is_done(step, &self.state.reference) {
            return StepState::Open;
        }
        let needs_look = match step {
            Step::Portrait => enrollment.portrait().is_some_and(|portrait| {
                portrait.override_reason.is_some()
                    || portrait.confirmed.as_ref().is_some_and(|waived| !waived.is_empty())
            }),
            Step::Fingers => !enrollment.exceptions.is_empty(),
            Step::Irises => {
                !enrollment.eye_exceptions.is_empty()
                    || enrollment.irises.values().any(|capture| capture.override_reason.is_some())
            }
            _ => false,
        };
        if needs_look { StepState::Attention } else { StepState::Done }
    }

    fn rail<'s>(&'s self, steps: &'s [RailStep<'s>]) -> Rail<'s> {
        let citizen = Citizen { name: &self.name, detail: &self.detail, procedure: self.procedure };
        Rail { citizen, steps, saved: &self.saved }
    }
}

/// The steps of a dossier, as the rail shows them.
fn steps_of(dossier: &Dossier) -> impl Iterator<Item = Step> {
    Step::ALL.into_iter().filter(|step| dossier.has_step(*step))
}

/// Whether anything of a step is there already.
fn enrollment_has(dossier: &Dossier, step: Step) -> bool {
    let enrollment = &dossier.enrollment;
    match step {
        Step::Procedure => enrollment.procedure.is_some(),
        Step::Applicant => enrollment.applicant.fields().next().is_some(),
        Step::Portrait => enrollment.portrait().is_some_and(PortraitAttempt::is_kept),
        Step::Fingers => !enrollment.finger_attempts.is_empty() || !enrollment.exceptions.is_empty(),
        Step::Irises => !enrollment.irises.is_empty() || !enrollment.eye_exceptions.is_empty(),
        Step::Signature => enrollment.signature.is_some() || enrollment.unsigned.is_some(),
        Step::Review | Step::Slip => false,
    }
}
