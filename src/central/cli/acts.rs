//! What two people do together, on the command line: each signs with their own passphrase.

use super::adjudicate::passphrase;
use super::say;
use crate::acts::{ActKind, Done};
use crate::adjudicators::SignedIn;
use crate::centre::Centre;
use anyhow::Context as _;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum ActCommand {
    /// Propose something as the first person; asks for the passphrase on standard input
    Propose {
        /// What
        #[arg(value_enum)]
        kind: ActKind,
        /// The packet's id, the place's three digits, the officer's or the station's id, the deed's number
        subject: String,
        /// Why, 5 to 500 characters; signed and kept
        #[arg(long)]
        reason: String,
        /// Who proposes: an adjudicator's id
        #[arg(long = "as")]
        who: String,
    },
    /// What waits for a second person
    List,
    /// Sign as the second person, which carries it out; asks for the passphrase on standard input
    Second {
        /// The act's number
        number: u64,
        /// Where an extract is written
        #[arg(long)]
        to: Option<PathBuf>,
        /// Who signs: another adjudicator's id
        #[arg(long = "as")]
        who: String,
    },
}

pub(super) fn act(centre: &Centre, command: ActCommand) -> anyhow::Result<()> {
    match command {
        ActCommand::Propose { kind, subject, reason, who } => {
            let number = centre.propose(kind, &subject, &reason, &signed_in(centre, &who)?)?;
            say(format_args!("act {number} waits for a second person"))
        }
        ActCommand::List => centre.proposals()?.iter().try_for_each(|proposal| {
            let (number, kind) = (proposal.number, proposal.kind.name());
            let (subject, by, at) = (&proposal.subject, &proposal.by, &proposal.at);
            say(format_args!("{number:>6}  {kind:<14} {subject}  {by}  {at}  {}", proposal.reason))
        }),
        ActCommand::Second { number, to, who } => {
            let done = centre.second(number, &signed_in(centre, &who)?, to.as_deref())?;
            say(format_args!("act {number} is done and in the log"))?;
            match done {
                Done::Exported(made) => super::say_exported(made),
                Done::Published(edition) => say(format_args!("edition {edition} is published")),
                Done::Recorded => Ok(()),
            }
        }
    }
}

fn signed_in(centre: &Centre, who: &str) -> anyhow::Result<SignedIn> {
    centre.sign_in(who, &passphrase()?)?.context("name or passphrase is wrong")
}
