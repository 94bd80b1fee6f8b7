//! Recordings that a driver keeps with its tests, made from its emulated device.

use crate::recording::{Recording, RecordingError};
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

/// Makes the recordings anew instead of only reading them.
const UPDATE: &str = "TRAM_UPDATE_RECORDINGS";

/// The recording in a file; with `TRAM_UPDATE_RECORDINGS` set it is made first.
///
/// # Errors
/// When the file is missing or no recording.
pub fn kept(file: &Path, make: impl FnOnce() -> Recording) -> Result<Recording, RecordingError> {
    if std::env::var_os(UPDATE).is_some() {
        fs::write(file, make().to_text())?;
    }
    Recording::read(BufReader::new(File::open(file)?))
}
