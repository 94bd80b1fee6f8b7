//! A packet's bytes, read as a file or piece by piece to be sent.

use crate::{Reader, StoreError};
use rusqlite::blob::Blob;
use rusqlite::{MAIN_DB, OptionalExtension as _};
use std::io::{Read as _, Seek as _, SeekFrom};
use tram_packet::PacketId;

/// So much is read at a time. The database finds a place in a body by walking there page by page and decrypting each, so
/// that pieces of a large packet read one by one would cost the square of its size.
const STRETCH: u64 = 4 * 1024 * 1024;

/// The stretch of a body that was read last. Bodies never change.
#[derive(Debug)]
pub(crate) struct Stretch {
    packet: PacketId,
    offset: u64,
    bytes: Vec<u8>,
    /// Whether the body ends with it.
    is_last: bool,
}

impl Stretch {
    /// The piece that begins at `offset`; `None` where it is not all here.
    fn piece(&self, packet: PacketId, offset: u64, length: usize) -> Option<&[u8]> {
        let start =
            usize::try_from(offset.checked_sub(self.offset)?).ok().filter(|_| packet == self.packet)?;
        let here = self.bytes.get(start..)?;
        (self.is_last || here.len() >= length).then(|| here.get(..length).unwrap_or(here))
    }
}

impl Reader {
    /// So many of a packet's bytes from `offset` on, fewer at its end: for sending it piece by piece.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was purged or never was.
    pub fn packet_part(&self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut body = self.packet_blob(packet)?;
        let mut last = self.stretch.borrow_mut();
        if let Some(piece) = last.as_ref().and_then(|stretch| stretch.piece(packet, offset, length)) {
            return Ok(piece.to_vec());
        }
        let end = body.len() as u64;
        let offset = offset.min(end);
        let mut bytes = Vec::new();
        body.seek(SeekFrom::Start(offset))?;
        body.take(STRETCH.max(length as u64)).read_to_end(&mut bytes)?;
        let piece = bytes.get(..length).unwrap_or(&bytes).to_vec();
        let is_last = offset + bytes.len() as u64 == end;
        *last = Some(Stretch { packet, offset, bytes, is_last });
        Ok(piece)
    }

    /// A packet's bytes as a file.
    pub(crate) fn packet_blob(&self, packet: PacketId) -> Result<Blob<'_>, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT rowid FROM body WHERE packet = ?")?
            .query_row([packet.0.as_bytes()], |row| row.get(0))
            .optional()?
            .ok_or(StoreError::NotFound("packet"))?;
        Ok(self.connection.blob_open(MAIN_DB, "body", "bytes", row, true)?)
    }
}
