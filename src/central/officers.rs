//! Officers: made here, carried to stations in the reference data.

use crate::acts::{ActKind, unbar};
use crate::centre::Centre;
use crate::database::{Transaction, values};
use crate::error::CentralError;
use crate::secret;
use std::collections::BTreeMap;
use time::{Date, Duration, OffsetDateTime};
use tram_enrollment::{CentreAct, OfficerId, Role};
use tram_packet::{
    Argon2Cost, Kid, OfficerIdentity, OfficerKey, OfficerRecord, PublicKey, SealedKey, Signer as _, random,
};

/// How long an officer may sign in without being renewed.
const VALID_DAYS: i64 = 365;

/// Who an officer is.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Typed at sign-in.
    pub id: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Rank or title.
    pub title: &'a str,
    /// What they may do.
    pub role: Role,
}

impl Centre {
    /// Makes an officer with this passphrase. The next edition of the reference data carries it.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when the id is taken or not of the form.
    pub fn add_officer(&self, person: Person<'_>, passphrase: &str) -> Result<(), CentralError> {
        if !is_id(person.id) {
            return Err(CentralError::Setup("an officer's id is 2 to 32 of a-z, 0-9, '.', '-'".into()));
        }
        let record = self.new_record(person, passphrase)?;
        self.database.transact(|tx| {
            let made = tx.execute(
                "INSERT INTO officer (id, record) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING",
                values![person.id, json(&record)?],
            )?;
            if made == 0 {
                return Err(CentralError::Setup(format!("there is an officer {} already", person.id)));
            }
            store_key(tx, &record.identity(), self.now())
        })
    }

    /// Gives an officer a new key under a new passphrase, which is returned. Former keys are believed for what they signed
    /// until now; what they sign later waits for a person's decision.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such officer.
    pub fn reset_officer(&self, id: &str) -> Result<String, CentralError> {
        let (held, _) = self.officer(id)?;
        let passphrase = secret::passphrase()?;
        let person = Person { id, name: &held.name, title: &held.title, role: held.role };
        let record = self.new_record(person, &passphrase)?;
        self.database.transact(|tx| {
            tx.execute("UPDATE officer SET record = ?2 WHERE id = ?1", values![id, json(&record)?])?;
            let now = self.now();
            tx.execute(
                "UPDATE officer_key SET until = ?2 WHERE officer = ?1 AND until IS NULL",
                values![id, text(now)],
            )?;
            store_key(tx, &record.identity(), now)
        })?;
        Ok(passphrase)
    }

    /// Bars an officer from signing in anywhere. What they captured stays.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such officer.
    pub fn revoke_officer(&self, id: &str) -> Result<(), CentralError> {
        self.officer(id)?;
        self.database.transact(|tx| {
            let now = text(self.now());
            tx.execute(
                "UPDATE officer SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
                values![id, now],
            )?;
            Ok(())
        })
    }

    /// Lets an officer who was barred sign in again, where the rules leave that to one person.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it takes two people, or there is no such officer who is barred.
    pub fn unbar_officer(&self, id: &str) -> Result<(), CentralError> {
        self.may_be_done_alone(CentreAct::UnbarOfficer, ActKind::UnbarOfficer)?;
        self.database.transact(|tx| unbar(tx, "officer", id))
    }

    /// Every officer, and whether they are barred.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn officers(&self) -> Result<Vec<(OfficerRecord, bool)>, CentralError> {
        let rows = "SELECT record, revoked_at IS NOT NULL FROM officer ORDER BY id";
        let rows = self.database.query(rows, values![])?;
        rows.iter().map(|row| Ok((from_json(&row.get::<String>(0)?)?, row.get(1)?))).collect()
    }

    fn officer(&self, id: &str) -> Result<(OfficerRecord, bool), CentralError> {
        self.officers()?
            .into_iter()
            .find(|(record, _)| record.id.0 == id)
            .ok_or_else(|| CentralError::Setup(format!("there is no officer {id}")))
    }

    /// Every key that any officer ever signed with, also of barred ones.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn officer_keys(&self) -> Result<BTreeMap<Kid, (OfficerIdentity, bool)>, CentralError> {
        let officers: BTreeMap<OfficerId, (OfficerRecord, bool)> =
            self.officers()?.into_iter().map(|officer| (officer.0.id.clone(), officer)).collect();
        let mut keys = BTreeMap::new();
        for row in self.database.query("SELECT officer, key FROM officer_key", values![])? {
            let Some((record, revoked)) = officers.get(&OfficerId(row.get(0)?)) else { continue };
            let key: PublicKey = from_json(&row.get::<String>(1)?)?;
            let identity = OfficerIdentity { key, ..record.identity() };
            keys.insert(identity.key.kid(), (identity, *revoked));
        }
        Ok(keys)
    }

    fn new_record(&self, person: Person<'_>, passphrase: &str) -> Result<OfficerRecord, CentralError> {
        let mut random = random::system();
        let key = OfficerKey::generate(&mut random)?;
        Ok(OfficerRecord {
            id: OfficerId(person.id.into()),
            name: person.name.into(),
            title: person.title.into(),
            role: person.role,
            public_key: key.public_key().clone(),
            sealed_key: SealedKey::seal(&key, passphrase, Argon2Cost::PRODUCT, &mut random)?,
            valid_to: valid_to(self.now()),
        })
    }
}

/// Takes an officer's key over: made here, or vouched for at a station, which the caller verified.
pub(crate) fn store_key(
    tx: &Transaction<'_>,
    officer: &OfficerIdentity,
    now: OffsetDateTime,
) -> Result<(), CentralError> {
    let OfficerIdentity { id, key, vouched_by, .. } = officer;
    tx.execute(
        "INSERT INTO officer_key (kid, officer, key, since, vouched_by) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kid) DO NOTHING",
        values![
            key.kid().to_string(),
            &id.0,
            json(key)?,
            text(now),
            vouched_by.as_ref().map(|person| person.0.as_str())
        ],
    )?;
    Ok(())
}

pub(crate) fn is_id(id: &str) -> bool {
    (2..=32).contains(&id.len())
        && id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-'))
}

fn valid_to(now: OffsetDateTime) -> Date {
    (now + Duration::days(VALID_DAYS)).date()
}

/// A moment as the register writes it.
pub(crate) fn text(at: OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// A moment as the register wrote it.
pub(crate) fn moment(text: &str) -> Result<OffsetDateTime, CentralError> {
    OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
        .map_err(|error| CentralError::Setup(format!("a time in the register is damaged: {error}")))
}

/// A value as the register writes it.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, CentralError> {
    serde_json::to_string(value).map_err(|error| CentralError::Setup(format!("a record: {error}")))
}

/// A value as the register wrote it.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, CentralError> {
    serde_json::from_str(text).map_err(|error| CentralError::Setup(format!("a record is damaged: {error}")))
}
