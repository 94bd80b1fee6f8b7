//! What holds a station's keys: said on its screen, in its store and in every packet.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What keeps the station's keys from whoever copies its disk, the weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyProtection {
    /// A file's permissions alone: for demonstrations.
    #[default]
    Machine,
    /// A file under a passphrase (Argon2id) that is asked for at every start.
    Passphrase,
    /// A PKCS#11 token: a smart card, a USB token, an HSM. The signing key never leaves it.
    Token,
    /// The machine's TPM 2.0. The signing key never leaves it.
    Tpm,
}

impl fmt::Display for KeyProtection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Machine => "file permissions",
            Self::Passphrase => "a passphrase",
            Self::Token => "a PKCS#11 token",
            Self::Tpm => "the machine's TPM",
        })
    }
}
