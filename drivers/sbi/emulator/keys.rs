//! The TEST authority, the keys of devices, and JSON signed with them (RFC 7515, compact form, x5c in the header).
// A key of ours that cannot be used is a defect of the emulator.
#![allow(clippy::expect_used, clippy::missing_panics_doc)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, PKCS_ED25519,
    PKCS_RSA_SHA256, SigningKey as _,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

const PROVIDER: &[u8] = include_bytes!("keys/TEST-provider.pk8");
const DEVICE: &[u8] = include_bytes!("keys/TEST-device.pk8");
const OTHER: &[u8] = include_bytes!("keys/TEST-other.pk8");

fn rsa(pkcs8: &[u8]) -> KeyPair {
    KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_RSA_SHA256).expect("a key of ours")
}

fn parameters(name: &str, from: OffsetDateTime, days: i64) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.not_before = from;
    parameters.not_after = from + Duration::days(days);
    parameters
}

/// A provider of devices.
#[derive(Debug)]
pub struct Authority {
    name: &'static str,
    key: KeyPair,
    certificate: Vec<u8>,
}

impl Authority {
    /// The provider that a test site trusts, from the day before `now` for a year.
    pub fn trusted(now: OffsetDateTime) -> Self {
        Self::new("TEST device provider", rsa(PROVIDER), now)
    }

    /// A provider of the same name that no site trusts.
    pub fn impostor(now: OffsetDateTime) -> Self {
        Self::new("TEST device provider", rsa(OTHER), now)
    }

    fn new(name: &'static str, key: KeyPair, now: OffsetDateTime) -> Self {
        let mut parameters = parameters(name, now - Duration::days(1), 365);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).expect("a certificate of ours").der().to_vec();
        Self { name, key, certificate }
    }

    /// The certificate, X.509 in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// A device's RSA key with a certificate from the day before `now` for so many days.
    pub fn rsa_device(&self, name: &str, now: OffsetDateTime, days: i64) -> DeviceKey {
        self.certify(name, rsa(DEVICE), "RS256", now, days)
    }

    /// A device's Ed25519 key, fresh.
    pub fn ed25519_device(&self, name: &str, now: OffsetDateTime) -> DeviceKey {
        let key = KeyPair::generate_for(&PKCS_ED25519).expect("a fresh key");
        self.certify(name, key, "EdDSA", now, 30)
    }

    fn certify(
        &self,
        name: &str,
        key: KeyPair,
        alg: &'static str,
        now: OffsetDateTime,
        days: i64,
    ) -> DeviceKey {
        let issuer = parameters(self.name, now, 1);
        let issuer = Issuer::from_params(&issuer, &self.key);
        let parameters = parameters(&format!("TEST {name}"), now - Duration::days(1), days);
        let certificate = parameters.signed_by(&key, &issuer).expect("a certificate of ours").der().to_vec();
        DeviceKey { key, alg, certificate }
    }
}

/// A key that signs, with its certificate.
#[derive(Debug)]
pub struct DeviceKey {
    key: KeyPair,
    alg: &'static str,
    certificate: Vec<u8>,
}

impl DeviceKey {
    /// Signed JSON.
    pub fn sign(&self, contents: &Value) -> String {
        let header = json!({ "alg": self.alg, "typ": "JWT", "x5c": [STANDARD.encode(&self.certificate)] });
        let signed = [unsigned(&header), unsigned(contents)].join(".");
        let signature = self.key.sign(signed.as_bytes()).expect("a signature of ours");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// JSON that nobody signed.
pub fn unsigned(contents: &Value) -> String {
    URL_SAFE_NO_PAD.encode(contents.to_string())
}
