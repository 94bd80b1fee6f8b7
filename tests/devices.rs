//! Every driver's kept recording: `tram devices replay` gives what it expects, and however the device's side of it is changed,
//! no driver panics or hangs (`TRAM_FUZZ_SECONDS` each: one here, 600 in `packaging/test --long`).

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::indexing_slicing)] // In a test.

mod common;
mod mutation;
mod recordings;

use mutation::{Chance, mutated};
use recordings::{drivers, kept};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::{Duration, Instant};
use tram_device::Factory;
use tram_device::recording::{Event, Failure, Recording};
use tram_device::session;

/// A replay takes milliseconds.
const HANGS: Duration = Duration::from_secs(20);
/// Changed recordings a driver refuses before it is asked the next.
const ROUND: usize = 16;

#[test]
fn every_driver_has_a_recording_and_replays_it() {
    let home = tempfile::tempdir().expect("a folder");
    let mut recorded = BTreeSet::new();
    for (file, recording) in kept() {
        let mut tram = Command::new(common::binary("tram"));
        let output = tram.arg("--home").arg(home.path()).args(["devices", "replay"]).arg(&file).output();
        let output = output.expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("as expected"), "{said}");
        print!("{said}");
        recorded.insert(recording.driver);
    }
    let drivers: BTreeSet<String> = drivers().iter().map(|driver| driver.driver().to_owned()).collect();
    assert_eq!(recorded, drivers);
}

/// What the device said in this event, if it is one of its own.
fn said(event: &mut Event) -> Option<&mut Vec<u8>> {
    match event {
        Event::ControlIn { outcome: Ok(data), .. }
        | Event::Came { outcome: Ok(data), .. }
        | Event::Read { data } => Some(data),
        _ => None,
    }
}

/// A recording in which the device says something else, or nothing, in one to four places.
fn changed(recording: &Recording, corpus: &[Vec<u8>], chance: &mut Chance) -> Recording {
    let mut changed = recording.clone();
    let places: Vec<usize> =
        (0..changed.events.len()).filter(|at| said(&mut changed.events[*at].1).is_some()).collect();
    for _ in 0..=chance.below(4) {
        let at = places[chance.below(places.len())];
        let (_, event) = &mut changed.events[at];
        match (chance.below(12), &mut *event) {
            (0, Event::ControlIn { outcome, .. } | Event::Came { outcome, .. }) => {
                *outcome = Err([Failure::Gone, Failure::Timeout, Failure::Stall][chance.below(3)]);
            }
            (0, Event::Read { .. }) => *event = Event::Silent,
            (1, _) => {
                // What another answer says.
                if let Some(data) = said(event) {
                    data.clone_from(&corpus[chance.below(corpus.len())]);
                }
            }
            _ => {
                if let Some(data) = said(event) {
                    *data = mutated(std::slice::from_ref(data), chance);
                }
            }
        }
    }
    changed
}

fn fuzz(driver: &dyn Factory, recording: &Recording, seed: u64, seconds: u64) -> String {
    let mut events = recording.events.clone();
    let corpus: Vec<Vec<u8>> = events.iter_mut().filter_map(|(_, event)| said(event).cloned()).collect();
    let (mut chance, began, mut runs, mut refused) = (Chance::new(seed), Instant::now(), 0_u64, 0_u64);
    while began.elapsed() < Duration::from_secs(seconds) {
        for _ in 0..ROUND {
            let recording = changed(recording, &corpus, &mut chance);
            let asked = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| session::check(driver, &recording)));
            let Ok(outcome) = outcome else {
                panic!("{} panicked at\n{}", recording.driver, recording.to_text());
            };
            assert!(asked.elapsed() < HANGS, "{} hung at\n{}", recording.driver, recording.to_text());
            runs += 1;
            refused += u64::from(outcome.is_err());
        }
    }
    let (name, took) = (&recording.driver, began.elapsed());
    format!("{name}: {runs} changed sessions in {took:.0?}, {refused} ended otherwise, no panic")
}

#[test]
fn whatever_a_device_says_no_driver_panics_or_hangs() {
    let seconds =
        std::env::var("TRAM_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(1);
    let drivers = drivers();
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..)
            .zip(kept())
            .map(|(seed, (_, recording))| {
                let driver = drivers.iter().find(|driver| driver.driver() == recording.driver);
                let driver = driver.expect("a driver").as_ref();
                scope.spawn(move || fuzz(driver, &recording, seed * 1_000_003 + seconds, seconds))
            })
            .collect();
        for run in running {
            match run.join() {
                Ok(line) => println!("{line}"),
                Err(why) => {
                    panic!("{}", why.downcast_ref::<String>().map_or("a driver failed", String::as_str))
                }
            }
        }
    });
}
