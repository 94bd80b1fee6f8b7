//! Secrets under a passphrase. Opening an officer's key is the sign-in check: the AEAD's tag verifies or it does not.

use crate::PacketError;
use crate::id::Bytes;
use crate::keys::OfficerKey;
use crate::random::CryptoRng;
use argon2::{Algorithm, Argon2, Params, Version};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// What a guess costs: the parameters of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argon2Cost {
    /// Memory in KiB, at most 256 MiB.
    pub memory_kib: u32,
    /// Passes, at most 16.
    pub passes: u32,
    /// Lanes, at most 4.
    pub lanes: u32,
}

impl Argon2Cost {
    /// What the product uses: 64 MiB, three passes, one lane.
    pub const PRODUCT: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    /// A hostile record must not make sign-in take the machine's memory or the day.
    fn params(self) -> Result<Params, PacketError> {
        let bounded = self.memory_kib <= 256 * 1024 && self.passes <= 16 && self.lanes <= 4;
        bounded
            .then(|| Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok())
            .flatten()
            .ok_or(PacketError::Key { what: "the cost of its passphrase is out of bounds" })
    }
}

/// A secret that a passphrase opens: Argon2id, then AES-256-GCM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    cost: Argon2Cost,
    salt: Bytes,
    nonce: Bytes,
    ciphertext: Bytes,
}

impl SealedSecret {
    /// The secret under this passphrase.
    ///
    /// # Errors
    /// [`PacketError::Key`] when the cost is out of bounds.
    pub fn seal(
        secret: &[u8],
        passphrase: &str,
        cost: Argon2Cost,
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        let (mut salt, mut nonce) = ([0; 16], [0; NONCE_LEN]);
        random.fill_bytes(&mut salt);
        random.fill_bytes(&mut nonce);
        let mut sealed = secret.to_vec();
        cipher(passphrase, cost, &salt)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .map_err(|ring::error::Unspecified| PacketError::Key { what: "sealing failed" })?;
        Ok(Self { cost, salt: Bytes(salt.into()), nonce: Bytes(nonce.into()), ciphertext: Bytes(sealed) })
    }

    /// The secret, if this is its passphrase. Takes about 0.2 s at the product's cost: never on the thread that draws.
    ///
    /// # Errors
    /// [`PacketError::Passphrase`], or [`PacketError::Key`] when the record itself is unusable.
    pub fn open(&self, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        let nonce = Nonce::try_assume_unique_for_key(&self.nonce.0)
            .map_err(|ring::error::Unspecified| PacketError::Key { what: "its nonce has a wrong length" })?;
        let cipher = cipher(passphrase, self.cost, &self.salt.0)?;
        let mut sealed = Zeroizing::new(self.ciphertext.0.clone());
        let length = cipher
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(|ring::error::Unspecified| PacketError::Passphrase)?
            .len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// An officer's key that a passphrase opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedKey(SealedSecret);

impl SealedKey {
    /// The key under this passphrase.
    ///
    /// # Errors
    /// [`PacketError::Key`] when the cost is out of bounds.
    pub fn seal(
        key: &OfficerKey,
        passphrase: &str,
        cost: Argon2Cost,
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        SealedSecret::seal(key.seed(), passphrase, cost, random).map(Self)
    }

    /// The key, if this is its passphrase: the sign-in check. As slow as [`SealedSecret::open`].
    ///
    /// # Errors
    /// [`PacketError::Passphrase`], or [`PacketError::Key`] when the record itself is unusable.
    pub fn open(&self, passphrase: &str) -> Result<OfficerKey, PacketError> {
        OfficerKey::from_seed(&self.0.open(passphrase)?)
    }

    /// The same key under a new passphrase, when the old one is known.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`seal`](Self::seal).
    pub fn change(
        &self,
        old: &str,
        new: &str,
        cost: Argon2Cost,
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        Self::seal(&self.open(old)?, new, cost, random)
    }
}

/// Passphrases are compared in NFC, since two keyboards write one Vietnamese word in two ways (RFC 8265, 4.2).
fn cipher(passphrase: &str, cost: Argon2Cost, salt: &[u8]) -> Result<LessSafeKey, PacketError> {
    let passphrase = Zeroizing::new(passphrase.nfc().collect::<String>());
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(|_salt| PacketError::Key { what: "its salt has a wrong length" })?;
    UnboundKey::new(&AES_256_GCM, key.as_ref())
        .map(LessSafeKey::new)
        .map_err(|ring::error::Unspecified| PacketError::Key { what: "not a key of 32 bytes" })
}
