//! An edition that verified, for callers that may wait and have no runtime of their own.

use crate::catalogue::{Catalogue, Item, Trust};
use crate::error::UpdateError;
use jiff::Timestamp;
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// A verified edition whose day has not ended.
pub struct Edition {
    catalogue: Catalogue,
    runtime: Runtime,
}

impl Edition {
    /// Verifies the repository in a folder, as [`Catalogue::open`] does, at this time in seconds since 1970.
    ///
    /// # Errors
    /// [`UpdateError::Repository`] when anything does not verify or is older than what was seen before,
    /// [`UpdateError::Stale`] when its day has ended.
    pub fn open(folder: &Path, trust: &Trust, now_seconds: i64) -> Result<Self, UpdateError> {
        let runtime = Builder::new_current_thread().build()?;
        let catalogue = runtime.block_on(Catalogue::open(folder, trust))?;
        catalogue.demand_fresh(Timestamp::from_second(now_seconds).unwrap_or(Timestamp::MAX))?;
        Ok(Self { catalogue, runtime })
    }

    /// Its version.
    pub fn version(&self) -> u64 {
        self.catalogue.version()
    }

    /// All its files, by name.
    pub fn items(&self) -> Vec<Item> {
        self.catalogue.items()
    }

    /// A file's bytes, verified.
    ///
    /// # Errors
    /// As [`Catalogue::read`].
    pub fn read(&self, name: &str) -> Result<Vec<u8>, UpdateError> {
        self.runtime.block_on(self.catalogue.read(name))
    }
}
