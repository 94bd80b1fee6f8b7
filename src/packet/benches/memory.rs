//! Seals a packet of 50 MB into a file and opens it again, and says how much memory that took.
//!
//! `cargo bench -p tram-packet --bench memory`

#![allow(clippy::print_stdout)] // That is what it is for.

mod common;

use common::{Everyone, contents};
use std::borrow::Cow;
use std::fs::OpenOptions;
use std::time::Instant;
use tram_biometric::{Encoding, Origin, Quality, Sample, SampleId};
use tram_packet::{PacketError, PacketSample, Prepared, SampleRole, Samples, open_from, random};

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

fn main() -> Result<(), PacketError> {
    let random = &mut random::system();
    let everyone = Everyone::make(random)?;
    let path = std::env::temp_dir().join(format!("tram-{}.packet", std::process::id()));
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;

    let before = peak_kib();
    let start = Instant::now();
    let envelope = everyone.envelope();
    let prepared = Prepared::of(&contents(), &mut Made, &envelope, random)?;
    let outside = prepared.write(&mut Made, &mut file, random)?;
    println!("sealed {} bytes in {:.0?}, peak memory {} KiB", outside.size(), start.elapsed(), peak_kib());

    let start = Instant::now();
    let mut inside = open_from(&mut file, &everyone.recipient, &everyone)?;
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
