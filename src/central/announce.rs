//! Announcements: what the centre says before it takes a byte.

use crate::centre::Centre;
use crate::database::values;
use crate::error::{CentralError, Refusal};
use crate::intake::State;
use crate::officers::text;
use crate::stages::Stage;
use crate::stations::Caller;
use crate::uploads;
use axum::http::StatusCode;
use tram_packet::PacketId;
use tram_packet::header::LARGEST_PACKET;
use tram_sync::protocol::{Announce, Announced, Base64};

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
        let entered = self.stages.time(Stage::Announce, || self.enter_announcement(announce, caller))?;
        if !entered {
            // Between look and write another sender may have announced other bytes under this name.
            match self.packet(packet)? {
                Some(State::Announced { sha256, .. }) if sha256 != announce.sha256 => return Err(conflict()),
                _ => {}
            }
        }
        Ok(Announced::Wanted { upload: format!("/v1/uploads/{packet}") })
    }

    /// Whether the announcement is now what the register says of the packet; not where it said so before.
    fn enter_announcement(&self, announce: &Announce, caller: &Caller) -> Result<bool, CentralError> {
        self.database.transact(|tx| {
            let entered = tx.execute(
                "INSERT INTO packet (id, sha256, size, carrier, announced_at, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'announced')
                 ON CONFLICT (id) DO UPDATE SET sha256 = ?2, size = ?3, state = 'announced', reason_kind = NULL,
                 reason = NULL
                 WHERE packet.state = 'refused' OR (packet.state = 'announced' AND packet.reason_kind IS NOT NULL)",
                values![
                    announce.packet.to_string(),
                    announce.sha256.to_string(),
                    announce.size,
                    &caller.station,
                    text(self.now()),
                ],
            )?;
            Ok(entered == 1)
        })
    }

    /// Whether every byte of an announced packet is here, or was before a crash.
    pub(crate) fn is_complete(&self, packet: PacketId) -> Result<bool, CentralError> {
        let Some(State::Announced { size, .. }) = self.packet(packet)? else { return Ok(false) };
        Ok(uploads::offset(self, packet)? == size || self.is_kept(packet)?)
    }

    fn make_sure_of_room(&self, size: u64) -> Result<(), CentralError> {
        let disk = rustix::fs::statvfs(self.folder()).map_err(std::io::Error::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < RESERVE + size {
            let no = Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "no-room", "the centre has no room left");
            return Err(no.after(300).into());
        }
        Ok(())
    }
}
