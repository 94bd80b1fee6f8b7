//! Fetching what is missing of a repository into a folder. Nothing here is believed; the folder is verified afterwards,
//! just as one on a USB stick is.

use crate::catalogue::Item;
use crate::durable;
use crate::error::UpdateError;
use crate::publish::{files, name_of};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Roots are followed no further than this in one go.
const MOST_ROOTS: u64 = 64;

/// Gives a file of the repository by its path, such as `metadata/timestamp.json`; `None` where there is none.
pub type Fetch<'a> = &'a mut dyn FnMut(&str) -> Result<Option<Vec<u8>>, UpdateError>;

/// What was fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Files.
    pub files: usize,
    /// Their bytes, metadata too.
    pub bytes: u64,
}

/// Fetches the latest edition's metadata and those of its files that are wanted and not here.
///
/// # Errors
/// Whatever `fetch` fails with; what came is kept and not fetched again.
pub fn mirror(
    folder: &Path,
    fetch: Fetch<'_>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Fetched, UpdateError> {
    fs::create_dir_all(folder.join("metadata"))?;
    fs::create_dir_all(folder.join("targets"))?;
    let mut fetched = Fetched::default();
    let mut get = |path: &str| -> Result<Option<Vec<u8>>, UpdateError> {
        let bytes = fetch(path)?;
        if let Some(bytes) = &bytes {
            fetched.files += 1;
            fetched.bytes += bytes.len() as u64;
        }
        Ok(bytes)
    };
    for version in 1..MOST_ROOTS {
        let path = format!("metadata/{version}.root.json");
        if folder.join(&path).exists() {
            continue;
        }
        let Some(root) = get(&path)? else { break };
        durable::write(&folder.join(&path), &root, 0o644)?;
    }
    let missing = |path: &str| UpdateError::Unknown(path.to_owned());
    let timestamp = get("metadata/timestamp.json")?.ok_or_else(|| missing("timestamp.json"))?;
    let mut metadata = |listing: &[u8], name: &str| -> Result<Vec<u8>, UpdateError> {
        let listing: Value = serde_json::from_slice(listing)?;
        let version = listing.pointer(&format!("/signed/meta/{name}.json/version")).and_then(Value::as_u64);
        let path = format!("metadata/{}.{name}.json", version.ok_or_else(|| missing(name))?);
        let here = folder.join(&path);
        if here.exists() {
            return Ok(fs::read(here)?);
        }
        let bytes = get(&path)?.ok_or_else(|| missing(&path))?;
        durable::write(&here, &bytes, 0o644)?;
        Ok(bytes)
    };
    let snapshot = metadata(&timestamp, "snapshot")?;
    let targets: Value = serde_json::from_slice(&metadata(&snapshot, "targets")?)?;
    let listed = targets.pointer("/signed/targets").and_then(Value::as_object);
    for (name, target) in listed.into_iter().flatten().filter(|(name, _)| wanted(name)) {
        let sha256 = target.pointer("/hashes/sha256").and_then(Value::as_str).unwrap_or_default();
        let file = format!("{sha256}.{name}");
        // A path in a name would be signed by nobody we trust yet.
        if file.contains(['/', '\\']) {
            return Err(UpdateError::Folder("a name in the repository is a path".into()));
        }
        let path = format!("targets/{file}");
        if !folder.join(&path).exists() {
            let bytes = get(&path)?.ok_or_else(|| missing(&path))?;
            durable::write(&folder.join(&path), &bytes, 0o644)?;
        }
    }
    // Last: what it says is all here.
    durable::write(&folder.join("metadata/timestamp.json"), &timestamp, 0o644)?;
    Ok(fetched)
}

/// Removes what a refused edition left: all metadata, and files that are not what their names say. Else the next edition
/// would not be fetched where something of its name lies already.
///
/// # Errors
/// [`UpdateError::Disk`].
pub fn sweep(folder: &Path) -> Result<(), UpdateError> {
    for path in files(&folder.join("metadata"))? {
        fs::remove_file(path)?;
    }
    for path in files(&folder.join("targets"))? {
        let found = hex::encode(digest(&SHA256, &fs::read(&path)?));
        if !name_of(&path)?.starts_with(&found) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Removes files that are of no item of the edition any more.
///
/// # Errors
/// [`UpdateError::Disk`].
pub fn prune(folder: &Path, items: &[Item]) -> Result<(), UpdateError> {
    let kept: BTreeSet<String> =
        items.iter().map(|item| format!("{}.{}", hex::encode(&item.sha256), item.name)).collect();
    for path in files(&folder.join("targets"))? {
        if !kept.contains(&name_of(&path)?) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
