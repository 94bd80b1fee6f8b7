//! What keeps a station from talking to its centre at all.

use crate::transport::Failure;

/// Why a call outside the lane failed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The code is not one that a centre printed.
    #[error("this is not a station code; copy the whole line that the centre printed")]
    Code,
    /// The centre at this address is not the one the code names.
    #[error("the centre at {address} is not the one that gave this code; somebody may be in between")]
    OtherCentre {
        /// Where it was looked for.
        address: String,
    },
    /// The address is no `https://host:port`.
    #[error("{address} is not the address of a centre")]
    Address {
        /// What was given.
        address: String,
    },
    /// A certificate or key cannot be used for TLS.
    #[error("the station's certificate or key cannot be used; admit the station anew")]
    Identity,
    /// The pinned authority is no certificate.
    #[error("the centre's certificate that this station keeps is damaged; admit the station anew")]
    Authority,
    /// What the centre answered is no renewal.
    #[error("the centre's answer is no new certificate for this station's key")]
    NotRenewed,
    /// A signed answer does not verify.
    #[error("the centre's answer is not signed by the key this station trusts")]
    Signature(#[from] tram_packet::PacketError),
    /// The exchange itself failed.
    #[error(transparent)]
    Exchange(#[from] Failure),
}
