//! Whom the site trusts: the certificates of device providers and of makers of trust modules.
//!
//! The specification gives a device's certificate one step to its provider's, and ignores what else a signature
//! carries (SBI 1.0, digital ID): the station holds the providers' certificates, a device brings its own.

use crate::SbiError;
use std::path::Path;
use std::{fs, io};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{OID_PKCS1_SHA1WITHRSA, OID_SHA1_WITH_RSA};
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer as _;
use x509_parser::time::ASN1Time;

/// The providers' certificates, DER.
#[derive(Clone, Debug, Default)]
pub struct Anchors(Vec<Vec<u8>>);

impl Anchors {
    /// These certificates; what is none is left out.
    pub fn new(certificates: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(certificates.into_iter().filter(|der| parse(der).is_some()).collect())
    }

    /// The certificates in the files of a folder, PEM or DER. A folder that is not there holds none.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let bytes = fs::read(entry?.path())?;
            if bytes.starts_with(b"-----BEGIN") {
                found.extend(Pem::iter_from_buffer(&bytes).filter_map(Result::ok).map(|pem| pem.contents));
            } else {
                found.push(bytes);
            }
        }
        Ok(Self::new(found))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, DER.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// The device's certificate, once a provider that the site trusts stands behind it today.
    pub(crate) fn check<'a>(
        &self,
        der: &'a [u8],
        now: OffsetDateTime,
    ) -> Result<X509Certificate<'a>, SbiError> {
        let device = parse(der).ok_or_else(|| SbiError::Garbage("a certificate that is none".to_owned()))?;
        let subject = || device.subject().to_string();
        let algorithm = &device.signature_algorithm.algorithm;
        if [OID_PKCS1_SHA1WITHRSA, OID_SHA1_WITH_RSA].contains(algorithm) {
            return Err(SbiError::NoAnchor(format!("{}, with SHA-1", subject())));
        }
        let now = ASN1Time::from(now);
        let provider = self.0.iter().filter_map(|der| parse(der)).find(|provider| {
            provider.subject().as_raw() == device.issuer().as_raw()
                && device.verify_signature(Some(provider.public_key())).is_ok()
        });
        let provider = provider.ok_or_else(|| SbiError::NoAnchor(subject()))?;
        for certificate in [&provider, &device] {
            if !certificate.validity().is_valid_at(now) {
                return Err(SbiError::Expired(certificate.subject().to_string()));
            }
        }
        Ok(device)
    }
}

fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    rest.is_empty().then_some(certificate)
}
