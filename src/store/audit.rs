//! Writing, following and examining the audit chain.

use crate::outbox::PacketState;
use crate::row;
use crate::store::Act;
use crate::{Reader, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use time::OffsetDateTime;
use tram_enrollment::OfficerId;
use tram_packet::audit::{Anchor, AnchoredBy, Examination};
use tram_packet::{AuditAction, AuditChain, AuditRow, Digest, Finding, Outside, PublicKey, Receipt};

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
    action: AuditAction,
    subject: &str,
) -> Result<(), StoreError> {
    let chain = chain(connection)?;
    let row = AuditRow {
        number: chain.length + 1,
        // As it will be read back.
        at: row::time(row::millis(act.at))?,
        officer: act.officer.cloned(),
        action: action.word().to_owned(),
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
            action.word(),
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
        let mut chain = AuditChain::default();
        self.each_audit_row(|row, digest| {
            chain = chain.follow([(row, digest)])?;
            Ok(())
        })?;
        Ok(chain)
    }

    /// Follows the whole chain, holds it against every packet that is still here and every receipt, and tells all that is
    /// wrong with it. Keys are those a receipt or head may be signed with: also former ones.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn examine_audit(
        &self,
        station: &[PublicKey],
        centre: &[PublicKey],
    ) -> Result<AuditReport, StoreError> {
        let (anchors, unverified) = self.anchors(station, centre)?;
        let anchored = anchors.len();
        let mut examination = Examination::new(anchors);
        self.each_audit_row(|row, digest| Ok(examination.row(row, digest)?))?;
        let (chain, findings) = examination.end();
        Ok(AuditReport { chain, anchored, unverified, findings })
    }

    /// What packets and receipts say of the chain, and which of them no key verifies.
    fn anchors(
        &self,
        station: &[PublicKey],
        centre: &[PublicKey],
    ) -> Result<(Vec<Anchor>, Vec<AnchoredBy>), StoreError> {
        let (mut anchors, mut unverified) = (Vec::new(), Vec::new());
        let mut note = |by, chain: Option<AuditChain>| match chain {
            Some(chain) => anchors.push(Anchor { chain, by }),
            None => unverified.push(by),
        };
        for row in self.outbox(OffsetDateTime::UNIX_EPOCH)? {
            if row.state != PacketState::Purged {
                let outside = Outside::read(&mut self.packet_blob(row.packet)?).ok();
                let verified = |outside: &Outside| {
                    station.iter().any(|key| outside.verify(key).is_ok()) && outside.digest() == row.digest
                };
                let chain = outside.filter(verified).map(|outside| outside.header().audit);
                note(AnchoredBy::Packet(row.packet), chain);
            }
            for signed in self.receipts(row.packet)? {
                let kid = Receipt::signed_by(&signed).ok();
                let key = centre.iter().find(|key| Some(key.kid()) == kid);
                let receipt = key.and_then(|key| Receipt::verify(&signed, key).ok());
                let receipt = receipt.filter(|receipt| receipt.digest == row.digest);
                note(AnchoredBy::Receipt(row.packet), receipt.map(|receipt| receipt.audit));
            }
        }
        Ok((anchors, unverified))
    }

    fn each_audit_row(
        &self,
        mut each: impl FnMut(&AuditRow, Digest) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        const STRETCH: usize = 1000;
        let mut after = 0;
        loop {
            let rows = self.audit_rows(after, STRETCH)?;
            for (row, digest) in &rows {
                each(row, *digest)?;
                after = row.number;
            }
            if rows.len() < STRETCH {
                return Ok(());
            }
        }
    }
}

/// What an examination of the audit chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// The end of the chain.
    pub chain: AuditChain,
    /// Packets and receipts it was held against.
    pub anchored: usize,
    /// Packets and receipts that no known key verifies: they vouch for nothing.
    pub unverified: Vec<AnchoredBy>,
    /// What is wrong; nothing, where the chain is whole.
    pub findings: Vec<Finding>,
}
