//! The three plaintext parts of a packet as they are written, and their way from and to [`Contents`].
//!
//! The manifest is what station and officer sign. It names the SHA-256 of the other two parts and of every sample,
//! so that the signatures cover all of it although a matcher is given the biometrics alone.

use crate::PacketError;
use crate::cbor;
use crate::contents::{Contents, Marks, PacketKind, PacketSample, SampleRole, Times, sample_id};
use crate::cose::Form;
use crate::id::{Bytes, Digest, Kid, PacketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tram_biometric::{Encoding, FingerPosition, Origin, Quality, Sample, SampleId};
use tram_enrollment::exception::BiometricException;
use tram_enrollment::{Applicant, Consent, DossierNumber, EnrollmentId, OfficerId};

pub(crate) const FORM: Form = Form {
    content_type: "application/vnd.tram.manifest.v1+cbor",
    what: "packet's manifest",
    largest: 256 * 1024,
};

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
    pub(crate) audit_head: Digest,
    pub(crate) marks: Marks,
    /// SHA-256 of the demographic part before encryption.
    pub(crate) demographics: Digest,
    /// SHA-256 of the biometric part before encryption.
    pub(crate) biometrics: Digest,
    pub(crate) samples: Vec<SampleDigest>,
    /// The key renewal the officer's signature rests on, where it does.
    pub(crate) rekey: Option<Bytes>,
}

/// A sample's name and the SHA-256 of its bytes.
#[derive(Serialize, Deserialize, PartialEq)]
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

/// The first item of the biometric part; one [`WireSample`] after another follows it.
#[derive(Serialize, Deserialize)]
struct Exceptions {
    exceptions: BTreeMap<FingerPosition, BiometricException>,
}

#[derive(Serialize, Deserialize)]
struct WireSample {
    #[serde(with = "sample_id")]
    id: SampleId,
    role: SampleRole,
    encoding: Encoding,
    width: u32,
    height: u32,
    ppi: u16,
    quality: Quality,
    origin: Origin,
    bytes: Bytes,
}

/// Bytes of the two parts beside the manifest, before encryption.
pub(crate) struct Plain {
    pub(crate) demographics: Vec<u8>,
    pub(crate) biometrics: Vec<u8>,
}

impl Plain {
    pub(crate) fn of(contents: &Contents, salt: [u8; 16]) -> Result<Self, PacketError> {
        let demographics = cbor::encode(&Demographics {
            applicant: contents.applicant.clone(),
            consent: contents.consent.clone(),
            salt: Bytes(salt.into()),
        })?;
        let mut biometrics = cbor::encode(&Exceptions { exceptions: contents.exceptions.clone() })?;
        for sample in &contents.samples {
            biometrics.extend(cbor::encode(&WireSample::from(sample))?);
        }
        Ok(Self { demographics, biometrics })
    }
}

impl Manifest {
    pub(crate) fn of(
        contents: &Contents,
        plain: &Plain,
        packet: PacketId,
        recipient: Kid,
        rekey: Option<Bytes>,
    ) -> Self {
        Self {
            packet,
            recipient,
            kind: contents.kind.clone(),
            enrollment: contents.enrollment,
            dossier: contents.dossier.clone(),
            procedure: contents.procedure.clone(),
            reference_edition: contents.reference_edition,
            officer: contents.officer.clone(),
            station: contents.station.clone(),
            times: contents.times.clone(),
            audit_head: contents.audit_head,
            marks: contents.marks,
            demographics: Digest::of(&plain.demographics),
            biometrics: Digest::of(&plain.biometrics),
            samples: contents.samples.iter().map(|sample| SampleDigest::of(&sample.sample)).collect(),
            rekey,
        }
    }

    /// The contents this manifest and these parts make, once they are the parts it names.
    pub(crate) fn contents(self, plain: &Plain) -> Result<Contents, PacketError> {
        if Digest::of(&plain.demographics) != self.demographics {
            return Err(PacketError::Mismatch { what: DEMOGRAPHICS });
        }
        if Digest::of(&plain.biometrics) != self.biometrics {
            return Err(PacketError::Mismatch { what: BIOMETRICS });
        }
        let Demographics { applicant, consent, .. } = cbor::decode(&plain.demographics, DEMOGRAPHICS)?;
        let (exceptions, samples) = read_biometrics(&plain.biometrics)?;
        if !samples.iter().map(|sample| SampleDigest::of(&sample.sample)).eq(self.samples) {
            return Err(PacketError::Mismatch { what: "the list of samples" });
        }
        Ok(Contents {
            kind: self.kind,
            enrollment: self.enrollment,
            dossier: self.dossier,
            procedure: self.procedure,
            reference_edition: self.reference_edition,
            applicant,
            exceptions,
            consent,
            officer: self.officer,
            station: self.station,
            times: self.times,
            audit_head: self.audit_head,
            marks: self.marks,
            samples,
        })
    }
}

type Biometrics = (BTreeMap<FingerPosition, BiometricException>, Vec<PacketSample>);

fn read_biometrics(bytes: &[u8]) -> Result<Biometrics, PacketError> {
    let (first, mut rest) = cbor::split_item(bytes, BIOMETRICS)?;
    let Exceptions { exceptions } = cbor::decode(first, BIOMETRICS)?;
    let mut samples = Vec::new();
    while !rest.is_empty() {
        let (item, after) = cbor::split_item(rest, BIOMETRICS)?;
        samples.push(cbor::decode::<WireSample>(item, BIOMETRICS)?.into());
        rest = after;
    }
    Ok((exceptions, samples))
}

impl SampleDigest {
    fn of(sample: &Sample) -> Self {
        Self { id: sample.id, sha256: Digest::of(&sample.bytes) }
    }
}

impl From<&PacketSample> for WireSample {
    fn from(PacketSample { role, sample }: &PacketSample) -> Self {
        Self {
            id: sample.id,
            role: role.clone(),
            encoding: sample.encoding,
            width: sample.width,
            height: sample.height,
            ppi: sample.ppi,
            quality: sample.quality,
            origin: sample.origin.clone(),
            bytes: Bytes(sample.bytes.clone()),
        }
    }
}

impl From<WireSample> for PacketSample {
    fn from(wire: WireSample) -> Self {
        let WireSample { id, role, encoding, width, height, ppi, quality, origin, bytes: Bytes(bytes) } =
            wire;
        Self { role, sample: Sample { id, encoding, bytes, width, height, ppi, quality, origin } }
    }
}
