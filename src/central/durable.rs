//! Files that are there after a power cut: written beside, synced, renamed, and the directory synced as well.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Writes a file that only its owner reads; it is whole under its name or not there.
///
/// # Errors
/// Whatever the disk says; never retried, since a second `fsync` may lie.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&beside, path)
}

/// Writes a file unless there is one of this name already, which then stays.
///
/// # Errors
/// Whatever the disk says.
pub fn write_first(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("new{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(&beside, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::remove_file(&beside)?;
    sync_parent(path)
}

/// Moves a file whose contents are synced already.
///
/// # Errors
/// Whatever the disk says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(to)
}

/// Makes the entry of a file or folder durable.
///
/// # Errors
/// Whatever the disk says.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}
