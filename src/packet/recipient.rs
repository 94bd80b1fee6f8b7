//! Keys that packets are encrypted to.
//!
//! Which of the two kinds is the policy of whoever publishes the key: a station encrypts to the kind the reference data
//! name for the day. P-256 is what HSMs hold today; X-Wing (ML-KEM-768 with X25519) keeps what is recorded now from being
//! read once somebody has a quantum computer.

use crate::PacketError;
use crate::id::{Bytes, Kid};
use crate::random::CryptoRng;
use hpke::{Deserializable as _, Kem, Serializable as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

pub(crate) type P256 = hpke::kem::DhP256HkdfSha256;
pub(crate) type XWing = hpke::kem::XWing;

/// An uncompressed point.
const P256_PUBLIC: usize = 65;
const XWING_PUBLIC: usize = 1216;
/// Begins an X-Wing key where it is kept: its seed is as long as a scalar of P-256.
const XWING_MARK: &[u8] = b"X-Wing\n";

/// The private key a centre opens packets with.
pub struct RecipientKey {
    pub(crate) private: Private,
    public: RecipientPublicKey,
}

pub(crate) enum Private {
    /// DHKEM(P-256, HKDF-SHA256) of RFC 9180.
    P256(<P256 as Kem>::PrivateKey),
    /// X-Wing of draft-connolly-cfrg-xwing-kem, as HPKE's KEM 0x647a.
    XWing(Box<<XWing as Kem>::PrivateKey>),
}

impl RecipientKey {
    /// A new key on P-256.
    pub fn generate(random: &mut dyn CryptoRng) -> Self {
        let (private, public) = derive::<P256>(random);
        Self { private: Private::P256(private), public: RecipientPublicKey(Public::P256(public)) }
    }

    /// A new key of X-Wing.
    pub fn generate_xwing(random: &mut dyn CryptoRng) -> Self {
        let (private, public) = derive::<XWing>(random);
        let (private, public) = (Box::new(private), Box::new(public));
        Self { private: Private::XWing(private), public: RecipientPublicKey(Public::XWing(public)) }
    }

    /// A key from the bytes it is kept as.
    ///
    /// # Errors
    /// [`PacketError::Key`] when they are no such key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        if let Some(seed) = bytes.strip_prefix(XWING_MARK) {
            let private = <XWing as Kem>::PrivateKey::from_bytes(seed)
                .map_err(|_rejected| PacketError::Key { what: "not an X-Wing seed" })?;
            let public = RecipientPublicKey(Public::XWing(Box::new(XWing::sk_to_pk(&private))));
            return Ok(Self { private: Private::XWing(Box::new(private)), public });
        }
        let private = <P256 as Kem>::PrivateKey::from_bytes(bytes)
            .map_err(|_rejected| PacketError::Key { what: "not a P-256 private key" })?;
        let public = RecipientPublicKey(Public::P256(P256::sk_to_pk(&private)));
        Ok(Self { private: Private::P256(private), public })
    }

    /// The bytes to keep, secret: 32 of a P-256 key, 39 of an X-Wing key.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match &self.private {
            Private::P256(private) => private.to_bytes().to_vec(),
            Private::XWing(private) => [XWING_MARK, private.to_bytes().as_slice()].concat(),
        })
    }

    /// The public half.
    pub fn public_key(&self) -> &RecipientPublicKey {
        &self.public
    }
}

fn derive<K: Kem>(random: &mut dyn CryptoRng) -> (K::PrivateKey, K::PublicKey) {
    let mut material = [0; 32];
    random.fill_bytes(&mut material);
    let keys = K::derive_keypair(&material);
    material.zeroize();
    keys
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientKey({})", self.public.kid())
    }
}

/// The public key packets are encrypted to.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientPublicKey(pub(crate) Public);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Public {
    P256(<P256 as Kem>::PublicKey),
    XWing(Box<<XWing as Kem>::PublicKey>),
}

impl RecipientPublicKey {
    /// A key from its bytes: an uncompressed P-256 point, 65 bytes, or an X-Wing key, 1216 bytes.
    ///
    /// # Errors
    /// [`PacketError::Key`] when they are neither.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        let public = match bytes.len() {
            P256_PUBLIC => <P256 as Kem>::PublicKey::from_bytes(bytes).map(Public::P256),
            XWING_PUBLIC => {
                <XWing as Kem>::PublicKey::from_bytes(bytes).map(|key| Public::XWing(Box::new(key)))
            }
            _ => return Err(PacketError::Key { what: "not the length of a recipient's key" }),
        };
        public.map(Self).map_err(|_rejected| PacketError::Key { what: "not a recipient's key" })
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Public::P256(key) => key.to_bytes().to_vec(),
            Public::XWing(key) => key.to_bytes().to_vec(),
        }
    }

    /// Its name.
    pub fn kid(&self) -> Kid {
        Kid::of(&self.to_bytes())
    }

    /// Bytes of the encapsulated key before the first chunk.
    pub(crate) fn encapsulated_size(&self) -> usize {
        match &self.0 {
            Public::P256(_) => 65,
            Public::XWing(_) => 1120,
        }
    }
}

impl fmt::Debug for RecipientPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientPublicKey({})", self.kid())
    }
}

impl Serialize for RecipientPublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bytes(self.to_bytes()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RecipientPublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        Self::from_bytes(&bytes).map_err(serde::de::Error::custom)
    }
}
