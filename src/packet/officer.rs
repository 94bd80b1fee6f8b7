//! Officers as the signed reference data names them, and the statement that gives one a new key.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::Kid;
use crate::keyring::OfficerIdentity;
use crate::keys::{PublicKey, Signer};
use crate::sealed_key::SealedKey;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use tram_enrollment::{OfficerId, Role};

/// An officer: made at the centre, carried to the stations in the reference data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerRecord {
    /// Typed at sign-in.
    pub id: OfficerId,
    /// Full name.
    pub name: String,
    /// Rank or title, as shown beside the name.
    pub title: String,
    /// What the officer may do.
    pub role: Role,
    /// Verifies what the officer signs.
    pub public_key: PublicKey,
    /// The private key under the officer's passphrase.
    pub sealed_key: SealedKey,
    /// Last day on which the officer may sign in.
    pub valid_to: Date,
}

impl OfficerRecord {
    /// Whose key this record says it is.
    pub fn identity(&self) -> OfficerIdentity {
        OfficerIdentity {
            id: self.id.clone(),
            role: self.role,
            key: self.public_key.clone(),
            vouched_by: None,
        }
    }
}

/// Gives an officer who forgot the passphrase a new key, made at the station and signed by a supervisor whom the
/// reference data names. It holds until the centre publishes the officer anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rekey {
    /// Whose key.
    pub officer: OfficerId,
    /// The new key.
    pub public_key: PublicKey,
    /// The new key under the new passphrase.
    pub sealed_key: SealedKey,
    /// Who vouches for it.
    pub supervisor: OfficerId,
    /// The station it was made at.
    pub station: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
}

const FORM: Form =
    Form { content_type: "application/vnd.tram.rekey+cbor", what: "key renewal", largest: 4096 };

impl Rekey {
    /// The statement, signed by the supervisor's own key.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn sign(&self, supervisor: &dyn Signer) -> Result<SignedRekey, PacketError> {
        cose::sign1(&FORM, cbor::encode(self)?, supervisor).map(SignedRekey)
    }
}

/// A key renewal as it travels: in the station's settings and inside every packet signed with the new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRekey(pub Vec<u8>);

impl SignedRekey {
    /// The key it claims to be signed by, to look up the supervisor with.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn signed_by(&self) -> Result<Kid, PacketError> {
        Ok(cose::parse_sign1(&FORM, &self.0)?.kid())
    }

    /// The statement, once the supervisor's key verifies it. That this supervisor may vouch for it is the caller's to check;
    /// [`ReferenceBundle::rekeyed`](crate::ReferenceBundle::rekeyed) does.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`].
    pub fn verify(&self, supervisor: &PublicKey) -> Result<Rekey, PacketError> {
        cbor::decode(&cose::parse_sign1(&FORM, &self.0)?.verify(supervisor)?, FORM.what)
    }
}
