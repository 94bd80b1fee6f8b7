//! What the lane asks of the store.

use crate::log::Fork;
use crate::reason::Reason;
use tram_packet::{Digest, PacketId, Receipt};

/// The store could not do what was asked, in words for the log; the lane stops until it can.
#[derive(Debug, thiserror::Error)]
#[error("the outbox cannot be used: {0}")]
pub struct OutboxError(pub String);

/// A sealed packet without a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub packet: PacketId,
    /// The SHA-256 of its bytes, as recorded at sealing.
    pub sha256: Digest,
    /// Their number.
    pub size: u64,
    /// How often it failed so far.
    pub attempts: u32,
}

impl Waiting {
    /// Whether a receipt is for exactly these bytes.
    pub(crate) fn is_answered_by(&self, receipt: &Receipt) -> bool {
        receipt.packet == self.packet && receipt.digest == self.sha256
    }
}

/// Sealed packets and what becomes of them. Every call is durable when it returns.
pub trait Outbox {
    /// All packets without a receipt that are not set aside, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn waiting(&mut self) -> Result<Vec<Waiting>, OutboxError>;

    /// All packets without a receipt that are set aside: nobody sends them, and a receipt may still come home for one.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn aside(&mut self) -> Result<Vec<Waiting>, OutboxError>;

    /// So many of a packet's bytes from `offset` on; fewer at its end. Never the whole of a large packet at once.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read(&mut self, packet: PacketId, offset: u64, length: usize) -> Result<Vec<u8>, OutboxError>;

    /// An attempt failed. Called at most as often as the back-off allows.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn record_attempt(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError>;

    /// The centre holds it: the signed receipt, verified. From here on the packet may be purged by policy.
    ///
    /// # Errors
    /// When the store cannot be written; the lane asks for the receipt again.
    fn store_receipt(
        &mut self,
        packet: PacketId,
        signed: &[u8],
        receipt: &Receipt,
    ) -> Result<(), OutboxError>;

    /// The centre will never take it as it is: kept, shown with the reason, not tried again by itself.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn quarantine(&mut self, packet: PacketId, reason: &Reason) -> Result<(), OutboxError>;

    /// The centre was restored from an older backup: every packet still held is waiting again, receipt or not, set aside
    /// or not.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn offer_again(&mut self) -> Result<(), OutboxError>;

    /// The centre's log contradicts what it was: nothing may be purged until a person has settled it.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn distrust(&mut self, fork: &Fork) -> Result<(), OutboxError>;
}
