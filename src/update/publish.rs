//! A new edition of a repository: all files of a folder, under the next version.

use crate::ceremony;
use crate::durable;
use crate::error::UpdateError;
use jiff::{Timestamp, ToSpan as _};
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use tough::TargetName;
use tough::editor::RepositoryEditor;
use tough::schema::Target;

/// How long stations take an edition for the newest.
const EDITION_HOURS: i64 = 30 * 24;

/// What an edition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Counts up.
    pub version: u64,
    /// Files in it.
    pub files: usize,
    /// Files that no edition before had, and their bytes.
    pub new: (usize, u64),
}

/// Publishes the files of a folder (not of folders in it) with the keys in another. Files of earlier editions stay, for
/// stations that take them at this moment.
///
/// # Errors
/// [`UpdateError::Repository`] when keys are missing, [`UpdateError::Disk`].
pub async fn publish(
    repository: &Path,
    keys: &Path,
    from: &Path,
    now: Timestamp,
) -> Result<Published, UpdateError> {
    let metadata = repository.join("metadata");
    let version = NonZeroU64::MIN.saturating_add(latest(&metadata)?);
    let expires = now.saturating_add(EDITION_HOURS.hours()).unwrap_or(Timestamp::MAX);
    let mut editor = RepositoryEditor::new(metadata.join("1.root.json")).await?;
    editor.targets_version(version)?.targets_expires(expires)?;
    editor.snapshot_version(version).snapshot_expires(expires);
    editor.timestamp_version(version).timestamp_expires(expires);
    let mut published = Published { version: version.get(), files: 0, new: (0, 0) };
    for path in files(from)? {
        let name = name_of(&path)?;
        let target =
            Target::from_path(&path).await.map_err(|error| UpdateError::Folder(error.to_string()))?;
        let kept = repository.join("targets").join(format!("{}.{name}", hex::encode(&*target.hashes.sha256)));
        published.files += 1;
        if !kept.exists() {
            durable::write(&kept, &fs::read(&path)?, 0o644)?;
            published.new = (published.new.0 + 1, published.new.1 + target.length);
        }
        editor.add_target(TargetName::new(name)?, target)?;
    }
    let signed = editor.sign(&ceremony::publishers(keys)).await?;
    let beside = repository.join("metadata.part");
    if beside.exists() {
        fs::remove_dir_all(&beside)?;
    }
    fs::create_dir(&beside)?;
    signed.write(&beside).await?;
    place(&beside, &metadata)?;
    fs::remove_dir_all(&beside)?;
    Ok(published)
}

/// The timestamp comes last: it is what stations look at first.
fn place(from: &Path, metadata: &Path) -> Result<(), UpdateError> {
    let mut written = files(from)?;
    written.sort_by_key(|path| path.ends_with("timestamp.json"));
    for path in written {
        durable::write(&metadata.join(name_of(&path)?), &fs::read(&path)?, 0o644)?;
    }
    Ok(())
}

/// The version of the latest edition; 0 before the first.
fn latest(metadata: &Path) -> Result<u64, UpdateError> {
    let timestamp = metadata.join("timestamp.json");
    if !timestamp.exists() {
        return Ok(0);
    }
    let held: serde_json::Value = serde_json::from_slice(&fs::read(timestamp)?)?;
    let version = held.pointer("/signed/version").and_then(serde_json::Value::as_u64);
    version.ok_or_else(|| UpdateError::Folder("timestamp.json has no version".into()))
}

/// The files of a folder, by name.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, UpdateError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn name_of(path: &Path) -> Result<String, UpdateError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let plain = |name: &&str| name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
    let name = name.filter(plain).filter(|name| !name.starts_with('.'));
    name.map(str::to_owned)
        .ok_or_else(|| UpdateError::Folder(format!("{}: a name has a-z, 0-9, '-', '_', '.'", path.display())))
}
