//! Room on the disk: a capture is refused before it runs out, and a reserve lets a full disk be cleaned up.

use crate::StoreError;
use crate::database::beside;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Below this many free bytes no new dossier is opened: two dossiers of the largest kind with their packets, the
/// write-ahead log, and 200 MiB for everything else on the machine.
pub const NO_ROOM: u64 = 256 * 1024 * 1024;

/// Below this many, people are told to sync or make room.
pub const LITTLE_ROOM: u64 = 2 * 1024 * 1024 * 1024;

/// Kept aside, so that purging can write its log on a full disk.
const RESERVE: u64 = 32 * 1024 * 1024;

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Enough.
    Enough,
    /// Enough for today; say so.
    Little,
    /// Open no new dossier.
    None,
}

impl Room {
    /// The room on the disk a path is on.
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    pub fn on_disk_of(path: &Path) -> Result<Self, StoreError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let disk = rustix::fs::statvfs(folder).map_err(std::io::Error::from)?;
        Ok(Self::of(disk.f_bavail.saturating_mul(disk.f_frsize)))
    }

    fn of(free_bytes: u64) -> Self {
        match free_bytes {
            0..NO_ROOM => Self::None,
            NO_ROOM..LITTLE_ROOM => Self::Little,
            _ => Self::Enough,
        }
    }
}

/// A file beside the database that holds room and nothing else.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
}

impl Reserve {
    /// The reserve of a database, filled if there is room for it; a disk too full for it is told by [`Room`].
    pub(crate) fn of(database: &Path) -> Self {
        let reserve = Self { path: beside(database, ".reserve") };
        reserve.fill();
        reserve
    }

    /// Takes the room. Where that fails, what was taken is given back: half a reserve helps nobody.
    pub(crate) fn fill(&self) {
        let fill = || {
            let file =
                OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.path)?;
            if file.metadata()?.len() < RESERVE {
                rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, RESERVE)?;
            }
            std::io::Result::Ok(())
        };
        if fill().is_err() {
            self.release();
        }
    }

    /// Gives the room back.
    pub(crate) fn release(&self) {
        // Where there is none, there is nothing to give back.
        fs::remove_file(&self.path).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_told_before_it_runs_out() {
        for (free, room) in [(0, Room::None), (NO_ROOM, Room::Little), (LITTLE_ROOM, Room::Enough)] {
            assert_eq!(Room::of(free), room);
        }
        assert!(Room::on_disk_of(Path::new("Cargo.toml")).is_ok());
    }

    #[test]
    fn a_reserve_holds_room_and_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(&folder.path().join("TEST.db"));
        assert_eq!(fs::metadata(&reserve.path).unwrap().len(), RESERVE);
        reserve.release();
        assert!(!reserve.path.exists());
        reserve.fill();
        assert!(reserve.path.exists());
    }
}
