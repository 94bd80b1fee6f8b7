//! Signed JSON: JWS in compact form (RFC 7515) with the signer's certificate in its header.
//!
//! Taken are RS256 with at least 2048 bits and Ed25519, which is what the specification's table of algorithms leaves for
//! signatures. The certificate is checked before the signature, the signature before the contents are looked at.

use crate::SbiError;
use crate::site::Site;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;
use time::OffsetDateTime;

/// What was signed, and by whom.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) contents: Value,
    /// SHA-256 of the signer's certificate.
    pub(crate) signer: [u8; 32],
}

/// Checks a token and opens it. `name` says in an error what it is.
pub(crate) fn open(
    token: &str,
    name: &'static str,
    site: &Site,
    now: OffsetDateTime,
) -> Result<Signed, SbiError> {
    let not_signed = || SbiError::Garbage(format!("{name} without a signature"));
    let (signed, signature) = token.rsplit_once('.').ok_or_else(not_signed)?;
    let (header, contents) = signed.split_once('.').ok_or_else(not_signed)?;
    let header = json(header).ok_or_else(not_signed)?;
    let certificate = first_certificate(&header).ok_or_else(not_signed)?;
    let device = site.anchors.check(&certificate, now)?;
    let algorithm: &dyn VerificationAlgorithm = match header.get("alg").and_then(Value::as_str) {
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        Some("EdDSA") => &ED25519,
        _ => return Err(SbiError::Signature(name)),
    };
    let signature = decode64(signature).ok_or(SbiError::Signature(name))?;
    let key = UnparsedPublicKey::new(algorithm, &device.public_key().subject_public_key.data);
    key.verify(signed.as_bytes(), &signature).or(Err(SbiError::Signature(name)))?;
    let contents = json(contents).ok_or_else(|| SbiError::Garbage(format!("{name} that is no JSON")))?;
    Ok(Signed { contents, signer: sha256(&certificate) })
}

/// What a token says, unchecked: for listing a device, never for trusting it. Also a token that is not signed, which is
/// the contents alone.
pub(crate) fn peek(token: &str) -> Option<Value> {
    match token.split('.').collect::<Vec<_>>().as_slice() {
        [contents] | [_, contents, _] => json(contents),
        _ => None,
    }
}

/// Whether a token is contents without header and signature, as of an unregistered device.
pub(crate) fn is_unsigned(token: &str) -> bool {
    !token.contains('.')
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&decode64(part)?).ok()
}

/// `x5c` is an array (RFC 7515, 4.1.6) or a single certificate (as the specification's example has it). Only the first
/// counts.
fn first_certificate(header: &Value) -> Option<Vec<u8>> {
    let chain = header.get("x5c")?;
    decode64(chain.as_str().or_else(|| chain.get(0)?.as_str())?)
}

/// Base64 of either alphabet, padded or not: services mix them.
pub(crate) fn decode64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.contains(['+', '/']) {
        return URL_SAFE_NO_PAD.decode(text.replace('+', "-").replace('/', "_")).ok();
    }
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
