//! The centre's keys, in files that only it reads, and the certificates they sign.
//!
//! | file | what it signs or opens |
//! | --- | --- |
//! | `ca.key`, `ca.der` | certificates of stations and of the server |
//! | `authority.key` | reference data and time |
//! | `receipts.key` | receipts and card orders |
//! | `recipient.key`, `recipient-xwing.key` | open packets, whichever stations seal to by the policy; the second is made when it is missing |
//! | `extract.key` | seals the files of signed sets for stations in good standing; made when it is missing |
//! | `log.key` | the log's checkpoints; made when it is missing |

use crate::durable;
use crate::error::CentralError;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm,
};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs;
use std::path::Path;
use time::{Duration, OffsetDateTime};
use tram_packet::{
    Es256Key, ExtractKey, Kid, PublicKey, RecipientKey, RecipientPublicKey, Signer as _, random,
};

/// How long a station's certificate is good.
const STATION_DAYS: i64 = 365;
/// The server's own is made anew at each start.
const SERVER_DAYS: i64 = 397;

/// The keys of a centre.
pub struct Keys {
    ca: KeyPair,
    ca_name: String,
    ca_made_at: OffsetDateTime,
    /// The authority's certificate, X.509 in DER: what stations pin.
    pub ca_certificate: Vec<u8>,
    /// Signs reference data and time.
    pub authority: Es256Key,
    /// Signs receipts and card orders.
    pub receipts: Es256Key,
    /// Opens packets that were sealed to P-256.
    pub recipient: RecipientKey,
    /// Opens packets that were sealed to X-Wing.
    pub xwing: RecipientKey,
    /// Opens couriers' files; a centre made before there were any has none.
    pub courier: Option<RecipientKey>,
    /// What stations wrap their database keys for: the ministry's, whose private half is nowhere here.
    pub recovery: Option<RecipientPublicKey>,
    /// Seals the files of signed sets.
    pub extract: ExtractKey,
    /// Signs the log's checkpoints.
    pub log: Ed25519KeyPair,
}

/// The public half of the ministry's recovery key.
const RECOVERY: &str = "recovery.pub";

impl Keys {
    /// Makes a centre's keys in a folder that does not exist yet. `name` is the authority's, and says TEST where it is one.
    ///
    /// # Errors
    /// [`CentralError::Disk`]; a folder half made is not taken for a whole one.
    pub fn make(folder: &Path, name: &str, now: OffsetDateTime) -> Result<(), CentralError> {
        let beside = folder.with_extension("new");
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        fs::create_dir_all(&beside)?;
        let ca = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = ca_parameters(name, now).self_signed(&ca)?;
        let made_at = now.unix_timestamp().to_string();
        for (file, bytes) in [
            ("ca.key", ca.serialized_der()),
            ("ca.der", certificate.der()),
            ("ca.name", name.as_bytes()),
            ("ca.made", made_at.as_bytes()),
            ("authority.key", &Es256Key::generate()?.to_pkcs8()),
            ("receipts.key", &Es256Key::generate()?.to_pkcs8()),
            ("recipient.key", &RecipientKey::generate(&mut random::system()).to_bytes()),
            ("courier.key", &RecipientKey::generate(&mut random::system()).to_bytes()),
        ] {
            durable::write(&beside.join(file), bytes)?;
        }
        Ok(durable::rename(&beside, folder)?)
    }

    /// The keys in a folder.
    ///
    /// # Errors
    /// [`CentralError::Disk`], or what is wrong with one of them.
    pub fn open(folder: &Path) -> Result<Self, CentralError> {
        let read = |file: &str| fs::read(folder.join(file));
        let text = |file: &str| fs::read_to_string(folder.join(file));
        let pkcs8 = PrivatePkcs8KeyDer::from(read("ca.key")?);
        let made_at = text("ca.made")?.trim().parse().ok();
        Ok(Self {
            ca: KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_ECDSA_P256_SHA256)?,
            ca_name: text("ca.name")?,
            ca_made_at: made_at
                .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
                .ok_or_else(|| CentralError::Setup("keys/ca.made holds no time".into()))?,
            ca_certificate: read("ca.der")?,
            authority: Es256Key::from_pkcs8(&read("authority.key")?)?,
            receipts: Es256Key::from_pkcs8(&read("receipts.key")?)?,
            recipient: RecipientKey::from_bytes(&read("recipient.key")?)?,
            xwing: xwing_key(&folder.join("recipient-xwing.key"))?,
            courier: read("courier.key").ok().map(|bytes| RecipientKey::from_bytes(&bytes)).transpose()?,
            recovery: read(RECOVERY).ok().map(|bytes| RecipientPublicKey::from_bytes(&bytes)).transpose()?,
            extract: extract_key(&folder.join("extract.key"))?,
            log: log_key(&folder.join("log.key"))?,
        })
    }

    /// Makes the ministry's recovery key: the public half is kept here for the stations, the private half is given back, to
    /// be kept where no centre and no station is.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when there is one, [`CentralError::Disk`].
    pub fn make_recovery(folder: &Path, private: &Path) -> Result<(), CentralError> {
        let path = folder.join(RECOVERY);
        if path.exists() {
            return Err(CentralError::Setup("there is a recovery key already".into()));
        }
        let key = RecipientKey::generate(&mut random::system());
        // The half that opens first: stations must never wrap for a key that nobody holds.
        durable::write(private, &key.to_bytes())?;
        Ok(durable::write(&path, &key.public_key().to_bytes())?)
    }

    /// What opens a packet that was sealed to the key of this name; what stations sealed to before the policy changed is
    /// opened as well.
    pub fn opener(&self, recipient: Kid) -> &RecipientKey {
        if self.xwing.public_key().kid() == recipient { &self.xwing } else { &self.recipient }
    }

    /// Verifies receipts.
    pub fn receipts_key(&self) -> &PublicKey {
        self.receipts.public_key()
    }

    /// Verifies the log's checkpoints.
    pub fn log_public(&self) -> &[u8] {
        self.log.public_key().as_ref()
    }

    /// A certificate for a station's key, X.509 in DER.
    ///
    /// # Errors
    /// [`CentralError::Certificate`].
    pub fn station_certificate(
        &self,
        station: &str,
        key: &PublicKey,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, CentralError> {
        let mut parameters = leaf(station, now, STATION_DAYS);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(parameters.signed_by(&StationKey(key), &self.issuer())?.der().to_vec())
    }

    /// A fresh key and certificate for the server under these names and addresses.
    ///
    /// # Errors
    /// [`CentralError::Certificate`].
    pub fn server_certificate(
        &self,
        names: &[String],
        now: OffsetDateTime,
    ) -> Result<(Vec<u8>, PrivateKeyDer<'static>), CentralError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut parameters = CertificateParams::new(names.to_vec())?;
        let dates = leaf("Trạm centre", now, SERVER_DAYS);
        parameters.distinguished_name = dates.distinguished_name;
        parameters.not_before = dates.not_before;
        parameters.not_after = dates.not_after;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = parameters.signed_by(&key, &self.issuer())?.der().to_vec();
        Ok((certificate, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))))
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::new(ca_parameters(&self.ca_name, self.ca_made_at), &self.ca)
    }
}

/// The key in a file. It is there before the policy asks for it, so that every process that serves has it by then.
fn xwing_key(path: &Path) -> Result<RecipientKey, CentralError> {
    if !path.exists() {
        durable::write_first(path, &RecipientKey::generate_xwing(&mut random::system()).to_bytes())?;
    }
    Ok(RecipientKey::from_bytes(&fs::read(path)?)?)
}

fn extract_key(path: &Path) -> Result<ExtractKey, CentralError> {
    if !path.exists() {
        durable::write_first(path, &ExtractKey::generate(&mut random::system()).to_bytes())?;
    }
    Ok(ExtractKey::from_bytes(&fs::read(path)?)?)
}

/// The key in a file. Processes that make it at one moment take the one that came to lie there first.
fn log_key(path: &Path) -> Result<Ed25519KeyPair, CentralError> {
    let unusable = |_error| CentralError::Setup(format!("{} holds no key", path.display()));
    if !path.exists() {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(unusable)?;
        durable::write_first(path, made.as_ref())?;
    }
    let bytes = fs::read(path)?;
    Ed25519KeyPair::from_pkcs8(&bytes)
        .map_err(|_rejected| CentralError::Setup(format!("{} holds no key", path.display())))
}

fn ca_parameters(name: &str, made_at: OffsetDateTime) -> CertificateParams {
    let mut parameters = leaf(name, made_at, 3650);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

/// Valid from a day ago, since stations' clocks are not quite right.
fn leaf(name: &str, now: OffsetDateTime, days: i64) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.not_before = now - Duration::DAY;
    parameters.not_after = now + Duration::days(days);
    parameters
}

/// A station's public key as certificates hold it.
struct StationKey<'a>(&'a PublicKey);

impl PublicKeyData for StationKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}
