//! Power cuts: what was not synced is forgotten in any part, the last write is torn, new names and deletions may be undone.
//!
//! A child process works through dossiers on a file system of ours, which records every storage call with its bytes. From
//! the recording, the disk is built as it may look when the power fails at any moment, and everything that was acknowledged
//! before must be on it. `TRAM_POWER_CUTS` sets how many cuts are tried; with `TRAM_LONG` it is 2,000.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)] // Tests may.

mod common;
mod faults;

use common::work::{Acknowledged, verify, work};
use faults::disk::{Chance, Disk, Event};
use faults::forgetful::{Forgetful, SAID};
use faults::version_1;
use std::env;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const FOLDER: &str = "TRAM_POWER_FOLDER";
/// Large enough that the log is written back into the database while the station works.
const SAMPLE: usize = 350_000;

#[test]
fn child() {
    if let Some(folder) = env::var_os(FOLDER) {
        work(Path::new(&folder), SAMPLE);
    }
}

/// The recorded work, from a database of version 1 on: what happened until it was there, and what happened then.
fn record() -> Option<(Disk, Vec<Event>)> {
    let (folder, disk) = (tempfile::tempdir().unwrap(), Forgetful::default());
    let _mounted = disk.mount(folder.path())?;
    version_1(folder.path());
    let mut before = Disk::default();
    disk.take_events().iter().for_each(|event| before.happen(event, false));
    let ended = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdout(File::create(folder.path().join(SAID)).unwrap())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(ended.success() && disk.said().contains("\ndone"), "the work was done");
    let events = disk.take_events();
    assert!(events.iter().any(|event| matches!(event, Event::Rename(..))), "a backup before the migration");
    assert!(events.iter().any(|event| matches!(event, Event::Sync(_))), "a sync was recorded");
    Some((before, events))
}

fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_none| tempfile::tempdir()).unwrap()
}

/// Cuts the power after so many events; whether the station finds all that was acknowledged.
fn cut(disk: &Disk, events: &[Event], chance: &mut Chance, forgets_syncs: bool) -> bool {
    let mut disk = disk.clone();
    let mut heard = Acknowledged::default();
    let mut said = String::new();
    for event in events {
        disk.happen(event, forgets_syncs);
        if let Event::Said(words) = event {
            said.push_str(words);
        }
    }
    said.lines().for_each(|line| heard.hear(line));
    let folder = in_memory();
    disk.found(folder.path(), chance);
    // As large as the reserve, and taking no room.
    File::create(folder.path().join("TEST.db.reserve")).unwrap().set_len(32 * 1024 * 1024).unwrap();
    let found = std::panic::AssertUnwindSafe(|| verify(folder.path(), &heard, SAMPLE));
    if forgets_syncs {
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let found = std::panic::catch_unwind(found).is_ok();
        std::panic::set_hook(quiet);
        return found;
    }
    found();
    true
}

#[test]
fn when_the_power_fails_nothing_acknowledged_is_lost() {
    let Some((disk, events)) = record() else { return };
    let long = if env::var_os("TRAM_LONG").is_some() { 2_000 } else { 300 };
    let cuts = env::var("TRAM_POWER_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(long);
    let start = Instant::now();
    let mut chance = Chance(5);
    for _ in 0..cuts {
        let at = chance.next() as usize % (events.len() + 1);
        cut(&disk, &events[..at], &mut chance, false);
    }
    println!("{cuts} power cuts among {} storage calls in {:.1?}: 0 lost", events.len(), start.elapsed());

    // The same on a disk that says it has synced and has not: that something is lost there shows that it would be seen.
    let lost = (0..10).any(|_| !cut(&disk, &events, &mut chance, true));
    assert!(lost, "a disk that lies is not noticed");
}
