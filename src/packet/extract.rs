//! Files of signed sets that only stations may read: extracts of the population, and the reference data that travel
//! with them. The set's own signatures say who made them; this keeps whoever finds a stick on the road from reading it.
//!
//! A file is a mark, a nonce, and AES-256-GCM over the content with the file's name as additional data. The nonce is
//! taken from a MAC over name and content, so that the same content under the same name is the same file and is not
//! fetched again; whoever sees two files learns whether they are the same and nothing more (RFC 5297 has the argument
//! for synthetic nonces; 96 bits of it are enough for the millions of files a key ever seals).

use crate::PacketError;
use crate::id::Bytes;
use crate::random::CryptoRng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

const MARK: &[u8] = b"tram extract 1\n";
/// Bytes of a key: one half encrypts, the other makes nonces.
const LENGTH: usize = 64;

/// What a centre seals extracts with, and what it gives to stations in good standing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtractKey(Bytes);

impl Drop for ExtractKey {
    fn drop(&mut self) {
        self.0.0.zeroize();
    }
}

impl fmt::Debug for ExtractKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExtractKey")
    }
}

impl ExtractKey {
    /// A new key.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let mut bytes = vec![0; LENGTH];
        random.fill_bytes(&mut bytes);
        Self(Bytes(bytes))
    }

    /// A key from the bytes it is kept as.
    ///
    /// # Errors
    /// [`PacketError::Key`] when they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        if bytes.len() == LENGTH { Ok(Self(Bytes(bytes.to_vec()))) } else { Err(unusable()) }
    }

    /// The bytes to keep, secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.0.clone())
    }

    /// A file of this name and content.
    ///
    /// # Errors
    /// [`PacketError::Key`] when the key is none.
    pub fn seal(&self, name: &str, content: &[u8]) -> Result<Vec<u8>, PacketError> {
        let (key, naming) = self.halves()?;
        let mut mac = hmac::Context::with_key(&naming);
        mac.update(&(name.len() as u64).to_be_bytes());
        mac.update(name.as_bytes());
        mac.update(content);
        let tag = mac.sign();
        let nonce: [u8; NONCE_LEN] = *tag.as_ref().first_chunk().ok_or_else(unusable)?;
        let mut sealed = content.to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(name.as_bytes()),
            &mut sealed,
        )
        .map_err(|_too_long| PacketError::TooLarge { what: "extract" })?;
        Ok([MARK, &nonce, &sealed].concat())
    }

    /// The content of a file that was sealed under this name.
    ///
    /// # Errors
    /// [`PacketError::Format`] when it is none, [`PacketError::Decrypt`] when it is of another key or name.
    pub fn open(&self, name: &str, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        let rest = file.strip_prefix(MARK).and_then(|rest| rest.split_first_chunk::<NONCE_LEN>());
        let (nonce, sealed) = rest.ok_or(PacketError::Format { what: "extract" })?;
        let (key, _) = self.halves()?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = key
            .open_in_place(nonce, Aad::from(name.as_bytes()), &mut opened)
            .map_err(|_forged| PacketError::Decrypt)?
            .len();
        opened.truncate(length);
        Ok(opened)
    }

    fn halves(&self) -> Result<(LessSafeKey, hmac::Key), PacketError> {
        let (encrypts, names) = self.0.0.split_at_checked(LENGTH / 2).ok_or_else(unusable)?;
        let key = UnboundKey::new(&AES_256_GCM, encrypts).map_err(|_length| unusable())?;
        Ok((LessSafeKey::new(key), hmac::Key::new(hmac::HMAC_SHA256, names)))
    }
}

fn unusable() -> PacketError {
    PacketError::Key { what: "not an extract's key" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn what_is_sealed_is_opened_under_its_name_and_no_other_way() {
        let key = ExtractKey::generate(&mut random::system());
        let kept = ExtractKey::from_bytes(&key.to_bytes()).unwrap();
        for content in [b"".as_slice(), b"TEST", vec![7; 100_000].as_slice()] {
            let sealed = key.seal("population-022-07", content).unwrap();
            assert_eq!(sealed, kept.seal("population-022-07", content).unwrap(), "the same file each time");
            assert_eq!(*kept.open("population-022-07", &sealed).unwrap(), content);
            assert_eq!(key.open("population-022-08", &sealed), Err(PacketError::Decrypt));
            assert_ne!(key.seal("population-022-08", content).unwrap(), sealed);
            let stranger = ExtractKey::generate(&mut random::system());
            assert_eq!(stranger.open("population-022-07", &sealed), Err(PacketError::Decrypt));
            for at in [0, MARK.len(), MARK.len() + NONCE_LEN, sealed.len() - 1] {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(key.open("population-022-07", &changed).is_err(), "byte {at}");
            }
            for cut in [0, MARK.len() + 3, sealed.len() - 1] {
                assert!(key.open("population-022-07", &sealed[..cut]).is_err(), "cut at {cut}");
            }
        }
        assert!(ExtractKey::from_bytes(&[0; 32]).is_err());
    }
}
