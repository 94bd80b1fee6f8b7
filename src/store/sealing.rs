//! Draft to outbox: a packet takes its place in the station's chain, and its dossier is closed.

use crate::outbox::{one, touch};
use crate::reader::sample_with_bytes;
use crate::reopening;
use crate::row::millis;
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use crate::{audit, deeds};
use rusqlite::{Connection, MAIN_DB, OptionalExtension as _, Transaction, params};
use std::borrow::Cow;
use time::OffsetDateTime;
use tram_biometric::{FingerPosition, SampleId};
use tram_enrollment::EnrollmentId;
use tram_packet::random::CryptoRng;
use tram_packet::{
    AuditAction, Digest, Outside, PacketError, PacketId, PacketKind, PacketSample, Prepared, SampleRole,
    Samples, SealedPacket, SignedDeed,
};
use uuid::Uuid;

/// Where the station's next packet stands in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number, from 1.
    pub sequence: u64,
    /// The digest of the packet before it.
    pub previous: Option<Digest>,
}

/// A packet that is signed and not yet encrypted, and what belongs to it.
pub struct Unsealed<'a> {
    /// The dossier it holds.
    pub enrollment: EnrollmentId,
    /// What it is for.
    pub kind: &'a PacketKind,
    /// The packet, prepared with the dossier's own samples: [`Reader::samples`].
    pub prepared: Prepared<'a>,
    /// Those samples, in the same order.
    pub samples: &'a [Named],
    /// What handover will compare a live finger with.
    pub templates: &'a [(FingerPosition, Vec<u8>)],
    /// What the packet tells beside: [`Reader::untold_deeds`].
    pub deeds: &'a [SignedDeed],
}

impl Store {
    /// Draft to outbox in one transaction: packet, templates, audit entry. The packet is written straight into the database
    /// and never whole in memory. The samples stay until the packet is purged.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] when the packet is not the next of this station, [`StoreError::Sealed`] when the
    /// dossier has been sealed before, [`StoreError::NotFound`] when there is no such dossier or it is not open for that
    /// kind of packet, [`StoreError::Packet`] when a sample is not the one that was prepared, [`StoreError::Full`].
    pub fn seal(
        &mut self,
        unsealed: Unsealed<'_>,
        random: &mut dyn CryptoRng,
        act: Act<'_>,
    ) -> Result<Outside, StoreError> {
        let Unsealed { enrollment, kind, prepared, samples, templates, deeds } = unsealed;
        self.write(|transaction| {
            // The room is taken first: the size of a packet is known before a byte of it is encrypted.
            transaction.execute(
                "INSERT INTO body (packet, bytes) VALUES (?, zeroblob(?))",
                params![prepared.packet().0.as_bytes(), prepared.size() as i64],
            )?;
            let row = transaction.last_insert_rowid();
            let mut body = transaction.blob_open(MAIN_DB, "body", "bytes", row, false)?;
            let outside = prepared.write(
                &mut StoredSamples { connection: transaction, named: samples },
                &mut body,
                random,
            )?;
            body.close()?;
            close(transaction, enrollment, kind, &outside, templates, act)?;
            deeds::told(transaction, deeds, outside.header().packet)?;
            Ok(outside)
        })
    }
}

/// A sample as a packet names it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Which.
    pub id: SampleId,
    /// What it is in the packet.
    pub role: SampleRole,
    /// The calibration certificate of its device: the ledger's to say, which stands above the store.
    pub certificate: Option<Uuid>,
}

/// A dossier's samples, read from the database when they are asked for.
pub struct StoredSamples<'a> {
    connection: &'a Connection,
    named: &'a [Named],
}

impl Samples for StoredSamples<'_> {
    fn count(&self) -> usize {
        self.named.len()
    }

    fn sample(&mut self, place: usize) -> Result<Cow<'_, PacketSample>, PacketError> {
        let unreadable = |why: String| PacketError::Io(why);
        let Named { id, role, certificate } =
            self.named.get(place).ok_or_else(|| unreadable("there is no such sample".into()))?;
        let sample =
            sample_with_bytes(self.connection, *id).map_err(|error| unreadable(error.to_string()))?;
        Ok(Cow::Owned(PacketSample { role: role.clone(), sample, certificate: *certificate }))
    }
}

/// A packet whose body is there takes its place; the dossier is closed.
fn close(
    transaction: &Transaction<'_>,
    enrollment: EnrollmentId,
    kind: &PacketKind,
    packet: &Outside,
    templates: &[(FingerPosition, Vec<u8>)],
    act: Act<'_>,
) -> Result<(), StoreError> {
    insert_packet(transaction, enrollment, kind, packet, act.at)?;
    reopening::close(transaction, enrollment, kind)?;
    for (position, template) in templates {
        transaction.execute(
            "INSERT OR REPLACE INTO template (enrollment, position, bytes) VALUES (?, ?, ?)",
            params![enrollment.0.as_bytes(), position.code(), template],
        )?;
    }
    touch(transaction, enrollment, act.at)?;
    audit::push(transaction, act, sealing_of(kind), &packet.header().packet.to_string())
}

impl Reader {
    /// Where the next packet stands in the station's chain.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_place(&self) -> Result<Place, StoreError> {
        next_place(&self.connection)
    }

    /// These samples, one after the other, for sealing.
    pub fn samples<'a>(&'a self, named: &'a [Named]) -> StoredSamples<'a> {
        StoredSamples { connection: &self.connection, named }
    }
}

fn sealing_of(kind: &PacketKind) -> AuditAction {
    match kind {
        PacketKind::Enrollment => AuditAction::Sealed,
        PacketKind::Correction { .. } => AuditAction::Corrected,
        PacketKind::Withdrawal { .. } => AuditAction::Withdrawn,
    }
}

fn insert_packet(
    transaction: &Transaction<'_>,
    enrollment: EnrollmentId,
    kind: &PacketKind,
    packet: &Outside,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let header = packet.header();
    if next_place(transaction)? != (Place { sequence: header.sequence, previous: header.previous }) {
        return Err(StoreError::OutOfOrder);
    }
    let known: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM event WHERE enrollment = ?)",
        [enrollment.0.as_bytes()],
        |row| row.get(0),
    )?;
    one(usize::from(known), "dossier")?;
    let kind = match kind {
        PacketKind::Enrollment => "enrollment",
        PacketKind::Correction { .. } => "correction",
        PacketKind::Withdrawal { .. } => "withdrawal",
    };
    let sealed_before = kind == "enrollment"
        && transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM packet WHERE enrollment = ?)",
            [enrollment.0.as_bytes()],
            |row| row.get(0),
        )?;
    if sealed_before {
        return Err(StoreError::Sealed);
    }
    insert_row(transaction, packet, enrollment, kind, at)
}

fn insert_row(
    transaction: &Transaction<'_>,
    packet: &Outside,
    enrollment: EnrollmentId,
    kind: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let header = packet.header();
    transaction.execute(
        "INSERT INTO packet (id, enrollment, kind, sequence, digest, size, sealed_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        params![
            header.packet.0.as_bytes(),
            enrollment.0.as_bytes(),
            kind,
            header.sequence as i64,
            packet.digest().0,
            packet.size() as i64,
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
    transaction
        .execute("INSERT INTO body (packet, bytes) VALUES (?, ?)", params![id.as_bytes(), packet.bytes()])?;
    insert_row(transaction, packet.outside(), EnrollmentId(id), "enrollment", act.at)?;
    audit::push(transaction, act, AuditAction::Recovered, &id.to_string())?;
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
