//! The reference data a centre sends to its stations: rules, officers, and the centre's own keys, under one signature.
//!
//! The payload is JSON, since people read and compare editions; the signature is over its bytes.

use crate::PacketError;
use crate::cose::{self, Form};
use crate::id::{Digest, Kid};
use crate::keyring::vouched;
use crate::keys::{PublicKey, Signer};
use crate::officer::{OfficerRecord, Rekey, SignedRekey};
use crate::recipient::RecipientPublicKey;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use tram_enrollment::OfficerId;
use tram_enrollment::reference::Rules;

/// Whether a centre registers people or demonstrates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Refuses everything virtual, synthetic or TEST.
    Service,
    /// Demonstration, training, tests; everything made under it is marked TEST.
    Test,
}

/// A key packets may be encrypted to, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The key.
    pub key: RecipientPublicKey,
    /// First day.
    pub not_before: Date,
    /// Last day.
    pub not_after: Date,
}

/// One edition of the reference data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceBundle {
    /// Counts up; a lower one is never taken again.
    pub edition: u32,
    /// When it was signed: a station's clock is never behind it.
    #[serde(with = "time::serde::rfc3339")]
    pub issued_at: OffsetDateTime,
    /// Service or test.
    pub profile: Profile,
    /// The centre's name, as shown.
    pub centre: String,
    /// Procedures, policies, lists, units.
    pub rules: Rules,
    /// Everyone who may sign in.
    pub officers: Vec<OfficerRecord>,
    /// Verifies receipts and card orders; during a change, the old and the new one.
    pub centre_keys: Vec<PublicKey>,
    /// What packets are encrypted to.
    pub recipients: Vec<Recipient>,
    /// What each station's database key is wrapped for, so that a dead machine takes nothing with it. Its private half
    /// rests with the ministry, never at the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecipientPublicKey>,
    /// What a courier's file is encrypted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier: Option<RecipientPublicKey>,
    /// The SHA-256 of the first root of the signed sets, of which a station then takes the population's extract and
    /// later editions of this, over the network or from a stick.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<Digest>,
    /// Keys of stations and officers that are no longer trusted.
    pub revoked: Vec<Kid>,
}

const FORM: Form = Form {
    content_type: "application/vnd.tram.reference+json",
    what: "reference data",
    largest: 32 * 1024 * 1024,
};

impl ReferenceBundle {
    /// The bundle under the authority's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn sign(&self, authority: &dyn Signer) -> Result<Vec<u8>, PacketError> {
        let json =
            serde_json::to_vec(self).map_err(|_unserialisable| PacketError::Format { what: FORM.what })?;
        cose::sign1(&FORM, json, authority)
    }

    /// The bundle, once the pinned authority's key verifies it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`], [`PacketError::TooLarge`].
    pub fn verify(bytes: &[u8], authority: &PublicKey) -> Result<Self, PacketError> {
        let json = cose::parse_sign1(&FORM, bytes)?.verify(authority)?;
        serde_json::from_slice(&json).map_err(|_wrong_shape| PacketError::Format { what: FORM.what })
    }

    /// Whether this edition may take the place of the one in use; the same edition may.
    ///
    /// # Errors
    /// [`PacketError::Rollback`] when it is older.
    pub fn may_replace(&self, held: u32) -> Result<(), PacketError> {
        if self.edition < held {
            return Err(PacketError::Rollback { held, offered: self.edition });
        }
        Ok(())
    }

    /// The key to encrypt to on a day: of those in force, the one that is in force longest.
    pub fn recipient_on(&self, day: Date) -> Option<&RecipientPublicKey> {
        self.recipients
            .iter()
            .filter(|recipient| recipient.not_before <= day && day <= recipient.not_after)
            .max_by_key(|recipient| recipient.not_after)
            .map(|recipient| &recipient.key)
    }

    /// The officer of this name.
    pub fn officer(&self, id: &OfficerId) -> Option<&OfficerRecord> {
        self.officers.iter().find(|officer| officer.id == *id)
    }

    /// The centre's key of this name, to verify a receipt or an order with.
    pub fn centre_key(&self, kid: Kid) -> Option<&PublicKey> {
        self.centre_keys.iter().find(|key| key.kid() == kid)
    }

    /// What a key renewal says, if somebody whom this bundle names signed it and may vouch for that officer's key.
    ///
    /// # Errors
    /// [`PacketError::UnknownKey`], [`PacketError::Signature`], or [`PacketError::Mismatch`] when the
    /// supervisor it names is another than the one who signed, or may not renew this officer's key.
    pub fn rekeyed(&self, statement: &SignedRekey) -> Result<Rekey, PacketError> {
        let kid = statement.signed_by()?;
        let supervisor = self
            .officers
            .iter()
            .find(|officer| officer.public_key.kid() == kid && !self.revoked.contains(&kid))
            .map(OfficerRecord::identity)
            .ok_or(PacketError::UnknownKey { what: "key renewal", kid })?;
        let rekey = statement.verify(&supervisor.key)?;
        vouched(&rekey, &supervisor, self.officer(&rekey.officer).map(|officer| officer.role))?;
        Ok(rekey)
    }
}
