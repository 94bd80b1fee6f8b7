//! Sets from publisher to station, over a mirror and a stick, changed and unchanged, tampered with and too old.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may, their helpers as well.

use jiff::{Timestamp, ToSpan as _};
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tram_update::catalogue::{Catalogue, Trust};
use tram_update::edition::Edition;
use tram_update::mirror::{Fetched, mirror, prune, sweep};
use tram_update::take::{Taken, take};
use tram_update::{UpdateError, ceremony, publish};

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

struct Publisher {
    folder: TempDir,
    root: String,
}

impl Publisher {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        let root = wait(ceremony::begin(&path("repository"), &path("keys"), Timestamp::now())).unwrap();
        fs::create_dir(path("set")).unwrap();
        Self { folder, root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn set(&self, name: &str, content: &[u8]) {
        fs::write(self.path("set").join(name), content).unwrap();
    }

    fn publish(&self, now: Timestamp) -> publish::Published {
        wait(publish::publish(&self.path("repository"), &self.path("keys"), &self.path("set"), now)).unwrap()
    }

    fn trust(&self, station: &Path) -> Trust {
        Trust { root: self.root.clone(), seen: station.join("seen") }
    }
}

/// Over the network: the mirror, then the same as from a stick.
fn fetch(publisher: &Publisher, station: &Path) -> (Fetched, Taken) {
    let repository = publisher.path("repository");
    let mut from = |path: &str| Ok(fs::read(repository.join(path)).ok());
    let fetched =
        mirror(&station.join("mirror"), &mut from, &|name| name.starts_with("population-")).unwrap();
    let catalogue = wait(Catalogue::open(&station.join("mirror"), &publisher.trust(station))).unwrap();
    (fetched, wait(take(&catalogue, "population-", &station.join("set"))).unwrap())
}

#[test]
fn only_what_changed_is_fetched_and_what_is_gone_is_removed() {
    let publisher = Publisher::new();
    for shard in 0..200 {
        publisher.set(&format!("population-022-{shard:03}"), &vec![shard as u8; 20_000]);
    }
    publisher.set("tram-x86_64", &vec![1; 500_000]);
    assert_eq!(publisher.publish(Timestamp::now()).version, 1);
    let station = TempDir::new().unwrap();
    let (first, taken) = fetch(&publisher, station.path());
    assert_eq!((taken.written, taken.kept, taken.removed), (200, 0, 0));
    assert!(first.bytes > 4_000_000 && first.bytes < 4_200_000, "the application was not fetched: {first:?}");
    publisher.set("population-022-007", b"TEST: one person moved");
    fs::remove_file(publisher.path("set/population-022-009")).unwrap();
    assert_eq!(publisher.publish(Timestamp::now()).version, 2);
    let (second, taken) = fetch(&publisher, station.path());
    assert_eq!((taken.written, taken.kept, taken.removed), (1, 198, 1));
    println!(
        "the whole set: {} bytes; after one change: {} bytes, {} files",
        first.bytes, second.bytes, second.files
    );
    assert!(second.bytes < first.bytes / 50, "{second:?}");
    assert_eq!(fs::read(station.path().join("set/population-022-007")).unwrap(), b"TEST: one person moved");
}

#[test]
fn what_is_not_signed_or_older_than_what_was_seen_is_refused() {
    let publisher = Publisher::new();
    publisher.set("population-022-000", b"TEST first");
    publisher.publish(Timestamp::now());
    let old = publisher.path("old");
    copy(&publisher.path("repository"), &old);
    publisher.set("population-022-000", b"TEST second");
    publisher.publish(Timestamp::now());
    let station = TempDir::new().unwrap();
    let trust = publisher.trust(station.path());
    let open = |folder: &Path| wait(Catalogue::open(folder, &trust));
    assert_eq!(open(&publisher.path("repository")).unwrap().version(), 2);
    assert!(matches!(open(&old), Err(UpdateError::Repository(_))), "rolled back");
    // Another publisher's repository, however well signed.
    let other = Publisher::new();
    other.publish(Timestamp::now());
    assert!(matches!(open(&other.path("repository")), Err(UpdateError::Folder(_))));
    // Every file in it, changed in one place.
    for part in ["metadata", "targets"] {
        for entry in fs::read_dir(publisher.path("repository").join(part)).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("1.targets") || name.starts_with("1.snapshot") || !name.contains('2') {
                continue;
            }
            let copied = publisher.path("copied");
            copy(&publisher.path("repository"), &copied);
            let path = copied.join(part).join(&name);
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&path, bytes).unwrap();
            let station = TempDir::new().unwrap();
            let trust = publisher.trust(station.path());
            let taken = wait(async {
                let catalogue = Catalogue::open(&copied, &trust).await?;
                take(&catalogue, "", &station.path().join("set")).await
            });
            let is_old_target = part == "targets" && taken.is_ok();
            assert!(is_old_target || taken.is_err(), "{part}/{name} was changed and taken");
            if let Ok(held) = fs::read(station.path().join("set/population-022-000")) {
                assert_eq!(held, b"TEST second");
            }
            fs::remove_dir_all(&copied).unwrap();
        }
    }
}

#[test]
fn an_edition_past_its_day_is_taken_as_a_set_and_not_as_an_application() {
    let publisher = Publisher::new();
    publisher.set("population-022-000", b"TEST");
    let long_ago = Timestamp::now() - 2000.hours();
    publisher.publish(long_ago);
    let station = TempDir::new().unwrap();
    let (_, taken) = fetch(&publisher, station.path());
    assert_eq!(taken.written, 1);
    let trust = publisher.trust(station.path());
    let catalogue = wait(Catalogue::open(&publisher.path("repository"), &trust)).unwrap();
    assert!(matches!(catalogue.demand_fresh(Timestamp::now()), Err(UpdateError::Stale(_))));
}

/// A forged edition that lay in the mirror must not keep the next one out, whatever of it came first.
#[test]
fn what_a_refused_edition_left_is_swept_away() {
    let publisher = Publisher::new();
    publisher.set("population-022-000", b"TEST");
    publisher.publish(Timestamp::now());
    let (station, repository) = (TempDir::new().unwrap(), publisher.path("repository"));
    let (folder, trust) = (station.path().join("mirror"), publisher.trust(station.path()));
    let open = || {
        let edition = Edition::open(&folder, &trust, Timestamp::now().as_second())?;
        edition.read("population-022-000")
    };
    let take = |forges: &dyn Fn(&str) -> bool| {
        let mut from = |path: &str| {
            let sound = fs::read(repository.join(path)).ok();
            Ok(sound
                .map(|bytes| if forges(path) { bytes.iter().map(|byte| byte ^ 4).collect() } else { bytes }))
        };
        mirror(&folder, &mut from, &|_name| true)
    };
    for part in ["1.root", "1.snapshot", "1.targets", "population"] {
        let mirrored = take(&|path| path.contains(part));
        assert!(mirrored.is_err() || open().is_err(), "{part} is forged");
        sweep(&folder).unwrap();
        take(&|_path| false).unwrap();
        assert_eq!(open().unwrap(), b"TEST", "{part}");
        fs::remove_dir_all(&folder).unwrap();
    }
    publisher.set("population-022-000", b"TEST again");
    publisher.publish(Timestamp::now());
    take(&|_path| false).unwrap();
    publisher.set("population-022-000", b"TEST once more");
    publisher.publish(Timestamp::now());
    take(&|_path| false).unwrap();
    assert_eq!(fs::read_dir(folder.join("targets")).unwrap().count(), 2);
    let edition = Edition::open(&folder, &trust, Timestamp::now().as_second()).unwrap();
    prune(&folder, &edition.items()).unwrap();
    assert_eq!(fs::read_dir(folder.join("targets")).unwrap().count(), 1);
    assert_eq!(edition.read("population-022-000").unwrap(), b"TEST once more");
    let late = Timestamp::now().as_second() + 31 * 24 * 3600;
    assert!(matches!(Edition::open(&folder, &trust, late), Err(UpdateError::Stale(_))));
}

#[test]
fn a_mirror_that_was_cut_goes_on_where_it_was() {
    let publisher = Publisher::new();
    (0..20).for_each(|shard| publisher.set(&format!("population-022-{shard:03}"), &[shard; 1000]));
    publisher.publish(Timestamp::now());
    let (station, repository) = (TempDir::new().unwrap(), publisher.path("repository"));
    let mut fetches = 0;
    for cut_after in 1..100 {
        let mut left = cut_after;
        let mut from = |path: &str| {
            left -= 1;
            fetches += 1;
            if left == 0 {
                return Err(UpdateError::Disk(std::io::ErrorKind::ConnectionReset.into()));
            }
            Ok(fs::read(repository.join(path)).ok())
        };
        if mirror(&station.path().join("mirror"), &mut from, &|_name| true).is_ok() {
            break;
        }
    }
    let (_, taken) = fetch(&publisher, station.path());
    assert_eq!(taken.written, 20);
    assert!(fetches < 80, "{fetches} fetches of 24 files");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
