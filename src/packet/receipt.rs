//! The centre's signed receipt: the only thing that lets a station forget a packet.

use crate::PacketError;
use crate::audit::AuditChain;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Digest, Kid, PacketId};
use crate::keys::{PublicKey, Signer};
use crate::merkle::{self, Tree};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The centre holds this packet, durably.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which packet.
    pub packet: PacketId,
    /// The SHA-256 of the packet's bytes as the centre holds them.
    pub digest: Digest,
    /// Its place in the centre's log, counted from 0.
    pub log_index: u64,
    /// The root of the centre's log once this packet was in it: each receipt signs the whole log so far.
    pub root: Digest,
    /// Proves that the packet is the last leaf under that root (RFC 9162, 2.1.3), lowest first.
    pub path: Vec<Digest>,
    /// The end of the station's audit chain as the packet's head names it: anchored at the centre for good.
    pub audit: AuditChain,
    /// Counts up each time the centre is restored from a backup: stations then offer again what they still hold.
    pub epoch: u32,
    /// When the centre had stored it.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
}

const FORM: Form = Form { content_type: "application/vnd.tram.receipt+cbor", what: "receipt", largest: 4096 };

impl Receipt {
    /// The receipt under the centre's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn sign(&self, centre: &dyn Signer) -> Result<Vec<u8>, PacketError> {
        cose::sign1(&FORM, cbor::encode(self)?, centre)
    }

    /// The key a receipt claims to be signed by.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn signed_by(bytes: &[u8]) -> Result<Kid, PacketError> {
        Ok(cose::parse_sign1(&FORM, bytes)?.kid())
    }

    /// The receipt, once the centre's key verifies it and its path proves the packet to be in the log it signs for.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`], [`PacketError::Mismatch`] when the log does not hold it.
    pub fn verify(bytes: &[u8], centre: &PublicKey) -> Result<Self, PacketError> {
        let receipt: Self = cbor::decode(&cose::parse_sign1(&FORM, bytes)?.verify(centre)?, FORM.what)?;
        let leaf = merkle::leaf(receipt.packet, receipt.digest);
        if merkle::verify_inclusion(leaf, receipt.log_index, receipt.tree(), &receipt.path) {
            Ok(receipt)
        } else {
            Err(PacketError::Mismatch { what: "the receipt's proof" })
        }
    }

    /// The centre's log with this packet as its last leaf.
    pub fn tree(&self) -> Tree {
        Tree { size: self.log_index.saturating_add(1), root: self.root }
    }
}
