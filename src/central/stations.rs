//! Stations: admitted once with a code, then known by their key and certificate.

use crate::acts::{ActKind, unbar};
use crate::centre::Centre;
use crate::database::{Transaction, values};
use crate::error::{CentralError, Refusal};
use crate::officers::{from_json, json, text};
use crate::secret;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};
use tram_enrollment::CentreAct;
use tram_packet::{Digest, Kid, PublicKey, StationIdentity};
use tram_sync::JoinCode;
use tram_sync::protocol::{Base64, JoinAnswer, JoinRequest};

/// How long a code may be used.
const CODE_DAYS: i64 = 7;
/// Each station has this many dossier numbers of its own.
const BLOCK: u32 = 10_000;
/// Where blocks begin.
const FIRST_BLOCK: u32 = 100_000;
/// The setting that says where the next block begins at the earliest.
const SKIPPED: &str = "skipped_numbers";
/// More blocks than these nobody gives out between two backups.
const LOST_AT_MOST: u32 = 1_000;

/// The one who asks, by the certificate of the connection.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The station's id.
    pub station: String,
    /// Barred: may still deliver what it captured.
    pub revoked: bool,
}

impl Centre {
    /// A one-time code for a station of this office, good for a week.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn station_code(
        &self,
        address: &str,
        office_code: &str,
        office_name: &str,
    ) -> Result<JoinCode, CentralError> {
        let secret = secret::passphrase()?;
        let now = self.now();
        self.database.transact(|tx| {
            tx.execute(
                "INSERT INTO station_code (secret_sha256, office_code, office_name, made_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                values![
                    digest(&secret),
                    office_code,
                    office_name,
                    text(now),
                    text(now + Duration::days(CODE_DAYS))
                ],
            )?;
            Ok(())
        })?;
        let authority = Digest::of(&self.keys.ca_certificate);
        Ok(JoinCode { address: address.to_owned(), secret, authority, made_at: now })
    }

    /// Admits a station. The same code with the same key gets the same place again, since answers get lost.
    ///
    /// # Errors
    /// [`Refusal`] when the code is unknown, used or too old, or the key is not the asker's.
    pub fn admit(&self, request: &JoinRequest) -> Result<JoinAnswer, CentralError> {
        let no = |detail: &str| Refusal::new(StatusCode::FORBIDDEN, "code", detail);
        if !request.is_proven() {
            return Err(no("the request is not signed by the key it names").into());
        }
        let kid = request.public_key.kid();
        let now = self.now();
        let secret = digest(&request.secret);
        let (id, certificate) = self.database.transact(|tx| {
            let code = "SELECT office_code, office_name, expires_at, station FROM station_code WHERE secret_sha256 = ?1";
            let Some(code) = tx.first(code, values![&secret])? else {
                return Err(no("this code is not known; ask for a new one").into());
            };
            let id = match code.get::<Option<String>>(3)? {
                Some(station) if is_key_of(tx, &station, kid)? => station,
                Some(_) => return Err(no("this code was used already; ask for a new one").into()),
                None if code.get::<String>(2)? < text(now) => {
                    return Err(no("this code is too old; ask for a new one").into());
                }
                None => {
                    let office = Office { code: code.get(0)?, name: code.get(1)? };
                    let id = make(tx, &office, &request.public_key, now)?;
                    let used = "UPDATE station_code SET station = ?2 WHERE secret_sha256 = ?1 AND station IS NULL";
                    if tx.execute(used, values![&secret, &id])? != 1 {
                        return Err(no("this code was used already; ask for a new one").into());
                    }
                    id
                }
            };
            let certificate = self.certify(tx, &id, &request.public_key, now)?;
            Ok((id, certificate))
        })?;
        self.place_of(&id, certificate)
    }

    /// A certificate for a station's key, known from now on.
    fn certify(
        &self,
        tx: &Transaction<'_>,
        id: &str,
        key: &PublicKey,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, CentralError> {
        let certificate = self.keys.station_certificate(id, key, now)?;
        tx.execute(
            "INSERT INTO station_certificate (sha256, station, der, issued_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sha256) DO NOTHING",
            values![Digest::of(&certificate).to_string(), id, certificate.clone(), text(now)],
        )?;
        Ok(certificate)
    }

    /// After a restoration: what stations were given since the backup is given to nobody else.
    pub(crate) fn skip_numbers(&self) -> Result<(), CentralError> {
        let next = self.database.transact(next_block)?;
        self.database.set(SKIPPED, &next.saturating_add(LOST_AT_MOST * BLOCK).to_string())
    }

    /// A new certificate for the key a station has, before the old one ends, and a further block of dossier numbers.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn renew(&self, id: &str) -> Result<JoinAnswer, CentralError> {
        let now = self.now();
        let certificate = self.database.transact(|tx| {
            let first = next_block(tx)?;
            tx.execute(
                "UPDATE station SET first_number = ?2, last_number = ?3 WHERE id = ?1",
                values![id, first, first + BLOCK - 1],
            )?;
            let key = tx.first("SELECT public_key FROM station WHERE id = ?1", values![id])?;
            let key = key.ok_or_else(|| CentralError::Setup(format!("there is no station {id}")))?;
            self.certify(tx, id, &from_json(&key.get::<String>(0)?)?, now)
        })?;
        self.place_of(id, certificate)
    }

    fn place_of(&self, id: &str, certificate: Vec<u8>) -> Result<JoinAnswer, CentralError> {
        use tram_packet::Signer as _;
        let row = self.database.first(
            "SELECT office_code, office_name, first_number, last_number FROM station WHERE id = ?1",
            values![id],
        )?;
        let row = row.ok_or_else(|| CentralError::Setup(format!("there is no station {id}")))?;
        Ok(JoinAnswer {
            station: id.to_owned(),
            office_code: row.get(0)?,
            office_name: row.get(1)?,
            first_number: row.get(2)?,
            last_number: row.get(3)?,
            certificate: Base64(certificate),
            ca: Base64(self.keys.ca_certificate.clone()),
            authority: self.keys.authority.public_key().clone(),
            profile: self.profile,
        })
    }

    /// The station with this key. By whichever of this centre's certificates it shows it: one that was renewed after the
    /// backup a centre was restored from is none the register knows.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn caller(&self, key: Kid) -> Result<Option<Caller>, CentralError> {
        let row = self.database.first(
            "SELECT id, revoked_at IS NOT NULL FROM station WHERE kid = ?1",
            values![key.to_string()],
        )?;
        row.map(|row| Ok(Caller { station: row.get(0)?, revoked: row.get(1)? })).transpose()
    }

    /// Bars a station. What it captured may still arrive and waits for a person's decision.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such station.
    pub fn revoke_station(&self, id: &str) -> Result<(), CentralError> {
        self.database.transact(|tx| {
            let now = text(self.now());
            let changed = tx.execute(
                "UPDATE station SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
                values![id, now],
            )?;
            if changed == 0 { Err(CentralError::Setup(format!("there is no station {id}"))) } else { Ok(()) }
        })
    }

    /// Lets a station that was barred in again, where the rules leave that to one person.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when it takes two people, or there is no such station that is barred.
    pub fn unbar_station(&self, id: &str) -> Result<(), CentralError> {
        self.may_be_done_alone(CentreAct::UnbarStation, ActKind::UnbarStation)?;
        self.database.transact(|tx| unbar(tx, "station", id))
    }

    /// Every station's key, also of barred ones.
    pub(crate) fn station_keys(&self) -> Result<BTreeMap<Kid, (StationIdentity, bool)>, CentralError> {
        let rows = "SELECT id, public_key, revoked_at IS NOT NULL FROM station";
        let rows = self.database.query(rows, values![])?;
        rows.iter()
            .map(|row| {
                let identity = StationIdentity { id: row.get(0)?, key: from_json(&row.get::<String>(1)?)? };
                Ok((identity.key.kid(), (identity, row.get(2)?)))
            })
            .collect()
    }
}

/// Where a station stands.
struct Office {
    code: String,
    name: String,
}

/// Makes a station with dossier numbers of its own. Two that are made at one moment get one number: the register takes
/// the first, and the other asks again.
fn make(
    tx: &Transaction<'_>,
    office: &Office,
    key: &PublicKey,
    now: OffsetDateTime,
) -> Result<String, CentralError> {
    let count: u32 = tx.first("SELECT count(*) FROM station", values![])?.map_or(Ok(0), |row| row.get(0))?;
    let (id, first) = (format!("{}-{:02}", office.code, count + 1), next_block(tx)?);
    tx.execute(
        "INSERT INTO station (id, office_code, office_name, public_key, kid, first_number, last_number, admitted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            &id,
            &office.code,
            &office.name,
            json(key)?,
            key.kid().to_string(),
            first,
            first + BLOCK - 1,
            text(now)
        ],
    )?;
    Ok(id)
}

/// Where the next block of dossier numbers begins.
fn next_block(tx: &Transaction<'_>) -> Result<u32, CentralError> {
    let next = tx.first("SELECT max(last_number) + 1 FROM station", values![])?;
    let next = next.map(|row| row.get::<Option<u32>>(0)).transpose()?.flatten().unwrap_or(FIRST_BLOCK);
    let skipped = tx.first("SELECT value FROM setting WHERE name = ?1", values![SKIPPED])?;
    let skipped = skipped.map(|row| row.get::<String>(0)).transpose()?;
    Ok(next.max(skipped.and_then(|skipped| skipped.parse().ok()).unwrap_or(0)))
}

fn is_key_of(db: &Transaction<'_>, station: &str, kid: Kid) -> Result<bool, CentralError> {
    let known = "SELECT id FROM station WHERE id = ?1 AND kid = ?2";
    Ok(db.first(known, values![station, kid.to_string()])?.is_some())
}

fn digest(secret: &str) -> String {
    Digest::of(secret.trim().to_ascii_lowercase().as_bytes()).to_string()
}
