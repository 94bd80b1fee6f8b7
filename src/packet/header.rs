//! The clear, signed head of a packet, and the packet as bytes: a CBOR sequence of the head and its encrypted parts.
//!
//! Whoever forwards or receives packets can see from the head alone whose packet it is, that every byte is there and
//! that the station signed for it, without being able to read it.

use crate::PacketError;
use crate::audit::AuditChain;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Digest, Hasher, Kid, PacketId};
use crate::keys::{PublicKey, Signer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read;

/// No packet is larger, in bytes.
pub const LARGEST_PACKET: usize = 64 * 1024 * 1024;

/// Bytes read at a stretch.
const STRETCH: usize = 64 * 1024;

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
    /// The end of the station's audit chain before this packet's own entry: every packet anchors the chain.
    pub audit: AuditChain,
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
        self.parts.iter().fold(head as u64, |sum, part| sum.saturating_add(cbor::bytes_size(part.size)))
    }

    fn is_plausible(&self) -> bool {
        self.parts.iter().map(|part| part.kind).eq(PartKind::ALL)
            && self.parts.iter().all(|part| part.size <= LARGEST_PACKET as u64)
            && self.sequence > 0
    }
}

/// What anybody can see of a packet without opening it. One that exists is of a whole packet: its parts have the sizes and
/// digests its head names. Whether the head is to be believed is another question: [`verify`](Self::verify).
#[derive(Clone, PartialEq, Eq)]
pub struct Outside {
    head: Vec<u8>,
    station: Kid,
    header: Header,
    digest: Digest,
    size: u64,
}

impl Outside {
    /// Reads a packet from its first byte to its last, holding little of it in memory.
    ///
    /// # Errors
    /// [`PacketError::TooLarge`], [`PacketError::Format`], or [`PacketError::Mismatch`] when a part is not the one
    /// the head names. [`PacketError::Io`] when the source fails.
    pub fn read(source: &mut dyn Read) -> Result<Self, PacketError> {
        const DAMAGED: PacketError = PacketError::Format { what: "packet" };
        let mut start = Vec::new();
        source.take(FORM.largest as u64).read_to_end(&mut start)?;
        let (head, rest) = cbor::split_item(&start, FORM.what)?;
        let statement = cose::parse_sign1(&FORM, head)?;
        let header: Header = cbor::decode(statement.unverified(), FORM.what)?;
        let size = header.packet_size(head.len());
        if size > LARGEST_PACKET as u64 {
            return Err(PacketError::TooLarge { what: "packet" });
        }
        if !header.is_plausible() {
            return Err(DAMAGED);
        }
        let mut tally = Tally { source: rest.chain(source), whole: Hasher::default() };
        tally.whole.update(head);
        for part in &header.parts {
            // Heads of byte strings in their shortest form only: the size the head implies is the size there is.
            let begins = cbor::bytes_head(part.size);
            let mut begin = vec![0; begins.len()];
            tally.fill(&mut begin)?;
            if begin != begins || tally.part(part.size)? != part.sha256 {
                return Err(PacketError::Mismatch { what: "an encrypted part" });
            }
        }
        if tally.source.read(&mut [0])? != 0 {
            return Err(DAMAGED);
        }
        let digest = tally.whole.finish();
        Ok(Self { head: head.to_vec(), station: statement.kid(), header, digest, size })
    }

    /// Checks the station's signature on the head; since the head names the digest of every part, on all of it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::UnknownKey`].
    pub fn verify(&self, station: &PublicKey) -> Result<&Header, PacketError> {
        Header::verify(&self.head, station)?;
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

    /// Bytes of the whole packet.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The signed head alone.
    pub fn head_bytes(&self) -> &[u8] {
        &self.head
    }

    /// Where the ciphertext of a part begins, and its bytes.
    pub(crate) fn place(&self, kind: PartKind) -> (u64, u64) {
        let mut at = self.head.len() as u64;
        for part in &self.header.parts {
            at += cbor::bytes_head(part.size).len() as u64;
            if part.kind == kind {
                return (at, part.size);
            }
            at += part.size;
        }
        (at, 0)
    }
}

/// Counts and digests what is read.
struct Tally<R> {
    source: R,
    whole: Hasher,
}

impl<R: Read> Tally<R> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), PacketError> {
        let mut filled = 0;
        while let Some(empty) = buffer.get_mut(filled..).filter(|empty| !empty.is_empty()) {
            match self.source.read(empty)? {
                0 => return Err(PacketError::Format { what: "packet" }),
                read => filled += read,
            }
        }
        self.whole.update(buffer);
        Ok(())
    }

    fn part(&mut self, size: u64) -> Result<Digest, PacketError> {
        let mut buffer = vec![0; STRETCH];
        let mut part = Hasher::default();
        let mut left = size;
        while left > 0 {
            let now = buffer.get_mut(..left.min(STRETCH as u64) as usize).unwrap_or_default();
            self.fill(now)?;
            part.update(now);
            left -= now.len() as u64;
        }
        Ok(part.finish())
    }
}

/// A whole packet in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPacket {
    bytes: Vec<u8>,
    outside: Outside,
}

impl SealedPacket {
    /// A packet from its bytes.
    ///
    /// # Errors
    /// As [`Outside::read`].
    pub fn parse(bytes: Vec<u8>) -> Result<Self, PacketError> {
        if bytes.len() > LARGEST_PACKET {
            return Err(PacketError::TooLarge { what: "packet" });
        }
        let outside = Outside::read(&mut bytes.as_slice())?;
        Ok(Self { bytes, outside })
    }

    pub(crate) fn new(bytes: Vec<u8>, outside: Outside) -> Self {
        Self { bytes, outside }
    }

    /// What anybody can see of it.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    /// Checks the station's signature, as [`Outside::verify`].
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::UnknownKey`].
    pub fn verify(&self, station: &PublicKey) -> Result<&Header, PacketError> {
        self.outside.verify(station)
    }

    /// What the head says.
    pub fn header(&self) -> &Header {
        &self.outside.header
    }

    /// The station key the head claims to be signed by.
    pub fn station_kid(&self) -> Kid {
        self.outside.station
    }

    /// The SHA-256 of the whole packet.
    pub fn digest(&self) -> Digest {
        self.outside.digest
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
        &self.outside.head
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outside({}, {} bytes)", self.header.packet, self.size)
    }
}

impl fmt::Debug for SealedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedPacket({}, {} bytes)", self.header().packet, self.bytes.len())
    }
}
