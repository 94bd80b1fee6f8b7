//! A set of files as an edition has it: what changed is written, what is no more is removed, the rest stays.

use crate::catalogue::Catalogue;
use crate::durable;
use crate::error::UpdateError;
use crate::publish::{files, name_of};
use aws_lc_rs::digest::{SHA256, digest};
use std::fs;
use std::path::Path;

/// What became of a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Files that were written.
    pub written: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were as they should be.
    pub kept: usize,
    /// Files that are in the edition no more.
    pub removed: usize,
}

/// Brings a folder to what the catalogue says of the files whose names begin so. A cut at any moment leaves files of
/// which each is whole, and the next go completes the set.
///
/// # Errors
/// [`UpdateError::Repository`] when a file is not what was signed; [`UpdateError::Disk`].
pub async fn take(catalogue: &Catalogue, beginning: &str, into: &Path) -> Result<Taken, UpdateError> {
    fs::create_dir_all(into)?;
    let mut taken = Taken::default();
    let items: Vec<_> =
        catalogue.items().into_iter().filter(|item| item.name.starts_with(beginning)).collect();
    for item in &items {
        let path = into.join(&item.name);
        let is_held = fs::read(&path).is_ok_and(|held| digest(&SHA256, &held).as_ref() == item.sha256);
        if is_held {
            taken.kept += 1;
            continue;
        }
        let bytes = catalogue.read(&item.name).await?;
        durable::write(&path, &bytes, 0o600)?;
        taken.written += 1;
        taken.bytes += item.length;
    }
    for path in files(into)? {
        let name = name_of(&path)?;
        if name.starts_with(beginning) && !items.iter().any(|item| item.name == name) {
            fs::remove_file(&path)?;
            taken.removed += 1;
        }
    }
    Ok(taken)
}
