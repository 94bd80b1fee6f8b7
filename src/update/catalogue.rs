//! What a repository says, verified: the workflow of TUF, from the pinned root to the list of targets.

use crate::error::UpdateError;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use tough::{ExpirationEnforcement, IntoVec as _, Repository, RepositoryLoader, TargetName};
use url::Url;

/// Whom a station trusts, and what it saw before.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The SHA-256 of the first root, in hexadecimal, from the signed reference data.
    pub root: String,
    /// A folder that remembers versions, so that an older edition is never taken again.
    pub seen: PathBuf,
}

/// A verified repository.
pub struct Catalogue {
    repository: Repository,
}

/// A file of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
}

impl Catalogue {
    /// Verifies the repository in a folder. Days that ended are not an error here, since a station far from everything
    /// works with what it has and its clock may be wrong; see [`Self::demand_fresh`].
    ///
    /// # Errors
    /// [`UpdateError::Repository`] when anything does not verify or is older than what was seen before.
    pub async fn open(folder: &Path, trust: &Trust) -> Result<Self, UpdateError> {
        let root = fs::read(folder.join("metadata/1.root.json"))?;
        if hex::encode(digest(&SHA256, &root)) != trust.root.to_ascii_lowercase() {
            return Err(UpdateError::Folder(
                "the repository begins with another root than the pinned one".into(),
            ));
        }
        fs::create_dir_all(&trust.seen)?;
        let folder = folder.canonicalize()?;
        let url = |part: &str| {
            Url::from_directory_path(folder.join(part))
                .map_err(|()| UpdateError::Folder(format!("{} has no address", folder.display())))
        };
        let loader = RepositoryLoader::new(&root, url("metadata")?, url("targets")?)
            .transport(tough::FilesystemTransport)
            .datastore(&trust.seen)
            .expiration_enforcement(ExpirationEnforcement::Unsafe);
        Ok(Self { repository: loader.load().await? })
    }

    /// The edition's version.
    pub fn version(&self) -> u64 {
        self.repository.targets().signed.version.get()
    }

    /// Until when it may be taken for the newest.
    pub fn ends(&self) -> Timestamp {
        self.repository.timestamp().signed.expires
    }

    /// For what must not be kept from a newer edition, such as the application.
    ///
    /// # Errors
    /// [`UpdateError::Stale`].
    pub fn demand_fresh(&self, now: Timestamp) -> Result<(), UpdateError> {
        if now < self.ends() { Ok(()) } else { Err(UpdateError::Stale(self.ends())) }
    }

    /// All files of the edition, by name.
    pub fn items(&self) -> Vec<Item> {
        let targets = self.repository.targets().signed.targets.iter();
        let mut items: Vec<Item> = targets
            .map(|(name, target)| Item {
                name: name.raw().to_owned(),
                length: target.length,
                sha256: target.hashes.sha256.to_vec(),
            })
            .collect();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        items
    }

    /// A file's bytes, verified.
    ///
    /// # Errors
    /// [`UpdateError::Unknown`], [`UpdateError::Repository`] when they are not what was signed.
    pub async fn read(&self, name: &str) -> Result<Vec<u8>, UpdateError> {
        let target_name = TargetName::new(name)?;
        let target = self.repository.read_target(&target_name).await?;
        Ok(target.ok_or_else(|| UpdateError::Unknown(name.to_owned()))?.into_vec().await?)
    }
}
