//! `tram mirror`: the copy of the sealed packets on a second medium, and the way back from it.

use crate::clock::now;
use crate::engine::mirror;
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_store::{Act, Mirror, Store};

/// Without a folder: say where the mirror is.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Copy every sealed packet to this folder on a second medium from now on.
    folder: Option<PathBuf>,
    /// Take the packets that lie there into the outbox, after the loss of the station's own.
    #[arg(long, requires = "folder")]
    restore: bool,
    /// Keep no mirror any more; what lies there stays.
    #[arg(long, conflicts_with = "folder")]
    off: bool,
}

/// Carries it out.
pub(super) fn run(home: &Home, asked: &Asked, out: &mut dyn Write) -> anyhow::Result<()> {
    match &asked.folder {
        Some(folder) if asked.restore => restore(home, folder, out),
        Some(folder) => set(home, folder, out),
        None if asked.off => match std::fs::remove_file(mirror::setting(home)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(writeln!(out, "no mirror is kept")?),
        },
        None => {
            let said = mirror::folder(home).map(|folder| folder.display().to_string());
            Ok(writeln!(out, "{}", said.as_deref().unwrap_or("no mirror is kept"))?)
        }
    }
}

fn set(home: &Home, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let station = home.membership()?.station.station;
    Mirror::create(folder, &station)?;
    let folder = folder.canonicalize()?;
    let path = folder.to_str().context("the folder's name is not text")?;
    crate::home::write_whole(&mirror::setting(home), path.as_bytes())?;
    Ok(writeln!(out, "{path} holds a copy of every sealed packet from now on")?)
}

fn restore(home: &Home, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let station = home.membership()?.station.station;
    let key = home.station_key()?;
    let mut store = Store::open(&home.database(), &home.database_key()?)?;
    let (mut taken, mut refused) = (0, 0);
    for packet in Mirror::open(folder, &station)?.packets()? {
        let act = Act { officer: None, at: now() };
        match packet.and_then(|packet| store.recover(&packet, key.public_key(), act)) {
            Ok(is_new) => taken += u32::from(is_new),
            Err(error) => {
                refused += 1;
                writeln!(out, "a file is not taken: {error}")?;
            }
        }
    }
    writeln!(out, "{taken} packets are in the outbox again")?;
    if refused > 0 {
        bail!("{refused} files in {} were not taken", folder.display());
    }
    Ok(())
}
