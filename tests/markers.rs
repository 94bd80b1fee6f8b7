//! Nothing of a person is found outside of the encryption: not in the raw image of the disk the station lived on, with its
//! write-ahead log and what was deleted; not in what it printed or logged; not in a core, because there is none; not in swap.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)] // Outside of test functions, but in a test.

mod common;

use common::{Demonstration, binary};
use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tram_enrollment::Field;

/// What is looked for, in the ways a program might have written it.
fn markers(applicant: &tram_enrollment::Applicant) -> Vec<(String, Vec<u8>)> {
    let fields = [Field::FullName, Field::PersonalNumber, Field::ResidenceDetail, Field::Phone];
    let values = fields.into_iter().map(|field| applicant.value(field)).filter(|value| value.len() >= 8);
    values
        .flat_map(|value| {
            let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let upper = value.to_uppercase();
            [
                (format!("{value} in UTF-8"), value.as_bytes().to_vec()),
                (format!("{value} in UTF-16"), utf16(value)),
                (format!("{value} in capitals"), upper.as_bytes().to_vec()),
            ]
        })
        .collect()
}

/// Markers found in what is read, with overlap between the pieces.
fn search(mut source: impl std::io::Read, markers: &[(String, Vec<u8>)]) -> Vec<String> {
    const PIECE: usize = 4 * 1024 * 1024;
    let longest = markers.iter().map(|(_, bytes)| bytes.len()).max().unwrap_or(1);
    let (mut window, mut found) = (Vec::new(), Vec::new());
    loop {
        let keep = window.len().min(longest);
        window.drain(..window.len() - keep);
        if source.by_ref().take(PIECE as u64).read_to_end(&mut window).expect("read") == 0 {
            return found;
        }
        for (name, bytes) in markers {
            if !found.contains(name) && contains(&window, bytes) {
                found.push(name.clone());
            }
        }
    }
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    let Some(first) = what.first() else { return false };
    let mut at = 0;
    while let Some(next) = text[at..].iter().position(|byte| byte == first) {
        at += next;
        if text[at..].starts_with(what) {
            return true;
        }
        at += 1;
    }
    false
}

/// A file system of its own in a file, unmounted when dropped.
struct Disk {
    image: PathBuf,
    place: PathBuf,
}

impl Disk {
    fn mount(folder: &Path) -> Option<Self> {
        let (image, place) = (folder.join("disk.img"), folder.join("disk"));
        File::create(&image).ok()?.set_len(1024 * 1024 * 1024).ok()?;
        std::fs::create_dir(&place).ok()?;
        let runs = |program: &str, arguments: &[&std::ffi::OsStr]| {
            let mut command = Command::new(program);
            command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let made = runs("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), image.as_ref()])
            && runs("mount", &["-o".as_ref(), "loop".as_ref(), image.as_ref(), place.as_ref()]);
        made.then_some(Self { image, place })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Where it was not mounted any more there is nothing to do.
        Command::new("umount").arg(&self.place).stderr(Stdio::null()).status().ok();
    }
}

#[test]
fn nothing_of_a_person_is_found_on_the_disk_in_logs_cores_or_swap() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        println!("skipped: no file system of its own can be made here");
        return;
    };
    let Some(demonstration) = Demonstration::start() else { return };
    let station = demonstration.station_at(&disk.place.join("station"));

    // One citizen from sign-in to the packet at the centre, purged; another until the machine is killed in the middle.
    let mut said = station.enroll(&["--citizen", "pham", "--no-card"]).succeeds();
    let enrolled = station.newest_sealed();
    said.extend(station.send_outbox().succeeds());
    said.extend(station.tram(&["audit", "list"]).succeeds());
    said.extend(station.tram(&["outbox"]).succeeds());
    let markers = markers(&enrolled.applicant);
    assert!(markers.len() >= 6, "{markers:?}");

    assert_eq!(search(said.join("\n").as_bytes(), &markers), Vec::<String>::new(), "in what was printed");
    let core = core_of(&station, folder.path());
    assert_eq!(core, None, "a core was written");
    File::open(&disk.place).and_then(|place| place.sync_all()).expect("synced");
    let image = disk.image.clone();
    drop(disk);
    let size = std::fs::metadata(&image).expect("there").len();
    let found = search(File::open(&image).expect("opened"), &markers);
    println!("{} markers looked for in {size} bytes of raw disk: {} found", markers.len(), found.len());
    assert_eq!(found, Vec::<String>::new(), "on the raw disk");
    swap(&markers);
}

/// Kills a station at work the way that leaves a core where cores are allowed.
fn core_of(station: &common::Station, folder: &Path) -> Option<PathBuf> {
    let mut shell = Command::new("sh");
    shell.current_dir(folder).args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\""]).arg(binary("tram"));
    let mut running = station.enroll_under(shell, &["--citizen", "nguyen", "--no-card"]);
    running.wait_for("left four fingers");
    let pid = running.id().to_string();
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
    let limit = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default();
    assert!(limit.split_whitespace().rev().nth(2) == Some("0"), "cores are allowed: {limit}");
    let killed = Command::new("kill").args(["-ABRT", &pid]).status().expect("kill runs");
    assert!(killed.success());
    let ended = running.ends();
    assert_eq!((ended.signal(), ended.core_dumped()), (Some(6), false));
    let mut left =
        std::fs::read_dir(folder).expect("listed").filter_map(Result::ok).map(|entry| entry.path());
    left.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("core")))
}

fn swap(markers: &[(String, Vec<u8>)]) {
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    let devices: Vec<&str> =
        swaps.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    if devices.is_empty() {
        println!("this machine has no swap: nothing to look through");
    }
    for device in devices {
        let Ok(device) = File::open(device) else { continue };
        assert_eq!(search(device, markers), Vec::<String>::new(), "in swap");
    }
}
