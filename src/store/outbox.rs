//! The outbox: a packet waits, is received, and then may be purged; or it is quarantined until a person decides.
//!
//! No state is stored: each follows from what the row holds (`schema.sql`), so that after a crash nothing can be stuck
//! in a state whose reason is gone.

use crate::audit;
use crate::row::{self, millis};
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use time::OffsetDateTime;
use tram_biometric::SampleId;
use tram_enrollment::{DossierNumber, EnrollmentId};
use tram_packet::{AuditAction, Digest, PacketId, PublicKey, Receipt, SealedPacket};

/// How far a packet is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketState {
    /// The centre has not signed for it.
    Waiting,
    /// The centre has signed for it; it is still here.
    Received,
    /// Only its receipt is here.
    Purged,
    /// The centre will not take it as it is; kept until a person decides.
    Quarantined {
        /// Why.
        reason: String,
    },
}

/// A packet on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Names it.
    pub packet: PacketId,
    /// The dossier it holds.
    pub enrollment: EnrollmentId,
    /// The dossier's number.
    pub dossier: DossierNumber,
    /// Its number among the station's packets.
    pub sequence: u64,
    /// The SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// When it was sealed.
    pub sealed_at: OffsetDateTime,
    /// How far it is.
    pub state: PacketState,
    /// Failed attempts so far.
    pub attempts: u32,
    /// When the last of them was.
    pub tried_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub trouble: Option<String>,
}

impl Store {
    /// An attempt to send failed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Full`], [`StoreError::Disk`].
    pub fn record_attempt(
        &mut self,
        packet: PacketId,
        trouble: &str,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE packet SET attempts = attempts + 1, tried_at = ?, trouble = ? WHERE id = ?",
                params![millis(at), trouble, packet.0.as_bytes()],
            )?;
            one(changed, "packet")
        })
    }

    /// Keeps a receipt, once the centre's key verifies it and it is for the packet's own bytes.
    ///
    /// # Errors
    /// [`StoreError::Packet`] when it is not to be believed, [`StoreError::NotFound`].
    pub fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        centre: &PublicKey,
        act: Act<'_>,
    ) -> Result<Receipt, StoreError> {
        let receipt = Receipt::verify(signed, centre)?;
        self.write(|transaction| {
            let (digest, enrollment): ([u8; 32], [u8; 16]) = transaction
                .query_row(
                    "SELECT digest, enrollment FROM packet WHERE id = ?",
                    [packet.0.as_bytes()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?
                .ok_or(StoreError::NotFound("packet"))?;
            if receipt.packet != packet || receipt.digest != Digest(digest) {
                return Err(tram_packet::PacketError::Mismatch { what: "the receipt" }.into());
            }
            insert_receipt(transaction, &receipt, signed)?;
            transaction.execute(
                "UPDATE packet SET quarantined = NULL, trouble = NULL, changed_at = ?2,
                   receipt = (SELECT id FROM receipt WHERE packet = ?1 AND epoch = ?3 AND log_index = ?4)
                 WHERE id = ?1",
                params![packet.0.as_bytes(), millis(act.at), receipt.epoch, receipt.log_index as i64],
            )?;
            touch(transaction, EnrollmentId(uuid::Uuid::from_bytes(enrollment)), act.at)?;
            audit::push(transaction, act, AuditAction::Received, &packet.to_string())
        })?;
        Ok(receipt)
    }

    /// The centre will not take it as it is: kept, shown with the reason, and not offered by itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also when the centre has signed for it.
    pub fn quarantine(&mut self, packet: PacketId, reason: &str, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE packet SET quarantined = ?, changed_at = ? WHERE id = ? AND receipt IS NULL",
                params![reason, millis(act.at), packet.0.as_bytes()],
            )?;
            one(changed, "packet without a receipt")?;
            audit::push(transaction, act, AuditAction::Quarantined, &packet.to_string())
        })
    }

    /// A person decided that a quarantined packet is offered again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn release(&mut self, packet: PacketId, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE packet SET quarantined = NULL, attempts = 0, trouble = NULL, changed_at = ?
                 WHERE id = ? AND quarantined IS NOT NULL",
                params![millis(act.at), packet.0.as_bytes()],
            )?;
            one(changed, "quarantined packet")?;
            audit::push(transaction, act, AuditAction::Released, &packet.to_string())
        })
    }

    /// The centre was restored from an older backup: every packet still held waits again, also what the centre refused
    /// before: whom it does not know any more it may know again. Gives their number.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn offer_again(&mut self, act: Act<'_>) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let offered = transaction.execute(
                "UPDATE packet SET receipt = NULL, quarantined = NULL, attempts = 0, trouble = NULL, changed_at = ?
                 WHERE (receipt IS NOT NULL OR quarantined IS NOT NULL) AND id IN (SELECT packet FROM body)",
                [millis(act.at)],
            )?;
            audit::push(transaction, act, AuditAction::OfferedAgain, &offered.to_string())?;
            Ok(offered)
        })
    }

    /// The centre's log contradicts what the centre signed: nothing is deleted from here on. `evidence` says how, for the
    /// supervisor and the audit.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn distrust(&mut self, evidence: &str, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let known = transaction.execute(
                "INSERT INTO setting (name, value) VALUES ('distrust', ?) ON CONFLICT (name) DO NOTHING",
                [evidence.as_bytes()],
            )?;
            if known == 1 { audit::push(transaction, act, AuditAction::Distrusted, evidence) } else { Ok(()) }
        })
    }

    /// A supervisor has settled with the centre what the contradiction was.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub fn trust_again(&mut self, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let settled = transaction.execute("DELETE FROM setting WHERE name = 'distrust'", [])?;
            one(settled, "contradiction")?;
            audit::push(transaction, act, AuditAction::TrustedAgain, "")
        })
    }

    /// Deletes a received packet's bytes and, when it was the dossier's last, its samples but for the portrait of the
    /// card, which printing needs.
    ///
    /// # Errors
    /// [`StoreError::NoReceipt`]: the schema refuses as well. [`StoreError::NotFound`].
    pub fn purge(&mut self, packet: PacketId, act: Act<'_>) -> Result<(), StoreError> {
        match self.try_purge(packet, act) {
            Err(StoreError::Full) => {
                // Even deleting needs room for its log.
                self.reserve.release();
                let purged = self.try_purge(packet, act);
                self.reserve.fill();
                purged
            }
            purged => purged,
        }
    }

    fn try_purge(&mut self, packet: PacketId, act: Act<'_>) -> Result<(), StoreError> {
        let enrollment = self.read().enrollment_of(packet)?;
        let portrait = self.read().load(enrollment)?.and_then(|dossier| Some(dossier.portrait()?.card.id));
        self.write(|transaction| {
            let received: bool = transaction.query_row(
                "SELECT receipt IS NOT NULL FROM packet WHERE id = ?",
                [packet.0.as_bytes()],
                |row| row.get(0),
            )?;
            if !received {
                return Err(StoreError::NoReceipt);
            }
            let deleted = transaction.execute("DELETE FROM body WHERE packet = ?", [packet.0.as_bytes()])?;
            one(deleted, "packet")?;
            transaction.execute(
                "UPDATE packet SET changed_at = ? WHERE id = ?",
                params![millis(act.at), packet.0.as_bytes()],
            )?;
            delete_samples(transaction, enrollment, portrait)?;
            audit::push(transaction, act, AuditAction::Purged, &packet.to_string())
        })
    }

    /// Forgets the person of a finished dossier: events, samples, templates. Numbers, receipts and the audit chain stay.
    ///
    /// # Errors
    /// [`StoreError::NoReceipt`] while a packet of the dossier is not purged.
    pub fn forget(&mut self, enrollment: EnrollmentId, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            if !is_purged(transaction, enrollment)? {
                return Err(StoreError::NoReceipt);
            }
            for table in ["sample", "template", "event"] {
                transaction.execute(
                    &format!("DELETE FROM {table} WHERE enrollment = ?"),
                    [enrollment.0.as_bytes()],
                )?;
            }
            audit::push(transaction, act, AuditAction::Forgotten, &enrollment.to_string())
        })
    }
}

fn insert_receipt(transaction: &Transaction<'_>, receipt: &Receipt, signed: &[u8]) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO receipt (packet, digest, log_index, epoch, received_at, signed) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (packet, epoch, log_index) DO NOTHING",
        params![
            receipt.packet.0.as_bytes(),
            receipt.digest.0,
            receipt.log_index as i64,
            receipt.epoch,
            millis(receipt.received_at),
            signed,
        ],
    )?;
    Ok(())
}

fn delete_samples(
    transaction: &Transaction<'_>,
    enrollment: EnrollmentId,
    keep: Option<SampleId>,
) -> Result<(), StoreError> {
    if is_purged(transaction, enrollment)? {
        transaction.execute(
            "DELETE FROM sample WHERE enrollment = ? AND id IS NOT ?",
            params![enrollment.0.as_bytes(), keep.map(|id| id.0.to_be_bytes())],
        )?;
    }
    Ok(())
}

fn is_purged(transaction: &Transaction<'_>, enrollment: EnrollmentId) -> Result<bool, StoreError> {
    let (packets, bodies): (u32, u32) = transaction.query_row(
        "SELECT count(*), count(body.packet) FROM packet LEFT JOIN body ON body.packet = packet.id
         WHERE enrollment = ?",
        [enrollment.0.as_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(packets > 0 && bodies == 0)
}

/// The dossier changed.
pub(crate) fn touch(
    transaction: &Transaction<'_>,
    enrollment: EnrollmentId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE enrollment SET changed_at = ? WHERE id = ?",
        params![millis(at), enrollment.0.as_bytes()],
    )?;
    Ok(())
}

pub(crate) fn one(changed: usize, what: &'static str) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound(what)) }
}

impl Reader {
    /// Packets the centre has not signed for and that are not quarantined, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn waiting(&self) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_where("receipt IS NULL AND quarantined IS NULL", [])
    }

    /// Packets that are quarantined, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn aside(&self) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_where("quarantined IS NOT NULL", [])
    }

    /// Every packet that is still here, and those purged since a time; newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn outbox(&self, purged_since: OffsetDateTime) -> Result<Vec<OutboxRow>, StoreError> {
        let mut rows =
            self.outbox_where("body.packet IS NOT NULL OR packet.changed_at >= ?", [millis(purged_since)])?;
        rows.reverse();
        Ok(rows)
    }

    /// Received packets that may be purged: sealed before a time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn purgeable(&self, sealed_before: OffsetDateTime) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_where(
            "receipt IS NOT NULL AND body.packet IS NOT NULL AND sealed_at < ?
             AND packet.enrollment NOT IN (SELECT enrollment FROM reopened)",
            [millis(sealed_before)],
        )
    }

    fn outbox_where(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT packet.*, body.packet IS NULL AS is_purged, dossier FROM packet
             JOIN enrollment ON enrollment.id = packet.enrollment
             LEFT JOIN body ON body.packet = packet.id WHERE {condition} ORDER BY sequence"
        ))?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(outbox_row(row)?);
        }
        Ok(found)
    }

    /// A packet's bytes, whole as they were sealed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was purged or never was, [`StoreError::Damaged`] when they are not whole.
    pub fn packet(&self, packet: PacketId) -> Result<SealedPacket, StoreError> {
        let (bytes, digest) = self
            .connection
            .query_row(
                "SELECT bytes, digest FROM packet JOIN body ON body.packet = packet.id WHERE id = ?",
                [packet.0.as_bytes()],
                |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)),
            )
            .optional()?
            .ok_or(StoreError::NotFound("packet"))?;
        let sealed = SealedPacket::parse(bytes)?;
        if sealed.digest() == Digest(digest) {
            Ok(sealed)
        } else {
            Err(StoreError::Damaged(format!("packet {packet} is not the one that was sealed")))
        }
    }

    /// Why the centre is not trusted, if it is not: see [`Store::distrust`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn distrusted(&self) -> Result<Option<String>, StoreError> {
        Ok(self.setting("distrust")?.map(|evidence| String::from_utf8_lossy(&evidence).into_owned()))
    }

    /// The signed receipts of a packet, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn receipts(&self, packet: PacketId) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT signed FROM receipt WHERE packet = ? ORDER BY id")?;
        let receipts = statement.query_map([packet.0.as_bytes()], |row| row.get(0))?;
        Ok(receipts.collect::<Result<_, _>>()?)
    }

    fn enrollment_of(&self, packet: PacketId) -> Result<EnrollmentId, StoreError> {
        let found = self.connection.query_row(
            "SELECT enrollment FROM packet WHERE id = ?",
            [packet.0.as_bytes()],
            |row| row.get::<_, [u8; 16]>(0),
        );
        let bytes = found.optional()?.ok_or(StoreError::NotFound("packet"))?;
        Ok(EnrollmentId(uuid::Uuid::from_bytes(bytes)))
    }
}

fn outbox_row(row: &Row<'_>) -> Result<OutboxRow, StoreError> {
    let received = row.get::<_, Option<i64>>("receipt")?.is_some();
    let state = match (row.get::<_, Option<String>>("quarantined")?, received, row.get("is_purged")?) {
        (Some(reason), ..) => PacketState::Quarantined { reason },
        (None, _, true) => PacketState::Purged,
        (None, true, false) => PacketState::Received,
        (None, false, false) => PacketState::Waiting,
    };
    Ok(OutboxRow {
        packet: row::packet(row, "id")?,
        enrollment: row::enrollment(row, "enrollment")?,
        dossier: row::dossier(row, "dossier")?,
        sequence: row.get::<_, i64>("sequence")? as u64,
        digest: row::digest(row, "digest")?,
        size: row.get::<_, i64>("size")? as u64,
        sealed_at: row::at(row, "sealed_at")?,
        state,
        attempts: row.get("attempts")?,
        tried_at: row::at_or_none(row, "tried_at")?,
        trouble: row.get("trouble")?,
    })
}
