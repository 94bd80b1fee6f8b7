//! Writing and following the audit chain.

use crate::row;
use crate::store::Act;
use crate::{Reader, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use tram_enrollment::OfficerId;
use tram_packet::{AuditChain, AuditRow, Digest};

/// The end of the chain as it stands.
pub(crate) fn chain(connection: &Connection) -> Result<AuditChain, StoreError> {
    let last = connection
        .query_row("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1", [], |row| {
            Ok(AuditChain { length: row.get::<_, i64>("number")? as u64, head: Digest(row.get("digest")?) })
        })
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// Adds a row, in the transaction of what it tells of.
pub(crate) fn push(
    connection: &Connection,
    act: Act<'_>,
    action: &str,
    subject: &str,
) -> Result<(), StoreError> {
    let chain = chain(connection)?;
    let row = AuditRow {
        number: chain.length + 1,
        // As it will be read back.
        at: row::time(row::millis(act.at))?,
        officer: act.officer.cloned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
    };
    let linked = chain.link(&row)?;
    connection
        .prepare_cached(
            "INSERT INTO audit (number, at, officer, action, subject, digest) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.number as i64,
            row::millis(act.at),
            act.officer.map(|officer| officer.0.as_str()),
            action,
            subject,
            linked.head.0,
        ])?;
    Ok(())
}

impl Reader {
    /// The end of the audit chain; its head goes into the next packet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn audit_chain(&self) -> Result<AuditChain, StoreError> {
        chain(&self.connection)
    }

    /// Rows of the audit chain after a number, oldest first, with the digest recorded for each.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn audit_rows(&self, after: u64, most: usize) -> Result<Vec<(AuditRow, Digest)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?")?;
        let mut rows = statement.query(params![after as i64, most as i64])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let number: i64 = row.get("number")?;
            let audit = AuditRow {
                number: number as u64,
                at: row::at(row, "at")?,
                officer: row.get::<_, Option<String>>("officer")?.map(OfficerId),
                action: row.get("action")?,
                subject: row.get("subject")?,
            };
            found.push((audit, row::digest(row, "digest")?));
        }
        Ok(found)
    }

    /// Follows the whole chain and gives its end.
    ///
    /// # Errors
    /// [`tram_packet::PacketError::Mismatch`] when a row was inserted, removed, moved or changed.
    pub fn verify_audit(&self) -> Result<AuditChain, StoreError> {
        const STRETCH: usize = 1000;
        let mut chain = AuditChain::default();
        loop {
            let rows = self.audit_rows(chain.length, STRETCH)?;
            chain = chain.follow(rows.iter().map(|(row, digest)| (row, *digest)))?;
            if rows.len() < STRETCH {
                return Ok(chain);
            }
        }
    }
}
