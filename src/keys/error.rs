//! What can go wrong with a station's keys.

use std::path::PathBuf;
use tram_packet::{KeyProtection, PacketError};

/// Why keys could not be made or opened. None of these ever leads to other keys by itself.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The station has no keys yet.
    #[error("there are no keys at {0}: join a centre first")]
    Missing(PathBuf),
    /// They are there already, and are never overwritten.
    #[error("there are already keys at {0}")]
    Exists(PathBuf),
    /// The file is not one of keys, or others can read it.
    #[error("the key file {path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The holder is not there, or does not answer.
    #[error("the keys are held by {holder}, which cannot be used: {why}. They are nowhere else")]
    Holder {
        /// Who.
        holder: KeyProtection,
        /// For the technician.
        why: String,
    },
    /// A passphrase or PIN is needed.
    #[error("the keys are held by {0}: its secret is needed")]
    Locked(KeyProtection),
    /// The passphrase or PIN is wrong.
    #[error("this is not the secret of {0}")]
    Wrong(KeyProtection),
    /// An officer's card cannot be used.
    #[error("the officer's card cannot be used: {0}")]
    Card(String),
    /// The card's PIN is wrong.
    #[error("this is not the card's PIN")]
    Pin,
    /// A key is unusable.
    #[error(transparent)]
    Packet(#[from] PacketError),
}

impl KeysError {
    pub(crate) fn tpm(error: tss_esapi::Error) -> Self {
        Self::Holder { holder: KeyProtection::Tpm, why: error.to_string() }
    }

    pub(crate) fn token(error: &cryptoki::error::Error) -> Self {
        use cryptoki::error::{Error, RvError};
        match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _) => {
                Self::Wrong(KeyProtection::Token)
            }
            _ => Self::Holder { holder: KeyProtection::Token, why: error.to_string() },
        }
    }
}
