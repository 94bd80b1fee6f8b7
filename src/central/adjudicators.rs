//! Adjudicators: people at the centre who compare two enrollments and decide. They are nobody's officers at a station,
//! and what they decide they sign with a key of their own that only their passphrase opens.

use crate::centre::Centre;
use crate::database::{Row, values};
use crate::error::CentralError;
use crate::officers::{from_json, is_id, json, text};
use crate::secret;
use tram_packet::{Argon2Cost, OfficerKey, PacketError, PublicKey, SealedKey, Signer as _, random};

/// An adjudicator.
#[derive(Clone, Debug)]
pub struct Adjudicator {
    /// Typed at sign-in.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Verifies what they signed.
    pub public_key: PublicKey,
    sealed_key: SealedKey,
    /// Barred from signing in.
    pub revoked: bool,
    /// Reads everything and changes nothing.
    pub is_inspector: bool,
}

/// An adjudicator who gave the passphrase.
pub struct SignedIn {
    /// Who.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Reads everything and changes nothing.
    pub is_inspector: bool,
    pub(crate) key: OfficerKey,
}

/// What somebody is there for at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskRole {
    /// Decides cases.
    Adjudicator,
    /// Reads everything and changes nothing.
    Inspector,
}

impl DeskRole {
    fn name(self) -> &'static str {
        match self {
            Self::Adjudicator => "adjudicator",
            Self::Inspector => "inspector",
        }
    }
}

impl Centre {
    /// Makes an adjudicator, or an inspector.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the id is not of the form, or is taken.
    pub fn make_adjudicator(
        &self,
        id: &str,
        name: &str,
        passphrase: &str,
        role: DeskRole,
    ) -> Result<(), CentralError> {
        if !is_id(id) {
            return Err(CentralError::Setup("an adjudicator's id is 2 to 32 of a-z, 0-9, '.', '-'".into()));
        }
        let (public, sealed) = fresh_key(passphrase)?;
        let insert = "INSERT INTO adjudicator (id, name, public_key, sealed_key, made_at, role)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING";
        let values = values![id, name, public, sealed, text(self.now()), role.name()];
        let made = self.database.transact(|tx| tx.execute(insert, values))?;
        if made == 0 {
            Err(CentralError::Setup(format!("there is an adjudicator {id} already")))
        } else {
            Ok(())
        }
    }

    /// Gives an adjudicator who forgot it a new key under a new passphrase, which is returned.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such adjudicator.
    pub fn reset_adjudicator(&self, id: &str) -> Result<String, CentralError> {
        let passphrase = secret::passphrase()?;
        let (public, sealed) = fresh_key(&passphrase)?;
        let reset = "UPDATE adjudicator SET public_key = ?2, sealed_key = ?3, made_at = ?4 WHERE id = ?1";
        let values = values![id, public, sealed, text(self.now())];
        let changed = self.database.transact(|tx| tx.execute(reset, values))?;
        if changed == 0 { Err(nobody(id)) } else { Ok(passphrase) }
    }

    /// Bars an adjudicator. What they decided stays.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such adjudicator.
    pub fn revoke_adjudicator(&self, id: &str) -> Result<(), CentralError> {
        let revoke = "UPDATE adjudicator SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";
        let changed = self.database.transact(|tx| tx.execute(revoke, values![id, text(self.now())]))?;
        if changed == 0 { Err(nobody(id)) } else { Ok(()) }
    }

    /// All adjudicators.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn adjudicators(&self) -> Result<Vec<Adjudicator>, CentralError> {
        let rows =
            "SELECT id, name, public_key, sealed_key, revoked_at IS NOT NULL, role = 'inspector' FROM adjudicator
             ORDER BY id";
        self.database.query(rows, values![])?.iter().map(read).collect()
    }

    fn adjudicator(&self, id: &str) -> Result<Option<Adjudicator>, CentralError> {
        Ok(self.adjudicators()?.into_iter().find(|adjudicator| adjudicator.id == id))
    }

    /// The adjudicator, if this is the passphrase; takes as long whether there is such a person or not.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn sign_in(&self, id: &str, passphrase: &str) -> Result<Option<SignedIn>, CentralError> {
        let known = self.adjudicators()?;
        let meant = known.iter().find(|adjudicator| adjudicator.id == id && !adjudicator.revoked);
        let Some(tried) = meant.or(known.first()) else { return Ok(None) };
        match (tried.sealed_key.open(passphrase), meant) {
            (Ok(key), Some(meant)) => {
                let (id, name) = (meant.id.clone(), meant.name.clone());
                Ok(Some(SignedIn { id, name, is_inspector: meant.is_inspector, key }))
            }
            (Ok(_) | Err(PacketError::Passphrase), _) => Ok(None),
            (Err(other), _) => Err(other.into()),
        }
    }

    /// Whether somebody who signed in may still decide.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn may_decide(&self, who: &SignedIn) -> Result<bool, CentralError> {
        let known = self.adjudicator(&who.id)?;
        let may = |known: Adjudicator| {
            !known.revoked && !known.is_inspector && known.public_key == *who.key.public_key()
        };
        Ok(known.is_some_and(may))
    }
}

fn read(row: &Row) -> Result<Adjudicator, CentralError> {
    Ok(Adjudicator {
        id: row.get(0)?,
        name: row.get(1)?,
        public_key: from_json(&row.get::<String>(2)?)?,
        sealed_key: from_json(&row.get::<String>(3)?)?,
        revoked: row.get(4)?,
        is_inspector: row.get(5)?,
    })
}

/// A new key as it is kept: its public half, and itself under the passphrase.
fn fresh_key(passphrase: &str) -> Result<(String, String), CentralError> {
    let mut random = random::system();
    let key = OfficerKey::generate(&mut random)?;
    let sealed = SealedKey::seal(&key, passphrase, Argon2Cost::PRODUCT, &mut random)?;
    Ok((json(key.public_key())?, json(&sealed)?))
}

fn nobody(id: &str) -> CentralError {
    CentralError::Setup(format!("there is no adjudicator {id}"))
}
