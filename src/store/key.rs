//! The database key, and the file it rests in: readable by the machine's owner alone, or under a passphrase.
//!
//! A file is the honest minimum of a demonstration: whoever takes the disk takes it too, unless a passphrase is asked
//! for at every start. A TPM takes the file's place behind [`DatabaseKey`].

use crate::StoreError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use tram_packet::random::CryptoRng;
use tram_packet::{Argon2Cost, SealedSecret};
use zeroize::{Zeroize as _, Zeroizing};

/// 32 random bytes: the raw key of `SQLCipher`.
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A new key.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        random.fill_bytes(key.as_mut());
        Self(key)
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// A key for one other purpose.
    pub(crate) fn derive(&self, purpose: &[u8]) -> ring::hmac::Key {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.as_bytes());
        ring::hmac::Key::new(ring::hmac::HMAC_SHA256, ring::hmac::sign(&key, purpose).as_ref())
    }

    /// As `SQLCipher` takes it: hexadecimal digits in `x'…'`.
    pub(crate) fn literal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for byte in *self.0 {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
            }
        }
        text.push('\'');
        text
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(…)")
    }
}

/// What keeps the key from whoever copies the file. The screen says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// The file's permissions alone.
    Machine,
    /// A passphrase, asked for at every start.
    Passphrase,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeyFile {
    /// Hexadecimal digits.
    Machine(String),
    Passphrase(SealedSecret),
}

/// Writes a key file that does not exist yet, for the machine's owner alone; durable when it returns.
///
/// # Errors
/// [`StoreError::KeyFile`].
pub fn write_key_file(
    path: &Path,
    key: &DatabaseKey,
    passphrase: Option<(&str, Argon2Cost)>,
    random: &mut dyn CryptoRng,
) -> Result<(), StoreError> {
    let content = match passphrase {
        Some((passphrase, cost)) => {
            KeyFile::Passphrase(SealedSecret::seal(key.0.as_ref(), passphrase, cost, random)?)
        }
        None => KeyFile::Machine(key.literal().trim_matches(['x', '\'']).to_owned()),
    };
    let write = || {
        let mut json = serde_json::to_vec(&content)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&json)?;
        json.zeroize();
        file.sync_all()?;
        sync_directory_of(path)
    };
    write().map_err(|error: std::io::Error| trouble(path, &error.to_string()))
}

/// The key in a key file, and what protects it.
///
/// # Errors
/// [`StoreError::KeyFile`] when others can read the file or it is damaged, [`tram_packet::PacketError::Passphrase`]
/// when the passphrase is wrong or missing.
pub fn read_key_file(path: &Path, passphrase: Option<&str>) -> Result<(DatabaseKey, Protection), StoreError> {
    let metadata = fs::metadata(path).map_err(|error| trouble(path, &error.to_string()))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(trouble(path, "others can read it; run chmod 600 on it"));
    }
    if metadata.len() > 4096 {
        return Err(trouble(path, "it is no key file"));
    }
    let json = Zeroizing::new(fs::read(path).map_err(|error| trouble(path, &error.to_string()))?);
    let damaged = || trouble(path, "it is damaged");
    match serde_json::from_slice(&json).map_err(|_not_json| damaged())? {
        KeyFile::Machine(digits) => {
            let digits = Zeroizing::new(digits);
            let key = tram_packet::Digest::from_hex(&digits).ok_or_else(damaged)?;
            Ok((DatabaseKey(Zeroizing::new(key.0)), Protection::Machine))
        }
        KeyFile::Passphrase(sealed) => {
            let key = sealed.open(passphrase.unwrap_or_default())?;
            Ok((DatabaseKey::from_bytes(&key).ok_or_else(damaged)?, Protection::Passphrase))
        }
    }
}

fn trouble(path: &Path, why: &str) -> StoreError {
    StoreError::KeyFile { path: path.to_owned(), why: why.to_owned() }
}

/// Makes a new or renamed entry of the directory durable.
pub(crate) fn sync_directory_of(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(directory) if directory.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(directory) => File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let random = &mut tram_packet::random::system();
        let key = DatabaseKey::generate(random);
        let cheap = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

        let machine = folder.path().join("machine.key");
        write_key_file(&machine, &key, None, random).unwrap();
        let (read, protection) = read_key_file(&machine, None).unwrap();
        assert_eq!((read.literal(), protection), (key.literal(), Protection::Machine));
        assert!(write_key_file(&machine, &key, None, random).is_err(), "a key is never overwritten");
        fs::set_permissions(&machine, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read_key_file(&machine, None).is_err(), "others could read it");

        let sealed = folder.path().join("sealed.key");
        write_key_file(&sealed, &key, Some(("TEST", cheap)), random).unwrap();
        assert_eq!(read_key_file(&sealed, Some("TEST")).unwrap().0.literal(), key.literal());
        assert!(read_key_file(&sealed, Some("no")).is_err());
        assert!(read_key_file(&sealed, None).is_err());
    }
}
