//! Two versions of an application, as real processes: the new one proves itself or the old one comes back.

#![allow(clippy::unwrap_used)] // Tests may, their helpers as well.

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use tram_update::slots::{STARTS, Slot, Slots, confirm, install, next};

/// An application that says which it is and ends so.
fn application(name: &str, ends: &str) -> Vec<u8> {
    format!("#!/bin/sh\n[ \"$1\" = --version ] || echo {name} \"$@\"\n{ends}\n").into_bytes()
}

fn start(slots: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tram-start"))
        .arg("--slots")
        .arg(slots)
        .args(["--packaged", "/bin/echo", "--proven-after", "1", "station"])
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_version_that_fails_gives_way_to_the_one_that_worked() {
    let folder = TempDir::new().unwrap();
    let slots = folder.path();
    assert_eq!(start(slots), (true, "station\n".into()), "nothing installed: the packaged one");
    assert!(install(slots, &application("one", "exit 0"), 1).unwrap());
    assert_eq!(start(slots), (true, "one station\n".into()));
    assert_eq!(Slots::read(slots).unwrap().good, Some((Slot::A, 1)));

    // It answers, and dies as soon as it works.
    let dies = "[ \"$1\" = --version ] && exit 0; exit 3";
    assert!(install(slots, &application("two", dies), 2).unwrap());
    let (ended, said) = start(slots);
    assert!(ended, "{said}");
    assert_eq!(said, "two station\n".repeat(STARTS as usize) + "one station\n");
    assert_eq!(start(slots), (true, "one station\n".into()), "and stays");
    assert!(!install(slots, &application("two", dies), 2).unwrap(), "it is not tried again");

    // It does not even start.
    assert!(install(slots, b"no program", 3).unwrap());
    assert_eq!(start(slots), (true, "one station\n".into()));

    // It runs on: proven while it runs.
    assert!(install(slots, &application("four", "[ \"$1\" = --version ] || sleep 2"), 4).unwrap());
    assert_eq!(start(slots), (true, "four station\n".into()));
    assert_eq!(Slots::read(slots).unwrap().good, Some((Slot::B, 4)));
    assert!(!install(slots, &application("one", "exit 0"), 1).unwrap(), "never an older one");
}

/// The power goes at any start: each counts, and after the last the old one is started.
#[test]
fn starts_are_counted_before_they_happen() {
    let folder = TempDir::new().unwrap();
    let slots = folder.path();
    install(slots, &application("one", "exit 0"), 1).unwrap();
    confirm(slots).unwrap();
    install(slots, &application("two", "exit 0"), 2).unwrap();
    let tried: Vec<bool> = (0..5).map(|_| next(slots).unwrap().unwrap().is_trial).collect();
    assert_eq!(tried, [true, true, true, false, false]);
    assert_eq!(Slots::read(slots).unwrap().failed, Some(2));
}
