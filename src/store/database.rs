//! Opening: lock, key, pragmas, version, check.

use crate::key::{DatabaseKey, sync_directory_of};
use crate::{StoreError, backup};
use rusqlite::{Connection, OpenFlags};
use rustix::fs::FlockOperation;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

/// "Tram" in ASCII: tells our file from any other.
const APPLICATION_ID: i64 = 0x5472_616d;

/// One step for each version of the schema.
const MIGRATIONS: [&str; 4] = [
    include_str!("schema.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
];

/// Up to this many bytes the whole file is checked at opening; a larger one is left to
/// [`Reader::check`](crate::Reader::check) in the background, so that a station with weeks of packets starts at once.
const CHECKED_AT_OPENING: u64 = 64 * 1024 * 1024;

/// How long a lock is waited for. Who was killed this instant, or is between fork and exec, still has it for a moment.
const PATIENCE: Duration = Duration::from_millis(500);

/// Tells a file from one that was put in its place, or that it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    pub(crate) fn of(path: &Path) -> Result<Self, StoreError> {
        let found = std::fs::metadata(path).map_err(|_gone| StoreError::Replaced(path.to_owned()))?;
        Ok(Self(found.dev(), found.ino()))
    }
}

/// Held while the database is open for writing; a second program is refused.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = beside(database, ".lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let deadline = Instant::now() + PATIENCE;
        while rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            if Instant::now() >= deadline {
                return Err(StoreError::InUse);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Self { _file: file })
    }
}

/// The path with something added to the file's name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes an empty file where none is, for the machine's owner alone.
pub(crate) fn create_file(path: &Path) -> Result<(), StoreError> {
    let create = || {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.sync_all()?;
        sync_directory_of(path)
    };
    create().map_err(|error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
        _ => error.into(),
    })
}

/// A keyed connection for writing, with everything durable that says it is.
pub(crate) fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = keyed(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    Ok(connection)
}

/// A keyed connection for reading.
pub(crate) fn connect_reading(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = keyed(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A keyed connection for a copy being made: what is interrupted is rubbish, what is finished is synced as a file.
pub(crate) fn connect_copy(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = keyed(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -64 * 1024)?;
    Ok(connection)
}

/// Lets one thread alone set the library up: `sqlite3_initialize` says "done" to every other thread before `SQLCipher`'s
/// part has run, and a key given in between is refused.
fn set_up_once() {
    static SET_UP: Once = Once::new();
    SET_UP.call_once(|| drop(Connection::open_in_memory()));
}

fn keyed(path: &Path, key: &DatabaseKey, flags: OpenFlags) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    set_up_once();
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Its own log goes to the terminal; every error comes back as a result anyway.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.literal().as_str())?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Brings the schema to this program's version, each step in one transaction, once a copy of the database as it was is
/// durable beside it.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign);
    }
    if (1..known).contains(&found) {
        backup::copy(connection, &beside(path, &format!(".version-{found}")), key)?;
    }
    for (version, step) in (1..).zip(MIGRATIONS).skip(usize::try_from(found).unwrap_or_default()) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Refuses a station database whose version this program does not know.
pub(crate) fn check_version(connection: &Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    match (application == APPLICATION_ID, found == known) {
        (true, true) => Ok(()),
        (true, false) => Err(StoreError::Newer { found, known }),
        (false, _) => Err(StoreError::Foreign),
    }
}

/// Checks the file at opening, if it is small enough.
pub(crate) fn check_at_opening(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let size = std::fs::metadata(path)?.len();
    if size <= CHECKED_AT_OPENING { check(connection, "quick_check") } else { Ok(()) }
}

/// Runs `quick_check` or `integrity_check`.
pub(crate) fn check(connection: &Connection, pragma: &str) -> Result<(), StoreError> {
    let verdict: String = connection.pragma_query_value(None, pragma, |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(verdict)) }
}
