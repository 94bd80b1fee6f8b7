//! Power cuts: what was not synced is forgotten in any part, the last write is torn, new names and deletions may be undone.
//!
//! A child process works through dossiers under `strace`, which records every storage call with its bytes. From the
//! recording, the disk is built as it may look when the power fails at any moment (Pillai and others, OSDI 2014, "All file
//! systems are not created equal"), and everything that was acknowledged before must be on it. `TRAM_POWER_CUTS` sets how
//! many cuts are tried; with `TRAM_LONG` it is 2,000.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)] // Tests may.

mod common;

use common::work::{Acknowledged, verify, work};
use common::*;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const FOLDER: &str = "TRAM_POWER_FOLDER";
/// Large enough that the log is written back into the database while the station works.
const SAMPLE: usize = 350_000;
/// A disk writes so many bytes whole or not at all.
const SECTOR: usize = 512;

#[test]
fn child() {
    if let Some(folder) = env::var_os(FOLDER) {
        work(Path::new(&folder), SAMPLE);
    }
}

/// A storage call that changed something, or a word of the child.
#[derive(Clone, Debug)]
enum Event {
    Create(String),
    Unlink(String),
    Write { name: String, offset: usize, bytes: Vec<u8> },
    Truncate { name: String, length: usize },
    Sync(String),
    SyncFolder,
    Said(String),
}

/// One line of `strace -xx`, such as `17 pwrite64(5, "\x00\x01", 2, 4096) = 2`.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    result: i64,
}

fn parse(line: &str) -> Option<Call<'_>> {
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") = ")?;
    let result = result.split(' ').next()?.parse().ok()?;
    Some(Call { name, arguments: arguments.split(", ").collect(), result })
}

fn bytes(quoted: &str) -> Vec<u8> {
    let digits = quoted.trim_matches('"').split("\\x").skip(1);
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("two digits")).collect()
}

/// What happened to the files of a folder. Files that hold nothing a power cut must keep are left out.
fn events(recording: &str, folder: &Path) -> Vec<Event> {
    let mut open: BTreeMap<i64, Option<String>> = BTreeMap::new();
    let named = |quoted: &str| -> Option<String> {
        let path = String::from_utf8(bytes(quoted)).ok()?;
        let name = Path::new(&path).strip_prefix(folder).ok()?.to_str()?.to_owned();
        (!["-shm", ".lock", ".reserve"].iter().any(|end| name.ends_with(end))).then_some(name)
    };
    let mut known = BTreeSet::from([path(Path::new("")).to_str().unwrap().to_owned()]);
    let mut events = Vec::new();
    for line in recording.lines() {
        assert!(!line.contains("unfinished"), "two threads at once: {}", &line[..line.len().min(80)]);
        let Some(Call { name, arguments, result }) = parse(line) else { continue };
        if result < 0 {
            continue;
        }
        let file = || open.get(&arguments[0].parse().ok()?).cloned().flatten();
        let number = |place: usize| arguments[place].parse::<usize>().unwrap();
        match name {
            "openat" => {
                let name = named(arguments[1]);
                if let Some(name) =
                    name.as_ref().filter(|name| !name.is_empty() && known.insert((*name).clone()))
                {
                    events.push(Event::Create(name.clone()));
                }
                open.insert(result, name);
            }
            "close" => drop(open.remove(&arguments[0].parse().unwrap())),
            "write" if arguments[0] == "1" => {
                events.push(Event::Said(String::from_utf8_lossy(&bytes(arguments[1])).into_owned()));
            }
            "pwrite64" => {
                if let Some(name) = file() {
                    let bytes = bytes(arguments[1]);
                    assert_eq!(bytes.len() as i64, result, "strace cut it short");
                    events.push(Event::Write { name, offset: number(3), bytes });
                }
            }
            "ftruncate" => events.extend(file().map(|name| Event::Truncate { name, length: number(1) })),
            "fsync" | "fdatasync" => events.extend(
                file().map(|name| if name.is_empty() { Event::SyncFolder } else { Event::Sync(name) }),
            ),
            "unlink" => events.extend(named(arguments[0]).map(|name| {
                known.remove(&name);
                Event::Unlink(name)
            })),
            other => panic!("{other} is not modelled"),
        }
    }
    events
}

/// A file on a disk that may forget.
#[derive(Clone, Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Event>,
}

impl File {
    fn apply(content: &mut Vec<u8>, event: &Event) {
        match event {
            Event::Write { offset, bytes, .. } => {
                if content.len() < offset + bytes.len() {
                    content.resize(offset + bytes.len(), 0);
                }
                content[*offset..offset + bytes.len()].copy_from_slice(bytes);
            }
            Event::Truncate { length, .. } => content.resize(*length, 0),
            _ => {}
        }
    }

    fn sync(&mut self) {
        for event in std::mem::take(&mut self.pending) {
            Self::apply(&mut self.synced, &event);
        }
    }

    /// As it may be found: any of what was not synced is there, in whole or in some sectors.
    fn found(&self, chance: &mut Chance) -> Vec<u8> {
        let mut content = self.synced.clone();
        for event in &self.pending {
            match (chance.next() % 4, event) {
                (0, _) => {}
                (1, Event::Write { name, offset, bytes }) => {
                    for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                        if chance.next().is_multiple_of(2) {
                            let offset = offset + number * SECTOR;
                            let part = Event::Write { name: name.clone(), offset, bytes: sector.to_vec() };
                            Self::apply(&mut content, &part);
                        }
                    }
                }
                _ => Self::apply(&mut content, event),
            }
        }
        content
    }
}

/// A disk that may forget.
#[derive(Clone, Default)]
struct Disk {
    files: BTreeMap<String, File>,
    /// Names as they were when the folder was synced.
    synced: BTreeMap<String, File>,
}

impl Disk {
    fn happen(&mut self, event: &Event, forgets_syncs: bool) {
        match event {
            Event::Create(name) => drop(self.files.insert(name.clone(), File::default())),
            Event::Unlink(name) => drop(self.files.remove(name)),
            Event::Write { name, .. } | Event::Truncate { name, .. } => {
                self.files.entry(name.clone()).or_default().pending.push(event.clone());
            }
            Event::Sync(_) | Event::SyncFolder if forgets_syncs => {}
            Event::Sync(name) => self.files.entry(name.clone()).or_default().sync(),
            Event::SyncFolder => self.synced = self.files.clone(),
            Event::Said(_) => {}
        }
    }

    /// Puts the files into a folder as they may be found after the power failed.
    fn found(&self, folder: &Path, chance: &mut Chance) {
        let names: BTreeSet<&String> = self.files.keys().chain(self.synced.keys()).collect();
        for name in names {
            // A name that is new or deleted since the folder was synced is there or not.
            let file = match (self.files.get(name), self.synced.get(name)) {
                (Some(now), Some(_)) => Some(now),
                (now, before) if chance.next().is_multiple_of(2) => now.or(before),
                (Some(_) | None, None) => None,
                (None, Some(before)) => Some(before),
            };
            if let Some(file) = file {
                fs::write(folder.join(name), file.found(chance)).unwrap();
            }
        }
    }
}

/// The recorded work: the disk before it, and what happened.
fn record() -> Option<(Disk, Vec<Event>)> {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        println!("skipped: strace is not there or may not trace");
        return None;
    }
    let folder = in_memory();
    drop(store(folder.path()));
    let mut disk = Disk::default();
    let database = path(Path::new("")).to_str().unwrap().to_owned();
    let synced = fs::read(path(folder.path())).unwrap();
    disk.files.insert(database, File { synced, pending: Vec::new() });
    disk.synced = disk.files.clone();
    let recording = folder.path().join("recording");
    let calls = "trace=openat,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,renameat2,pwritev";
    let ended = Command::new("strace")
        // -a 1: results are not put into a column of their own, which short calls would not be read in.
        .args(["-f", "-qq", "-xx", "-a", "1", "-s", "1000000", "-e", calls, "-e", "signal=none", "-o"])
        .arg(&recording)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&ended.stdout).contains("\ndone"), "the work was done");
    let events = events(&fs::read_to_string(&recording).unwrap(), folder.path());
    assert!(
        events.iter().any(|event| matches!(event, Event::Sync(_))),
        "no sync was read from the recording"
    );
    Some((disk, events))
}

fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_none| tempfile::tempdir()).unwrap()
}

/// Cuts the power after so many events; whether the station finds all that was acknowledged.
fn cut(disk: &Disk, events: &[Event], chance: &mut Chance, forgets_syncs: bool) -> bool {
    let mut disk = disk.clone();
    let mut heard = Acknowledged::default();
    for event in events {
        disk.happen(event, forgets_syncs);
        if let Event::Said(said) = event {
            said.lines().for_each(|line| heard.hear(line));
        }
    }
    let folder = in_memory();
    disk.found(folder.path(), chance);
    // As large as the reserve, and taking no room.
    fs::File::create(folder.path().join("TEST.db.reserve")).unwrap().set_len(32 * 1024 * 1024).unwrap();
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

/// Chance that is the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}
