//! The database key wrapped a second time: for the ministry's recovery key, so that a dead machine takes no unsent
//! packet with it.
//!
//! The recovery key's public half comes with the signed reference data; the private half rests with the ministry, and no
//! station and no centre has it. The wrap is HPKE with an ephemeral key that is derived from the database key, so that a
//! station sees at every start whether the file still opens to its own key, without being able to open it.

use crate::key::{DatabaseKey, sync_directory_of};
use crate::store::Act;
use crate::{Store, StoreError, audit};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use tram_packet::random::rand_core::{TryCryptoRng, TryRng};
use tram_packet::{AuditAction, KeyProtection, Kid, PacketError, RecipientKey, RecipientPublicKey, hybrid};

const PURPOSE: &str = "tram database key v1";
/// The setting that holds what protected the key when it was last accepted.
const SAFEKEEPING: &str = "safekeeping";

/// What lies beside the database.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Wrap {
    station: String,
    /// Whose private half opens it.
    recipient: Kid,
    /// HPKE of the 32 bytes, in hexadecimal digits.
    sealed: String,
}

/// How things stand with the second wrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The recovery key of the reference data opens it to this database's key.
    Wrapped(Kid),
    /// The reference data name no recovery key; an earlier wrap, if there is one, is kept.
    NotOffered,
}

/// Wraps the key for the recovery key of the reference data, where that is not done yet; durable when it returns. A wrap
/// that is there and whole is left alone, and none is ever deleted.
///
/// # Errors
/// [`StoreError::KeyFile`] when it cannot be written.
pub fn keep_recovery(
    path: &Path,
    station: &str,
    key: &DatabaseKey,
    offered: Option<&RecipientPublicKey>,
) -> Result<Recovery, StoreError> {
    let Some(recipient) = offered else { return Ok(Recovery::NotOffered) };
    let wrap = Wrap::of(station, key, recipient)?;
    if read(path).ok().as_ref() != Some(&wrap) {
        write(path, &wrap).map_err(|error| trouble(path, &error.to_string()))?;
    }
    Ok(Recovery::Wrapped(recipient.kid()))
}

/// Opens a wrap with the ministry's private key: the database key, and the station it is of.
///
/// # Errors
/// [`StoreError::KeyFile`] when there is none or it is damaged, [`StoreError::Packet`] with [`PacketError::Decrypt`] when
/// it is for another key.
pub fn recover(path: &Path, recovery: &RecipientKey) -> Result<(DatabaseKey, String), StoreError> {
    let wrap = read(path)?;
    let sealed = from_hex(&wrap.sealed).ok_or_else(|| trouble(path, "it is damaged"))?;
    if wrap.recipient != recovery.public_key().kid() {
        return Err(PacketError::Decrypt.into());
    }
    let info = info(&wrap.station, wrap.recipient);
    let plain = hybrid::open(sealed.as_slice(), recovery, &info, 32, "database key")?;
    let key = DatabaseKey::from_bytes(&plain).ok_or_else(|| trouble(path, "it holds no key"))?;
    Ok((key, wrap.station))
}

impl Store {
    /// Opens the database of a station whose machine or passphrase is gone, with the ministry's private key.
    ///
    /// # Errors
    /// As [`recover`] and [`Store::open`].
    pub fn open_recovered(database: &Path, wrap: &Path, recovery: &RecipientKey) -> Result<Self, StoreError> {
        let (key, _station) = recover(wrap, recovery)?;
        Self::open(database, &key)
    }

    /// Compares what protects the key with what did when it was last accepted; the first time, it is recorded. More than
    /// before is recorded at once.
    ///
    /// # Errors
    /// [`StoreError::Downgraded`] when it is less: see [`accept_safekeeping`](Self::accept_safekeeping).
    pub fn confirm_safekeeping(&mut self, found: Safekeeping, act: Act<'_>) -> Result<(), StoreError> {
        let recorded = self.read().setting(SAFEKEEPING)?;
        let before = recorded.map(|json| serde_json::from_slice::<Safekeeping>(&json)).transpose();
        match before.map_err(|_malformed| StoreError::Unreadable("record of what protects the key"))? {
            Some(before) if before == found => Ok(()),
            Some(before) if !found.is_at_least(before) => {
                Err(StoreError::Downgraded { before: before.to_string(), now: found.to_string() })
            }
            _ => self.accept_safekeeping(found, act),
        }
    }

    /// Records what protects the key from now on, also when it is less than before: a supervisor accepts it.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Disk`].
    pub fn accept_safekeeping(&mut self, found: Safekeeping, act: Act<'_>) -> Result<(), StoreError> {
        let json = serde_json::to_vec(&found)
            .map_err(|_unwritable| StoreError::Unreadable("record of what protects the key"))?;
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                rusqlite::params![SAFEKEEPING, json],
            )?;
            audit::push(transaction, act, AuditAction::Safekeeping, &found.to_string())
        })
    }
}

/// What keeps the database key from others, and from being lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safekeeping {
    /// On this machine.
    pub protection: KeyProtection,
    /// Whether the ministry can recover it.
    pub is_recoverable: bool,
}

impl Safekeeping {
    fn is_at_least(self, other: Self) -> bool {
        self.protection >= other.protection && self.is_recoverable >= other.is_recoverable
    }
}

impl fmt::Display for Safekeeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recovery = if self.is_recoverable { "a recovery key" } else { "no recovery key" };
        write!(f, "{} and {recovery}", self.protection)
    }
}

impl Wrap {
    fn of(station: &str, key: &DatabaseKey, recipient: &RecipientPublicKey) -> Result<Self, StoreError> {
        let kid = recipient.kid();
        let info = info(station, kid);
        let mut derived = Derived { key: key.derive(&info), drawn: 0 };
        let sealed = hybrid::seal(key.as_bytes(), recipient, &info, &mut derived)?;
        let sealed = hex::encode(sealed);
        Ok(Self { station: station.to_owned(), recipient: kid, sealed })
    }
}

/// A wrap opens only as the wrap of its station.
fn info(station: &str, recipient: Kid) -> Vec<u8> {
    [PURPOSE.as_bytes(), b"\n", station.as_bytes(), b"\n", recipient.as_bytes()].concat()
}

fn read(path: &Path) -> Result<Wrap, StoreError> {
    let json = fs::read(path).map_err(|error| trouble(path, &error.to_string()))?;
    serde_json::from_slice(&json).map_err(|_malformed| trouble(path, "it is damaged"))
}

/// Whole under another name first: at every moment there is a wrap that opens.
fn write(path: &Path, wrap: &Wrap) -> std::io::Result<()> {
    let unfinished = crate::database::beside(path, ".new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&serde_json::to_vec(wrap)?)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_directory_of(path)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn trouble(path: &Path, why: &str) -> StoreError {
    StoreError::KeyFile { path: path.to_owned(), why: why.to_owned() }
}

/// Random numbers for one wrap that nobody without the database key can guess, and that are the same each time: HMAC of a
/// counter (the expansion of HKDF, RFC 5869).
struct Derived {
    key: ring::hmac::Key,
    drawn: u64,
}

impl TryRng for Derived {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for piece in bytes.chunks_mut(32) {
            self.drawn += 1;
            let block = ring::hmac::sign(&self.key, &self.drawn.to_be_bytes());
            piece.iter_mut().zip(block.as_ref()).for_each(|(to, from)| *to = *from);
        }
        Ok(())
    }
}

impl TryCryptoRng for Derived {}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;
    use tram_packet::random;

    fn act() -> Act<'static> {
        Act { officer: None, at: OffsetDateTime::UNIX_EPOCH }
    }

    #[test]
    fn a_store_whose_machine_key_is_gone_opens_with_the_ministrys() {
        let folder = tempfile::tempdir().unwrap();
        let (database, wrap) = (folder.path().join("TEST.db"), folder.path().join("TEST.recovery"));
        let random = &mut random::system();
        let (key, ministry) = (DatabaseKey::generate(random), RecipientKey::generate(random));
        let mut store = Store::create(&database, &key).unwrap();
        store.set_setting("TEST", b"unsent").unwrap();
        drop(store);
        let kept = keep_recovery(&wrap, "TEST-01", &key, Some(ministry.public_key())).unwrap();
        assert_eq!(kept, Recovery::Wrapped(ministry.public_key().kid()));

        let store = Store::open_recovered(&database, &wrap, &ministry).unwrap();
        assert_eq!(store.read().setting("TEST").unwrap().as_deref(), Some(b"unsent".as_slice()));
        drop(store);
        let (recovered, station) = recover(&wrap, &ministry).unwrap();
        assert_eq!((recovered.as_bytes(), station.as_str()), (key.as_bytes(), "TEST-01"));
        let text = fs::read_to_string(&wrap).unwrap();
        assert!(!text.contains(key.literal().trim_matches(['x', '\''])), "nothing of the key is readable");

        let other = RecipientKey::generate(random);
        assert!(matches!(recover(&wrap, &other), Err(StoreError::Packet(PacketError::Decrypt))));
        let moved = text.replace("TEST-01", "TEST-02");
        fs::write(&wrap, &moved).unwrap();
        assert!(matches!(recover(&wrap, &ministry), Err(StoreError::Packet(PacketError::Decrypt))));
    }

    #[test]
    fn a_wrap_is_mended_renewed_and_never_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let wrap = folder.path().join("TEST.recovery");
        let random = &mut random::system();
        let key = DatabaseKey::generate(random);
        let (first, second) = (RecipientKey::generate(random), RecipientKey::generate(random));
        let keep = |offered| keep_recovery(&wrap, "TEST-01", &key, offered).unwrap();
        assert_eq!(keep(None), Recovery::NotOffered);
        assert!(!wrap.exists());
        keep(Some(first.public_key()));
        let written = fs::read(&wrap).unwrap();
        keep(Some(first.public_key()));
        assert_eq!(fs::read(&wrap).unwrap(), written, "the same each time");
        assert_eq!(keep(None), Recovery::NotOffered);
        assert!(recover(&wrap, &first).is_ok(), "an edition without a key takes nothing away");
        for at in [20, written.len() / 2, written.len() - 3] {
            let mut damaged = written.clone();
            damaged[at] ^= 1;
            fs::write(&wrap, damaged).unwrap();
            keep(Some(first.public_key()));
            assert_eq!(fs::read(&wrap).unwrap(), written, "mended at the next start");
        }
        keep(Some(second.public_key()));
        assert!(recover(&wrap, &first).is_err() && recover(&wrap, &second).is_ok());
    }

    #[test]
    fn protecting_less_than_before_needs_a_supervisor() {
        let folder = tempfile::tempdir().unwrap();
        let key = DatabaseKey::from_bytes(&[7; 32]).unwrap();
        let mut store = Store::create(&folder.path().join("TEST.db"), &key).unwrap();
        let keeping = |protection, is_recoverable| Safekeeping { protection, is_recoverable };
        let weak = keeping(KeyProtection::Machine, false);
        let strong = keeping(KeyProtection::Passphrase, true);
        store.confirm_safekeeping(weak, act()).unwrap();
        store.confirm_safekeeping(strong, act()).unwrap();
        for less in [weak, keeping(KeyProtection::Machine, true), keeping(KeyProtection::Passphrase, false)] {
            let refused = store.confirm_safekeeping(less, act());
            assert!(matches!(refused, Err(StoreError::Downgraded { .. })), "{less}");
        }
        store.accept_safekeeping(weak, act()).unwrap();
        store.confirm_safekeeping(weak, act()).unwrap();
        let noted = store.read().audit_rows(0, 10).unwrap();
        assert_eq!(noted.len(), 3, "each change stands in the audit chain");
    }
}
