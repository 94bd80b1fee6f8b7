//! A sealed dossier opened again: its next packet corrects the one it was sealed in.

use crate::audit;
use crate::outbox::touch;
use crate::row::millis;
use crate::store::Act;
use crate::{Reader, Store, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use tram_enrollment::{EnrollmentId, Event};
use tram_packet::{AuditAction, PacketId, PacketKind};
use uuid::Uuid;

impl Store {
    /// Opens a sealed dossier again, to be corrected: it is a draft until it is sealed anew, and what it was sealed in goes
    /// its way meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not sealed, withdrawn or open already; [`StoreError::AtTheCentre`] when what was
    /// captured was purged here.
    pub fn reopen(&mut self, enrollment: EnrollmentId, reason: &str, act: Act<'_>) -> Result<(), StoreError> {
        let event = Event::Reopened { reason: reason.to_owned() };
        let json = serde_json::to_string(&event).map_err(|_malformed| StoreError::Unreadable("event"))?;
        self.write(|transaction| {
            let packet = in_force(transaction, enrollment)?.ok_or(StoreError::NotFound("sealed dossier"))?;
            if reopened(transaction, enrollment)?.is_some() {
                return Err(StoreError::NotFound("sealed dossier"));
            }
            transaction.execute(
                "INSERT INTO reopened (enrollment, packet) VALUES (?, ?)",
                params![enrollment.0.as_bytes(), packet.0.as_bytes()],
            )?;
            transaction.execute(
                "INSERT INTO event (enrollment, number, at, json)
                 SELECT ?1, max(number) + 1, ?2, ?3 FROM event WHERE enrollment = ?1",
                params![enrollment.0.as_bytes(), millis(act.at), json],
            )?;
            touch(transaction, enrollment, act.at)?;
            audit::push(transaction, act, AuditAction::Reopened, &packet.to_string())
        })
    }
}

impl Reader {
    /// What the dossier's next packet is: an enrollment, or the correction of the packet it was sealed in before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_kind(&self, enrollment: EnrollmentId) -> Result<PacketKind, StoreError> {
        let corrected = reopened(&self.connection, enrollment)?;
        Ok(corrected.map_or(PacketKind::Enrollment, |of| PacketKind::Correction { of }))
    }

    /// The packet that holds a dossier now: the last one, unless that withdrew it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn packet_in_force(&self, enrollment: EnrollmentId) -> Result<Option<PacketId>, StoreError> {
        in_force(&self.connection, enrollment)
    }
}

/// The dossier's correction is sealed: it is closed again.
pub(crate) fn close(
    transaction: &Transaction<'_>,
    enrollment: EnrollmentId,
    kind: &PacketKind,
) -> Result<(), StoreError> {
    let open = reopened(transaction, enrollment)?;
    match kind {
        PacketKind::Correction { of } if open == Some(*of) => transaction
            .execute("DELETE FROM reopened WHERE enrollment = ?", [enrollment.0.as_bytes()])
            .map(drop)
            .map_err(StoreError::from),
        PacketKind::Enrollment | PacketKind::Withdrawal { .. } if open.is_none() => Ok(()),
        PacketKind::Enrollment => Err(StoreError::Sealed),
        PacketKind::Correction { .. } | PacketKind::Withdrawal { .. } => {
            Err(StoreError::NotFound("dossier opened for that"))
        }
    }
}

fn reopened(connection: &Connection, enrollment: EnrollmentId) -> Result<Option<PacketId>, StoreError> {
    let packet = connection
        .prepare_cached("SELECT packet FROM reopened WHERE enrollment = ?")?
        .query_row([enrollment.0.as_bytes()], |row| row.get::<_, [u8; 16]>(0));
    Ok(packet.optional()?.map(|id| PacketId(Uuid::from_bytes(id))))
}

fn in_force(connection: &Connection, enrollment: EnrollmentId) -> Result<Option<PacketId>, StoreError> {
    let last = connection
        .prepare_cached("SELECT id, kind FROM packet WHERE enrollment = ? ORDER BY sequence DESC LIMIT 1")?
        .query_row([enrollment.0.as_bytes()], |row| {
            Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, String>(1)?))
        });
    let last = last.optional()?.filter(|(_, kind)| kind != "withdrawal");
    Ok(last.map(|(id, _)| PacketId(Uuid::from_bytes(id))))
}
