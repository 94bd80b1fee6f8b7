//! Signed statements: `COSE_Sign1`, and `COSE_Sign` for several signers (RFC 9052).
//!
//! Every kind of statement has its own content type in the protected header, so that none can pass for another.
//! Key ids are protected, unprotected headers are empty.

use crate::PacketError;
use crate::cbor;
use crate::id::Kid;
use crate::keys::{Algorithm, PublicKey, Signer};
use coset::iana;
use coset::{
    ContentType, CoseSign, CoseSign1, CoseSign1Builder, CoseSignBuilder, CoseSignature, CoseSignatureBuilder,
    Header, HeaderBuilder, RegisteredLabelWithPrivate, TaggedCborSerializable as _,
};

/// A kind of statement.
pub(crate) struct Form {
    /// In the protected header.
    pub(crate) content_type: &'static str,
    /// For errors.
    pub(crate) what: &'static str,
    /// In bytes, signature and all.
    pub(crate) largest: usize,
}

impl Form {
    fn damaged(&self) -> PacketError {
        PacketError::Format { what: self.what }
    }

    fn check_size(&self, bytes: &[u8]) -> Result<(), PacketError> {
        if bytes.len() > self.largest { Err(PacketError::TooLarge { what: self.what }) } else { Ok(()) }
    }

    fn is_type_of(&self, header: &Header) -> bool {
        header.content_type == Some(ContentType::Text(self.content_type.to_owned()))
    }
}

fn iana_algorithm(key: &PublicKey) -> iana::Algorithm {
    match key.algorithm() {
        Algorithm::Es256 => iana::Algorithm::ES256,
        Algorithm::Ed25519 => iana::Algorithm::EdDSA,
    }
}

fn signer_header(key: &PublicKey) -> HeaderBuilder {
    HeaderBuilder::new().algorithm(iana_algorithm(key)).key_id(key.kid().as_bytes().to_vec())
}

/// Whether the header says that this key signed, and nothing else but `content_type` may stand in it.
fn names_key(header: &Header, key: &PublicKey) -> bool {
    header.alg == Some(RegisteredLabelWithPrivate::Assigned(iana_algorithm(key)))
        && header.key_id == key.kid().as_bytes()
        && header.crit.is_empty()
}

/// A payload under one signature.
pub(crate) fn sign1(form: &Form, payload: Vec<u8>, signer: &dyn Signer) -> Result<Vec<u8>, PacketError> {
    let protected = signer_header(signer.public_key()).content_type(form.content_type.to_owned()).build();
    CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .try_create_signature(&[], |message| signer.sign(message))?
        .build()
        .to_tagged_vec()
        .map_err(|_unencodable| form.damaged())
}

/// A statement whose signature has not been checked.
pub(crate) struct Statement<'a> {
    form: &'a Form,
    message: CoseSign1,
    kid: Kid,
}

/// Reads a statement of one signature.
pub(crate) fn parse_sign1<'a>(form: &'a Form, bytes: &[u8]) -> Result<Statement<'a>, PacketError> {
    form.check_size(bytes)?;
    cbor::split_item(bytes, form.what)?;
    let message = CoseSign1::from_tagged_slice(bytes).map_err(|_malformed| form.damaged())?;
    let header = &message.protected.header;
    let kid = Kid::from_slice(&header.key_id).ok_or_else(|| form.damaged())?;
    let is_ours = form.is_type_of(header) && message.unprotected.is_empty() && message.payload.is_some();
    let rewritten = message.clone().to_tagged_vec().map_err(|_unencodable| form.damaged())?;
    if is_ours && rewritten == bytes { Ok(Statement { form, message, kid }) } else { Err(form.damaged()) }
}

impl Statement<'_> {
    /// The key it claims to be signed by.
    pub(crate) fn kid(&self) -> Kid {
        self.kid
    }

    /// The payload, not yet to be believed.
    pub(crate) fn unverified(&self) -> &[u8] {
        self.message.payload.as_deref().unwrap_or_default()
    }

    /// The payload, once this key verifies it.
    pub(crate) fn verify(self, key: &PublicKey) -> Result<Vec<u8>, PacketError> {
        let what = self.form.what;
        if !names_key(&self.message.protected.header, key) {
            return Err(PacketError::UnknownKey { what, kid: self.kid });
        }
        self.message.verify_signature(&[], |signature, message| {
            key.verifies(message, signature).then_some(()).ok_or(PacketError::Signature { what })
        })?;
        Ok(self.message.payload.unwrap_or_default())
    }
}

/// A payload under several signatures, in this order.
pub(crate) fn sign(form: &Form, payload: Vec<u8>, signers: &[&dyn Signer]) -> Result<Vec<u8>, PacketError> {
    let body = HeaderBuilder::new().content_type(form.content_type.to_owned()).build();
    let mut builder = CoseSignBuilder::new().protected(body).payload(payload);
    for signer in signers {
        let signature: CoseSignature =
            CoseSignatureBuilder::new().protected(signer_header(signer.public_key()).build()).build();
        builder = builder.try_add_created_signature(signature, &[], |message| signer.sign(message))?;
    }
    builder.build().to_tagged_vec().map_err(|_unencodable| form.damaged())
}

/// A statement of several signatures, none of which has been checked.
pub(crate) struct Statements<'a> {
    form: &'a Form,
    message: CoseSign,
    kids: Vec<Kid>,
}

/// Reads a statement of two or three signatures.
pub(crate) fn parse_sign<'a>(form: &'a Form, bytes: &[u8]) -> Result<Statements<'a>, PacketError> {
    form.check_size(bytes)?;
    cbor::split_item(bytes, form.what)?;
    let message = CoseSign::from_tagged_slice(bytes).map_err(|_malformed| form.damaged())?;
    let kids = message
        .signatures
        .iter()
        .map(|signature| {
            Kid::from_slice(&signature.protected.header.key_id).filter(|_| signature.unprotected.is_empty())
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| form.damaged())?;
    let is_ours = form.is_type_of(&message.protected.header)
        && message.unprotected.is_empty()
        && message.payload.is_some()
        && (2..=3).contains(&kids.len());
    let rewritten = message.clone().to_tagged_vec().map_err(|_unencodable| form.damaged())?;
    if is_ours && rewritten == bytes { Ok(Statements { form, message, kids }) } else { Err(form.damaged()) }
}

impl Statements<'_> {
    /// The keys it claims to be signed by, in order.
    pub(crate) fn kids(&self) -> &[Kid] {
        &self.kids
    }

    /// What it is, for errors.
    pub(crate) fn what(&self) -> &'static str {
        self.form.what
    }

    /// The payload, not yet to be believed.
    pub(crate) fn unverified(&self) -> &[u8] {
        self.message.payload.as_deref().unwrap_or_default()
    }

    /// Checks the signature at a place.
    pub(crate) fn verify(&self, place: usize, key: &PublicKey) -> Result<(), PacketError> {
        let what = self.form.what;
        let header = self.message.signatures.get(place).map(|signature| &signature.protected.header);
        if !header.is_some_and(|header| names_key(header, key)) {
            return Err(PacketError::UnknownKey { what, kid: key.kid() });
        }
        self.message.verify_signature(place, &[], |signature, message| {
            key.verifies(message, signature).then_some(()).ok_or(PacketError::Signature { what })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OfficerKey, StationKey};

    const FORM: Form = Form { content_type: "application/vnd.tram.test+cbor", what: "test", largest: 1000 };

    #[test]
    fn every_flipped_bit_is_seen_by_one_of_the_signatures() {
        let station = StationKey::generate().unwrap();
        let officer = OfficerKey::from_seed(&[3; 32]).unwrap();
        let signed = sign(&FORM, b"payload".to_vec(), &[&station, &officer]).unwrap();
        let verify = |bytes: &[u8]| -> Result<Vec<u8>, PacketError> {
            let statement = parse_sign(&FORM, bytes)?;
            statement.verify(0, station.public_key())?;
            statement.verify(1, officer.public_key())?;
            Ok(statement.unverified().to_vec())
        };
        assert_eq!(verify(&signed).unwrap(), b"payload");
        for bit in 0..signed.len() * 8 {
            let mut flipped = signed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(verify(&flipped).is_err(), "bit {bit}");
        }
        assert!(parse_sign(&FORM, &vec![0; 1001]).is_err(), "size is bounded before anything is read");
    }

    #[test]
    fn one_signature_or_four_are_not_a_manifests() {
        let station = StationKey::generate().unwrap();
        for count in [0, 1, 4] {
            let signers = vec![&station as &dyn Signer; count];
            let signed = sign(&FORM, b"payload".to_vec(), &signers).unwrap();
            assert!(parse_sign(&FORM, &signed).is_err(), "{count}");
        }
    }
}
