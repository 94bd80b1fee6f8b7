//! Contents to packet: sign inside, encrypt, sign outside.
//!
//! Samples are asked for twice, once to digest them and once to encrypt them, and held one at a time; so a packet of
//! any size is sealed in the memory of its largest sample.

use crate::PacketError;
use crate::cbor;
use crate::contents::{Contents, PacketSample};
use crate::cose;
use crate::header::{Header, LARGEST_PACKET, Outside, Part, PartKind, SealedPacket};
use crate::hybrid::{Sealer, sealed_size};
use crate::id::{Bytes, Digest, Hasher, PacketId};
use crate::keys::{PublicKey, Signer};
use crate::manifest::{self, Manifest, SampleDigest};
use crate::officer::SignedRekey;
use crate::random::CryptoRng;
use crate::recipient::RecipientPublicKey;
use std::borrow::Cow;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

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

/// Where sealing finds the samples. Each is asked for twice and must be the same both times.
pub trait Samples {
    /// How many there are.
    fn count(&self) -> usize;

    /// The sample at a place, from 0.
    ///
    /// # Errors
    /// [`PacketError::Io`] when it cannot be read.
    fn sample(&mut self, place: usize) -> Result<Cow<'_, PacketSample>, PacketError>;
}

impl Samples for &[PacketSample] {
    fn count(&self) -> usize {
        self.len()
    }

    fn sample(&mut self, place: usize) -> Result<Cow<'_, PacketSample>, PacketError> {
        self.get(place).map(Cow::Borrowed).ok_or_else(|| PacketError::Io("there is no such sample".into()))
    }
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
    let samples = &mut contents.samples.as_slice();
    let prepared = Prepared::of(contents, samples, envelope, random)?;
    let mut sink = Cursor::new(Vec::with_capacity(usize::try_from(prepared.size()).unwrap_or_default()));
    let outside = prepared.write(samples, &mut sink, random)?;
    Ok(SealedPacket::new(sink.into_inner(), outside))
}

/// Contents that are digested and signed, with nothing of the samples in memory: it is known how large the packet will be.
pub struct Prepared<'a> {
    envelope: &'a Envelope<'a>,
    manifest: Vec<u8>,
    demographics: Vec<u8>,
    exceptions: Vec<u8>,
    samples: Vec<SampleDigest>,
    /// The head but for the digests of the parts.
    header: Header,
    /// Bytes of the head with its signature.
    head: usize,
}

impl<'a> Prepared<'a> {
    /// Digests and signs. What `contents` itself names as samples is left aside for those of `samples`.
    ///
    /// # Errors
    /// [`PacketError::Sign`], [`PacketError::TooLarge`], [`PacketError::Io`] when a sample cannot be read.
    pub fn of(
        contents: &Contents,
        samples: &mut dyn Samples,
        envelope: &'a Envelope<'a>,
        random: &mut dyn CryptoRng,
    ) -> Result<Self, PacketError> {
        let mut salt = [0; 16];
        random.fill_bytes(&mut salt);
        let demographics = manifest::demographics(contents, salt)?;
        let exceptions = manifest::exceptions(contents)?;
        let mut biometrics = cbor::bytes_size(exceptions.len() as u64);
        let mut digests = Vec::new();
        for place in 0..samples.count() {
            let sample = samples.sample(place)?;
            let about = manifest::about(&sample)?;
            let bytes = &sample.sample.bytes;
            biometrics += cbor::bytes_size(about.len() as u64) + cbor::bytes_size(bytes.len() as u64);
            digests.push(SampleDigest::of(sample.sample.id, &about, bytes));
        }
        let manifest = Manifest {
            packet: envelope.packet,
            recipient: envelope.recipient.kid(),
            kind: contents.kind.clone(),
            enrollment: contents.enrollment,
            dossier: contents.dossier.clone(),
            procedure: contents.procedure.clone(),
            reference_edition: contents.reference_edition,
            officer: contents.officer.clone(),
            station: contents.station.clone(),
            times: contents.times.clone(),
            marks: contents.marks,
            equipment: contents.equipment.clone(),
            demographics: Digest::of(&demographics),
            exceptions: Digest::of(&exceptions),
            samples: digests.clone(),
            rekey: envelope.rekey.map(|statement| Bytes(statement.0.clone())),
            deeds: contents.deeds.iter().map(|deed| Bytes(deed.0.clone())).collect(),
        };
        let signers: Vec<&dyn Signer> =
            [envelope.station, envelope.officer].into_iter().chain(envelope.supervisor).collect();
        let manifest = cose::sign(&manifest::FORM, cbor::encode(&manifest)?, &signers)?;
        if manifest.len() > manifest::FORM.largest {
            return Err(PacketError::TooLarge { what: manifest::FORM.what });
        }
        let plain = [manifest.len() as u64, demographics.len() as u64, biometrics];
        let part = |(kind, plain)| {
            let size = sealed_size(plain, envelope.recipient);
            Part { kind, size, sha256: Digest([0; 32]) }
        };
        let header = Header {
            packet: envelope.packet,
            station: contents.station.clone(),
            sequence: envelope.sequence,
            previous: envelope.previous,
            audit: contents.audit,
            recipient: envelope.recipient.kid(),
            parts: PartKind::ALL.into_iter().zip(plain).map(part).collect(),
        };
        let head = header.sign(&Blank(envelope.station.public_key()))?.len();
        if header.packet_size(head) > LARGEST_PACKET as u64 {
            return Err(PacketError::TooLarge { what: "packet" });
        }
        Ok(Self { envelope, manifest, demographics, exceptions, samples: digests, header, head })
    }

    /// The packet's name.
    pub fn packet(&self) -> PacketId {
        self.header.packet
    }

    /// Bytes of the packet this will be.
    pub fn size(&self) -> u64 {
        self.header.packet_size(self.head)
    }

    /// Encrypts into an empty sink, signs the head, and reads back what was written: what is returned is of the packet
    /// as it lies there.
    ///
    /// # Errors
    /// [`PacketError::Mismatch`] when a sample is not the same as before, [`PacketError::Sign`], [`PacketError::Io`].
    pub fn write<S: Read + Write + Seek>(
        mut self,
        samples: &mut dyn Samples,
        sink: &mut S,
        random: &mut dyn CryptoRng,
    ) -> Result<Outside, PacketError> {
        // The head comes first and names what follows it; its size does not depend on what it says of that.
        sink.write_all(&vec![0; self.head])?;
        let mut digests = Vec::new();
        for part in &self.header.parts {
            sink.write_all(&cbor::bytes_head(part.size))?;
            let mut sealer =
                self.sealer(part.kind, Tee { sink: &mut *sink, hasher: Hasher::default() }, random)?;
            match part.kind {
                PartKind::Manifest => sealer.push(&self.manifest)?,
                PartKind::Demographics => sealer.push(&self.demographics)?,
                PartKind::Biometrics => self.push_biometrics(samples, &mut sealer)?,
            }
            digests.push(sealer.finish()?.hasher.finish());
        }
        for (part, digest) in self.header.parts.iter_mut().zip(digests) {
            part.sha256 = digest;
        }
        sink.seek(SeekFrom::Start(0))?;
        sink.write_all(&self.header.sign(self.envelope.station)?)?;
        sink.seek(SeekFrom::Start(0))?;
        Outside::read(sink)
    }

    fn sealer<W: Write>(
        &self,
        kind: PartKind,
        sink: W,
        random: &mut dyn CryptoRng,
    ) -> Result<Sealer<W>, PacketError> {
        Sealer::new(sink, self.envelope.recipient, &part_info(self.envelope.packet, kind)?, random)
    }

    fn push_biometrics<W: Write>(
        &self,
        samples: &mut dyn Samples,
        sealer: &mut Sealer<W>,
    ) -> Result<(), PacketError> {
        push_item(sealer, &self.exceptions)?;
        for (place, digest) in self.samples.iter().enumerate() {
            let sample = samples.sample(place)?;
            let about = manifest::about(&sample)?;
            if SampleDigest::of(sample.sample.id, &about, &sample.sample.bytes) != *digest {
                return Err(PacketError::Mismatch { what: "a sample while it was sealed" });
            }
            push_item(sealer, &about)?;
            push_item(sealer, &sample.sample.bytes)?;
        }
        Ok(())
    }
}

fn push_item<W: Write>(sealer: &mut Sealer<W>, item: &[u8]) -> Result<(), PacketError> {
    sealer.push(&cbor::bytes_head(item.len() as u64))?;
    sealer.push(item)
}

/// HPKE's `info` of a part: a ciphertext opens only in its own packet and as its own kind.
pub(crate) fn part_info(packet: PacketId, kind: PartKind) -> Result<Vec<u8>, PacketError> {
    cbor::encode(&("tram packet v1", packet, kind))
}

/// Signs with nothing, to see how long a head will be.
struct Blank<'a>(&'a PublicKey);

impl Signer for Blank<'_> {
    fn public_key(&self) -> &PublicKey {
        self.0
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, PacketError> {
        Ok(vec![0; 64])
    }
}

/// Writes on, and digests what it writes.
struct Tee<W> {
    sink: W,
    hasher: Hasher,
}

impl<W: Write> Write for Tee<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.sink.flush()
    }
}
