//! The embedded register: one `SQLite` file, one writer at a time, every commit on the disk before it is answered.

use super::{Row, Value};
use crate::error::CentralError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior, params_from_iter};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Each entry brings a register of that version to the next one.
const MIGRATIONS: [&str; 9] = [
    include_str!("sqlite.sql"),
    include_str!("sqlite-2.sql"),
    include_str!("sqlite-3.sql"),
    include_str!("sqlite-4.sql"),
    include_str!("sqlite-5.sql"),
    include_str!("sqlite-6.sql"),
    include_str!("sqlite-7.sql"),
    include_str!("sqlite-8.sql"),
    include_str!("sqlite-9.sql"),
];

/// The file.
pub struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, CentralError> {
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

    /// Folds the journal back into the file, so that the file alone can be moved.
    pub(super) fn fold(&self) -> Result<(), CentralError> {
        self.read(|db| Ok(db.pragma_update(None, "journal_mode", "DELETE")?))
    }

    pub(super) fn copy(&self, to: &Path) -> Result<(), CentralError> {
        self.read(|db| Ok(db.execute("VACUUM INTO ?1", [to.to_string_lossy()])?))?;
        Ok(std::fs::File::open(to)?.sync_all()?)
    }

    pub(super) fn transact<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        // A thread that panicked left its transaction rolled back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        work(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(super) fn execute(db: &Connection, sql: &str, values: &[Value]) -> Result<u64, CentralError> {
    Ok(db.prepare_cached(sql)?.execute(params_from_iter(values))? as u64)
}

pub(super) fn query(db: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
    let mut statement = db.prepare_cached(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map(params_from_iter(values), |row| {
        (0..columns).map(|column| Ok(read(row.get_ref(column)?))).collect::<Result<_, _>>().map(Row)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The tables hold no other kinds: they are STRICT.
fn read(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn migrate(connection: &mut Connection) -> Result<(), CentralError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version as usize == MIGRATIONS.len() {
        // Whoever only looks does not wait for whoever writes.
        return Ok(());
    }
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
