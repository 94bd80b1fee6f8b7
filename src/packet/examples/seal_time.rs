//! Measures sealing and opening on this machine.
//!
//! `cargo run --release -p tram-packet --example seal_time`

#![allow(clippy::print_stdout)] // That is what it is for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tram_biometric::{Encoding, Origin, Quality, Sample, SampleId};
use tram_enrollment::{Applicant, DossierNumber, EnrollmentId, OfficerId, Role};
use tram_packet::{
    Argon2Cost, AuditChain, Contents, Envelope, Keyring, Kid, Marks, OfficerIdentity, OfficerKey,
    PacketError, PacketId, PacketKind, PacketSample, RecipientKey, SampleRole, SealedKey, SealedPacket,
    Signer as _, StationIdentity, StationKey, Times, open, random, seal,
};
use uuid::Uuid;

struct Everyone {
    station: StationKey,
    officer: OfficerKey,
    recipient: RecipientKey,
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
    let everyone = Everyone {
        station: StationKey::generate()?,
        officer: OfficerKey::generate(random)?,
        recipient: RecipientKey::generate(random),
    };
    for (samples, size) in [(0, 0), (20, 50_000), (20, 175_000), (40, 1_250_000)] {
        let contents = contents(samples, size);
        let (mut sealing, mut opening, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..20 {
            let start = Instant::now();
            let packet = seal(&contents, &envelope(&everyone), random)?;
            sealing.push(start.elapsed());
            bytes = packet.bytes().len();
            let start = Instant::now();
            open(&SealedPacket::parse(packet.into_bytes())?, &everyone.recipient, &everyone)?;
            opening.push(start.elapsed());
        }
        println!(
            "{samples} samples of {size} bytes: packet {bytes} bytes ({} over), sealed in {:.1?}, opened in {:.1?}",
            bytes - samples * size,
            middle(sealing),
            middle(opening)
        );
    }
    let start = Instant::now();
    SealedKey::seal(&everyone.officer, "TEST", Argon2Cost::PRODUCT, random)?.open("TEST")?;
    println!("sign-in: {:.0?}", start.elapsed() / 2);
    Ok(())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn envelope(everyone: &Everyone) -> Envelope<'_> {
    Envelope {
        packet: PacketId(Uuid::from_u128(1)),
        sequence: 1,
        previous: None,
        recipient: everyone.recipient.public_key(),
        station: &everyone.station,
        officer: &everyone.officer,
        supervisor: None,
        rekey: None,
    }
}

fn contents(samples: usize, size: usize) -> Contents {
    let at = OffsetDateTime::UNIX_EPOCH;
    let origin =
        Origin { driver: "virtual".into(), model: "TEST".into(), serial: String::new(), is_virtual: true };
    let sample = |number: usize| Sample {
        id: SampleId(number as u128),
        encoding: Encoding::Wsq,
        bytes: vec![number as u8; size],
        width: 800,
        height: 750,
        ppi: 500,
        quality: Quality::new(60),
        origin: origin.clone(),
    };
    Contents {
        kind: PacketKind::Enrollment,
        enrollment: EnrollmentId(Uuid::from_u128(2)),
        dossier: DossierNumber::new("TEST", at.date(), 1),
        procedure: "first-issue".into(),
        reference_edition: 1,
        applicant: Applicant::default(),
        exceptions: BTreeMap::new(),
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
        samples: (0..samples)
            .map(|number| PacketSample { role: SampleRole::Signature, sample: sample(number) })
            .collect(),
    }
}
