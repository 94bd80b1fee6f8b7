//! The mirror thread: every sealed packet is copied to a second medium, an SD card or a USB stick, and leaves it when it is
//! purged. A medium that is slow, full or pulled keeps nobody waiting.

use super::vault::{self, ask};
use super::{Outlet, phrase};
use crate::clock::now;
use crate::home::Home;
use crossbeam_channel::{Receiver, Sender};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tram_enrollment::reference::Phrase;
use tram_store::{Mirror, Reader, StoreError};
use tram_workflow::lists;

/// A medium that was pulled or put back is noticed after so long.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Where the station's mirror is, if the site keeps one: the folder that the file `mirror` in its home names.
pub(crate) fn folder(home: &Home) -> Option<PathBuf> {
    let text = std::fs::read_to_string(setting(home)).ok()?;
    Some(PathBuf::from(text.trim())).filter(|folder| folder.is_absolute())
}

/// The file that names the folder.
pub(crate) fn setting(home: &Home) -> PathBuf {
    home.dir().join("mirror")
}

/// The thread's work: after each change of the outbox, and now and then for the medium's sake.
pub(super) fn run(
    home: &Home,
    station: &str,
    changes: &Receiver<()>,
    vault: &Sender<vault::Job>,
    outlet: &Outlet,
) {
    let mut told = lists::Mirror::Unset;
    loop {
        let state = match (folder(home), &told) {
            (None, _) => lists::Mirror::Unset,
            (Some(folder), before) => match copy(home, &folder, station) {
                Ok(()) => lists::Mirror::Whole,
                Err(error) => {
                    log::warn!("the mirror: {error:#}");
                    let since = match before {
                        lists::Mirror::Failing { since, .. } => *since,
                        lists::Mirror::Unset | lists::Mirror::Whole => now(),
                    };
                    lists::Mirror::Failing { since, reason: reason(&error) }
                }
            },
        };
        if state != told {
            told = state.clone();
            ask(vault, move |vault, outlet| vault.set_mirror(state, outlet));
        }
        if outlet.wait_changed(changes, LOOK_EVERY) {
            break;
        }
    }
    // What was sealed last is not left out because the station was closed.
    if let Some(folder) = folder(home)
        && let Err(error) = copy(home, &folder, station)
    {
        log::warn!("the mirror: {error:#}");
    }
}

fn copy(home: &Home, folder: &Path, station: &str) -> anyhow::Result<()> {
    let store = Reader::open(&home.database(), &home.database_key()?)?;
    Mirror::open(folder, station)?.update(&store)?;
    Ok(())
}

/// What the officer reads.
fn reason(error: &anyhow::Error) -> Phrase {
    match error.downcast_ref::<StoreError>() {
        Some(StoreError::Missing(_)) => phrase("chưa cắm thẻ nhớ", "the medium is not plugged in"),
        Some(StoreError::Full) => phrase("thẻ nhớ đã đầy", "the medium is full"),
        Some(StoreError::Foreign) => {
            phrase("thẻ nhớ này của trạm khác", "this medium belongs to another station")
        }
        _ => phrase("không ghi được thẻ nhớ", "the medium cannot be written"),
    }
}
