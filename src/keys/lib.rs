//! Where a station's keys rest: in the machine's TPM 2.0, in a PKCS#11 token, in a file under a passphrase, or, for
//! demonstrations, in a file that only its permissions protect.
//!
//! A station has two keys: one that signs packets and TLS handshakes, and the one of its databases. In a TPM or a token
//! the first was made there and never leaves it; the second is sealed by it. One file, `keys.json`, says who holds them
//! and nothing here ever takes another holder than the one it names: where that is missing, the keys are missing, and
//! somebody is told. There is no way back to a weaker one but making new keys and being admitted anew.
//!
//! This crate must never know a database, a network, a screen or a clock.
//!
//! | module | holds |
//! | --- | --- |
//! | [`holding`] | the file, and making and opening what it names |
//! | [`tpm`] | the TPM, over the TCG's software stack |
//! | [`token`] | PKCS#11 tokens |
//! | [`card`] | an officer's own card, to which their key is sealed |
//! | [`error`](mod@error) | what can go wrong |

pub mod card;
pub mod error;
pub mod holding;
pub mod token;
pub mod tpm;

pub use card::{Cards, SealedToCard};
pub use error::KeysError;
pub use holding::{Asked, Keys, Rested, StationSigner, make, open, protection, rest};
pub use token::TokenPlace;
