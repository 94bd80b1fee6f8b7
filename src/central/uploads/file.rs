//! An upload as a file. The offset is its length, so that there is nothing that could disagree with it; its lock goes with
//! it, since another process may serve the same folder.

use crate::durable;
use crate::error::{CentralError, Refusal};
use axum::body::Bytes;
use axum::http::StatusCode;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The end of a file that a request appends to, locked.
pub(super) struct Tail {
    path: PathBuf,
    file: File,
    is_new: bool,
    began_at: u64,
}

impl Tail {
    pub(super) fn open(path: PathBuf, at: u64) -> Result<Self, CentralError> {
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path)?;
        if file.try_lock().is_err() {
            return Err(Refusal::new(StatusCode::LOCKED, "locked", "another sender has this upload").into());
        }
        file.seek(SeekFrom::Start(at))?;
        Ok(Self { path, file, is_new, began_at: at })
    }

    /// How long the file is.
    pub(super) fn held(&self) -> Result<u64, CentralError> {
        Ok(self.file.metadata()?.len())
    }

    pub(super) fn write(&mut self, pieces: &[Bytes]) -> Result<(), CentralError> {
        pieces.iter().try_for_each(|piece| Ok(self.file.write_all(piece)?))
    }

    pub(super) fn take_back(self) -> Result<(), CentralError> {
        self.file.set_len(self.began_at)?;
        self.sync().map(drop)
    }

    /// The new offset, once everything before it is on the disk.
    pub(super) fn sync(self) -> Result<u64, CentralError> {
        self.file.sync_all()?;
        if self.is_new {
            durable::sync_parent(&self.path)?;
        }
        self.held()
    }
}

pub(super) fn offset(path: &Path) -> Result<u64, CentralError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// The whole file. Another process that still writes it is waited for: until then its last chunk is neither synced nor
/// believed.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, CentralError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    file.lock()?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

pub(super) fn forget(path: &Path) -> Result<(), CentralError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
