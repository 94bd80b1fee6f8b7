//! The station's certificate renewed in time: at two thirds of its life, for the key the station has. A centre that
//! refuses or is away changes nothing: the old certificate goes on, and is let in to deliver even after its last day.

use crate::centre::Centre;
use crate::error::SyncError;
use crate::join::Membership;
use crate::protocol::JoinAnswer;
use time::OffsetDateTime;
use tram_packet::{Algorithm, PublicKey};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// From when to when a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Its first moment.
    pub from: OffsetDateTime,
    /// Its last.
    pub until: OffsetDateTime,
}

impl Validity {
    /// Of a certificate, X.509 in DER.
    ///
    /// # Errors
    /// [`SyncError::Identity`] when it is none.
    pub fn of(certificate: &[u8]) -> Result<Self, SyncError> {
        let validity = parse(certificate)?.validity().clone();
        Ok(Self { from: validity.not_before.to_datetime(), until: validity.not_after.to_datetime() })
    }

    /// Whether two thirds of its life are over.
    pub fn is_due(self, now: OffsetDateTime) -> bool {
        now >= self.from + (self.until - self.from) * 2 / 3
    }
}

/// Whose key a certificate names.
///
/// # Errors
/// [`SyncError::Identity`] when it is none, or of a key that no station has.
pub fn certified_key(certificate: &[u8]) -> Result<PublicKey, SyncError> {
    let parsed = parse(certificate)?;
    let key = parsed.public_key().subject_public_key.data.as_ref();
    PublicKey::new(Algorithm::Es256, key.to_vec()).map_err(|_no_key| SyncError::Identity)
}

fn parse(certificate: &[u8]) -> Result<X509Certificate<'_>, SyncError> {
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_malformed| SyncError::Identity)?;
    Ok(parsed)
}

impl Membership {
    /// Whether the certificate is to be renewed now.
    ///
    /// # Errors
    /// [`SyncError::Identity`] when the one that is kept is damaged.
    pub fn is_renewal_due(&self, now: OffsetDateTime) -> Result<bool, SyncError> {
        Ok(Validity::of(&self.station.certificate.0)?.is_due(now))
    }

    /// The same membership with a new certificate for the same key and a further block of numbers; nothing else of what the
    /// centre answers is taken.
    ///
    /// # Errors
    /// [`SyncError::NotRenewed`] when the answer is for another station or key, or ends no later than the one there
    /// is; [`SyncError::Exchange`] when the centre refuses or is away.
    pub fn renew(&self, centre: &Centre, key: &PublicKey) -> Result<Self, SyncError> {
        let answer: JoinAnswer = centre.renew()?;
        let certificate = answer.certificate;
        let is_of_key = certified_key(&certificate.0)? == *key;
        let is_later = Validity::of(&certificate.0)?.until > Validity::of(&self.station.certificate.0)?.until;
        if answer.station != self.station.station || !is_of_key || !is_later {
            return Err(SyncError::NotRenewed);
        }
        let (first_number, last_number) = (answer.first_number, answer.last_number);
        let station = JoinAnswer { first_number, last_number, certificate, ..self.station.clone() };
        Ok(Self { address: self.address.clone(), station })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn it_is_due_at_two_thirds_of_its_life() {
        let validity =
            Validity { from: datetime!(2026-01-01 00:00 UTC), until: datetime!(2026-12-27 00:00 UTC) };
        let thirds = [datetime!(2026-08-28 23:59 UTC), datetime!(2026-08-29 00:01 UTC)];
        assert_eq!(thirds.map(|now| validity.is_due(now)), [false, true]);
        assert!(validity.is_due(datetime!(2027-01-01 00:00 UTC)), "also when it ended");
        assert!(matches!(Validity::of(b"TEST"), Err(SyncError::Identity)));
    }
}
