//! The keys of a repository and the root that names them: three for the root, of which two must sign, and two for what
//! is published, of which both must; they stay offline. One key dates editions. Each is a file (PKCS#8, Ed25519).

use crate::durable;
use crate::error::UpdateError;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use jiff::{Timestamp, ToSpan as _};
use std::collections::HashMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use tough::editor::signed::SignedRole;
use tough::key_source::{KeySource, LocalKeySource};
use tough::schema::{KeyHolder, RoleKeys, RoleType, Root};
use tough::sign::{Sign as _, parse_keypair};

/// How long a root is good: ten years of 8760 hours.
const ROOT_HOURS: i64 = 10 * 8760;
/// A role, the files of its keys, and how many must sign.
const ROLES: [(RoleType, &[&str], u64); 4] = [
    (RoleType::Root, &["root-1", "root-2", "root-3"], 2),
    (RoleType::Targets, &["targets-1", "targets-2"], 2),
    (RoleType::Snapshot, &["dating"], 1),
    (RoleType::Timestamp, &["dating"], 1),
];

/// Makes keys in a folder that is not there yet and a repository with its first root; gives the root's SHA-256, which
/// stations pin.
///
/// # Errors
/// [`UpdateError::Folder`] when a folder is there already, [`UpdateError::Disk`].
pub async fn begin(repository: &Path, keys: &Path, now: Timestamp) -> Result<String, UpdateError> {
    for folder in [repository, keys] {
        if folder.exists() {
            return Err(UpdateError::Folder(format!("{} is there already", folder.display())));
        }
        fs::create_dir_all(folder)?;
    }
    let mut files: Vec<&str> = ROLES.iter().flat_map(|(_, files, _)| files.iter().copied()).collect();
    files.dedup();
    for file in files {
        let unusable = |_error| UpdateError::Folder("the kernel has no random numbers".into());
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(unusable)?;
        durable::write(&key_path(keys, file), pair.as_ref(), 0o600)?;
    }
    let root = root(keys, now)?;
    let signers = sources(keys, &["root-1", "root-2", "root-3"]);
    let signed =
        SignedRole::new(root.clone(), &KeyHolder::Root(root), &signers, &SystemRandom::new()).await?;
    for folder in ["metadata", "targets"] {
        fs::create_dir(repository.join(folder))?;
    }
    durable::write(&repository.join("metadata/1.root.json"), signed.buffer(), 0o644)?;
    Ok(hex::encode(signed.sha256()))
}

/// The keys that sign an edition.
pub(crate) fn publishers(keys: &Path) -> Vec<Box<dyn KeySource>> {
    sources(keys, &["targets-1", "targets-2", "dating"])
}

fn sources(keys: &Path, files: &[&str]) -> Vec<Box<dyn KeySource>> {
    let source =
        |file: &&str| -> Box<dyn KeySource> { Box::new(LocalKeySource { path: key_path(keys, file) }) };
    files.iter().map(source).collect()
}

fn key_path(keys: &Path, file: &str) -> PathBuf {
    keys.join(format!("{file}.key"))
}

fn root(keys: &Path, now: Timestamp) -> Result<Root, UpdateError> {
    let mut root = Root {
        spec_version: "1.0.0".into(),
        consistent_snapshot: true,
        version: NonZeroU64::MIN,
        expires: now.saturating_add(ROOT_HOURS.hours()).unwrap_or(Timestamp::MAX),
        keys: HashMap::new(),
        roles: HashMap::new(),
        _extra: HashMap::new(),
    };
    for (role, files, threshold) in ROLES {
        let mut keyids = Vec::new();
        for file in files {
            let key = parse_keypair(&fs::read(key_path(keys, file))?)?.tuf_key();
            let id = key.key_id().map_err(|error| UpdateError::Folder(error.to_string()))?;
            root.keys.insert(id.clone(), key);
            keyids.push(id);
        }
        let threshold = NonZeroU64::new(threshold).unwrap_or(NonZeroU64::MIN);
        root.roles.insert(role, RoleKeys { keyids, threshold, _extra: HashMap::new() });
    }
    Ok(root)
}
