//! Seals a packet of 50 MB into a file and opens it again, and says how much memory that took.
//!
//! `cargo bench -p tram-packet --bench memory`

#![allow(clippy::print_stdout)] // That is what it is for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::time::Instant;
use time::OffsetDateTime;
use tram_biometric::{Encoding, Origin, Quality, Sample, SampleId};
use tram_enrollment::{Applicant, DossierNumber, EnrollmentId, OfficerId, Role};
use tram_packet::{
    AuditChain, Contents, Envelope, Keyring, Kid, Marks, OfficerIdentity, OfficerKey, PacketError, PacketId,
    PacketKind, PacketSample, Prepared, RecipientKey, SampleRole, Samples, Signer as _, StationIdentity,
    StationKey, Times, open_from, random,
};
use uuid::Uuid;

const SAMPLES: usize = 20;
const SAMPLE_BYTES: usize = 2_500_000;

/// Samples that are made when they are asked for, as a station reads them from its database.
struct Made;

impl Samples for Made {
    fn count(&self) -> usize {
        SAMPLES
    }

    fn sample(&mut self, place: usize) -> Result<Cow<'_, PacketSample>, PacketError> {
        let origin =
            Origin { driver: "TEST".into(), model: String::new(), serial: String::new(), is_virtual: true };
        let sample = Sample {
            id: SampleId(place as u128),
            encoding: Encoding::Png,
            bytes: (0..SAMPLE_BYTES).map(|at| (at * 31 + place) as u8).collect(),
            width: 4000,
            height: 3000,
            ppi: 0,
            quality: Quality::new(60),
            origin,
        };
        Ok(Cow::Owned(PacketSample { role: SampleRole::ExceptionPhoto, sample, certificate: None }))
    }
}

struct Everyone {
    station: StationKey,
    officer: OfficerKey,
}

impl Keyring for Everyone {
    fn station(&self, _: Kid) -> Option<StationIdentity> {
        Some(StationIdentity { id: "TEST".into(), key: self.station.public_key().clone() })
    }

    fn officer(&self, _: Kid) -> Option<OfficerIdentity> {
        let key = self.officer.public_key().clone();
        Some(OfficerIdentity { id: OfficerId("test".into()), role: Role::Officer, key })
    }

    fn officer_by_id(&self, _: &OfficerId) -> Option<OfficerIdentity> {
        None
    }
}

fn main() -> Result<(), PacketError> {
    let random = &mut random::system();
    let everyone = Everyone { station: StationKey::generate()?, officer: OfficerKey::generate(random)? };
    let recipient = RecipientKey::generate(random);
    let envelope = Envelope {
        packet: PacketId(Uuid::from_u128(1)),
        sequence: 1,
        previous: None,
        recipient: recipient.public_key(),
        station: &everyone.station,
        officer: &everyone.officer,
        supervisor: None,
        rekey: None,
    };
    let path = std::env::temp_dir().join(format!("tram-{}.packet", std::process::id()));
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;

    let before = peak_kib();
    let start = Instant::now();
    let prepared = Prepared::of(&contents(), &mut Made, &envelope, random)?;
    let outside = prepared.write(&mut Made, &mut file, random)?;
    println!("sealed {} bytes in {:.0?}, peak memory {} KiB", outside.size(), start.elapsed(), peak_kib());

    let start = Instant::now();
    let mut inside = open_from(&mut file, &recipient, &everyone)?;
    let mut bytes = 0;
    while let Some(sample) = inside.next_sample()? {
        bytes += sample.sample.bytes.len();
    }
    println!("opened {bytes} bytes of samples in {:.0?}, peak memory {} KiB", start.elapsed(), peak_kib());
    println!("before: {before} KiB; goal: below 32768 KiB");
    Ok(())
}

/// The most memory this process ever held, as the kernel counts it; 0 where it does not say.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn contents() -> Contents {
    let at = OffsetDateTime::UNIX_EPOCH;
    Contents {
        kind: PacketKind::Enrollment,
        enrollment: EnrollmentId(Uuid::from_u128(2)),
        dossier: DossierNumber::new("TEST", at.date(), 1),
        procedure: "first-issue".into(),
        reference_edition: 1,
        applicant: Applicant::default(),
        exceptions: BTreeMap::new(),
        eye_exceptions: BTreeMap::new(),
        consent: None,
        officer: OfficerId("test".into()),
        station: "TEST".into(),
        times: Times {
            received_at: at,
            sealed_at: at,
            uptime_millis: 0,
            boot: Uuid::nil(),
            last_trusted: None,
        },
        audit: AuditChain::default(),
        marks: Marks { test: true, is_virtual: true },
        equipment: tram_packet::Equipment::default(),
        deeds: Vec::new(),
        samples: Vec::new(),
    }
}
