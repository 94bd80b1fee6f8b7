//! The clear, signed head of a packet, and the packet as bytes: a CBOR sequence of the head and its encrypted parts.
//!
//! Whoever forwards or receives packets can see from the head alone whose packet it is, that every byte is there and
//! that the station signed for it, without being able to read it.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Digest, Kid, PacketId};
use crate::keys::{PublicKey, Signer};
use serde::{Deserialize, Serialize};
use std::fmt;

/// No packet is larger, in bytes.
pub const LARGEST_PACKET: usize = 64 * 1024 * 1024;

/// What a part holds. Each is encrypted on its own, so that what matches fingers never needs a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Who, when, by which rules, and the digests of the other parts, under the signatures.
    Manifest,
    /// The applicant's fields and consent.
    Demographics,
    /// Samples and exceptions.
    Biometrics,
}

impl PartKind {
    /// The parts of every packet, in order.
    pub const ALL: [Self; 3] = [Self::Manifest, Self::Demographics, Self::Biometrics];
}

/// One encrypted part as the head names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it holds.
    pub kind: PartKind,
    /// Bytes of ciphertext.
    pub size: u64,
    /// SHA-256 of the ciphertext.
    pub sha256: Digest,
}

/// What the head says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Names the packet.
    pub packet: PacketId,
    /// The station's id.
    pub station: String,
    /// Counts the station's packets from 1, without gaps: a gap is a lost packet, a double a cloned station.
    pub sequence: u64,
    /// The digest of the station's packet before this one, none for its first.
    pub previous: Option<Digest>,
    /// The key the parts are encrypted to.
    pub recipient: Kid,
    /// The parts in order.
    pub parts: Vec<Part>,
}

pub(crate) const FORM: Form =
    Form { content_type: "application/vnd.tram.packet-header.v1+cbor", what: "packet's head", largest: 4096 };

impl Header {
    /// The head under the station's signature.
    pub(crate) fn sign(&self, station: &dyn Signer) -> Result<Vec<u8>, PacketError> {
        cose::sign1(&FORM, cbor::encode(self)?, station)
    }

    /// The station key a head claims to be signed by.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn signed_by(bytes: &[u8]) -> Result<Kid, PacketError> {
        Ok(cose::parse_sign1(&FORM, bytes)?.kid())
    }

    /// What a head says, once the station's key verifies it. A head may travel alone, as the announcement of its packet.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::UnknownKey`], [`PacketError::Format`].
    pub fn verify(bytes: &[u8], station: &PublicKey) -> Result<Self, PacketError> {
        let header: Self = cbor::decode(&cose::parse_sign1(&FORM, bytes)?.verify(station)?, FORM.what)?;
        if header.is_plausible() { Ok(header) } else { Err(PacketError::Format { what: FORM.what }) }
    }

    /// The bytes of the whole packet whose head has `head` bytes.
    pub fn packet_size(&self, head: usize) -> u64 {
        self.parts.iter().fold(head as u64, |sum, part| {
            sum.saturating_add(part.size).saturating_add(cbor::head_size(part.size))
        })
    }

    fn is_plausible(&self) -> bool {
        self.parts.iter().map(|part| part.kind).eq(PartKind::ALL)
            && self.parts.iter().all(|part| part.size <= LARGEST_PACKET as u64)
            && self.sequence > 0
    }
}

/// A packet as it is stored and sent. One that exists is whole: its parts have the sizes and digests its head names.
/// Whether the head is to be believed is another question: [`verify`](Self::verify).
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPacket {
    bytes: Vec<u8>,
    head: usize,
    station: Kid,
    header: Header,
    digest: Digest,
}

impl SealedPacket {
    /// A packet from its bytes.
    ///
    /// # Errors
    /// [`PacketError::TooLarge`], [`PacketError::Format`], or [`PacketError::Mismatch`] when a part is not the one
    /// the head names.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, PacketError> {
        const DAMAGED: PacketError = PacketError::Format { what: "packet" };
        if bytes.len() > LARGEST_PACKET {
            return Err(PacketError::TooLarge { what: "packet" });
        }
        let (head, mut rest) = cbor::split_item(&bytes, FORM.what)?;
        let statement = cose::parse_sign1(&FORM, head)?;
        let header: Header = cbor::decode(statement.unverified(), FORM.what)?;
        if !header.is_plausible() {
            return Err(DAMAGED);
        }
        for part in &header.parts {
            let (ciphertext, after) = cbor::split_bytes(rest, "packet")?;
            if ciphertext.len() as u64 != part.size || Digest::of(ciphertext) != part.sha256 {
                return Err(PacketError::Mismatch { what: "an encrypted part" });
            }
            rest = after;
        }
        // Heads of byte strings in their shortest form only: the size the head implies is the size there is.
        if !rest.is_empty() || header.packet_size(head.len()) != bytes.len() as u64 {
            return Err(DAMAGED);
        }
        let (head, station) = (head.len(), statement.kid());
        Ok(Self { digest: Digest::of(&bytes), head, station, header, bytes })
    }

    /// The head followed by the parts.
    pub(crate) fn assemble(head: &[u8], parts: &[Vec<u8>]) -> Result<Self, PacketError> {
        let mut bytes = head.to_vec();
        for part in parts {
            cbor::push_bytes(&mut bytes, part);
        }
        Self::parse(bytes)
    }

    /// Checks the station's signature on the head; since the head names the digest of every part, on all of it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::UnknownKey`].
    pub fn verify(&self, station: &PublicKey) -> Result<&Header, PacketError> {
        Header::verify(self.head_bytes(), station)?;
        Ok(&self.header)
    }

    /// What the head says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The station key the head claims to be signed by.
    pub fn station_kid(&self) -> Kid {
        self.station
    }

    /// The SHA-256 of the whole packet: its name among packets, and what the receipt answers to.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The whole packet.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole packet.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The signed head alone.
    pub fn head_bytes(&self) -> &[u8] {
        self.bytes.get(..self.head).unwrap_or_default()
    }

    /// The ciphertext of each part, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.get(self.head..).unwrap_or_default();
        std::iter::from_fn(move || {
            let (ciphertext, after) = cbor::split_bytes(rest, "packet").ok()?;
            rest = after;
            Some(ciphertext)
        })
    }
}

impl fmt::Debug for SealedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedPacket({}, {} bytes)", self.header.packet, self.bytes.len())
    }
}
