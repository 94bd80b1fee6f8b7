//! Keys that sign: ES256 of stations and centre, Ed25519 of officers.
//!
//! Station keys are ES256, because a TPM has no Ed25519. [`Signer`] is the seam behind which a TPM or a token stands.

use crate::PacketError;
use crate::id::{Bytes, Kid};
use crate::random::CryptoRng;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (RFC 9053, -7).
    #[serde(rename = "ES256")]
    Es256,
    /// `EdDSA` on Ed25519 (RFC 9053, -8).
    #[serde(rename = "EdDSA")]
    Ed25519,
}

/// A public key that verifies signatures. One that exists is well formed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawPublicKey", into = "RawPublicKey")]
pub struct PublicKey {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

/// As it is written: the algorithm and the point.
#[derive(Serialize, Deserialize)]
struct RawPublicKey {
    alg: Algorithm,
    key: Bytes,
}

impl PublicKey {
    /// A key from its bytes: an uncompressed P-256 point of 65 bytes, or the 32 bytes of Ed25519.
    ///
    /// # Errors
    /// [`PacketError::Key`] when the bytes have another length or form.
    pub fn new(algorithm: Algorithm, bytes: Vec<u8>) -> Result<Self, PacketError> {
        let fits = match algorithm {
            Algorithm::Es256 => bytes.len() == 65 && crate::RecipientPublicKey::from_bytes(&bytes).is_ok(),
            Algorithm::Ed25519 => bytes.len() == 32,
        };
        if fits { Ok(Self { algorithm, bytes }) } else { Err(PacketError::Key { what: "not a public key" }) }
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its name.
    pub fn kid(&self) -> Kid {
        Kid::of(&self.bytes)
    }

    /// Whether this key's holder signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.bytes),
            Algorithm::Ed25519 => UnparsedPublicKey::new(&ED25519, &self.bytes),
        }
        .verify(message, signature)
        .is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?} {})", self.algorithm, self.kid())
    }
}

impl TryFrom<RawPublicKey> for PublicKey {
    type Error = PacketError;

    fn try_from(raw: RawPublicKey) -> Result<Self, PacketError> {
        Self::new(raw.alg, raw.key.0)
    }
}

impl From<PublicKey> for RawPublicKey {
    fn from(key: PublicKey) -> Self {
        Self { alg: key.algorithm, key: Bytes(key.bytes) }
    }
}

/// Whatever signs: a key in memory, a TPM, a token.
pub trait Signer {
    /// The key that verifies what this signs.
    fn public_key(&self) -> &PublicKey;

    /// A signature over the message: 64 bytes for either algorithm (r ‖ s for ES256).
    ///
    /// # Errors
    /// [`PacketError::Sign`] when the holder of the key cannot or will not.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError>;
}

/// An ES256 key in memory: of a station, of a centre's receipts and orders, of the authority over reference data.
pub struct Es256Key {
    pair: EcdsaKeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

/// A station's key when it is held in memory.
pub type StationKey = Es256Key;

impl Es256Key {
    /// A new key, from the kernel's random numbers.
    ///
    /// # Errors
    /// [`PacketError::Key`] when there are none.
    pub fn generate() -> Result<Self, PacketError> {
        let random = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|ring::error::Unspecified| PacketError::Key { what: "no random numbers" })?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// A key from its PKCS#8 form.
    ///
    /// # Errors
    /// [`PacketError::Key`] when the bytes are no such key.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, PacketError> {
        let random = ring::rand::SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map_err(|_rejected| PacketError::Key { what: "not a P-256 key in PKCS#8" })?;
        let public = PublicKey::new(Algorithm::Es256, pair.public_key().as_ref().to_vec())?;
        Ok(Self { pair, pkcs8: Zeroizing::new(pkcs8.to_vec()), public })
    }

    /// The private key in PKCS#8, to be kept secret.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }
}

impl Signer for Es256Key {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError> {
        let random = ring::rand::SystemRandom::new();
        let signature =
            self.pair.sign(&random, message).map_err(|ring::error::Unspecified| PacketError::Sign)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl fmt::Debug for Es256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Es256Key({})", self.public.kid())
    }
}

/// An officer's Ed25519 key, in memory between sign-in and lock.
pub struct OfficerKey {
    pair: Ed25519KeyPair,
    seed: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

impl OfficerKey {
    /// A new key.
    ///
    /// # Errors
    /// None that can happen with 32 bytes of seed.
    pub fn generate(random: &mut dyn CryptoRng) -> Result<Self, PacketError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        random.fill_bytes(seed.as_mut());
        Self::from_seed(seed.as_ref())
    }

    /// The key that grows from this seed of 32 bytes (RFC 8032, 5.1.5).
    ///
    /// # Errors
    /// [`PacketError::Key`] for another number of bytes.
    pub fn from_seed(seed: &[u8]) -> Result<Self, PacketError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_rejected| PacketError::Key { what: "not an Ed25519 seed" })?;
        let public = PublicKey::new(Algorithm::Ed25519, pair.public_key().as_ref().to_vec())?;
        Ok(Self { pair, seed: Zeroizing::new(seed.to_vec()), public })
    }

    /// The seed, to be kept secret.
    pub(crate) fn seed(&self) -> &[u8] {
        &self.seed
    }
}

impl Signer for OfficerKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PacketError> {
        Ok(self.pair.sign(message).as_ref().to_vec())
    }
}

impl fmt::Debug for OfficerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficerKey({})", self.public.kid())
    }
}
