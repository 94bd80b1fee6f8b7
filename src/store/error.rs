//! What can go wrong with the station's database.

use rusqlite::ErrorCode;
use std::path::PathBuf;
use tram_packet::PacketError;

/// Why something was not stored or not found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No database where one should be. It is never made silently: an empty one would shadow an unmounted real one.
    #[error("there is no station database at {0}; is the disk mounted?")]
    Missing(PathBuf),
    /// A database is already there.
    #[error("there is already a station database at {0}")]
    Exists(PathBuf),
    /// Another process has it open.
    #[error("the station is already running: another program has the database open")]
    InUse,
    /// The key does not open it, or its first page is destroyed.
    #[error("the database cannot be opened with this key")]
    WrongKey,
    /// It opens, but is not a station's.
    #[error("the file is another program's database")]
    Foreign,
    /// A newer program wrote it.
    #[error("the database is of version {found}; this program knows up to {known}. Update the program")]
    Newer {
        /// In the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// Pages or rows are damaged. What is sealed can be rebuilt from its mirror.
    #[error("the database is damaged: {0}. Stop capturing and export what can be read")]
    Damaged(String),
    /// No room. Nothing was written, nothing is lost.
    #[error("the disk is full: nothing was lost, but nothing more can be saved until there is room")]
    Full,
    /// The disk failed while writing. Nothing more is written through this handle, since after a failed fsync the
    /// system may lie about what is on the disk.
    #[error("the disk failed: {0}. Stop capturing, export the outbox and call a technician")]
    Disk(String),
    /// Nothing of this name.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The dossier is sealed.
    #[error("the dossier is sealed: it can be corrected or withdrawn, not changed")]
    Sealed,
    /// The dossier cannot be corrected here any more.
    #[error(
        "what was captured is at the centre alone: nothing of it can be corrected here, but it can be withdrawn"
    )]
    AtTheCentre,
    /// The samples given are not those the event names.
    #[error("the samples do not belong to the event")]
    Samples,
    /// A dossier's first event must open it, and no other may.
    #[error("a dossier begins with its opening and is opened once")]
    Opening,
    /// The block of dossier numbers is used up.
    #[error("the station has no dossier numbers left; connect to the centre to get more")]
    NoNumbers,
    /// The packet is not the next of this station.
    #[error("the packet does not follow the station's last packet")]
    OutOfOrder,
    /// Purging needs a receipt.
    #[error("the centre has not signed for this packet: it is kept")]
    NoReceipt,
    /// The database's file was deleted or exchanged while it was open: what is written goes nowhere.
    #[error("the database at {0} was moved or deleted while the station ran; stop, and put it back")]
    Replaced(PathBuf),
    /// The centre's log contradicts what the centre signed.
    #[error("the centre contradicts what it signed: nothing is deleted until a supervisor has settled it")]
    Distrusted,
    /// Something protects the database less than before.
    #[error(
        "the database key is protected less than before: {now} instead of {before}; a supervisor must accept that"
    )]
    Downgraded {
        /// As recorded.
        before: String,
        /// As found.
        now: String,
    },
    /// A signed thing is not to be believed.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// A row does not read as what it should be.
    #[error("a stored {0} cannot be read")]
    Unreadable(&'static str),
    /// A key file is unusable.
    #[error("the key file {path}: {why}")]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A rule of the database was about to be broken; a defect of the program. The message names the rule, no data.
    #[error("the database refused: {0}")]
    Refused(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NotFound("row"),
                // Never the error's own text: a conversion error may quote what it could not convert.
                _ => Self::Unreadable("row"),
            };
        };
        let message = message.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly => Self::Disk(message),
            ErrorCode::DatabaseCorrupt => Self::Damaged(message),
            ErrorCode::NotADatabase => Self::WrongKey,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
            ErrorCode::ConstraintViolation if message == "the dossier is sealed" => Self::Sealed,
            ErrorCode::ConstraintViolation if message == "the centre contradicts itself" => Self::Distrusted,
            ErrorCode::ConstraintViolation if message == "what was captured is at the centre alone" => {
                Self::AtTheCentre
            }
            _ => Self::Refused(message),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Disk(error.to_string()),
        }
    }
}
