//! Encryption to a recipient: HPKE (RFC 9180) base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//!
//! A part is the encapsulated key followed by chunks. HPKE's own sequence number keeps the chunks in order, and the
//! last one says so in its additional data, so that nothing can be cut off; a reader never needs more than one in
//! memory.

use crate::PacketError;
use crate::keys::{Kem, RecipientKey, RecipientPublicKey};
use crate::random::CryptoRng;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::{Deserializable as _, OpModeR, OpModeS, Serializable as _, setup_receiver, setup_sender_with_rng};

/// Plaintext bytes of a chunk; the last one may be shorter, and alone be empty.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// An uncompressed point.
const ENCAPSULATED: usize = 65;
const MORE: &[u8] = &[0];
const LAST: &[u8] = &[1];

/// The plaintext, readable only by the recipient's key and only under the same `info`.
pub(crate) fn seal(
    plaintext: &[u8],
    recipient: &RecipientPublicKey,
    info: &[u8],
    mut random: &mut dyn CryptoRng,
) -> Result<Vec<u8>, PacketError> {
    let failed = |_error| PacketError::Key { what: "encryption failed" };
    let (encapsulated, mut context) =
        setup_sender_with_rng::<AesGcm256, HkdfSha256, Kem>(&OpModeS::Base, &recipient.0, info, &mut random)
            .map_err(failed)?;
    let mut sealed = encapsulated.to_bytes().to_vec();
    let (whole, last) = plaintext.split_at(plaintext.len().saturating_sub(1) / CHUNK * CHUNK);
    for chunk in whole.chunks(CHUNK) {
        sealed.extend(context.seal(chunk, MORE).map_err(failed)?);
    }
    sealed.extend(context.seal(last, LAST).map_err(failed)?);
    Ok(sealed)
}

/// The plaintext of [`seal`].
pub(crate) fn open(sealed: &[u8], key: &RecipientKey, info: &[u8]) -> Result<Vec<u8>, PacketError> {
    let undecryptable = |_error| PacketError::Decrypt;
    let (encapsulated, body) = sealed.split_at_checked(ENCAPSULATED).ok_or(PacketError::Decrypt)?;
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(undecryptable)?;
    let mut context =
        setup_receiver::<AesGcm256, HkdfSha256, Kem>(&OpModeR::Base, &key.private, &encapsulated, info)
            .map_err(undecryptable)?;
    let mut plaintext = Vec::with_capacity(body.len());
    let (whole, last) = body.split_at(body.len().saturating_sub(1) / (CHUNK + TAG) * (CHUNK + TAG));
    for chunk in whole.chunks(CHUNK + TAG) {
        plaintext.extend(context.open(chunk, MORE).map_err(undecryptable)?);
    }
    plaintext.extend(context.open(last, LAST).map_err(undecryptable)?);
    Ok(plaintext)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn chunks_come_back_whole_and_nothing_can_be_cut_off() {
        let key = RecipientKey::generate(&mut random::system());
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plaintext: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let sealed = seal(&plaintext, key.public_key(), b"part", &mut random::system()).unwrap();
            assert!(open(&sealed, &key, b"part").unwrap() == plaintext, "{length}");
            assert_eq!(open(&sealed, &key, b"other"), Err(PacketError::Decrypt));
            let whole_chunks = &sealed[..ENCAPSULATED + (length / CHUNK) * (CHUNK + TAG)];
            if whole_chunks.len() < sealed.len() {
                assert_eq!(open(whole_chunks, &key, b"part"), Err(PacketError::Decrypt), "{length}");
            }
        }
    }
}
