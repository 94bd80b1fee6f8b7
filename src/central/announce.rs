//! Announcements: what the centre says before it takes a byte.

use crate::centre::{Centre, leaves};
use crate::error::{CentralError, Refusal};
use crate::intake::State;
use crate::officers::text;
use crate::stations::Caller;
use crate::uploads;
use axum::http::StatusCode;
use rusqlite::{OptionalExtension as _, params};
use std::sync::PoisonError;
use tram_packet::header::LARGEST_PACKET;
use tram_packet::{Digest, PacketId};
use tram_sync::protocol::{Announce, Announced, Base64, Checkpoint};

/// Kept free for the register itself, in bytes.
const RESERVE: u64 = 256 * 1024 * 1024;

impl Centre {
    /// Answers an announcement. Again is harmless; a packet that was refused or damaged may be offered anew.
    ///
    /// # Errors
    /// 409 when there is another packet of this name, 413 when it is too large, 507 when there is no room.
    pub fn announce(&self, announce: &Announce, caller: &Caller) -> Result<Announced, CentralError> {
        if announce.size == 0 || announce.size > LARGEST_PACKET as u64 {
            let detail = format!("a packet has at most {LARGEST_PACKET} bytes");
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail).into());
        }
        let packet = announce.packet;
        let conflict = || {
            let detail = "there is another packet of this name";
            CentralError::from(Refusal::new(StatusCode::CONFLICT, "packet-conflict", detail))
        };
        match self.packet(packet)? {
            Some(State::Held { sha256, receipt, .. }) if sha256 == announce.sha256 => {
                return Ok(Announced::Held { receipt: Base64(receipt) });
            }
            Some(State::Announced { sha256, size, .. })
                if sha256 != announce.sha256 || size != announce.size =>
            {
                return Err(conflict());
            }
            Some(State::Held { .. }) => return Err(conflict()),
            Some(State::Announced { .. } | State::Refused { .. }) | None => {}
        }
        self.make_sure_of_room(announce.size)?;
        self.database.transact(|tx| {
            tx.execute(
                "INSERT INTO packet (id, sha256, size, carrier, announced_at, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'announced')
                 ON CONFLICT (id) DO UPDATE SET sha256 = ?2, size = ?3, state = 'announced', reason_kind = NULL,
                 reason = NULL WHERE state = 'refused' OR (state = 'announced' AND reason_kind IS NOT NULL)",
                params![
                    packet.to_string(),
                    announce.sha256.to_string(),
                    announce.size as i64,
                    caller.station,
                    text(self.now()),
                ],
            )?;
            Ok(())
        })?;
        // Between look and write another sender may have announced other bytes under this name.
        match self.packet(packet)? {
            Some(State::Announced { sha256, .. }) if sha256 != announce.sha256 => Err(conflict()),
            _ => Ok(Announced::Wanted { upload: format!("/v1/uploads/{packet}") }),
        }
    }

    /// Whether every byte of an announced packet is here, or was before a crash.
    pub(crate) fn is_complete(&self, packet: PacketId) -> Result<bool, CentralError> {
        let Some(State::Announced { size, .. }) = self.packet(packet)? else { return Ok(false) };
        Ok(uploads::offset(self, packet)? == size || self.packet_path(packet).exists())
    }

    fn make_sure_of_room(&self, size: u64) -> Result<(), CentralError> {
        let disk = rustix::fs::statvfs(self.folder()).map_err(std::io::Error::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < RESERVE + size {
            let no = Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "no-room", "the centre has no room left");
            return Err(no.after(300).into());
        }
        Ok(())
    }

    /// A packet's place in the log.
    pub(crate) fn log_index(&self, packet: PacketId) -> Result<Option<u64>, CentralError> {
        self.database.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT log_index FROM packet WHERE id = ?1 AND log_index IS NOT NULL")?;
            Ok(statement
                .query_row([packet.to_string()], |row| row.get::<_, i64>(0))
                .optional()?
                .map(|index| index as u64))
        })
    }

    /// How far the log has come.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn checkpoint(&self) -> Result<Checkpoint, CentralError> {
        let epoch = self.epoch()?;
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Checkpoint { epoch, size: log.size(), root: log.root() })
    }

    /// A checkpoint together with the leaves it is over.
    pub(crate) fn checkpoint_with_leaves(&self) -> Result<(Checkpoint, Vec<Digest>), CentralError> {
        let checkpoint = self.checkpoint()?;
        let mut leaves = leaves(&self.database)?;
        leaves.truncate(checkpoint.size as usize);
        Ok((checkpoint, leaves))
    }
}
