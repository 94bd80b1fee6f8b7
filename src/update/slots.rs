//! Two versions of the application side by side. A new one is written beside the one that works and tried; unless it
//! proves itself in a few starts, the one that worked comes back by itself.
//!
//! | in the folder | what it is |
//! | --- | --- |
//! | `a/tram`, `b/tram` | the versions |
//! | `slots.json` | which one works, which one is tried and how often it was started |

use crate::durable;
use crate::error::UpdateError;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Starts a new version has to prove itself in.
pub const STARTS: u32 = 3;
/// The program in a slot.
const PROGRAM: &str = "tram";

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    fn other(self) -> Self {
        if self == Self::A { Self::B } else { Self::A }
    }

    fn folder(self) -> &'static str {
        if self == Self::A { "a" } else { "b" }
    }
}

/// A version that did not prove itself yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Where it is.
    pub slot: Slot,
    /// The edition it came with.
    pub version: u64,
    /// How often it was started.
    pub starts: u32,
}

/// What `slots.json` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// The version that works, and its edition.
    pub good: Option<(Slot, u64)>,
    /// The one that is tried.
    pub trial: Option<Trial>,
    /// The edition that did not prove itself: it is not tried again.
    pub failed: Option<u64>,
}

/// What is started next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// It has yet to prove itself.
    pub is_trial: bool,
}

impl Slots {
    /// What a folder's file says; nothing where there is none.
    ///
    /// # Errors
    /// [`UpdateError::Disk`], [`UpdateError::Format`].
    pub fn read(folder: &Path) -> Result<Self, UpdateError> {
        let path = folder.join("slots.json");
        if path.exists() { Ok(serde_json::from_slice(&fs::read(path)?)?) } else { Ok(Self::default()) }
    }

    fn write(self, folder: &Path) -> Result<(), UpdateError> {
        Ok(durable::write(&folder.join("slots.json"), &serde_json::to_vec(&self)?, 0o644)?)
    }
}

/// Puts a new version beside the one that works, to be tried from the next start on. One that is there already, or did
/// not prove itself before, is left alone; says whether it was put there.
///
/// # Errors
/// [`UpdateError::Disk`]: what works is untouched.
pub fn install(folder: &Path, program: &[u8], version: u64) -> Result<bool, UpdateError> {
    let mut slots = Slots::read(folder)?;
    let known =
        slots.good.map(|(_, version)| version).max(slots.failed).max(slots.trial.map(|it| it.version));
    if known.is_some_and(|known| version <= known) {
        return Ok(false);
    }
    let slot = slots.good.map_or(Slot::A, |(good, _)| good.other());
    // What was tried there is tried no more before it is overwritten.
    slots.trial = None;
    fs::create_dir_all(folder.join(slot.folder()))?;
    slots.write(folder)?;
    durable::write(&folder.join(slot.folder()).join(PROGRAM), program, 0o755)?;
    durable::sync_parent(&folder.join(slot.folder()))?;
    slots.trial = Some(Trial { slot, version, starts: 0 });
    slots.write(folder)?;
    Ok(true)
}

/// What to start now; counts a trial's start before it happens. `None` when nothing was installed.
///
/// # Errors
/// [`UpdateError::Disk`].
pub fn next(folder: &Path) -> Result<Option<Start>, UpdateError> {
    let mut slots = Slots::read(folder)?;
    let program = |slot: Slot| folder.join(slot.folder()).join(PROGRAM);
    if let Some(trial) = &mut slots.trial {
        if trial.starts < STARTS {
            trial.starts += 1;
            let start = Start { program: program(trial.slot), is_trial: true };
            slots.write(folder)?;
            return Ok(Some(start));
        }
        slots.failed = Some(trial.version);
        slots.trial = None;
        slots.write(folder)?;
    }
    Ok(slots.good.map(|(slot, _)| Start { program: program(slot), is_trial: false }))
}

/// The version that is tried has proven itself.
///
/// # Errors
/// [`UpdateError::Disk`].
pub fn confirm(folder: &Path) -> Result<(), UpdateError> {
    let mut slots = Slots::read(folder)?;
    if let Some(trial) = slots.trial.take() {
        slots.good = Some((trial.slot, trial.version));
        slots.write(folder)?;
    }
    Ok(())
}
