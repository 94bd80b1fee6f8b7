//! How a station is admitted: the centre's operator prints a one-time code, the station shows it once.
//!
//! The code is one line: address, secret, the digest of the centre's authority, so that the very first contact is already
//! with the right centre and nobody in between, and when it was made, so that a machine whose clock battery is dead can
//! judge the centre's certificate.

use crate::centre::Centre;
use crate::error::SyncError;
use crate::protocol::{JoinAnswer, JoinRequest};
use crate::tls::Identity;
use crate::way::Way;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use time::OffsetDateTime;
use tram_packet::{Digest, Signer};

/// A one-time code, as `https://host:port#secret.digest.seconds`.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinCode {
    /// The centre, as `https://host:port`.
    pub address: String,
    /// Known to the centre only by its digest, and good once.
    pub secret: String,
    /// SHA-256 of the authority's certificate.
    pub authority: Digest,
    /// When it was made, to the second.
    pub made_at: OffsetDateTime,
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}.{}.{}", self.address, self.secret, self.authority, self.made_at.unix_timestamp())
    }
}

impl fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinCode({})", self.address)
    }
}

impl FromStr for JoinCode {
    type Err = SyncError;

    fn from_str(text: &str) -> Result<Self, SyncError> {
        let (address, rest) = text.trim().split_once('#').ok_or(SyncError::Code)?;
        let (secret, rest) = rest.split_once('.').ok_or(SyncError::Code)?;
        let (digest, seconds) = rest.split_once('.').ok_or(SyncError::Code)?;
        let authority = Digest::from_hex(digest).ok_or(SyncError::Code)?;
        let seconds = seconds.parse().map_err(|_no_number| SyncError::Code)?;
        let made_at = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_no_time| SyncError::Code)?;
        if secret.is_empty() || !address.starts_with("https://") {
            return Err(SyncError::Code);
        }
        Ok(Self { address: address.into(), secret: secret.into(), authority, made_at })
    }
}

/// All a station keeps of having been admitted, beside its own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The centre, as `https://host:port`.
    pub address: String,
    /// The station's place.
    pub station: JoinAnswer,
}

/// Shows the code and the station's key to the centre. To be repeated with the same key when the answer is lost.
///
/// # Errors
/// [`SyncError::OtherCentre`] when the authority is not the one the code names; else what [`Centre`] says.
pub fn join(code: &JoinCode, key: &dyn Signer, way: Way) -> Result<Membership, SyncError> {
    let request = JoinRequest::new(&code.secret, key)?;
    let station: JoinAnswer =
        Centre::pinned(&code.address, code.authority, way)?.post("/v1/stations", &request)?;
    if Digest::of(&station.ca.0) != code.authority {
        return Err(SyncError::OtherCentre { address: code.address.clone() });
    }
    Ok(Membership { address: code.address.clone(), station })
}

impl Membership {
    /// The centre, with this station's key.
    ///
    /// # Errors
    /// [`SyncError`] when what was kept is damaged.
    pub fn centre(&self, key: Arc<dyn Signer + Send + Sync>, way: Way) -> Result<Centre, SyncError> {
        let identity = Identity { certificate: self.station.certificate.0.clone(), key };
        Centre::new(&self.address, &self.station.ca.0, Some(&identity), way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_line_and_nothing_else_is_a_code() {
        let code = JoinCode {
            address: "https://127.0.0.1:8443".into(),
            secret: "QX7P-M2KD".into(),
            authority: Digest::of(b"TEST authority"),
            made_at: OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap(),
        };
        assert_eq!(code.to_string().parse::<JoinCode>().unwrap(), code);
        let digest = code.authority;
        let damaged = [
            format!("http://a#b.{digest}.1"),
            format!("https://a#b.{digest}"),
            format!("https://a#b.{digest}.x"),
        ];
        for wrong in
            ["", "https://a#b", "https://a#b.00.1", "a.b#c"].map(str::to_owned).iter().chain(&damaged)
        {
            assert!(wrong.parse::<JoinCode>().is_err(), "{wrong}");
        }
    }
}
