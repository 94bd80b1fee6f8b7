//! The station without a window: the same workflow and the same engine, driven by the scripted officer, with a line for
//! each step on the terminal.

use crate::clock::now;
use crate::engine::Engine;
use anyhow::bail;
use std::io::Write;
use std::time::{Duration, Instant};
use tram_biometric::Language;
use tram_enrollment::{EnrollmentId, Step};
use tram_workflow::dossier::{Sealing, Slip};
use tram_workflow::lists::{DossierState, Link, OutboxRow, PacketState};
use tram_workflow::officer::ScriptedOfficer;
use tram_workflow::state::{Handover, Printing, Session};
use tram_workflow::{Action, State, apply, sentence};

/// How long a flow may stand still before it is given up: a hand must be missing somewhere.
const PATIENCE: Duration = Duration::from_mins(1);

/// A station that runs without a window.
pub struct Headless<'a> {
    engine: Engine,
    /// What the screens would show.
    pub state: State,
    lines: &'a mut dyn Write,
    told: String,
    ticked: Instant,
}

impl<'a> Headless<'a> {
    /// A flow over a started engine; progress goes to `lines`.
    pub fn new(engine: Engine, state: State, lines: &'a mut dyn Write) -> Self {
        Self { engine, state, lines, told: String::new(), ticked: Instant::now() }
    }

    /// Takes an action and everything that follows from it at once; whether workers were asked to do something.
    pub fn take(&mut self, action: Action) -> bool {
        let mut asked = false;
        let mut todo = vec![action];
        while let Some(action) = todo.pop() {
            for effect in apply(&mut self.state, action) {
                asked = true;
                todo.extend(self.engine.act(effect));
            }
        }
        asked
    }

    /// Lets the flow run until `done`, with the hand of `next` wherever the station waits for a person.
    ///
    /// # Errors
    /// When nothing happens for a minute, or the station halts.
    pub fn run(
        &mut self,
        mut next: impl FnMut(&State) -> Option<Action>,
        done: impl Fn(&State) -> bool,
    ) -> anyhow::Result<()> {
        let mut moved = Instant::now();
        // After asking the workers for something a person waits for what comes of it.
        let mut asked_at: Option<Instant> = None;
        while !done(&self.state) {
            if let Some(halted) = &self.state.halted {
                bail!("{}", halted.en);
            }
            if self.ticked.elapsed() >= Duration::from_secs(1) {
                self.ticked = Instant::now();
                self.take(Action::Tick { now: now(), touched: true });
            }
            let waits = asked_at.is_some_and(|asked| asked.elapsed() < Duration::from_secs(1));
            let hand = if waits { None } else { next(&self.state) };
            let by_hand = hand.is_some();
            if let Some(action) = hand.or_else(|| self.engine.wait(Duration::from_millis(20))) {
                moved = Instant::now();
                let asked = self.take(action);
                asked_at = (by_hand && asked).then(Instant::now);
                self.tell()?;
            }
            if moved.elapsed() > PATIENCE {
                bail!("the station stands still: {}", self.told);
            }
        }
        Ok(())
    }

    /// One citizen from sign-in to the slip; the slip is returned.
    ///
    /// # Errors
    /// As [`Headless::run`], and when the sign-in is refused.
    pub fn enroll(&mut self, officer: &ScriptedOfficer) -> anyhow::Result<Slip> {
        self.run(
            |state| officer.next(state),
            |state| ScriptedOfficer::is_done(state) || refused(state).is_some(),
        )?;
        if let Some(refusal) = refused(&self.state) {
            bail!("{refusal}");
        }
        match self.state.dossier.as_ref().map(|dossier| &dossier.sealing) {
            Some(Sealing::Sealed(slip)) => Ok(slip.clone()),
            _ => bail!("the dossier was not sealed"),
        }
    }

    /// Waits until the centre has signed for everything in the outbox.
    ///
    /// # Errors
    /// As [`Headless::run`].
    pub fn drain_outbox(&mut self) -> anyhow::Result<()> {
        // The list comes after the slip: as long as it does not have what was sealed, it says nothing of it.
        let is_listed = |state: &State| match state.dossier.as_ref().map(|dossier| &dossier.sealing) {
            Some(Sealing::Sealed(slip)) => state.outbox.rows.iter().any(|row| row.packet == slip.packet),
            _ => !state.outbox.rows.is_empty(),
        };
        self.run(|_| None, |state| is_listed(state) && state.outbox.waiting() == 0)
    }

    /// Sends what waits, without anybody signed in, until the centre has answered for every packet.
    ///
    /// # Errors
    /// As [`Headless::run`], with what is known of the way to the centre; and when the centre refuses a packet.
    pub fn send_outbox(&mut self) -> anyhow::Result<()> {
        let is_settled =
            |row: &OutboxRow| !matches!(row.state, PacketState::Waiting { .. } | PacketState::Sending { .. });
        let sent = self.run(
            |_| None,
            |state| match state.outbox.link {
                Link::Unknown => false,
                // By itself that does not change.
                Link::Untrusted { .. } => true,
                Link::Up { .. } | Link::Down { .. } => state.outbox.rows.iter().all(is_settled),
            },
        );
        if let Link::Untrusted { reason, .. } = &self.state.outbox.link {
            bail!("the centre: {reason}; the packets stay in the outbox");
        }
        if let (Err(error), Link::Down { reason, .. }) = (&sent, &self.state.outbox.link) {
            bail!("{error}; the centre: {reason}; the packets stay in the outbox");
        }
        match self.state.outbox.waiting() {
            0 => sent,
            refused => {
                bail!("the centre does not take {refused} of the packets; they are kept: see tram outbox")
            }
        }
    }

    /// Prints the card of an enrollment once its order is there, and hands it over.
    ///
    /// # Errors
    /// As [`Headless::run`], and when the printer fails or the finger is another person's.
    pub fn issue(&mut self, enrollment: EnrollmentId) -> anyhow::Result<()> {
        let ended = |state: &State| {
            state.card.as_ref().is_some_and(|card| {
                matches!(card.printing, Printing::Failed(_) | Printing::Doubtful)
                    || matches!(
                        card.handover,
                        Handover::Done | Handover::Failed(_) | Handover::Compared { is_match: false, .. }
                    )
            })
        };
        self.run(|state| ScriptedOfficer::next_at_cards(state, enrollment), ended)?;
        match self.state.card.as_ref().map(|card| (&card.printing, &card.handover)) {
            Some((Printing::Done, Handover::Done)) => Ok(()),
            Some((printing, handover)) => bail!("the card was not handed over: {printing:?}, {handover:?}"),
            None => bail!("the order is gone"),
        }
    }

    /// The newest draft on the worklist, after signing in.
    ///
    /// # Errors
    /// As [`Headless::run`], and when there is none.
    pub fn newest_draft(&mut self, officer: &ScriptedOfficer) -> anyhow::Result<Option<EnrollmentId>> {
        let sign_in = |state: &State| match &state.session {
            Session::Out { busy: false, .. } => officer.next(state),
            _ => None,
        };
        self.run(sign_in, |state| state.worklist.is_some() || refused(state).is_some())?;
        let drafts = self.state.worklist.iter().flatten();
        let drafts = drafts.filter(|row| matches!(row.state, DossierState::Draft(_)));
        match drafts.max_by_key(|row| row.changed_at) {
            Some(row) => Ok(Some(row.id)),
            None => bail!("there is no draft to go on with"),
        }
    }

    /// Writes a line among those of the flow.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn say(&mut self, line: &str) -> std::io::Result<()> {
        writeln!(self.lines, "{line}")
    }

    /// Says where the flow is, when that changed.
    fn tell(&mut self) -> std::io::Result<()> {
        let Some(line) = line(&self.state) else { return Ok(()) };
        if line != self.told {
            writeln!(self.lines, "{line}")?;
            self.told = line;
        }
        Ok(())
    }
}

fn refused(state: &State) -> Option<String> {
    match &state.session {
        Session::Out { refused: Some(refusal), .. } | Session::Locked { refused: Some(refusal), .. } => {
            Some(sentence::refusal(refusal, Language::English))
        }
        _ => None,
    }
}

fn line(state: &State) -> Option<String> {
    if let Some(card) = &state.card {
        return Some(match (&card.printing, &card.handover) {
            (_, Handover::Done) => "card: handed over".into(),
            (_, Handover::Compared { score, is_match }) => {
                format!("card: finger compared, score {score:.1}, match {is_match}")
            }
            (Printing::Done, _) => "card: printed, comparing the finger".into(),
            (Printing::Running(Some(stage)), _) => format!("card: {stage:?}"),
            _ => "card: ordered".into(),
        });
    }
    let dossier = state.dossier.as_ref()?;
    let (step, number) = (dossier.enrollment.step, &dossier.enrollment.dossier);
    let detail = match step {
        Step::Fingers => dossier.finger_step().map(|step| {
            let attempt = dossier.enrollment.attempts_at(step.position, step.impression) + 1;
            format!("{} ({:?}), attempt {attempt}", step.position.name(Language::English), step.impression)
        }),
        Step::Review if dossier.sealing == Sealing::Running => Some("sealing".to_owned()),
        Step::Portrait if dossier.portrait.running => {
            dossier.portrait.view.guidance.map(|guidance| guidance.en().to_owned())
        }
        _ => None,
    };
    let detail = detail.map_or_else(String::new, |detail| format!(": {detail}"));
    Some(
        format!("{number} {step:?}{detail}")
            .to_lowercase()
            .replace(&number.to_string().to_lowercase(), number.as_str()),
    )
}
