//! What keeps a centre whole: backups, the log's inspection, and who else may ask.

use super::say;
use crate::centre::Centre;
use crate::osia::clients::Scope;
use clap::Subcommand;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Hold log, receipts, packets and stations' chains against each other; names what was inserted, removed, reordered
    /// or forked
    Verify,
    /// Write the log as tiles with its entries, for auditors (C2SP tlog-tiles)
    Export {
        /// A folder that is not there yet
        to: PathBuf,
    },
    /// What verifies the log's checkpoints (C2SP signed-note)
    Key,
}

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Make a client; prints its token once
    Add {
        /// Its name, such as civil-registry
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "scope", value_enum, required = true)]
        scopes: Vec<Scope>,
    },
    /// Bar a client
    Revoke {
        /// Its name
        name: String,
    },
}

pub(super) fn backup(centre: &Centre, to: &Path) -> anyhow::Result<()> {
    let packets = centre.back_up(to)?;
    say(format_args!("{packets} packets and the register are in {}", to.display()))
}

pub(super) fn restored(centre: &Centre) -> anyhow::Result<()> {
    let epoch = centre.was_restored()?;
    // No edition by itself: stations hold one that bars whom this centre does not know to be barred.
    say(format_args!(
        "restored {epoch} times; stations send again what this centre does not have.\n\
         First bar again whoever was barred since the backup: the next edition lets in everybody else. Then do again what \
         was done since: officers made, stations admitted, rules, adjudications, acts."
    ))
}

pub(super) fn log(centre: &Centre, command: LogCommand) -> anyhow::Result<()> {
    match command {
        LogCommand::Key => say(format_args!("{}", centre.log_verifier())),
        LogCommand::Export { to } => {
            let size = centre.export_log(&to)?;
            say(format_args!("{size} entries are in {}", to.display()))
        }
        LogCommand::Verify => {
            let found = centre.inspect()?;
            for problem in &found.problems {
                say(format_args!("{problem}"))?;
            }
            let (entries, packets) = (found.entries, found.packets);
            if found.problems.is_empty() {
                return say(format_args!("{entries} entries, {packets} packets: nothing is wrong"));
            }
            anyhow::bail!("{entries} entries, {packets} packets: {} things are wrong", found.problems.len())
        }
    }
}

pub(super) fn client(centre: &Centre, command: ClientCommand) -> anyhow::Result<()> {
    match command {
        ClientCommand::Add { name, scopes } => {
            let token = centre.add_client(&name, &scopes)?;
            say(format_args!("{token}\nThe token of {name} is not shown again."))
        }
        ClientCommand::Revoke { name } => {
            centre.revoke_client(&name)?;
            say(format_args!("{name} is barred"))
        }
    }
}
