//! What can be wrong with a signed thing.

use crate::id::Kid;

/// Why something was not sealed, not opened or not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// The bytes are not of the format; says where.
    #[error("the {what} is damaged or of an unknown format")]
    Format {
        /// What was read.
        what: &'static str,
    },
    /// Longer than any real one.
    #[error("the {what} is larger than allowed")]
    TooLarge {
        /// What was read.
        what: &'static str,
    },
    /// A signature does not verify: forged, damaged, or made with another key.
    #[error("the signature on the {what} is not valid")]
    Signature {
        /// What was signed.
        what: &'static str,
    },
    /// Signed by a key nobody vouches for.
    #[error("the {what} is signed by key {kid}, which is not known here")]
    UnknownKey {
        /// What was signed.
        what: &'static str,
        /// The key.
        kid: Kid,
    },
    /// Inside and outside, or two parts, do not belong together.
    #[error("the packet contradicts itself: {what} differs")]
    Mismatch {
        /// What differs.
        what: &'static str,
    },
    /// Encrypted to somebody else, or damaged.
    #[error("the packet cannot be decrypted with this key")]
    Decrypt,
    /// The passphrase does not open the key.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// A key's bytes are not a key.
    #[error("the key cannot be used: {what}")]
    Key {
        /// Why.
        what: &'static str,
    },
    /// Signing failed, for example in a token that was pulled.
    #[error("the key could not sign")]
    Sign,
    /// The medium a packet is read from or written to failed.
    #[error("the packet's bytes cannot be read or written: {0}")]
    Io(String),
    /// Older than what is already in use.
    #[error("edition {offered} of the reference data is older than edition {held}, which is in use")]
    Rollback {
        /// In use.
        held: u32,
        /// Refused.
        offered: u32,
    },
}

impl From<std::io::Error> for PacketError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
