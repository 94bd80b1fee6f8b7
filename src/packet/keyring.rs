//! Whose keys are whose, and who signed a statement of several signatures.

use crate::PacketError;
use crate::cose::Statements;
use crate::id::{Bytes, Kid};
use crate::keys::PublicKey;
use crate::officer::{Rekey, SignedRekey};
use tram_enrollment::{OfficerId, Role};

/// A station whose key is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationIdentity {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: PublicKey,
}

/// An officer whose key is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerIdentity {
    /// The officer's id.
    pub id: OfficerId,
    /// What the officer may do.
    pub role: Role,
    /// The officer's key.
    pub key: PublicKey,
    /// Who vouched for the key at a station; none when the centre made it.
    pub vouched_by: Option<OfficerId>,
}

impl OfficerIdentity {
    /// Whether this person's signature is the second one that the rules ask for beside another's: of somebody else, whose key
    /// nobody at a station had in hand, and who did not have the other's in hand either.
    pub fn is_second_to(&self, first: &Self) -> bool {
        self.id != first.id && self.vouched_by.is_none() && first.vouched_by.as_ref() != Some(&self.id)
    }
}

/// Whose keys are whose. The centre's registers answer this, or a bundle.
pub trait Keyring {
    /// The station with this key, unless it is not to be believed any more.
    fn station(&self, kid: Kid) -> Option<StationIdentity>;

    /// The officer with this key, unless not to be believed any more.
    fn officer(&self, kid: Kid) -> Option<OfficerIdentity>;

    /// The officer of this id, for a key renewal, which names its officer by id.
    fn officer_by_id(&self, id: &OfficerId) -> Option<OfficerIdentity>;
}

/// A key renewal that came with a statement of a station's, once a supervisor of the keyring's verifies it.
pub(crate) fn renewal(
    bytes: Option<&Bytes>,
    station: &str,
    keyring: &dyn Keyring,
) -> Result<Option<Rekey>, PacketError> {
    let Some(bytes) = bytes else { return Ok(None) };
    let statement = SignedRekey(bytes.0.clone());
    let kid = statement.signed_by()?;
    let supervisor = keyring.officer(kid).ok_or(PacketError::UnknownKey { what: "key renewal", kid })?;
    let rekey = statement.verify(&supervisor.key)?;
    if rekey.station != station {
        return Err(PacketError::Mismatch { what: "the station of the key renewal" });
    }
    vouched(&rekey, &supervisor, keyring.officer_by_id(&rekey.officer).map(|officer| officer.role))?;
    Ok(Some(rekey))
}

/// Whether who signed a key renewal may vouch for a key of this officer's: with a key that the centre made, for another
/// person, and for nobody who may do more.
pub(crate) fn vouched(
    rekey: &Rekey,
    supervisor: &OfficerIdentity,
    renewed: Option<Role>,
) -> Result<(), PacketError> {
    let agreements = [
        ("the supervisor of the key renewal", rekey.supervisor == supervisor.id),
        ("the supervisor's own key", supervisor.vouched_by.is_none()),
        ("the officer of the key renewal", rekey.officer != supervisor.id),
        ("the right to renew this key", renewed.is_some_and(|role| supervisor.role.may_renew(role))),
    ];
    match agreements.into_iter().find(|(_, agrees)| !agrees) {
        Some((what, _)) => Err(PacketError::Mismatch { what }),
        None => Ok(()),
    }
}

/// Who signed at a place, once the signature verifies: an officer of the keyring's, or the one a renewal names.
pub(crate) fn signer(
    statement: &Statements<'_>,
    place: usize,
    keyring: &dyn Keyring,
    rekey: Option<&Rekey>,
) -> Result<OfficerIdentity, PacketError> {
    let what = statement.what();
    let kid = *statement.kids().get(place).ok_or(PacketError::Format { what })?;
    let renewed = || {
        let rekey = rekey.filter(|rekey| rekey.public_key.kid() == kid)?;
        let known = keyring.officer_by_id(&rekey.officer)?;
        let vouched_by = Some(rekey.supervisor.clone());
        Some(OfficerIdentity { key: rekey.public_key.clone(), vouched_by, ..known })
    };
    let officer = renewed().or_else(|| keyring.officer(kid)).ok_or(PacketError::UnknownKey { what, kid })?;
    statement.verify(place, &officer.key)?;
    Ok(officer)
}

/// The supervisor who signed after station and officer, if anybody did.
pub(crate) fn second_person(
    statement: &Statements<'_>,
    keyring: &dyn Keyring,
) -> Result<Option<OfficerIdentity>, PacketError> {
    if statement.kids().len() > 2 { signer(statement, 2, keyring, None).map(Some) } else { Ok(None) }
}
