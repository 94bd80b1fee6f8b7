//! The embedded register: one `SQLite` file, one writer at a time, every commit on the disk before it is answered.

use crate::error::CentralError;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Each entry brings a register of that version to the next one.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// The register.
pub struct Database(Mutex<Connection>);

impl Database {
    /// Opens the register, makes it where there is none, and brings it to this version.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, CentralError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "secure_delete", true)?;
        migrate(&mut connection)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Does something in one transaction: all of it or nothing, durable when this returns.
    ///
    /// # Errors
    /// Whatever `work` fails with; nothing has changed then.
    pub fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        // A thread that panicked left its transaction rolled back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Reads.
    ///
    /// # Errors
    /// Whatever `work` fails with.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        work(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A setting.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn setting(&self, name: &str) -> Result<Option<String>, CentralError> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
            Ok(statement.query_row([name], |row| row.get(0)).optional()?)
        })
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn set(&self, name: &str, value: &str) -> Result<(), CentralError> {
        self.transact(|tx| {
            tx.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", [name, value])?;
            Ok(())
        })
    }
}

fn migrate(connection: &mut Connection) -> Result<(), CentralError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: usize =
        transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    if version > MIGRATIONS.len() {
        return Err(CentralError::Setup("this register was written by a newer version; update first".into()));
    }
    for step in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as u32)?;
    transaction.commit()?;
    Ok(())
}
