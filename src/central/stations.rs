//! Stations: admitted once with a code, then known by their key and certificate.

use crate::centre::Centre;
use crate::error::{CentralError, Refusal};
use crate::officers::{from_json, json, text};
use crate::secret;
use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;
use time::Duration;
use tram_packet::{Digest, Kid, StationIdentity};
use tram_sync::JoinCode;
use tram_sync::protocol::{Base64, JoinAnswer, JoinRequest};

/// How long a code may be used.
const CODE_DAYS: i64 = 7;
/// Each station has this many dossier numbers of its own.
const BLOCK: u32 = 10_000;
/// Where blocks begin.
const FIRST_BLOCK: u32 = 100_000;

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
                params![
                    digest(&secret),
                    office_code,
                    office_name,
                    text(now),
                    text(now + Duration::days(CODE_DAYS))
                ],
            )?;
            Ok(())
        })?;
        Ok(JoinCode { address: address.to_owned(), secret, authority: Digest::of(&self.keys.ca_certificate) })
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
            let code = tx
                .query_row(
                    "SELECT office_code, office_name, expires_at, station FROM station_code WHERE secret_sha256 = ?1",
                    [&secret],
                    |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, Option<String>>(3)?)),
                )
                .optional()?;
            let Some((office_code, office_name, expires_at, used_by)) = code else {
                return Err(no("this code is not known; ask for a new one").into());
            };
            let id = match used_by {
                Some(station) if is_key_of(tx, &station, kid)? => station,
                Some(_) => return Err(no("this code was used already; ask for a new one").into()),
                None if expires_at < text(now) => return Err(no("this code is too old; ask for a new one").into()),
                None => {
                    let count: u32 = tx.query_row("SELECT count(*) FROM station", [], |row| row.get(0))?;
                    let (id, first) = (format!("{office_code}-{:02}", count + 1), FIRST_BLOCK + count * BLOCK);
                    tx.execute(
                        "INSERT INTO station (id, office_code, office_name, public_key, kid, first_number, last_number, admitted_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        params![id, office_code, office_name, json(&request.public_key)?, kid.to_string(), first, first + BLOCK - 1, text(now)],
                    )?;
                    tx.execute("UPDATE station_code SET station = ?2 WHERE secret_sha256 = ?1", [&secret, &id])?;
                    id
                }
            };
            let certificate = self.keys.station_certificate(&id, &request.public_key, now)?;
            tx.execute(
                "INSERT OR IGNORE INTO station_certificate (sha256, station, der, issued_at) VALUES (?1, ?2, ?3, ?4)",
                params![Digest::of(&certificate).to_string(), id, certificate, text(now)],
            )?;
            Ok((id, certificate))
        })?;
        self.place_of(&id, certificate)
    }

    fn place_of(&self, id: &str, certificate: Vec<u8>) -> Result<JoinAnswer, CentralError> {
        use tram_packet::Signer as _;
        self.database.read(|db| {
            let answer = db.query_row(
                "SELECT office_code, office_name, first_number, last_number FROM station WHERE id = ?1",
                [id],
                |row| {
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
                },
            )?;
            Ok(answer)
        })
    }

    /// The station whose certificate this is.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub fn caller(&self, certificate: Digest) -> Result<Option<Caller>, CentralError> {
        self.database.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT station.id, station.revoked_at IS NOT NULL FROM station_certificate
                 JOIN station ON station.id = station_certificate.station WHERE sha256 = ?1",
            )?;
            let row = |row: &rusqlite::Row<'_>| Ok(Caller { station: row.get(0)?, revoked: row.get(1)? });
            Ok(statement.query_row([certificate.to_string()], row).optional()?)
        })
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
                [id, &now],
            )?;
            if changed == 0 { Err(CentralError::Setup(format!("there is no station {id}"))) } else { Ok(()) }
        })
    }

    /// Every station's key, also of barred ones.
    pub(crate) fn station_keys(&self) -> Result<BTreeMap<Kid, (StationIdentity, bool)>, CentralError> {
        let rows: Vec<(String, String, bool)> = self.database.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT id, public_key, revoked_at IS NOT NULL FROM station")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        rows.into_iter()
            .map(|(id, key, revoked)| {
                let identity = StationIdentity { id, key: from_json(&key)? };
                Ok((identity.key.kid(), (identity, revoked)))
            })
            .collect()
    }
}

fn is_key_of(db: &Connection, station: &str, kid: Kid) -> Result<bool, CentralError> {
    let mut statement = db.prepare("SELECT 1 FROM station WHERE id = ?1 AND kid = ?2")?;
    Ok(statement.exists([station, &kid.to_string()])?)
}

fn digest(secret: &str) -> String {
    Digest::of(secret.trim().to_ascii_lowercase().as_bytes()).to_string()
}
