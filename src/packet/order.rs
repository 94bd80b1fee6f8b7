//! The centre's signed order to make a card.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Digest, Kid, PacketId};
use crate::keys::{PublicKey, Signer};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, OffsetDateTime};
use tram_enrollment::EnrollmentId;
use uuid::Uuid;

/// Names a card order for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub Uuid);

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The sex a card shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardSex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

time::serde::format_description!(iso_day, Date, "[year]-[month]-[day]");

/// What stands on the card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFields {
    /// Twelve digits.
    pub personal_number: String,
    /// Surname.
    pub surname: String,
    /// Middle and given names, empty where the record has one word only.
    pub given: String,
    /// Date of birth.
    #[serde(with = "iso_day")]
    pub birth: Date,
    /// Sex.
    pub sex: CardSex,
    /// Nationality in Vietnamese.
    pub nationality: String,
    /// Place of residence in words.
    pub residence: String,
    /// Place of registration of birth in words.
    pub birth_registration: String,
    /// Date of issue.
    #[serde(with = "iso_day")]
    pub issued: Date,
    /// Date of expiry, none for a card without limit.
    #[serde(with = "iso_day::option")]
    pub expiry: Option<Date>,
    /// The nine-digit number of the former card.
    pub old_number: Option<String>,
    /// A cancelled personal number.
    pub cancelled_number: Option<String>,
    /// The parents, on the card of a child under six.
    pub parents: Vec<String>,
}

impl fmt::Debug for CardFields {
    /// Nothing of the person: personal data never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardFields").finish_non_exhaustive()
    }
}

/// Make this card for this enrollment. The portrait is the station's own sample, named by id and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOrder {
    /// Names the order.
    pub id: OrderId,
    /// The enrollment it answers.
    pub enrollment: EnrollmentId,
    /// The packet it answers.
    pub packet: PacketId,
    /// The card product: names a template.
    pub product: String,
    /// What stands on it.
    pub fields: CardFields,
    /// The portrait sample ([`SampleRole::PortraitCard`](crate::SampleRole::PortraitCard)), 16 bytes; none for a child under six.
    pub portrait: Option<PortraitName>,
    /// Whether the card must say that it is a specimen.
    pub specimen: bool,
    /// When it was ordered.
    #[serde(with = "time::serde::rfc3339")]
    pub ordered_at: OffsetDateTime,
}

/// Names the portrait of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitName {
    /// The sample's id.
    #[serde(with = "crate::contents::sample_id")]
    pub sample: tram_biometric::SampleId,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

const FORM: Form =
    Form { content_type: "application/vnd.tram.card-order+cbor", what: "card order", largest: 16 * 1024 };

impl CardOrder {
    /// The order under the centre's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`].
    pub fn sign(&self, centre: &dyn Signer) -> Result<Vec<u8>, PacketError> {
        cose::sign1(&FORM, cbor::encode(self)?, centre)
    }

    /// The key an order claims to be signed by.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn signed_by(bytes: &[u8]) -> Result<Kid, PacketError> {
        Ok(cose::parse_sign1(&FORM, bytes)?.kid())
    }

    /// The order, once the centre's key verifies it.
    ///
    /// # Errors
    /// [`PacketError::Signature`], [`PacketError::Format`].
    pub fn verify(bytes: &[u8], centre: &PublicKey) -> Result<Self, PacketError> {
        cbor::decode(&cose::parse_sign1(&FORM, bytes)?.verify(centre)?, FORM.what)
    }
}
