//! The log as the tiled log of C2SP (tlog-tiles): 256 hashes a tile, and a checkpoint as a signed note with an Ed25519
//! signature. Whoever watches the log needs no key of ours and no cleverness of the centre's, only these files.
//!
//! A leaf's entry is what its hash was made of: a packet's id and digest, or the record of a decision. Entries are
//! written out for auditors and not served, since a record says why somebody decided.

use crate::centre::Centre;
use crate::database::{Transaction, values};
use crate::error::CentralError;
use crate::{durable, journal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tram_packet::{Digest, PacketId};
use uuid::Uuid;

/// Hashes in a full tile: eight levels of the tree.
const WIDTH: u64 = 256;
const LEVELS: u32 = 8;
/// The kind of signature (C2SP signed-note): Ed25519.
const ED25519: u8 = 1;

/// A tile by its place; `width` below [`WIDTH`] is a partial one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    level: u32,
    index: u64,
    width: u64,
}

impl Tile {
    /// From its path, such as `0/x001/234.p/5`; `None` when it is none.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, decimal(width).filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let level = decimal(level).filter(|level| *level < 64)? as u32;
        let mut number = 0_u64;
        let mut parts = index.split('/').peekable();
        while let Some(part) = parts.next() {
            let digits = if parts.peek().is_some() { part.strip_prefix('x')? } else { part };
            if digits.len() != 3 || !digits.bytes().all(|c| c.is_ascii_digit()) {
                return None;
            }
            number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Self { level, index: number, width };
        (tile.path() == path).then_some(tile)
    }

    /// Its path: the index in groups of three digits, all but the last with an `x` before it.
    pub fn path(self) -> String {
        let partial = if self.width < WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("{}/{}{partial}", self.level, grouped(self.index))
    }
}

fn grouped(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// A number without a sign or leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl Centre {
    /// The checkpoint as a signed note.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn note(&self) -> Result<String, CentralError> {
        let checkpoint = self.checkpoint()?;
        let origin = self.log_origin();
        let text =
            format!("{origin}\n{}\n{}\n", checkpoint.size, STANDARD.encode(checkpoint.root.as_bytes()));
        let mut signature = self.log_key_hash().to_vec();
        signature.extend(self.keys.log.sign(text.as_bytes()).as_ref());
        Ok(format!("{text}\n\u{2014} {origin} {}\n", STANDARD.encode(signature)))
    }

    /// What verifies notes: `ORIGIN+HASH+KEY` (C2SP signed-note).
    pub fn log_verifier(&self) -> String {
        let mut key = vec![ED25519];
        key.extend(self.keys.log_public());
        let hash = self.log_key_hash().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        });
        format!("{}+{hash}+{}", self.log_origin(), STANDARD.encode(key))
    }

    /// Names the log by the centre's authority, which no other centre has.
    fn log_origin(&self) -> String {
        let authority = Digest::of(&self.keys.ca_certificate).to_string();
        format!("tram/{}", authority.get(..16).unwrap_or_default())
    }

    fn log_key_hash(&self) -> [u8; 4] {
        let origin = self.log_origin();
        let digest = Digest::of_parts([origin.as_bytes(), &[b'\n', ED25519], self.keys.log_public()]);
        digest.0.first_chunk().copied().unwrap_or_default()
    }

    /// A tile's hashes; `None` when the log has not come so far.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, CentralError> {
        let level = tile.level * LEVELS;
        let rows = self.database.query(
            "SELECT hash FROM log_node WHERE level = ?1 AND position >= ?2 AND position < ?3 ORDER BY position",
            values![level, tile.index.saturating_mul(WIDTH), (tile.index.saturating_mul(WIDTH)).saturating_add(tile.width)],
        )?;
        if rows.len() as u64 != tile.width {
            return Ok(None);
        }
        let hashes: Vec<Vec<u8>> = rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
        Ok(Some(hashes.concat()))
    }

    /// Writes the whole log into a folder that is not there yet: checkpoint, tiles and entries.
    ///
    /// # Errors
    /// [`CentralError::Disk`], [`CentralError::Setup`] when the folder is there.
    pub fn export_log(&self, to: &Path) -> Result<u64, CentralError> {
        if to.exists() {
            return Err(CentralError::Setup(format!("{} is there already", to.display())));
        }
        let size = self.checkpoint()?.size;
        let mut count = size;
        for level in 0..u64::BITS / LEVELS {
            for index in 0..count.div_ceil(WIDTH) {
                let tile = Tile { level, index, width: WIDTH.min(count - index * WIDTH) };
                let hashes = self.tile(tile)?.unwrap_or_default();
                place(&to.join("tile").join(tile.path()), &hashes)?;
            }
            count /= WIDTH;
        }
        for index in 0..size.div_ceil(WIDTH) {
            let width = WIDTH.min(size - index * WIDTH);
            let mut bundle = Vec::new();
            for leaf in index * WIDTH..index * WIDTH + width {
                let entry = self.database.read(|db| entry(db, leaf))?;
                bundle.extend((entry.len() as u16).to_be_bytes());
                bundle.extend(entry);
            }
            let path = Tile { level: 0, index, width }.path();
            let path = path.split_once('/').map(|(_, path)| path.to_owned()).unwrap_or_default();
            place(&to.join("tile/entries").join(path), &bundle)?;
        }
        // Last: what it says is all there.
        place(&to.join("checkpoint"), self.note()?.as_bytes())?;
        Ok(size)
    }
}

/// What a leaf's hash was made of.
pub(crate) fn entry(db: &Transaction<'_>, index: u64) -> Result<Vec<u8>, CentralError> {
    if let Some(row) = db.first("SELECT id, sha256 FROM packet WHERE log_index = ?1", values![index])? {
        let damaged = || CentralError::Setup(format!("entry {index} of the log names no packet"));
        let id = Uuid::parse_str(&row.get::<String>(0)?).map_err(|_malformed| damaged())?;
        let sha256 = Digest::from_hex(&row.get::<String>(1)?).ok_or_else(damaged)?;
        return Ok([PacketId(id).0.as_bytes().as_slice(), sha256.as_bytes()].concat());
    }
    let decision = "SELECT record FROM adjudication WHERE log_index = ?1";
    if let Some(row) = db.first(decision, values![index])? {
        return Ok(row.get::<String>(0)?.into_bytes());
    }
    let by_two = "SELECT record FROM act WHERE log_index = ?1";
    if let Some(row) = db.first(by_two, values![index])? {
        return Ok(row.get::<String>(0)?.into_bytes());
    }
    let finalized = "SELECT id, body FROM osia_enrollment WHERE log_index = ?1";
    if let Some(row) = db.first(finalized, values![index])? {
        let (id, body): (String, String) = (row.get(0)?, row.get(1)?);
        return Ok(journal::osia_record(&id, &body).into_bytes());
    }
    Err(CentralError::Setup(format!("entry {index} of the log is of nothing in the register")))
}

fn place(path: &Path, bytes: &[u8]) -> Result<(), CentralError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(durable::write(path, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_the_paths_of_the_specification() {
        for (path, tile) in [
            ("0/000", Some((0, 0, 256))),
            ("0/x001/x234/067", Some((0, 1_234_067, 256))),
            ("1/x001/234.p/5", Some((1, 1_234, 5))),
            ("0/001.p/256", None),
            ("0/001.p/0", None),
            ("00/001", None),
            ("0/1", None),
            ("0/x000/001", None),
            ("0/001/002", None),
            ("a/001", None),
            ("0/x001", None),
        ] {
            let tile = tile.map(|(level, index, width)| Tile { level, index, width });
            assert_eq!(Tile::parse(path), tile, "{path}");
        }
    }
}
