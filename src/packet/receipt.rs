//! The centre's signed receipt: the only thing that lets a station forget a packet.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Digest, Kid, PacketId};
use crate::keys::{PublicKey, Signer};
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
    /// Counts up each time the centre is restored from a backup: stations then offer again what they still hold.
    pub epoch: u32,
    /// When the centre had stored it.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
}

const FORM: Form = Form { content_type: "application/vnd.tram.receipt+cbor", what: "receipt", largest: 1024 };

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

    /// The receipt, once the centre's key verifies it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`].
    pub fn verify(bytes: &[u8], centre: &PublicKey) -> Result<Self, PacketError> {
        cbor::decode(&cose::parse_sign1(&FORM, bytes)?.verify(centre)?, FORM.what)
    }
}
