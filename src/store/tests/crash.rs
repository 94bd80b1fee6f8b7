//! Kill -9 and failing disks: whatever was acknowledged is there when the database opens again.
//!
//! A child process works through dossiers and says on its standard output what the store acknowledged. It is killed at
//! random moments, killed at each storage call in turn, or has each storage call fail in turn; then the parent opens
//! what is left. `TRAM_CRASH_CYCLES` sets how many random kills (15 here, 500 in continuous integration), and with
//! `TRAM_CRASH_ALL` every storage call is tried instead of a spread of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // Tests may, their helpers as well.

mod common;

use common::*;
use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tram_biometric::SampleId;
use tram_enrollment::{EnrollmentId, Event};
use tram_packet::{PacketId, Signer as _};
use tram_store::{PacketState, Store, StoreError};
use uuid::Uuid;

const FOLDER: &str = "TRAM_CRASH_FOLDER";
/// Events of a dossier before it is sealed.
const EVENTS: u64 = 5;
/// Large enough to spill over several pages, small enough to try every call.
const SAMPLE: usize = 6_000;

/// What the child was told is durable.
#[derive(Debug, Default)]
struct Acknowledged {
    /// Events of each dossier.
    events: BTreeMap<u128, u64>,
    /// Packets, and the furthest they got: 1 sealed, 2 received, 3 purged.
    packets: BTreeMap<u128, u8>,
    /// Whether the child came to its end.
    done: bool,
    /// What the child said when it could not go on.
    failed: Option<String>,
}

impl Acknowledged {
    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |place: usize| words.get(place).and_then(|word| word.parse().ok()).unwrap_or(0);
        match words.first().copied() {
            Some("event") => drop(self.events.insert(number(1), number(2) as u64)),
            Some("packet") => drop(self.packets.insert(number(1), number(2) as u8)),
            Some("done") => self.done = true,
            Some("failed") => self.failed = Some(line.to_owned()),
            _ => {}
        }
    }
}

/// The event a dossier has at a number; its samples are named after both.
fn event(id: EnrollmentId, number: u64) -> (Event, Vec<tram_biometric::Sample>) {
    let base = id.0.as_u128() << 16 | u128::from(number) << 4;
    let (a, b) = (sample(base, SAMPLE), sample(base + 1, SAMPLE));
    match number % 3 {
        0 => (portrait(&a, &b), vec![a, b]),
        1 => (finger(&a, &b), vec![a, b]),
        _ => (field(&format!("TEST {number}")), Vec::new()),
    }
}

/// Runs in the child: two dossiers from opening to purge, going on where the last child was killed.
#[test]
fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let said = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{line}").and_then(|()| out.flush()).unwrap();
    };
    let work = || -> Result<(), StoreError> {
        let mut store = Store::open(&path(Path::new(&folder)), &key())?;
        let cast = Cast::new();
        for _ in 0..2 {
            let draft = store.read().drafts()?.first().copied();
            let id = draft.unwrap_or_else(|| id(u128::from(store.read().numbers_left().unwrap())));
            let journalled = store.read().events(id)?.len() as u64;
            if journalled == 0 {
                let dossier = store.take_dossier_number(NOW.date())?;
                let opened = Event::Opened { dossier, station: "TEST".into(), officer: officer(), at: NOW };
                store.append(id, &opened, &[], NOW)?;
                said(format!("event {} 1", id.0.as_u128()));
            }
            for number in journalled.max(1) + 1..=EVENTS {
                let (event, samples) = event(id, number);
                store.append(id, &event, &samples.iter().collect::<Vec<_>>(), NOW)?;
                said(format!("event {} {number}", id.0.as_u128()));
            }
            let packet = cast.seal_checked(&mut store, id)?;
            said(format!("packet {} 1", packet.0.as_u128()));
            for row in store.read().waiting()? {
                let signed = cast.receipt(&store, row.packet, 0);
                store.store_receipt(row.packet, &signed, cast.centre.public_key(), act())?;
                said(format!("packet {} 2", row.packet.0.as_u128()));
            }
            // The last packet stays.
            for row in store.read().purgeable(time::OffsetDateTime::now_utc())?.iter().rev().skip(1) {
                store.purge(row.packet, act())?;
                said(format!("packet {} 3", row.packet.0.as_u128()));
            }
        }
        Ok(())
    };
    match work() {
        Ok(()) => said("done".into()),
        Err(error) => said(format!("failed {error}")),
    }
}

/// The child, under `strace` with these arguments, or alone.
fn spawn(folder: &Path, strace: &[String]) -> std::process::Child {
    let myself = env::current_exe().unwrap();
    let mut command = if strace.is_empty() {
        Command::new(myself)
    } else {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null"]).args(strace).arg(myself);
        command
    };
    command
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a child work until it ends or for so long, then kills it; adds what it was told.
fn run(folder: &Path, strace: &[String], kill_after: Option<Duration>, heard: &mut Acknowledged) {
    let mut child = spawn(folder, strace);
    let output = child.stdout.take().unwrap();
    let listener =
        std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).collect::<Vec<_>>());
    if let Some(delay) = kill_after {
        std::thread::sleep(delay);
        let _ = child.kill();
    }
    child.wait().unwrap();
    (heard.done, heard.failed) = (false, None);
    listener.join().unwrap().iter().for_each(|line| heard.hear(line));
}

/// Opens what is left, and finds everything that was acknowledged.
fn verify(folder: &Path, heard: &Acknowledged) {
    let store = Store::open(&path(folder), &key()).unwrap();
    let read = store.read();
    let outbox = read.outbox(time::OffsetDateTime::UNIX_EPOCH).unwrap();
    for (dossier, count) in &heard.events {
        let id = EnrollmentId(Uuid::from_u128(*dossier));
        let events = read.events(id).unwrap();
        assert!(events.len() as u64 >= *count, "dossier {dossier}: {} of {count} events", events.len());
        assert_eq!(read.load(id).unwrap().unwrap().id, id);
        // A purge may be durable without the child having been told; the receipt is checked below.
        let is_purged = outbox.iter().any(|row| row.enrollment == id && row.state == PacketState::Purged);
        for number in 2..=events.len() as u64 {
            let (expected, samples) = event(id, number);
            assert_eq!(events.get(number as usize - 1), Some(&expected));
            for sample in samples {
                match read.sample(SampleId(sample.id.0)) {
                    Ok(found) => assert!(found == sample),
                    Err(error) => assert!(is_purged, "sample of dossier {dossier}: {error}"),
                }
            }
        }
    }
    for (packet, got) in &heard.packets {
        let id = PacketId(Uuid::from_u128(*packet));
        let receipts = read.receipts(id).unwrap().len();
        assert!(*got < 2 || receipts == 1, "packet {packet} lost its receipt");
    }
    for row in outbox {
        let received = read.receipts(row.packet).unwrap().len() == 1;
        assert!(received || read.packet(row.packet).is_ok(), "{} is gone without a receipt", row.packet);
    }
    read.check().unwrap();
    read.verify_audit().unwrap();
}

#[test]
fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    let cycles = env::var("TRAM_CRASH_CYCLES").ok().and_then(|n| n.parse().ok()).unwrap_or(15);
    let folder = tempfile::tempdir().unwrap();
    drop(store(folder.path()));
    let mut heard = Acknowledged::default();
    let start = Instant::now();
    for cycle in 0..cycles {
        // From before the database opens to after the second dossier; the golden ratio spreads the moments evenly.
        let millis = 5 + (cycle * 618_034 % 1_000_000) * 240 / 1_000_000;
        run(folder.path(), &[], Some(Duration::from_millis(millis)), &mut heard);
        verify(folder.path(), &heard);
    }
    let events: u64 = heard.events.values().sum();
    println!(
        "{cycles} kills in {:?}: {events} events and {} packets acknowledged, 0 lost",
        start.elapsed(),
        heard.packets.len()
    );
    assert!(events > 0);
}

/// Calls that change files, and what happens to the Nth of them.
fn at_call(calls: &str, fault: &str, number: u32) -> Vec<String> {
    vec!["-e".into(), format!("trace={calls}"), "-e".into(), format!("inject={calls}:{fault}:when={number}")]
}

fn strace_works() -> bool {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    works.is_ok_and(|status| status.success())
}

/// Every storage call in turn, until a run is not reached by the fault any more.
fn at_every_call(calls: &str, fault: &str) {
    if !strace_works() {
        println!("skipped: strace is not there or may not trace");
        return;
    }
    let stride = if env::var_os("TRAM_CRASH_ALL").is_some() { 1 } else { 41 };
    for (tried, number) in (1..).step_by(stride).enumerate() {
        let folder = tempfile::tempdir().unwrap();
        drop(store(folder.path()));
        let mut heard = Acknowledged::default();
        run(folder.path(), &at_call(calls, fault, number), None, &mut heard);
        verify(folder.path(), &heard);
        if heard.done {
            println!("{fault} at {tried} of the {number} calls to {calls}: 0 lost");
            return;
        }
        // And it goes on from there.
        run(folder.path(), &[], None, &mut heard);
        assert!(heard.done, "after {fault} at call {number}: {:?}", heard.failed);
        verify(folder.path(), &heard);
    }
}

const WRITES: &str = "pwrite64,fdatasync,fsync,ftruncate,unlink";

#[test]
fn killed_at_every_storage_call_nothing_acknowledged_is_lost() {
    at_every_call(WRITES, "signal=SIGKILL");
}

#[test]
fn a_disk_that_fails_at_any_call_loses_nothing_acknowledged() {
    at_every_call(WRITES, "error=EIO");
}

#[test]
fn a_disk_that_is_full_at_any_call_loses_nothing_acknowledged() {
    at_every_call("pwrite64", "error=ENOSPC");
}
