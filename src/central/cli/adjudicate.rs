//! Adjudication on the command line: the same cases and the same signed decisions as at the desk.

use super::say;
use crate::adjudication::{Case, Verdict, is_signed};
use crate::adjudicators::DeskRole;
use crate::centre::Centre;
use crate::secret;
use anyhow::Context as _;
use clap::Subcommand;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use tram_biometric::Language;
use tram_enrollment::Field;
use tram_fingerprint::matching::Score;

#[derive(Debug, Subcommand)]
pub(super) enum AdjudicateCommand {
    /// The cases that wait for a person
    List,
    /// One case: both enrollments and their fingers (personal data: mind who looks on)
    Show {
        /// The case's number
        case: u64,
    },
    /// Decide a case; asks for the passphrase on standard input
    Decide {
        /// The case's number
        case: u64,
        /// Whether the two are of one person
        #[arg(value_enum)]
        verdict: Verdict,
        /// Why, 5 to 500 characters; signed and kept with the decision
        #[arg(long)]
        reason: String,
        /// Who decides: an adjudicator's id
        #[arg(long = "as")]
        who: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AdjudicatorCommand {
    /// Make an adjudicator; prints the passphrase once
    Add {
        /// Typed at sign-in, such as lan.tt
        id: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// Reads everything at the desk and changes nothing
        #[arg(long)]
        inspector: bool,
    },
    /// All adjudicators
    List,
    /// Give an adjudicator a new key; prints the new passphrase once
    Reset {
        /// The adjudicator's id
        id: String,
    },
    /// Bar an adjudicator; what they decided stays
    Revoke {
        /// The adjudicator's id
        id: String,
    },
}

pub(super) fn adjudicate(centre: &Centre, command: AdjudicateCommand) -> anyhow::Result<()> {
    match command {
        AdjudicateCommand::List => centre.open_cases()?.iter().try_for_each(line),
        AdjudicateCommand::Show { case } => show(centre, &centre.case(case)?),
        AdjudicateCommand::Decide { case, verdict, reason, who } => {
            let passphrase = passphrase()?;
            let signed_in = centre.sign_in(&who, &passphrase)?.context("name or passphrase is wrong")?;
            centre.decide(case, verdict, &reason, &signed_in)?;
            say(format_args!("case {case}: {}", verdict.name()))
        }
    }
}

pub(super) fn adjudicator(centre: &Centre, command: AdjudicatorCommand) -> anyhow::Result<()> {
    match command {
        AdjudicatorCommand::Add { id, name, inspector } => {
            let passphrase = secret::passphrase()?;
            let role = if inspector { DeskRole::Inspector } else { DeskRole::Adjudicator };
            centre.make_adjudicator(&id, &name, &passphrase, role)?;
            say(format_args!("{id}: {passphrase}\nThe passphrase is not shown again."))
        }
        AdjudicatorCommand::List => centre.adjudicators()?.iter().try_for_each(|known| {
            let may = if known.is_inspector { "inspects" } else { "may decide" };
            let state = if known.revoked { "barred" } else { may };
            say(format_args!("{:<16} {:<28} {state}", known.id, known.name))
        }),
        AdjudicatorCommand::Reset { id } => {
            say(format_args!("{id}: {}\nThe passphrase is not shown again.", centre.reset_adjudicator(&id)?))
        }
        AdjudicatorCommand::Revoke { id } => Ok(centre.revoke_adjudicator(&id)?),
    }
}

fn line(case: &Case) -> anyhow::Result<()> {
    let (_, why) = case.question.sentence();
    say(format_args!(
        "{:>6}  {}  {}  strength {:>5.1}  {why}",
        case.number, case.packet, case.candidate, case.strength
    ))
}

fn show(centre: &Centre, case: &Case) -> anyhow::Result<()> {
    line(case)?;
    for (side, packet) in [("waits", case.packet), ("was there", case.candidate)] {
        let contents = centre.opened(packet)?.contents;
        let value = |field| contents.applicant.value(field);
        say(format_args!(
            "{side:<10} {}  {}  {}  {}  {}  {}",
            value(Field::PersonalNumber),
            value(Field::BirthDate),
            value(Field::Sex),
            value(Field::FullName),
            contents.dossier.as_str(),
            contents.station,
        ))?;
    }
    for alike in &case.fingers {
        let word = if Score(alike.score).is_match() { "alike" } else { "not alike" };
        let [probe, other] = [alike.probe, alike.other].map(|position| position.name(Language::English));
        say(format_args!("{probe:<20} {other:<20} {:>6.1}  {word}", alike.score))?;
    }
    let Some((record, log_index)) = &case.decided else { return Ok(()) };
    let signed = if is_signed(record) { "signature verifies" } else { "SIGNATURE DOES NOT VERIFY" };
    say(format_args!("decided, entry {log_index} of the log, {signed}:\n{record}"))
}

/// A line of standard input, not shown where it is typed.
pub(super) fn passphrase() -> anyhow::Result<String> {
    let input = std::io::stdin();
    let shown = input.is_terminal().then(|| tcgetattr(&input)).transpose()?;
    if let Some(shown) = &shown {
        write!(std::io::stderr(), "Mật khẩu / Passphrase: ")?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&input, OptionalActions::Flush, &hidden)?;
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    if let Some(shown) = &shown {
        tcsetattr(&input, OptionalActions::Flush, shown)?;
        writeln!(std::io::stderr())?;
    }
    read?;
    Ok(line.trim().to_owned())
}
