//! What an officer does at a station beside its dossiers, and where the rules say so not alone: gives up a blank card,
//! copies packets out.
//!
//! The statement is signed when it is done, told to the centre as soon as that answers, and travels in the station's next
//! packet by whatever road, so that the centre holds it against its own rules. A packet is never refused or held for it: its
//! citizen has no part in it.

use crate::PacketError;
use crate::cbor;
use crate::cose::{self, Form};
use crate::id::{Bytes, Digest};
use crate::keyring::{self, Keyring, OfficerIdentity};
use crate::keys::Signer;
use crate::officer::SignedRekey;
use crate::order::OrderId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tram_enrollment::{Matter, OfficerId, Right, Role};

/// One packet carries no more of them; the others go with the next.
pub const MOST_IN_A_PACKET: usize = 16;

const FORM: Form = Form {
    content_type: "application/vnd.tram.deed+cbor",
    what: "statement of what was done at a station",
    largest: 8 * 1024,
};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeedKind {
    /// A blank card was given up as spoiled.
    BlankSpoiled {
        /// Which order it was for.
        order: OrderId,
        /// Why, in words.
        reason: String,
    },
    /// Packets left the station in files.
    PacketsExported {
        /// How many.
        packets: u32,
    },
    /// A copy of the database left the station.
    DatabaseCopied,
}

impl DeedKind {
    /// Whether somebody of this role may do it.
    pub fn may_be_done_by(&self, role: Role) -> bool {
        match self {
            Self::BlankSpoiled { .. } => role.may(Right::HandOver),
            Self::PacketsExported { .. } | Self::DatabaseCopied => {
                role.may(Right::Enroll) || role.may(Right::ServiceDevices)
            }
        }
    }

    /// What the rules call it.
    pub fn matter(&self) -> Matter {
        match self {
            Self::BlankSpoiled { .. } => Matter::BlankSpoiled,
            Self::PacketsExported { .. } | Self::DatabaseCopied => Matter::PacketsExported,
        }
    }
}

/// Something done at a station beside its dossiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The station.
    pub station: String,
    /// Who did it; the second signature is this officer's.
    pub officer: OfficerId,
    /// What.
    pub kind: DeedKind,
    /// When, by the station's wall clock.
    pub at: OffsetDateTime,
}

/// As it is signed.
#[derive(Serialize, Deserialize)]
struct Signed {
    station: String,
    officer: OfficerId,
    kind: DeedKind,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// The key renewal the officer's signature rests on, where it does.
    rekey: Option<Bytes>,
}

/// Who signs.
pub struct Signers<'a> {
    /// The station.
    pub station: &'a dyn Signer,
    /// The officer.
    pub officer: &'a dyn Signer,
    /// A second person, where there is one.
    pub supervisor: Option<&'a dyn Signer>,
    /// The key renewal, when the officer signs with a renewed key.
    pub rekey: Option<&'a SignedRekey>,
}

impl Deed {
    /// The statement under everybody's signature.
    ///
    /// # Errors
    /// [`PacketError::Sign`] when a key cannot sign, [`PacketError::TooLarge`] when a reason is far too long.
    pub fn sign(&self, signers: &Signers<'_>) -> Result<SignedDeed, PacketError> {
        let Self { station, officer, kind, at } = self.clone();
        let rekey = signers.rekey.map(|statement| Bytes(statement.0.clone()));
        let payload = cbor::encode(&Signed { station, officer, kind, at, rekey })?;
        let keys: Vec<&dyn Signer> =
            [signers.station, signers.officer].into_iter().chain(signers.supervisor).collect();
        let signed = cose::sign(&FORM, payload, &keys)?;
        if signed.len() > FORM.largest {
            Err(PacketError::TooLarge { what: FORM.what })
        } else {
            Ok(SignedDeed(signed))
        }
    }
}

/// A statement as it is kept and travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDeed(pub Vec<u8>);

/// A statement that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDeed {
    /// What it says.
    pub deed: Deed,
    /// Who signed as officer.
    pub officer: OfficerIdentity,
    /// Who signed as supervisor, if anybody did.
    pub supervisor: Option<OfficerIdentity>,
}

impl SignedDeed {
    /// Names it: it is signed once.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// What it says, not yet to be believed.
    ///
    /// # Errors
    /// [`PacketError::Format`].
    pub fn claimed(&self) -> Result<Deed, PacketError> {
        let statement = cose::parse_sign(&FORM, &self.0)?;
        let Signed { station, officer, kind, at, .. } = cbor::decode(statement.unverified(), FORM.what)?;
        Ok(Deed { station, officer, kind, at })
    }

    /// What it says, once the keyring vouches for everybody who signed.
    ///
    /// # Errors
    /// [`PacketError::Format`], [`PacketError::UnknownKey`], [`PacketError::Signature`], [`PacketError::Mismatch`] when
    /// who signed is not who it says, may not do it, may not sign as a supervisor, or is the officer once more.
    pub fn verify(&self, keyring: &dyn Keyring) -> Result<VerifiedDeed, PacketError> {
        let statement = cose::parse_sign(&FORM, &self.0)?;
        let Signed { station, officer, kind, at, rekey } = cbor::decode(statement.unverified(), FORM.what)?;
        let kid = *statement.kids().first().ok_or(PacketError::Format { what: FORM.what })?;
        let signed_at = keyring.station(kid).ok_or(PacketError::UnknownKey { what: FORM.what, kid })?;
        statement.verify(0, &signed_at.key)?;
        let rekey = keyring::renewal(rekey.as_ref(), &station, keyring)?;
        let signed_by = keyring::signer(&statement, 1, keyring, rekey.as_ref())?;
        let supervisor = keyring::second_person(&statement, keyring)?;
        let is_another =
            |person: &OfficerIdentity| person.id != officer && person.role.may(Right::ApproveException);
        let agreements = [
            ("the station", signed_at.id == station),
            ("the officer", signed_by.id == officer && kind.may_be_done_by(signed_by.role)),
            ("the supervisor", supervisor.as_ref().is_none_or(is_another)),
        ];
        if let Some((what, _)) = agreements.into_iter().find(|(_, agrees)| !agrees) {
            return Err(PacketError::Mismatch { what });
        }
        Ok(VerifiedDeed { deed: Deed { station, officer, kind, at }, officer: signed_by, supervisor })
    }
}
