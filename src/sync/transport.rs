//! What the lane asks of the wire, and how that fails.

use crate::protocol::{Announce, Announced, Checkpoint};
use std::time::Duration;
use tram_packet::{Digest, PacketId};

/// How much of an upload the centre says it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Bytes from the beginning.
    pub offset: u64,
    /// The whole upload's length as the centre knows it, where it says so.
    pub length: Option<u64>,
}

/// One exchange each. Every one may fail in any way at any time, and every one may be repeated.
pub trait Transport {
    /// Announces a packet.
    ///
    /// # Errors
    /// [`Failure`].
    fn announce(&mut self, announce: &Announce) -> Result<Announced, Failure>;

    /// Asks how much of an upload arrived (tus `HEAD`).
    ///
    /// # Errors
    /// [`Failure`].
    fn received(&mut self, upload: &str) -> Result<Received, Failure>;

    /// Sends the bytes from `offset` on and returns the new offset (tus `PATCH`).
    ///
    /// # Errors
    /// [`Failure`].
    fn append(&mut self, upload: &str, offset: u64, chunk: &[u8]) -> Result<u64, Failure>;

    /// The signed receipt, or `None` while the centre is still at it.
    ///
    /// # Errors
    /// [`Failure`].
    fn receipt(&mut self, packet: PacketId) -> Result<Option<Vec<u8>>, Failure>;

    /// How far the centre's log has come.
    ///
    /// # Errors
    /// [`Failure`].
    fn checkpoint(&mut self) -> Result<Checkpoint, Failure>;

    /// The path that proves the centre's log of `earlier` entries to be the beginning of its log of `size` (RFC 9162,
    /// 2.1.4.1), lowest first.
    ///
    /// # Errors
    /// [`Failure`].
    fn consistency(&mut self, earlier: u64, size: u64) -> Result<Vec<Digest>, Failure>;
}

/// Why an exchange failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection, a cut, or too slow.
    #[error("the centre cannot be reached: {what}")]
    Unreachable {
        /// For the log.
        what: String,
    },
    /// The other end has another certificate, or does not take ours.
    #[error("the centre cannot be trusted: {what}")]
    Untrusted {
        /// For the log.
        what: String,
    },
    /// The centre said no.
    #[error("the centre answered {status}: {detail}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The [`Problem`](crate::protocol::Problem)'s type, empty where there was none.
        kind: String,
        /// The problem's sentence.
        detail: String,
        /// How long the centre asks to wait.
        retry_after: Option<Duration>,
    },
    /// The answer is not of the protocol.
    #[error("the centre answered what it should not: {what}")]
    Garbled {
        /// For the log.
        what: String,
    },
}
