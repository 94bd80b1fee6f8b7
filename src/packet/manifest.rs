//! The three plaintext parts of a packet as they are written, and their way from and to [`Contents`].
//!
//! The manifest is what station and officer sign. It names the SHA-256 of the demographics, of the exceptions and of every
//! sample with all that is said about it, so that the signatures cover all of it although a matcher is given the
//! biometrics alone, and a reader can believe each sample as it comes.

use crate::PacketError;
use crate::cbor;
use crate::contents::{Contents, Marks, PacketKind, PacketSample, SampleRole, Times, sample_id};
use crate::cose::Form;
use crate::deed::SignedDeed;
use crate::equipment::Equipment;
use crate::header::Header;
use crate::hybrid::Opener;
use crate::id::{Bytes, Digest, Kid, PacketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read;
use tram_biometric::{Encoding, EyeLabel, FingerPosition, Origin, Quality, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{Applicant, Consent, DossierNumber, EnrollmentId, OfficerId};
use uuid::Uuid;
use zeroize::Zeroizing;

pub(crate) const FORM: Form = Form {
    content_type: "application/vnd.tram.manifest.v1+cbor",
    what: "packet's manifest",
    largest: 256 * 1024,
};

/// No larger sample is sealed, in bytes.
pub(crate) const LARGEST_SAMPLE: usize = 16 * 1024 * 1024;
/// Of anything else that is read at once.
pub(crate) const LARGEST_ITEM: usize = 256 * 1024;

const BIOMETRICS: &str = "packet's biometric part";
const DEMOGRAPHICS: &str = "packet's demographic part";

/// What is signed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The same as in the head: an inside cannot be moved into another outside.
    pub(crate) packet: PacketId,
    /// The same as in the head: whoever can open a packet cannot pass it on as if it had been meant for another.
    pub(crate) recipient: Kid,
    pub(crate) kind: PacketKind,
    pub(crate) enrollment: EnrollmentId,
    pub(crate) dossier: DossierNumber,
    pub(crate) procedure: String,
    pub(crate) reference_edition: u32,
    pub(crate) officer: OfficerId,
    pub(crate) station: String,
    pub(crate) times: Times,
    pub(crate) marks: Marks,
    pub(crate) equipment: Equipment,
    /// SHA-256 of the demographic part before encryption.
    pub(crate) demographics: Digest,
    /// SHA-256 of the exceptions, the first item of the biometric part.
    pub(crate) exceptions: Digest,
    /// All samples, in the order of the biometric part.
    pub(crate) samples: Vec<SampleDigest>,
    /// The key renewal the officer's signature rests on, where it does.
    pub(crate) rekey: Option<Bytes>,
    /// Statements of what was done beside the dossiers since the packet before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deeds: Vec<Bytes>,
}

/// A sample's name, and the SHA-256 of what is said about it followed by its bytes.
#[derive(Clone, Serialize, Deserialize, PartialEq)]
pub(crate) struct SampleDigest {
    #[serde(with = "sample_id")]
    pub(crate) id: SampleId,
    pub(crate) sha256: Digest,
}

#[derive(Serialize, Deserialize)]
struct Demographics {
    applicant: Applicant,
    consent: Option<Consent>,
    /// Random: the manifest's digest of this part must not let anybody try out names.
    salt: Bytes,
}

/// The first item of the biometric part.
#[derive(Serialize, Deserialize)]
struct Exceptions {
    exceptions: BTreeMap<FingerPosition, BiometricException>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    eyes: BTreeMap<EyeLabel, BiometricException>,
}

/// What is said about a sample; its bytes follow as an item of their own.
#[derive(Serialize, Deserialize)]
struct About {
    #[serde(with = "sample_id")]
    id: SampleId,
    role: SampleRole,
    encoding: Encoding,
    width: u32,
    height: u32,
    ppi: u16,
    quality: Quality,
    origin: Origin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<Uuid>,
}

/// The demographic part in plain text.
pub(crate) fn demographics(contents: &Contents, salt: [u8; 16]) -> Result<Vec<u8>, PacketError> {
    let part = cbor::encode(&Demographics {
        applicant: contents.applicant.clone(),
        consent: contents.consent.clone(),
        salt: Bytes(salt.into()),
    })?;
    if part.len() > LARGEST_ITEM { Err(PacketError::TooLarge { what: DEMOGRAPHICS }) } else { Ok(part) }
}

/// The first item of the biometric part.
pub(crate) fn exceptions(contents: &Contents) -> Result<Vec<u8>, PacketError> {
    let (exceptions, eyes) = (contents.exceptions.clone(), contents.eye_exceptions.clone());
    let item = cbor::encode(&Exceptions { exceptions, eyes })?;
    if item.len() > LARGEST_ITEM { Err(PacketError::TooLarge { what: BIOMETRICS }) } else { Ok(item) }
}

/// What is said about a sample, as it is written before its bytes.
pub(crate) fn about(
    PacketSample { role, sample, certificate }: &PacketSample,
) -> Result<Vec<u8>, PacketError> {
    let about = cbor::encode(&About {
        id: sample.id,
        role: role.clone(),
        encoding: sample.encoding,
        width: sample.width,
        height: sample.height,
        ppi: sample.ppi,
        quality: sample.quality,
        origin: sample.origin.clone(),
        certificate: *certificate,
    })?;
    if about.len() > LARGEST_ITEM || sample.bytes.len() > LARGEST_SAMPLE {
        return Err(PacketError::TooLarge { what: "sample" });
    }
    Ok(about)
}

impl SampleDigest {
    /// Of a sample and what is said about it.
    pub(crate) fn of(id: SampleId, about: &[u8], bytes: &[u8]) -> Self {
        Self { id, sha256: Digest::of_parts([about, bytes]) }
    }
}

impl Manifest {
    /// The contents this manifest and the demographic part make, but for exceptions and samples.
    pub(crate) fn contents(&self, header: &Header, demographics: &[u8]) -> Result<Contents, PacketError> {
        if Digest::of(demographics) != self.demographics {
            return Err(PacketError::Mismatch { what: DEMOGRAPHICS });
        }
        let Demographics { applicant, consent, .. } = cbor::decode(demographics, DEMOGRAPHICS)?;
        Ok(Contents {
            kind: self.kind.clone(),
            enrollment: self.enrollment,
            dossier: self.dossier.clone(),
            procedure: self.procedure.clone(),
            reference_edition: self.reference_edition,
            applicant,
            exceptions: BTreeMap::new(),
            eye_exceptions: BTreeMap::new(),
            consent,
            officer: self.officer.clone(),
            station: self.station.clone(),
            times: self.times.clone(),
            audit: header.audit,
            marks: self.marks,
            equipment: self.equipment.clone(),
            deeds: self.deeds.iter().map(|deed| SignedDeed(deed.0.clone())).collect(),
            samples: Vec::new(),
        })
    }
}

/// Fingers and eyes that could not be captured.
type ExceptionLists = (BTreeMap<FingerPosition, BiometricException>, BTreeMap<EyeLabel, BiometricException>);

/// The biometric part as it is decrypted, item by item; nothing comes out that the manifest does not name.
pub(crate) struct Biometrics<R> {
    plain: Opener<R>,
    awaited: std::vec::IntoIter<SampleDigest>,
}

impl<R: Read> Biometrics<R> {
    /// The exceptions, and what gives the samples.
    pub(crate) fn of(plain: Opener<R>, manifest: &Manifest) -> Result<(ExceptionLists, Self), PacketError> {
        let mut biometrics = Self { plain, awaited: manifest.samples.clone().into_iter() };
        let first = biometrics.item(LARGEST_ITEM)?;
        if Digest::of(&first) != manifest.exceptions {
            return Err(PacketError::Mismatch { what: "the list of exceptions" });
        }
        let Exceptions { exceptions, eyes } = cbor::decode(&first, BIOMETRICS)?;
        Ok(((exceptions, eyes), biometrics))
    }

    /// The next sample; none once all have come and nothing follows them.
    pub(crate) fn next(&mut self) -> Result<Option<PacketSample>, PacketError> {
        const DIFFERS: PacketError = PacketError::Mismatch { what: "the list of samples" };
        let Some(awaited) = self.awaited.next() else {
            return if self.plain.next(1)?.is_empty() { Ok(None) } else { Err(DIFFERS) };
        };
        let about = self.item(LARGEST_ITEM)?;
        let mut bytes = self.item(LARGEST_SAMPLE)?;
        if Digest::of_parts([about.as_slice(), bytes.as_slice()]) != awaited.sha256 {
            return Err(DIFFERS);
        }
        let About { id, role, encoding, width, height, ppi, quality, origin, certificate } =
            cbor::decode(&about, BIOMETRICS)?;
        if id != awaited.id {
            return Err(DIFFERS);
        }
        let bytes = std::mem::take(&mut *bytes);
        let sample = Sample { id, encoding, bytes, width, height, ppi, quality, origin };
        Ok(Some(PacketSample { role, sample, certificate }))
    }

    /// A byte string of at most so many bytes.
    fn item(&mut self, most: usize) -> Result<Zeroizing<Vec<u8>>, PacketError> {
        let damaged = || PacketError::Format { what: BIOMETRICS };
        let mut head = self.plain.take(1)?;
        let rest = head.first().and_then(|first| cbor::bytes_head_rest(*first)).ok_or_else(damaged)?;
        head.extend_from_slice(&self.plain.take(rest)?);
        let length = cbor::bytes_length(&head).and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or_else(damaged)?;
        if length > most {
            return Err(PacketError::TooLarge { what: BIOMETRICS });
        }
        let item = self.plain.take(length)?;
        if item.len() == length { Ok(item) } else { Err(damaged()) }
    }
}
