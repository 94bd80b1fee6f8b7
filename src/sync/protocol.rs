//! The messages between station and centre, as JSON. Bytes are Base64, digests and ids as in their own types.
//!
//! | request | what it does |
//! | --- | --- |
//! | `POST /v1/packets` | announces a packet: [`Announce`] → [`Announced`]; again is harmless |
//! | `HEAD`, `PATCH /v1/uploads/{id}` | tus 1.0 with `checksum`; `POST /v1/uploads` creates for foreign clients |
//! | `GET /v1/packets/{id}/receipt` | the signed receipt (200), not yet (202), refused (422) |
//! | `POST /v1/deeds` | a [`SignedDeed`](tram_packet::SignedDeed), before the packet that brings it; again is harmless (204) |
//! | `POST /v1/receipts:query` | [`ReceiptQuery`] → [`ReceiptAnswer`] |
//! | `GET /v1/checkpoint` | [`Checkpoint`] of the centre's log |
//! | `GET /v1/checkpoint/consistency?earlier=N&size=M` | the path from one size of the log to the other |
//! | `GET /v1/log/checkpoint`, `GET /v1/log/tile/…` | the log for whoever watches it (C2SP tlog-tiles) |
//! | `GET /v1/reference` | the signed reference bundle; `ETag` is its edition |
//! | `GET /v1/sets/metadata/FILE`, `…/targets/FILE` | the signed sets, a TUF repository |
//! | `GET /v1/extract-key` | what the sets' files are opened with, for stations in good standing |
//! | `GET /v1/orders?after=N` | [`Orders`] for this station |
//! | `POST /v1/stations` | [`JoinRequest`] → [`JoinAnswer`] |
//! | `POST /v1/certificate` | a new certificate for the key that is shown → [`JoinAnswer`] |
//! | `GET /v1/time?nonce=X` | [`SignedTime`] |
//! | `GET /healthz`, `GET /metrics` | 200 while the register answers; counts for Prometheus |
//!
//! Whatever is refused comes with a [`Problem`] (RFC 9457).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tram_packet::{Digest, PacketError, PacketId, Profile, PublicKey, Signer};

/// The largest chunk a station sends: what a cut can waste at most, in bytes.
pub const LARGEST_CHUNK: usize = 256 * 1024;

/// The most ids in one [`ReceiptQuery`].
pub const MOST_QUERIED: usize = 1000;

/// Bytes in JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl std::fmt::Debug for Base64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// "I hold this packet."
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announce {
    /// Which.
    pub packet: PacketId,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// Their number.
    pub size: u64,
}

/// What the centre says to an announced packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Announced {
    /// It has it, and this is the receipt: a lost answer costs one request, never a second upload.
    Held {
        /// Signed.
        receipt: Base64,
    },
    /// It wants the bytes.
    Wanted {
        /// The path of the upload.
        upload: String,
    },
}

/// "Which of these do you hold?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptQuery {
    /// At most [`MOST_QUERIED`].
    pub packets: Vec<PacketId>,
}

/// The receipts of those that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptAnswer {
    /// Signed receipts, each naming its packet.
    pub receipts: Vec<Base64>,
}

/// How far the centre's log has come. A later one with fewer leaves or another epoch says that the centre was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Counts the restorations.
    pub epoch: u32,
    /// Leaves in the log.
    pub size: u64,
    /// The root of its Merkle tree (RFC 9162).
    pub root: Digest,
}

/// Card orders after a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// In the order they were made.
    pub orders: Vec<NumberedOrder>,
}

/// A card order and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberedOrder {
    /// The cursor to ask with next time.
    pub number: u64,
    /// Signed; see [`tram_packet::CardOrder`].
    pub order: Base64,
}

/// "I have a one-time code; this is my key."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The secret part of the code.
    pub secret: String,
    /// The station's key, which signs its packets and its TLS handshakes.
    pub public_key: PublicKey,
    /// A signature over the secret: the station holds the key.
    pub proof: Base64,
}

impl JoinRequest {
    /// A request for the holder of this key.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn new(secret: &str, key: &dyn Signer) -> Result<Self, PacketError> {
        let proof = Base64(key.sign(&Self::message(secret))?);
        Ok(Self { secret: secret.to_owned(), public_key: key.public_key().clone(), proof })
    }

    /// Whether the station that asks holds the key it names.
    pub fn is_proven(&self) -> bool {
        self.public_key.verifies(&Self::message(&self.secret), &self.proof.0)
    }

    fn message(secret: &str) -> Vec<u8> {
        format!("tram station join 1\n{secret}").into_bytes()
    }
}

/// A station's place in the world, and whom it may trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinAnswer {
    /// Names the station, in packets and certificates.
    pub station: String,
    /// The office's code in the ministry's tree, such as `G01.822.054`: begins every dossier number.
    pub office_code: String,
    /// The office's name, as shown.
    pub office_name: String,
    /// The first dossier number that is this station's own.
    pub first_number: u32,
    /// The last one.
    pub last_number: u32,
    /// The station's certificate, X.509 in DER.
    pub certificate: Base64,
    /// The certificate of the centre's authority, to be pinned; X.509 in DER.
    pub ca: Base64,
    /// Verifies the reference data.
    pub authority: PublicKey,
    /// Service, or a demonstration.
    pub profile: Profile,
}

/// The centre's time, signed with the key that signs reference data, over the station's own nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTime {
    /// The nonce that was asked with.
    pub nonce: String,
    /// The centre's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Over nonce and time.
    pub signature: Base64,
}

impl SignedTime {
    /// The time under the authority's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn sign(nonce: &str, at: OffsetDateTime, authority: &dyn Signer) -> Result<Self, PacketError> {
        let signature = Base64(authority.sign(&Self::message(nonce, at))?);
        Ok(Self { nonce: nonce.to_owned(), at, signature })
    }

    /// The time, if the authority signed it for this nonce.
    pub fn verify(&self, nonce: &str, authority: &PublicKey) -> Option<OffsetDateTime> {
        let signed = authority.verifies(&Self::message(nonce, self.at), &self.signature.0);
        (self.nonce == nonce && signed).then_some(self.at)
    }

    fn message(nonce: &str, at: OffsetDateTime) -> Vec<u8> {
        format!("tram time 1\n{nonce}\n{}", at.format(&Rfc3339).unwrap_or_default()).into_bytes()
    }
}

/// Why the centre refused something (RFC 9457), without personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A word for programs, such as `digest-mismatch`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A sentence for people.
    pub detail: String,
}
