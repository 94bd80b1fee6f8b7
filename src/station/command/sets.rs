//! `tram sets`: the population's extract and the reference data, from the centre or from a stick.

use crate::clock::now;
use crate::engine::REFERENCE;
use crate::home::Home;
use crate::sets::{self, EXTRACT_KEY, Source, Taken};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;
use tram_packet::{AuditAction, ExtractKey, ReferenceBundle};
use tram_store::{Act, Reader, Register, Store};

/// What is done with signed sets, while no other `tram` runs here.
#[derive(Debug, Subcommand)]
pub(super) enum SetsCommand {
    /// Take what the centre published, as the station's window does by itself.
    Fetch,
    /// Take what lies in a folder, such as a stick that `tram-update carry` was pointed at.
    Take {
        /// The folder.
        from: PathBuf,
    },
}

/// Carries it out.
pub(super) fn run(home: &Home, command: &SetsCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    let membership = home.membership()?;
    let mut store = Store::open(&home.database(), &home.database_key()?)?;
    let signed = store.read().setting(REFERENCE)?.context("this station has no reference data yet")?;
    let held = ReferenceBundle::verify(&signed, &membership.station.authority)?;
    let root = held.sets.context("the centre publishes no sets: the reference data name none")?;
    let taken = match command {
        SetsCommand::Take { from } => sets::take(home, Source::Folder(from), root, &kept_key(store.read())?),
        SetsCommand::Fetch => {
            let centre = membership.centre(home.station_key()?, home.way())?;
            let key = centre.extract_key()?;
            store.set_setting(EXTRACT_KEY, &key.to_bytes())?;
            sets::take(home, Source::Centre(&centre), root, &key)
        }
    };
    let act = || Act { officer: None, at: now() };
    let taken = match taken {
        Ok(taken) => taken,
        Err(trouble) => {
            let phrase = trouble.phrase();
            if trouble.is_refusal() {
                store.note(act(), AuditAction::SetRefused, &phrase.en)?;
            }
            bail!("{}\n{}", phrase.vi, phrase.en);
        }
    };
    store.note(act(), AuditAction::SetTaken, &taken.version.to_string())?;
    if let Some(newer) = newer(&taken, &held, &membership)? {
        store.set_setting(REFERENCE, newer)?;
    }
    say(home, &taken, out)
}

fn kept_key(store: &Reader) -> anyhow::Result<ExtractKey> {
    let key = store.setting(EXTRACT_KEY)?;
    let key = key.context("this station has no key for sets yet: connect it to the centre once")?;
    Ok(ExtractKey::from_bytes(&key)?)
}

/// The reference data of the set, when they are signed and newer than what is in force.
fn newer<'a>(
    taken: &'a Taken,
    held: &ReferenceBundle,
    membership: &tram_sync::Membership,
) -> anyhow::Result<Option<&'a [u8]>> {
    let Some(signed) = &taken.reference else { return Ok(None) };
    let offered = ReferenceBundle::verify(signed, &membership.station.authority)?;
    Ok((offered.edition > held.edition).then_some(signed))
}

fn say(home: &Home, taken: &Taken, out: &mut dyn Write) -> anyhow::Result<()> {
    let people = if home.register().exists() {
        Register::open(&home.register(), &home.register_key()?)?.count()?
    } else {
        0
    };
    let (fetched, applied) = (taken.fetched, taken.applied);
    writeln!(
        out,
        "set {}: {} files with {} bytes fetched; {} people new or changed, {} gone; {people} can be searched",
        taken.version, fetched.files, fetched.bytes, applied.written, applied.gone
    )?;
    Ok(())
}
