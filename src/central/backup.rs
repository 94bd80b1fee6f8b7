//! A copy of a centre that serves on: the register as of one moment, then packets that are at least those.

use crate::centre::Centre;
use crate::durable;
use crate::error::CentralError;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

impl Centre {
    /// Copies register, keys and packets to a folder that is not there yet. A register on a server is the server's to
    /// back up; the rest is copied all the same. Gives the number of packets.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the folder is there, [`CentralError::Disk`].
    pub fn back_up(&self, to: &Path) -> Result<u64, CentralError> {
        if to.exists() {
            return Err(CentralError::Setup(format!("{} is there already", to.display())));
        }
        let unfinished = to.with_extension("unfinished");
        DirBuilder::new().mode(0o700).create(&unfinished)?;
        self.database.copy(&unfinished.join("central.sqlite"))?;
        for file in ["central.postgres", "postgres.pem", "central.s3"] {
            let from = self.folder().join(file);
            if from.exists() {
                copy(&from, &unfinished.join(file))?;
            }
        }
        copy_folder(&self.folder().join("keys"), &unfinished.join("keys"))?;
        let packets = copy_folder(&self.folder().join("packets"), &unfinished.join("packets"))?;
        DirBuilder::new().create(unfinished.join("uploads"))?;
        File::open(&unfinished)?.sync_all()?;
        durable::rename(&unfinished, to)?;
        Ok(packets)
    }

    /// Counts one more restoration: stations see it, and offer again what the backup did not have.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn was_restored(&self) -> Result<u32, CentralError> {
        // Said last: until then it is to be said again.
        self.skip_editions()?;
        self.skip_numbers()?;
        let epoch = self.epoch()? + 1;
        self.database.set("epoch", &epoch.to_string())?;
        Ok(epoch)
    }
}

/// Copies a folder with all that is in it, and gives the number of files.
fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    DirBuilder::new().mode(0o700).create(to)?;
    let mut count = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let beside = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            count += copy_folder(&entry.path(), &beside)?;
        } else {
            copy(&entry.path(), &beside)?;
            count += 1;
        }
    }
    File::open(to)?.sync_all()?;
    Ok(count)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}
