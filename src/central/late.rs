//! Stations whose certificate ended while they were away. What they captured must arrive, so the connection is let in
//! as it would have been on the certificate's last day; whether the station is barred is the register's to say, and a
//! new certificate is theirs to ask for.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::sync::Arc;

/// Verifies client certificates as the one inside does, but for their having ended.
#[derive(Debug)]
pub(crate) struct Late(pub(crate) Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for Late {
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.0.verify_client_cert(end_entity, intermediates, now) {
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
                self.0.verify_client_cert(end_entity, intermediates, not_after)
            }
            verified => verified,
        }
    }

    fn offer_client_auth(&self) -> bool {
        self.0.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.0.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use rustls::RootCertStore;
    use rustls::server::WebPkiClientVerifier;
    use std::time::Duration;
    use time::OffsetDateTime;
    use tram_packet::{Es256Key, Signer as _};

    #[test]
    fn a_certificate_that_ended_is_let_in_and_a_foreign_one_is_not() {
        let made = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
        let authority = |name: &str| {
            let folder = tempfile::tempdir().unwrap();
            Keys::make(&folder.path().join("keys"), name, made).unwrap();
            Keys::open(&folder.path().join("keys")).unwrap()
        };
        let (ours, theirs) = (authority("TEST ours"), authority("TEST theirs"));
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(ours.ca_certificate.clone())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let strict = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let late = Late(strict.clone());
        let key = Es256Key::generate().unwrap();
        let certificate = |keys: &Keys| {
            CertificateDer::from(keys.station_certificate("TEST", key.public_key(), made).unwrap())
        };
        let after = |days: i64| {
            let at = (made + time::Duration::days(days)).unix_timestamp();
            UnixTime::since_unix_epoch(Duration::from_secs(at as u64))
        };
        assert!(strict.verify_client_cert(&certificate(&ours), &[], after(1)).is_ok());
        assert!(strict.verify_client_cert(&certificate(&ours), &[], after(500)).is_err());
        assert!(late.verify_client_cert(&certificate(&ours), &[], after(500)).is_ok());
        for day in [1, 500] {
            assert!(late.verify_client_cert(&certificate(&theirs), &[], after(day)).is_err());
        }
        assert!(late.verify_client_cert(&certificate(&ours), &[], after(-5)).is_err(), "not yet valid");
    }
}
