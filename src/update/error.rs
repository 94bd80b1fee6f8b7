//! What can go wrong with an update.

/// Why a set was not published, verified or taken.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The disk or the medium failed.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The repository does not verify, or is older than what was taken before.
    #[error("the repository: {0}")]
    Repository(Box<tough::error::Error>),
    /// The folder is not what it should be.
    #[error("{0}")]
    Folder(String),
    /// The edition is past its day and may hide a newer one.
    #[error("this edition ended on {0}; bring a newer one")]
    Stale(jiff::Timestamp),
    /// There is nothing of this name.
    #[error("the repository has no {0}")]
    Unknown(String),
    /// Something signed could not be written or read.
    #[error("metadata: {0}")]
    Format(#[from] serde_json::Error),
}

impl UpdateError {
    /// Whether the edition is older than one that was seen before.
    pub fn is_rollback(&self) -> bool {
        let Self::Repository(error) = self else { return false };
        matches!(
            **error,
            tough::error::Error::OlderMetadata { .. } | tough::error::Error::OlderSnapshotInTimestamp { .. }
        )
    }
}

impl From<tough::error::Error> for UpdateError {
    fn from(error: tough::error::Error) -> Self {
        Self::Repository(Box::new(error))
    }
}
