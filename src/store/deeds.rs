//! What was done beside the dossiers, signed, until a packet has told it to the centre.

use crate::audit;
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use rusqlite::{Transaction, params};
use tram_packet::{AuditAction, PacketId, SignedDeed};

impl Store {
    /// Keeps a signed statement for the next packet.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn keep_deed(&mut self, deed: &SignedDeed, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            keep(transaction, deed)?;
            audit::push(transaction, act, AuditAction::DeedSigned, &deed.digest().to_string())
        })
    }
}

/// Keeps one in the transaction of what it tells of.
pub(crate) fn keep(transaction: &Transaction<'_>, deed: &SignedDeed) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO deed (digest, signed) VALUES (?, ?)",
        params![deed.digest().as_bytes(), deed.0],
    )?;
    Ok(())
}

/// A packet that is sealed tells these.
pub(crate) fn told(
    transaction: &Transaction<'_>,
    deeds: &[SignedDeed],
    packet: PacketId,
) -> Result<(), StoreError> {
    for deed in deeds {
        transaction.execute(
            "UPDATE deed SET packet = ? WHERE digest = ?",
            params![packet.0.as_bytes(), deed.digest().as_bytes()],
        )?;
    }
    Ok(())
}

impl Reader {
    /// At most so many of what the next packet tells, the oldest first: no packet has told it yet, or only one that the
    /// centre will not take.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn untold_deeds(&self, most: usize) -> Result<Vec<SignedDeed>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT deed.signed FROM deed LEFT JOIN packet ON packet.id = deed.packet
             WHERE deed.packet IS NULL OR packet.quarantined IS NOT NULL ORDER BY deed.rowid LIMIT ?",
        )?;
        let rows = statement
            .query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| row.get(0).map(SignedDeed))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
