//! Encryption to a recipient: HPKE (RFC 9180) base mode with DHKEM(P-256, HKDF-SHA256) or, as the recipient's key says,
//! X-Wing; HKDF-SHA256; AES-256-GCM.
//!
//! What is sealed is the encapsulated key followed by chunks. HPKE's own sequence number keeps the chunks in order, and
//! the last one says so in its additional data, so that nothing can be cut off (the STREAM construction of Hoang,
//! Reyhanitabar, Rogaway and Vizár, 2015). Neither side ever holds more than two chunks.

use crate::PacketError;
use crate::random::CryptoRng;
use crate::recipient::{P256, Private, Public, XWing};
use crate::recipient::{RecipientKey, RecipientPublicKey};
use hpke::aead::{AeadCtxR, AeadCtxS, AesGcm256};
use hpke::kdf::HkdfSha256;
use hpke::{
    Deserializable as _, HpkeError, Kem, OpModeR, OpModeS, Serializable as _, setup_receiver,
    setup_sender_with_rng,
};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Plaintext bytes of a chunk; the last one may be shorter, and alone be empty.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const MORE: &[u8] = &[0];
const LAST: &[u8] = &[1];

/// Bytes that so many bytes of plaintext become for this recipient.
pub fn sealed_size(plain: u64, recipient: &RecipientPublicKey) -> u64 {
    let chunks = plain.div_ceil(CHUNK as u64).max(1);
    plain + chunks * TAG as u64 + recipient.encapsulated_size() as u64
}

/// The sending side of an HPKE context, whatever its KEM.
trait Seals: Send {
    fn seal(&mut self, plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, HpkeError>;
}

impl<K: Kem> Seals for AeadCtxS<AesGcm256, HkdfSha256, K>
where
    Self: Send,
{
    fn seal(&mut self, plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, HpkeError> {
        Self::seal(self, plain, aad)
    }
}

/// The receiving side.
trait Opens: Send {
    fn open(&mut self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, HpkeError>;
}

impl<K: Kem> Opens for AeadCtxR<AesGcm256, HkdfSha256, K>
where
    Self: Send,
{
    fn open(&mut self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, HpkeError> {
        Self::open(self, sealed, aad)
    }
}

/// The encapsulated key, and what seals after it.
fn sender<K: Kem + 'static>(
    recipient: &K::PublicKey,
    info: &[u8],
    mut random: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, Box<dyn Seals>), PacketError>
where
    AeadCtxS<AesGcm256, HkdfSha256, K>: Send,
{
    let (encapsulated, context) =
        setup_sender_with_rng::<AesGcm256, HkdfSha256, K>(&OpModeS::Base, recipient, info, &mut random)
            .map_err(unsealable)?;
    Ok((encapsulated.to_bytes().to_vec(), Box::new(context)))
}

fn receiver<K: Kem + 'static>(
    key: &K::PrivateKey,
    encapsulated: &[u8],
    info: &[u8],
) -> Result<Box<dyn Opens>, PacketError>
where
    AeadCtxR<AesGcm256, HkdfSha256, K>: Send,
{
    let encapsulated = K::EncappedKey::from_bytes(encapsulated).map_err(undecryptable)?;
    let context = setup_receiver::<AesGcm256, HkdfSha256, K>(&OpModeR::Base, key, &encapsulated, info)
        .map_err(undecryptable)?;
    Ok(Box::new(context))
}

fn unsealable(_error: HpkeError) -> PacketError {
    PacketError::Key { what: "encryption failed" }
}

fn undecryptable(_error: HpkeError) -> PacketError {
    PacketError::Decrypt
}

/// Encrypts what is pushed and writes it on, readable only by the recipient's key and only under the same `info`.
pub struct Sealer<W> {
    sink: W,
    context: Box<dyn Seals>,
    /// Not sealed before more comes: the last chunk is sealed as the last.
    chunk: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    /// Begins with the encapsulated key.
    ///
    /// # Errors
    /// [`PacketError::Io`] when the sink fails.
    pub fn new(
        mut sink: W,
        recipient: &RecipientPublicKey,
        info: &[u8],
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        let (encapsulated, context) = match &recipient.0 {
            Public::P256(key) => sender::<P256>(key, info, random)?,
            Public::XWing(key) => sender::<XWing>(key, info, random)?,
        };
        sink.write_all(&encapsulated)?;
        Ok(Self { sink, context, chunk: Zeroizing::new(Vec::with_capacity(CHUNK)) })
    }

    /// Takes more plaintext.
    ///
    /// # Errors
    /// [`PacketError::Io`] when the sink fails.
    pub fn push(&mut self, mut plain: &[u8]) -> Result<(), PacketError> {
        while !plain.is_empty() {
            if self.chunk.len() == CHUNK {
                self.sink.write_all(&self.context.seal(&self.chunk, MORE).map_err(unsealable)?)?;
                self.chunk.clear();
            }
            let (now, later) = plain.split_at(plain.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    /// Seals the last chunk; without it nothing can be opened.
    ///
    /// # Errors
    /// [`PacketError::Io`] when the sink fails.
    pub fn finish(mut self) -> Result<W, PacketError> {
        self.sink.write_all(&self.context.seal(&self.chunk, LAST).map_err(unsealable)?)?;
        Ok(self.sink)
    }
}

/// Decrypts what a [`Sealer`] wrote. What it gives is genuine so far; that nothing is missing is known at the end.
pub struct Opener<R> {
    source: R,
    context: Box<dyn Opens>,
    /// The next chunk as it was sealed, read ahead to know whether it is the last.
    ahead: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    given: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    /// Reads the encapsulated key; whether it is for this key shows with the first chunk.
    ///
    /// # Errors
    /// [`PacketError::Decrypt`], [`PacketError::Io`] when the source fails.
    pub fn new(mut source: R, key: &RecipientKey, info: &[u8]) -> Result<Self, PacketError> {
        let encapsulated = read_up_to(&mut source, key.public_key().encapsulated_size())?;
        let context = match &key.private {
            Private::P256(private) => receiver::<P256>(private, &encapsulated, info)?,
            Private::XWing(private) => receiver::<XWing>(private, &encapsulated, info)?,
        };
        let ahead = read_up_to(&mut source, CHUNK + TAG)?;
        Ok(Self { source, context, ahead, plain: Zeroizing::default(), given: 0, ended: false })
    }

    /// The next bytes of plaintext, at most `most`; none at the end, where it is certain that nothing is missing.
    ///
    /// # Errors
    /// [`PacketError::Decrypt`], [`PacketError::Io`] when the source fails.
    pub fn next(&mut self, most: usize) -> Result<&[u8], PacketError> {
        while self.given == self.plain.len() && !self.ended {
            let after = read_up_to(&mut self.source, CHUNK + TAG)?;
            let sealed = std::mem::replace(&mut self.ahead, after);
            self.ended = self.ahead.is_empty();
            let end = if self.ended { LAST } else { MORE };
            self.plain = Zeroizing::new(self.context.open(&sealed, end).map_err(undecryptable)?);
            self.given = 0;
        }
        let rest = self.plain.get(self.given..).unwrap_or_default();
        let next = rest.get(..most).unwrap_or(rest);
        self.given += next.len();
        Ok(next)
    }

    /// Exactly so many bytes, or as many as there are.
    ///
    /// # Errors
    /// [`PacketError::Decrypt`], [`PacketError::Io`] when the source fails.
    pub fn take(&mut self, count: usize) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        // A hostile count takes no memory before the bytes are there; growing leaves no copy behind.
        let mut taken = Zeroizing::new(Vec::with_capacity(count.min(CHUNK)));
        while taken.len() < count {
            let next = self.next(count - taken.len())?;
            if next.is_empty() {
                break;
            }
            if next.len() > taken.capacity() - taken.len() {
                let larger =
                    Vec::with_capacity(count.min((2 * taken.capacity()).max(taken.len() + next.len())));
                let smaller = std::mem::replace(&mut taken, Zeroizing::new(larger));
                taken.extend_from_slice(&smaller);
            }
            taken.extend_from_slice(next);
        }
        Ok(taken)
    }
}

/// Fewer bytes only at the end.
fn read_up_to(source: &mut impl Read, count: usize) -> Result<Vec<u8>, PacketError> {
    let mut bytes = Vec::with_capacity(count);
    source.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Seals a few bytes at once.
///
/// # Errors
/// None that can happen in memory.
pub fn seal(
    plain: &[u8],
    recipient: &RecipientPublicKey,
    info: &[u8],
    random: &mut dyn CryptoRng,
) -> Result<Vec<u8>, PacketError> {
    let mut sealer = Sealer::new(Vec::new(), recipient, info, random)?;
    sealer.push(plain)?;
    sealer.finish()
}

/// Opens what [`seal`] sealed, of at most `most` bytes.
///
/// # Errors
/// [`PacketError::Decrypt`], [`PacketError::TooLarge`].
pub fn open(
    source: impl Read,
    key: &RecipientKey,
    info: &[u8],
    most: usize,
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>, PacketError> {
    let mut opener = Opener::new(source, key, info)?;
    let plain = opener.take(most)?;
    if opener.next(1)?.is_empty() { Ok(plain) } else { Err(PacketError::TooLarge { what }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn chunks_come_back_whole_and_nothing_can_be_cut_off() {
        let random = &mut random::system();
        for key in [RecipientKey::generate(random), RecipientKey::generate_xwing(random)] {
            let kept = RecipientKey::from_bytes(&key.to_bytes()).unwrap();
            assert_eq!(kept.public_key(), key.public_key());
            let public = RecipientPublicKey::from_bytes(&key.public_key().to_bytes()).unwrap();
            assert_eq!(public, *key.public_key());
            check_chunks(&key);
        }
    }

    fn check_chunks(key: &RecipientKey) {
        let open = |sealed: &[u8], info: &[u8]| open(sealed, key, info, 4 * CHUNK, "test");
        let first = key.public_key().encapsulated_size();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plaintext: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let sealed = seal(&plaintext, key.public_key(), b"part", &mut random::system()).unwrap();
            assert_eq!(sealed.len() as u64, sealed_size(length as u64, key.public_key()));
            assert!(*open(&sealed, b"part").unwrap() == plaintext, "{length}");
            assert_eq!(open(&sealed, b"other"), Err(PacketError::Decrypt));
            for cut in
                [0, first - 1, first, first + 1, sealed.len() - CHUNK.min(length) - TAG, sealed.len() - 1]
            {
                assert_eq!(open(&sealed[..cut], b"part"), Err(PacketError::Decrypt), "{length} cut at {cut}");
            }
            let longer = [sealed.as_slice(), &[0; 20]].concat();
            assert_eq!(open(&longer, b"part"), Err(PacketError::Decrypt));
        }
    }

    #[test]
    fn it_does_not_matter_how_it_is_pushed_and_taken() {
        let key = RecipientKey::generate(&mut random::system());
        let plaintext: Vec<u8> = (0..2 * CHUNK + 77).map(|i| (i / 3) as u8).collect();
        for step in [1000, CHUNK - 1, CHUNK, CHUNK + 1] {
            let mut sealer = Sealer::new(Vec::new(), key.public_key(), b"", &mut random::system()).unwrap();
            plaintext.chunks(step).for_each(|piece| sealer.push(piece).unwrap());
            let sealed = sealer.finish().unwrap();
            let mut opener = Opener::new(sealed.as_slice(), &key, b"").unwrap();
            let mut opened = Vec::new();
            while opened.len() < plaintext.len() {
                opened.extend_from_slice(&opener.take(step + 3).unwrap());
            }
            assert!(opened == plaintext && opener.take(1).unwrap().is_empty());
        }
    }
}
