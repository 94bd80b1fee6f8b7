//! Contents to packet: sign inside, encrypt, sign outside.

use crate::PacketError;
use crate::cbor;
use crate::contents::Contents;
use crate::cose;
use crate::header::{Header, Part, PartKind, SealedPacket};
use crate::hybrid;
use crate::id::{Bytes, Digest, PacketId};
use crate::keys::{RecipientPublicKey, Signer};
use crate::manifest::{self, Manifest, Plain};
use crate::officer::SignedRekey;
use crate::random::CryptoRng;

/// What goes around contents: names, place in the station's chain, keys.
pub struct Envelope<'a> {
    /// Names the packet.
    pub packet: PacketId,
    /// The station's next number, from 1.
    pub sequence: u64,
    /// The digest of the station's packet before, none for its first.
    pub previous: Option<Digest>,
    /// Whom to encrypt to.
    pub recipient: &'a RecipientPublicKey,
    /// Signs inside and outside.
    pub station: &'a dyn Signer,
    /// Signs inside.
    pub officer: &'a dyn Signer,
    /// Signs inside where a rule asks for a second person.
    pub supervisor: Option<&'a dyn Signer>,
    /// The key renewal, when the officer signs with a renewed key.
    pub rekey: Option<&'a SignedRekey>,
}

/// Seals contents. The same contents, envelope and random numbers give the same bytes but for the ES256 signatures.
///
/// # Errors
/// [`PacketError::Sign`] when a key cannot sign, [`PacketError::TooLarge`] when the samples are more than a packet holds.
pub fn seal(
    contents: &Contents,
    envelope: &Envelope<'_>,
    random: &mut dyn CryptoRng,
) -> Result<SealedPacket, PacketError> {
    let mut salt = [0; 16];
    random.fill_bytes(&mut salt);
    let plain = Plain::of(contents, salt)?;
    let rekey = envelope.rekey.map(|statement| Bytes(statement.0.clone()));
    let recipient = envelope.recipient.kid();
    let manifest = Manifest::of(contents, &plain, envelope.packet, recipient, rekey);
    let signers: Vec<&dyn Signer> =
        [envelope.station, envelope.officer].into_iter().chain(envelope.supervisor).collect();
    let signed = cose::sign(&manifest::FORM, cbor::encode(&manifest)?, &signers)?;

    let mut parts = Vec::new();
    let mut ciphertexts = Vec::new();
    for (kind, plaintext) in PartKind::ALL.into_iter().zip([signed, plain.demographics, plain.biometrics]) {
        let info = part_info(envelope.packet, kind)?;
        let ciphertext = hybrid::seal(&plaintext, envelope.recipient, &info, random)?;
        parts.push(Part { kind, size: ciphertext.len() as u64, sha256: Digest::of(&ciphertext) });
        ciphertexts.push(ciphertext);
    }
    let header = Header {
        packet: envelope.packet,
        station: contents.station.clone(),
        sequence: envelope.sequence,
        previous: envelope.previous,
        recipient,
        parts,
    };
    SealedPacket::assemble(&header.sign(envelope.station)?, &ciphertexts)
}

/// HPKE's `info` of a part: a ciphertext opens only in its own packet and as its own kind.
pub(crate) fn part_info(packet: PacketId, kind: PartKind) -> Result<Vec<u8>, PacketError> {
    cbor::encode(&("tram packet v1", packet, kind))
}
