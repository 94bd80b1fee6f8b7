//! The recordings that the drivers keep, and this station's drivers, which replay them.
#![allow(clippy::expect_used)] // In a test.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use tram_device::recording::Recording;
use tram_station::compose;
use tram_station::engine::Drivers;
use tram_station::home::Home;

/// Each file under `drivers/*/tests/recordings` and what stands in it.
pub(crate) fn kept() -> Vec<(PathBuf, Recording)> {
    let drivers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drivers");
    let entries =
        |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries(drivers).flat_map(|driver| entries(driver.join("tests/recordings"))).collect();
    files.sort();
    let read = |file: PathBuf| {
        let recording = Recording::read(BufReader::new(File::open(&file).expect("it is there")));
        (file, recording.expect("it is well formed"))
    };
    files.into_iter().map(read).collect()
}

/// The drivers of a station in service.
pub(crate) fn drivers() -> Drivers {
    let home = Home::open(Some(std::env::temp_dir().join("tram-recordings"))).expect("a folder");
    compose::drivers(&home, None).0
}
