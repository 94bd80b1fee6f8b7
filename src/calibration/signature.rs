//! Signed statements: `COSE_Sign` (RFC 9052) by a person and by the station, over deterministic CBOR.
//!
//! This crate knows no key. Whoever composes the station passes in what signs ([`Signer`]) and what verifies
//! ([`Verifier`]); people sign with Ed25519, stations with ES256, and the order of signatures says in which role.

use crate::CalibrationError;
use coset::{
    ContentType, CoseSign, CoseSignBuilder, CoseSignature, CoseSignatureBuilder, Header, HeaderBuilder,
    RegisteredLabelWithPrivate, TaggedCborSerializable as _, iana,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A certificate with all its figures has some 6 kB.
const LARGEST: usize = 64 * 1024;
/// Deeper nesting than this is none of ours.
const DEEPEST: usize = 16;

/// As whom somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who measured. Ed25519.
    Technician,
    /// Who allows an exception. Ed25519.
    Supervisor,
    /// The station. ES256.
    Station,
}

impl Role {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Technician => "technician",
            Self::Supervisor => "supervisor",
            Self::Station => "station",
        }
    }

    fn algorithm(self) -> iana::Algorithm {
        match self {
            Self::Technician | Self::Supervisor => iana::Algorithm::EdDSA,
            Self::Station => iana::Algorithm::ES256,
        }
    }
}

/// Whatever signs in one role.
pub trait Signer {
    /// The key's name.
    fn kid(&self) -> Vec<u8>;

    /// The signature over a message, 64 bytes; `None` when the key's holder cannot or will not.
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// Whatever knows the keys of technicians, supervisors and stations.
pub trait Verifier {
    /// Whether the key of this name may sign in this role, and signed this message.
    fn verifies(&self, role: Role, kid: &[u8], message: &[u8], signature: &[u8]) -> bool;
}

/// What is signed by a person and the station.
pub trait Statement: Serialize + DeserializeOwned {
    /// In the protected header, so that no statement passes for another kind.
    const CONTENT_TYPE: &'static str;
    /// Who signs, in this order.
    const SIGNERS: [Role; 2];
}

/// A statement as it is kept and sent.
///
/// # Errors
/// [`CalibrationError::Sign`] names who did not sign.
pub fn sign<S: Statement>(statement: &S, signers: [&dyn Signer; 2]) -> Result<Vec<u8>, CalibrationError> {
    let body = HeaderBuilder::new().content_type(S::CONTENT_TYPE.to_owned()).build();
    let mut builder = CoseSignBuilder::new().protected(body).payload(encode(statement)?);
    for (role, signer) in S::SIGNERS.into_iter().zip(signers) {
        let header = HeaderBuilder::new().algorithm(role.algorithm()).key_id(signer.kid()).build();
        let signature: CoseSignature = CoseSignatureBuilder::new().protected(header).build();
        builder = builder.try_add_created_signature(signature, &[], |message| {
            signer.sign(message).ok_or(CalibrationError::Sign(role.name()))
        })?;
    }
    builder.build().to_tagged_vec().map_err(|_unencodable| CalibrationError::Format)
}

/// What a statement says, once both signatures verify.
///
/// # Errors
/// [`CalibrationError::Format`] for anything but the one encoding of such a statement, [`CalibrationError::Signature`]
/// names whose signature is not valid.
pub fn open<S: Statement>(bytes: &[u8], verifier: &dyn Verifier) -> Result<S, CalibrationError> {
    let message = parse::<S>(bytes)?;
    for (index, role) in S::SIGNERS.into_iter().enumerate() {
        let header = message.signatures.get(index).map(|signature| &signature.protected.header);
        let kid = header.map(|header| header.key_id.clone()).unwrap_or_default();
        message.verify_signature(index, &[], |signature, signed| {
            let is_valid = verifier.verifies(role, &kid, signed, signature);
            is_valid.then_some(()).ok_or(CalibrationError::Signature(role.name()))
        })?;
    }
    decode(message.payload.as_deref().unwrap_or_default())
}

/// The keys a statement claims to be signed by, in the order of its roles.
///
/// # Errors
/// [`CalibrationError::Format`].
pub fn kids<S: Statement>(bytes: &[u8]) -> Result<Vec<Vec<u8>>, CalibrationError> {
    let message = parse::<S>(bytes)?;
    Ok(message.signatures.iter().map(|signature| signature.protected.header.key_id.clone()).collect())
}

fn parse<S: Statement>(bytes: &[u8]) -> Result<CoseSign, CalibrationError> {
    if bytes.len() > LARGEST {
        return Err(CalibrationError::Format);
    }
    let message = CoseSign::from_tagged_slice(bytes).map_err(|_malformed| CalibrationError::Format)?;
    let body = &message.protected.header;
    let is_ours = body.content_type == Some(ContentType::Text(S::CONTENT_TYPE.to_owned()))
        && message.unprotected.is_empty()
        && message.signatures.len() == S::SIGNERS.len()
        && message.signatures.iter().zip(S::SIGNERS).all(|(signature, role)| {
            signature.unprotected.is_empty() && names_algorithm(&signature.protected.header, role)
        });
    let rewritten = message.clone().to_tagged_vec().map_err(|_unencodable| CalibrationError::Format)?;
    if is_ours && rewritten == bytes { Ok(message) } else { Err(CalibrationError::Format) }
}

fn names_algorithm(header: &Header, role: Role) -> bool {
    header.alg == Some(RegisteredLabelWithPrivate::Assigned(role.algorithm())) && header.crit.is_empty()
}

/// The one encoding: definite lengths and shortest forms are ciborium's own, and the fields of a statement stand in
/// their sorted order.
fn encode<S: Statement>(statement: &S) -> Result<Vec<u8>, CalibrationError> {
    let mut bytes = Vec::new();
    match ciborium::into_writer(statement, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_unencodable) => Err(CalibrationError::Format),
    }
}

fn decode<S: Statement>(bytes: &[u8]) -> Result<S, CalibrationError> {
    match ciborium::de::from_reader_with_recursion_limit::<S, _>(bytes, DEEPEST) {
        Ok(statement) if encode(&statement)? == bytes => Ok(statement),
        _ => Err(CalibrationError::Format),
    }
}
