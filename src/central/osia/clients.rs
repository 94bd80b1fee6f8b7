//! Other systems: which token is whose, and what it may do.

use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use crate::officers::{from_json, is_id, json, text};
use crate::secret;
use serde::{Deserialize, Serialize};
use tram_packet::Digest;

/// What a token may do, in OSIA's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[allow(missing_docs)] // The words say it.
pub enum Scope {
    #[serde(rename = "enroll.write")]
    #[value(name = "enroll.write")]
    EnrollWrite,
    #[serde(rename = "enroll.read")]
    #[value(name = "enroll.read")]
    EnrollRead,
    #[serde(rename = "enroll.buf.write")]
    #[value(name = "enroll.buf.write")]
    BufferWrite,
    #[serde(rename = "enroll.buf.read")]
    #[value(name = "enroll.buf.read")]
    BufferRead,
    #[serde(rename = "cms.request.write")]
    #[value(name = "cms.request.write")]
    RequestWrite,
    #[serde(rename = "cms.request.read")]
    #[value(name = "cms.request.read")]
    RequestRead,
    #[serde(rename = "cms.credential.write")]
    #[value(name = "cms.credential.write")]
    CredentialWrite,
    #[serde(rename = "cms.credential.read")]
    #[value(name = "cms.credential.read")]
    CredentialRead,
    #[serde(rename = "cms.profile.read")]
    #[value(name = "cms.profile.read")]
    ProfileRead,
}

impl Centre {
    /// Makes a client and gives its token, which is kept nowhere here.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is one of this name.
    pub fn add_client(&self, name: &str, scopes: &[Scope]) -> Result<String, CentralError> {
        if !is_id(name) {
            return Err(CentralError::Setup("a client's name is 2 to 32 of a-z, 0-9, '.', '-'".into()));
        }
        let token = Digest(secret::random()?).to_string();
        let made = self.database.transact(|tx| {
            tx.execute(
                "INSERT INTO client (name, token_sha256, scopes, made_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO NOTHING",
                values![name, Digest::of(token.as_bytes()).to_string(), json(&scopes)?, text(self.now())],
            )
        })?;
        if made == 0 {
            return Err(CentralError::Setup(format!("there is a client {name} already")));
        }
        Ok(token)
    }

    /// Bars a client.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is no such client.
    pub fn revoke_client(&self, name: &str) -> Result<(), CentralError> {
        let revoke = "UPDATE client SET revoked_at = coalesce(revoked_at, ?2) WHERE name = ?1";
        let changed = self.database.transact(|tx| tx.execute(revoke, values![name, text(self.now())]))?;
        if changed == 0 { Err(CentralError::Setup(format!("there is no client {name}"))) } else { Ok(()) }
    }

    /// Whose token this is, and what it may do.
    ///
    /// # Errors
    /// [`CentralError::Database`].
    pub(crate) fn client(&self, token: Digest) -> Result<Option<(String, Vec<Scope>)>, CentralError> {
        let row = self.database.first(
            "SELECT name, scopes FROM client WHERE token_sha256 = ?1 AND revoked_at IS NULL",
            values![token.to_string()],
        )?;
        row.map(|row| Ok((row.get(0)?, from_json(&row.get::<String>(1)?)?))).transpose()
    }
}
