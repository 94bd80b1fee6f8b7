//! Draft to outbox: a packet takes its place in the station's chain, and its dossier is closed.

use crate::audit;
use crate::outbox::{one, touch};
use crate::row::millis;
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use rusqlite::{OptionalExtension as _, Transaction, params};
use time::OffsetDateTime;
use tram_biometric::FingerPosition;
use tram_enrollment::EnrollmentId;
use tram_packet::{Digest, PacketId, PacketKind, SealedPacket};

/// Where the station's next packet stands in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number, from 1.
    pub sequence: u64,
    /// The digest of the packet before it.
    pub previous: Option<Digest>,
}

/// A sealed packet and what belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Sealing<'a> {
    /// The dossier it holds.
    pub enrollment: EnrollmentId,
    /// What it is for.
    pub kind: &'a PacketKind,
    /// The packet.
    pub packet: &'a SealedPacket,
    /// What handover will compare a live finger with.
    pub templates: &'a [(FingerPosition, Vec<u8>)],
}

impl Store {
    /// Draft to outbox in one transaction: packet, templates, audit entry. The samples stay until the packet is purged.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] when the packet is not the next of this station, [`StoreError::Sealed`] when the
    /// dossier has been sealed before, [`StoreError::NotFound`] when there is no such dossier, [`StoreError::Full`].
    pub fn seal(&mut self, sealing: Sealing<'_>, act: Act<'_>) -> Result<(), StoreError> {
        self.write(|transaction| {
            insert_packet(transaction, sealing, act.at)?;
            for (position, template) in sealing.templates {
                transaction.execute(
                    "INSERT OR REPLACE INTO template (enrollment, position, bytes) VALUES (?, ?, ?)",
                    params![sealing.enrollment.0.as_bytes(), position.code(), template],
                )?;
            }
            touch(transaction, sealing.enrollment, act.at)?;
            let subject = sealing.packet.header().packet.to_string();
            audit::push(transaction, act, kind_word(sealing.kind), &subject)
        })
    }
}

impl Reader {
    /// Where the next packet stands in the station's chain.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_place(&self) -> Result<Place, StoreError> {
        next_place(&self.connection)
    }
}

fn kind_word(kind: &PacketKind) -> &'static str {
    match kind {
        PacketKind::Enrollment => "sealed",
        PacketKind::Correction { .. } => "corrected",
        PacketKind::Withdrawal { .. } => "withdrawn",
    }
}

fn insert_packet(
    transaction: &Transaction<'_>,
    sealing: Sealing<'_>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let header = sealing.packet.header();
    if next_place(transaction)? != (Place { sequence: header.sequence, previous: header.previous }) {
        return Err(StoreError::OutOfOrder);
    }
    let known: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM event WHERE enrollment = ?)",
        [sealing.enrollment.0.as_bytes()],
        |row| row.get(0),
    )?;
    one(usize::from(known), "dossier")?;
    let kind = match sealing.kind {
        PacketKind::Enrollment => "enrollment",
        PacketKind::Correction { .. } => "correction",
        PacketKind::Withdrawal { .. } => "withdrawal",
    };
    let sealed_before = kind == "enrollment"
        && transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM packet WHERE enrollment = ?)",
            [sealing.enrollment.0.as_bytes()],
            |row| row.get(0),
        )?;
    if sealed_before {
        return Err(StoreError::Sealed);
    }
    insert_rows(transaction, sealing.packet, sealing.enrollment, kind, at)
}

fn insert_rows(
    transaction: &Transaction<'_>,
    packet: &SealedPacket,
    enrollment: EnrollmentId,
    kind: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let header = packet.header();
    transaction.execute(
        "INSERT INTO body (packet, bytes) VALUES (?, ?)",
        params![header.packet.0.as_bytes(), packet.bytes()],
    )?;
    transaction.execute(
        "INSERT INTO packet (id, enrollment, kind, sequence, digest, size, sealed_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        params![
            header.packet.0.as_bytes(),
            enrollment.0.as_bytes(),
            kind,
            header.sequence as i64,
            packet.digest().0,
            packet.bytes().len() as i64,
            millis(at),
        ],
    )?;
    Ok(())
}

/// A packet from a mirror, under its own id: whose it is is encrypted.
pub(crate) fn insert_recovered(
    transaction: &Transaction<'_>,
    packet: &SealedPacket,
    act: Act<'_>,
) -> Result<bool, StoreError> {
    let PacketId(id) = packet.header().packet;
    let known = transaction
        .query_row("SELECT digest FROM packet WHERE id = ?", [id.as_bytes()], |row| row.get(0))
        .optional()?
        .map(Digest);
    if let Some(known) = known {
        let same = known == packet.digest();
        return same.then_some(false).ok_or(StoreError::Damaged(format!("packet {id} has two contents")));
    }
    transaction.execute(
        "INSERT INTO enrollment (id, dossier, changed_at) VALUES (?, ?, ?)",
        params![id.as_bytes(), id.to_string(), millis(act.at)],
    )?;
    insert_rows(transaction, packet, EnrollmentId(id), "enrollment", act.at)?;
    audit::push(transaction, act, "recovered", &id.to_string())?;
    Ok(true)
}

fn next_place(connection: &rusqlite::Connection) -> Result<Place, StoreError> {
    let last = connection
        .query_row("SELECT sequence, digest FROM packet ORDER BY sequence DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, Digest(row.get(1)?)))
        })
        .optional()?;
    Ok(match last {
        Some((sequence, digest)) => Place { sequence: sequence as u64 + 1, previous: Some(digest) },
        None => Place { sequence: 1, previous: None },
    })
}
