//! An upload as pieces in a bucket, so that any process goes on where another one stopped and none needs a folder that
//! the others see.
//!
//! A piece counts once the register says so, which comes after the store has it. Of two processes that append at one
//! place the register takes one: the other's object is removed, or, after a crash, left to the bucket's rule of expiry
//! for `uploads/`.

use super::elsewhere;
use crate::centre::Centre;
use crate::database::{Row, values};
use crate::error::CentralError;
use crate::s3::Bucket;
use axum::body::Bytes;
use std::sync::Arc;
use tram_packet::PacketId;
use uuid::Uuid;

const OFFSET: &str = "SELECT at + size FROM piece WHERE packet = ?1 ORDER BY at DESC LIMIT 1";

/// An object that is part of an upload.
struct Piece {
    at: u64,
    size: u64,
    object: String,
}

/// The end of an upload that a request appends to.
pub(super) struct Tail {
    bucket: Arc<Bucket>,
    packet: PacketId,
    began_at: u64,
    offset: u64,
    /// In the store, and not counted yet.
    pieces: Vec<Piece>,
}

impl Tail {
    pub(super) fn new(bucket: Arc<Bucket>, packet: PacketId, at: u64) -> Self {
        Self { bucket, packet, began_at: at, offset: at, pieces: Vec::new() }
    }

    pub(super) fn write(&mut self, pieces: &[Bytes]) -> Result<(), CentralError> {
        let bytes = pieces.concat();
        if bytes.is_empty() {
            return Ok(());
        }
        let object = format!("uploads/{}/{}", self.packet, Uuid::now_v7());
        self.bucket.put(&object, &bytes)?;
        let size = bytes.len() as u64;
        self.pieces.push(Piece { at: self.offset, size, object });
        self.offset += size;
        Ok(())
    }

    /// The new offset, once the register counts these pieces.
    pub(super) fn count(self, centre: &Centre) -> Result<u64, CentralError> {
        match enter(centre, self.packet, self.began_at, &self.pieces) {
            Ok(None) => Ok(self.offset),
            Ok(Some(held)) => {
                self.take_back();
                Err(elsewhere(held))
            }
            // What the register did is not known: an object it may count stays.
            Err(error) => Err(error),
        }
    }

    pub(super) fn take_back(self) {
        for piece in &self.pieces {
            remove(&self.bucket, &piece.object);
        }
    }
}

/// Enters all of these pieces or none; another offset where the upload is not where they begin.
fn enter(
    centre: &Centre,
    packet: PacketId,
    began_at: u64,
    pieces: &[Piece],
) -> Result<Option<u64>, CentralError> {
    let entered = centre.database.transact(|tx| {
        let held = tx.first(OFFSET, values![packet.to_string()])?.map_or(Ok(0), |row| row.get(0))?;
        if held != began_at {
            return Ok(Some(held));
        }
        for Piece { at, size, object } in pieces {
            let entered = tx.execute(
                "INSERT INTO piece (packet, at, size, object) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (packet, at) DO NOTHING",
                values![packet.to_string(), *at, *size, object],
            )?;
            if entered != 1 {
                // Another process entered its own since this transaction looked; nothing of this one stays.
                return Err(CentralError::TakenIn);
            }
        }
        Ok(None)
    });
    match entered {
        Err(CentralError::TakenIn) => offset(centre, packet).map(Some),
        entered => entered,
    }
}

pub(super) fn offset(centre: &Centre, packet: PacketId) -> Result<u64, CentralError> {
    centre.database.first(OFFSET, values![packet.to_string()])?.map_or(Ok(0), |row| row.get(0))
}

/// All bytes that are here; `None` when there are none. What the store does not have any more is not counted any longer, so
/// that its sender goes on from there.
pub(super) fn read(
    centre: &Centre,
    bucket: &Bucket,
    packet: PacketId,
) -> Result<Option<Vec<u8>>, CentralError> {
    let select = "SELECT object, size FROM piece WHERE packet = ?1 ORDER BY at";
    let rows = centre.database.query(select, values![packet.to_string()])?;
    let mut bytes = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let size: u64 = row.get(1)?;
        match bucket.get(&row.get::<String>(0)?)? {
            Some(piece) if piece.len() as u64 == size => bytes.extend(piece),
            // Or another process has just taken the packet in, and the register has forgotten the piece already.
            _ => {
                log::warn!("packet {packet}: the store has not all pieces");
                uncount(centre, rows.get(place..).unwrap_or_default())?;
                break;
            }
        }
    }
    Ok(if rows.is_empty() { None } else { Some(bytes) })
}

fn uncount(centre: &Centre, rows: &[Row]) -> Result<(), CentralError> {
    centre.database.transact(|tx| {
        for row in rows {
            tx.execute("DELETE FROM piece WHERE object = ?1", values![row.get::<String>(0)?])?;
        }
        Ok(())
    })
}

/// The register forgets the pieces first, so that it never counts one that is gone.
pub(super) fn forget(centre: &Centre, bucket: &Bucket, packet: PacketId) -> Result<(), CentralError> {
    let objects = centre.database.transact(|tx| {
        tx.query("DELETE FROM piece WHERE packet = ?1 RETURNING object", values![packet.to_string()])
    })?;
    for row in &objects {
        remove(bucket, &row.get::<String>(0)?);
    }
    Ok(())
}

fn remove(bucket: &Bucket, object: &str) {
    if let Err(error) = bucket.remove(object) {
        log::warn!("{object} stays in the store: {error}");
    }
}
