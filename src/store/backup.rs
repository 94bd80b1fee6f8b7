//! A copy of the whole database, under the same key, while it is in use.

use crate::database::{self, beside};
use crate::key::{DatabaseKey, sync_directory_of};
use crate::{Reader, StoreError};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::{self, File};
use std::path::Path;

/// Pages copied at a stretch.
const STRETCH: i32 = 1024;

impl Reader {
    /// Copies the database to `to`, checks the copy and puts it in place of an older one; durable when it returns.
    /// A write that happens meanwhile is in the copy or starts it over.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`], [`StoreError::Damaged`] when the copy does not check: an older copy
    /// is untouched.
    pub fn backup(&self, to: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
        copy(&self.connection, to, key)
    }
}

pub(crate) fn copy(connection: &Connection, to: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let unfinished = beside(to, ".new");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    database::create_file(&unfinished)?;
    let mut copy = database::connect_copy(&unfinished, key)?;
    {
        let backup = Backup::new(connection, &mut copy)?;
        while backup.step(STRETCH)? != StepResult::Done {}
    }
    database::check(&copy, "integrity_check")?;
    drop(copy);
    File::open(&unfinished).and_then(|file| file.sync_all())?;
    fs::rename(&unfinished, to)?;
    Ok(sync_directory_of(to)?)
}
