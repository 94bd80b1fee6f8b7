//! Kill -9 and failing disks: whatever was acknowledged is there when the database opens again.
//!
//! A child process works through dossiers, from a database of version 1 on, and says on its standard output what the store
//! acknowledged. It is killed at random moments, killed at each storage call in turn, or has each storage call fail in
//! turn or done by half; then the parent opens what is left. `TRAM_CRASH_CYCLES` sets how many random kills (15 here, 500
//! in continuous integration), and with `TRAM_CRASH_ALL` every storage call is tried instead of a spread of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // Tests may, their helpers as well.

mod common;
mod faults;

use common::work::{Acknowledged, verify, work};
use faults::forgetful::{Fault, Forgetful, SAID};
use faults::version_1;
use std::env;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FOLDER: &str = "TRAM_CRASH_FOLDER";
/// Large enough to spill over several pages, small enough to try every call.
const SAMPLE: usize = 6_000;
/// Databases that are killed side by side: most of the time is waiting for the moment.
const STATIONS: u64 = 4;
/// Kills that one database goes through: all that it acknowledged is looked at after each.
const KILLS: usize = 125;

/// Runs in the child: two dossiers from opening to purge, going on where the last child was killed.
#[test]
fn child() {
    if let Some(folder) = env::var_os(FOLDER) {
        work(Path::new(&folder), SAMPLE);
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

#[test]
fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    let cycles = env::var("TRAM_CRASH_CYCLES").ok().and_then(|n| n.parse().ok()).unwrap_or(15);
    let start = Instant::now();
    let heard: Vec<(u64, usize)> = std::thread::scope(|scope| {
        let stations: Vec<_> = (0..STATIONS)
            .map(|station| scope.spawn(move || killed_again_and_again(station, cycles)))
            .collect();
        stations.into_iter().map(|station| station.join().unwrap()).collect()
    });
    let (events, packets): (Vec<_>, Vec<_>) = heard.into_iter().unzip();
    let (events, packets) = (events.iter().sum::<u64>(), packets.iter().sum::<usize>());
    println!(
        "{cycles} kills in {:?}: {events} events and {packets} packets acknowledged, 0 lost",
        start.elapsed()
    );
    assert!(events > 0);
}

/// One station's share of the kills, on one database after the other; gives the events and packets it acknowledged.
fn killed_again_and_again(station: u64, cycles: u64) -> (u64, usize) {
    let share: Vec<u64> = (station..cycles).step_by(STATIONS as usize).collect();
    let (mut events, mut packets) = (0, 0);
    for some_of_them in share.chunks(KILLS) {
        let folder = tempfile::tempdir().unwrap();
        version_1(folder.path());
        let mut heard = Acknowledged::default();
        for cycle in some_of_them {
            // From before the database opens to after the second dossier; the golden ratio spreads the moments evenly.
            let millis = 5 + (cycle * 618_034 % 1_000_000) * 240 / 1_000_000;
            run(folder.path(), &[], Some(Duration::from_millis(millis)), &mut heard);
            verify(folder.path(), &heard, SAMPLE);
        }
        events += heard.events.values().sum::<u64>();
        packets += heard.packets.len();
        println!("station {station}: {} kills", some_of_them.len());
    }
    (events, packets)
}

/// Calls that change files; the Nth of them kills the child.
fn killed_at(number: u32) -> Vec<String> {
    const WRITES: &str = "pwrite64,fdatasync,fsync,ftruncate,unlink,rename";
    let inject = format!("inject={WRITES}:signal=SIGKILL:when={number}");
    vec!["-e".into(), format!("trace={WRITES}"), "-e".into(), inject]
}

/// Which calls are tried: all of them with `TRAM_CRASH_ALL`.
fn numbers() -> impl Iterator<Item = u32> {
    (1..).step_by(if env::var_os("TRAM_CRASH_ALL").is_some() { 1 } else { 41 })
}

#[test]
fn killed_at_every_storage_call_nothing_acknowledged_is_lost() {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        println!("skipped: strace is not there or may not trace");
        return;
    }
    for (tried, number) in numbers().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        version_1(folder.path());
        let mut heard = Acknowledged::default();
        run(folder.path(), &killed_at(number), None, &mut heard);
        verify(folder.path(), &heard, SAMPLE);
        if heard.done {
            println!("killed at {tried} of the {number} storage calls: 0 lost");
            return;
        }
        // And it goes on from there.
        run(folder.path(), &[], None, &mut heard);
        assert!(heard.done, "after the kill at call {number}: {:?}", heard.failed);
        verify(folder.path(), &heard, SAMPLE);
    }
}

/// Lets a child work on our disk; adds what it was told.
fn run_on(disk: &Forgetful, folder: &Path, heard: &mut Acknowledged) {
    let said = File::create(folder.join(SAID)).unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(FOLDER, folder);
    command.stdout(said).stderr(Stdio::null()).status().unwrap();
    (heard.done, heard.failed) = (false, None);
    disk.said().lines().for_each(|line| heard.hear(line));
}

/// Every storage call in turn meets the fault, until a run is not reached by it any more.
fn each_call_meets(fault: Fault) {
    for (tried, number) in numbers().enumerate() {
        let (folder, disk) = (tempfile::tempdir().unwrap(), Forgetful::default());
        let Some(_mounted) = disk.mount(folder.path()) else { return };
        version_1(folder.path());
        let mut heard = Acknowledged::default();
        disk.arm(Some((number, fault)));
        run_on(&disk, folder.path(), &mut heard);
        let was_struck = disk.was_struck();
        disk.arm(None);
        verify(folder.path(), &heard, SAMPLE);
        if !was_struck {
            assert!(heard.done, "nothing was in its way");
            println!("{fault:?} at {tried} of the {number} storage calls: 0 lost");
            return;
        }
        assert!(heard.done || fault != Fault::Short, "half of call {number}: {:?}", heard.failed);
        // And it goes on from there.
        run_on(&disk, folder.path(), &mut heard);
        assert!(heard.done, "after {fault:?} at call {number}: {:?}", heard.failed);
        verify(folder.path(), &heard, SAMPLE);
    }
}

#[test]
fn a_disk_that_fails_at_any_call_loses_nothing_acknowledged() {
    each_call_meets(Fault::Io);
}

#[test]
fn a_disk_that_is_full_at_any_call_loses_nothing_acknowledged() {
    each_call_meets(Fault::Full);
}

/// What is done by half and said to be is gone on with: nobody notices.
#[test]
fn a_disk_that_writes_half_at_any_call_loses_nothing() {
    each_call_meets(Fault::Short);
}
