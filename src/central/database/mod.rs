//! The register: tables that both databases understand, over the embedded `SQLite` or a `PostgreSQL` in service.
//!
//! Statements are written once, with `?1`, `?2` … for values and only what both take: `ON CONFLICT`, `RETURNING`,
//! `coalesce`. What differs is one file of SQL for each that makes the tables. Each statement stands by itself between
//! two processes (an update says what it expects to find, a counter is counted up by the database), so that
//! `PostgreSQL` needs no more than `READ COMMITTED`; `SQLite` has one writer at a time anyhow.

mod postgres;
mod sqlite;
mod value;

use crate::error::CentralError;
use std::fs::TryLockError;
use std::path::Path;

pub(crate) use value::values;
pub use value::{FromValue, Row, Value};

/// The register.
pub enum Database {
    /// One file, for a single site or a demonstration.
    Sqlite(sqlite::Sqlite),
    /// A server, for a centre of several processes.
    Postgres(postgres::Postgres),
}

/// A part in serving a centre that one process at a time may have, until this is dropped.
pub enum Claim {
    /// The lock of a file in the folder that an embedded register is in.
    Folder(std::fs::File),
    /// A lock of the database server.
    Server(postgres::Claim),
}

impl Claim {
    /// Whether this process still has the part.
    pub fn is_held(&self) -> bool {
        match self {
            Self::Folder(_) => true,
            Self::Server(claim) => claim.is_held(),
        }
    }
}

/// A transaction under way, or a look at one moment's state.
pub enum Transaction<'a> {
    /// Of `SQLite`.
    Sqlite(&'a rusqlite::Connection),
    /// Of `PostgreSQL`.
    Postgres(postgres::Running<'a>),
}

impl Database {
    /// Opens the embedded register, makes it where there is none, and brings it to this version.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, CentralError> {
        Ok(Self::Sqlite(sqlite::Sqlite::open(path)?))
    }

    /// Connects to a register on a server and makes its tables where there are none. With an authority (PEM) the
    /// server must show a certificate of it; without one the connection is not encrypted.
    ///
    /// # Errors
    /// [`CentralError::Postgres`] when the server is not there, [`CentralError::Setup`] when a newer version wrote it.
    pub fn connect(address: &str, authority: Option<&Path>) -> Result<Self, CentralError> {
        Ok(Self::Postgres(postgres::Postgres::connect(address, authority)?))
    }

    /// Does something in one transaction: all of it or nothing, durable when this returns.
    ///
    /// # Errors
    /// Whatever `work` fails with; nothing has changed then.
    pub fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.transact(|db| work(&Transaction::Sqlite(db))),
            Self::Postgres(postgres) => postgres.transact(|running| work(&Transaction::Postgres(running))),
        }
    }

    /// Reads one moment's state.
    ///
    /// # Errors
    /// Whatever `work` fails with.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(|db| work(&Transaction::Sqlite(db))),
            Self::Postgres(postgres) => postgres.read(|running| work(&Transaction::Postgres(running))),
        }
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Postgres`].
    pub fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
        match self {
            Self::Sqlite(_) => self.read(|db| db.query(sql, values)),
            // One statement is one moment: no transaction around it, which would be two more ways to the server.
            Self::Postgres(postgres) => postgres.query(sql, values),
        }
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn first(&self, sql: &str, values: &[Value]) -> Result<Option<Row>, CentralError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Makes an embedded register's one file all there is of it, so that it can be moved.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn fold(&self) -> Result<(), CentralError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.fold(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Copies an embedded register as it is at this moment to a file that is not there yet; one on a server is the
    /// server's to copy.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Disk`].
    pub(crate) fn copy(&self, to: &Path) -> Result<(), CentralError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.copy(to),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Takes a part that one process at a time may have, `None` when another one has it; `folder` is the embedded
    /// register's.
    ///
    /// # Errors
    /// [`CentralError::Disk`], [`CentralError::Postgres`].
    pub(crate) fn claim(&self, folder: &Path, part: &str) -> Result<Option<Claim>, CentralError> {
        match self {
            Self::Sqlite(_) => {
                let file = std::fs::File::create(folder.join(part))?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(Claim::Folder(file))),
                    Err(TryLockError::WouldBlock) => Ok(None),
                    Err(TryLockError::Error(error)) => Err(error.into()),
                }
            }
            Self::Postgres(postgres) => Ok(postgres.claim(part)?.map(Claim::Server)),
        }
    }

    /// Whether several processes may serve this register.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A setting.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn setting(&self, name: &str) -> Result<Option<String>, CentralError> {
        self.first("SELECT value FROM setting WHERE name = ?1", values![name])?
            .map(|row| row.get(0))
            .transpose()
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn set(&self, name: &str, value: &str) -> Result<(), CentralError> {
        self.transact(|tx| {
            tx.execute(
                "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                values![name, value],
            )?;
            Ok(())
        })
    }
}

impl Transaction<'_> {
    /// Changes rows and says how many.
    ///
    /// # Errors
    /// [`CentralError::Database`], [`CentralError::Postgres`].
    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, CentralError> {
        match self {
            Self::Sqlite(db) => sqlite::execute(db, sql, values),
            Self::Postgres(running) => running.execute(sql, values),
        }
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
        match self {
            Self::Sqlite(db) => sqlite::query(db, sql, values),
            Self::Postgres(running) => running.query(sql, values),
        }
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub fn first(&self, sql: &str, values: &[Value]) -> Result<Option<Row>, CentralError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }
}
