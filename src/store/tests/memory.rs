//! How much memory the station needs for a packet of any size. A process of its own: what counts is the most it ever held.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // Tests may, their helpers as well.

mod common;

use common::*;
use tram_biometric::{Sample, SampleId};
use tram_enrollment::Event;
use tram_packet::{PacketKind, SampleRole};
use tram_store::Named;

const SAMPLES: u128 = 20;
const SAMPLE_BYTES: usize = 2_500_000;
const LIMIT_KIB: u64 = 32 * 1024;

fn signature(sample: &Sample) -> Event {
    Event::Signed { signature: sample.into() }
}

/// The most memory this process ever held, as the kernel counts it.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_packet_of_50_mb_is_sealed_and_read_in_less_than_32() {
    let (folder, cast) = (tempfile::tempdir().unwrap(), Cast::new());
    let mut store = store(folder.path());
    open_dossier(&mut store, id(1));
    let before = peak_kib();
    for number in 1..=SAMPLES {
        let sample = sample(number, SAMPLE_BYTES);
        store.append(id(1), &signature(&sample), &[&sample], NOW).unwrap();
    }
    let named = |number| Named { id: SampleId(number), role: SampleRole::Signature, certificate: None };
    let samples: Vec<Named> = (1..=SAMPLES).map(named).collect();
    let captured = peak_kib();
    let dossier = Dossier { samples: &samples, ..Dossier::of(id(1), &PacketKind::Enrollment) };
    let packet = cast.seal_as(&mut store, dossier).unwrap();
    let sealed = peak_kib();
    let (name, mut read) = (packet.header().packet, 0);
    while read < packet.size() {
        read += store.read().packet_part(name, read, 256 * 1024).unwrap().len() as u64;
    }
    println!(
        "{} bytes: {before} KiB before, {captured} captured, {sealed} sealed, {} read to be sent",
        packet.size(),
        peak_kib()
    );
    assert!(packet.size() > SAMPLES as u64 * SAMPLE_BYTES as u64);
    assert!(peak_kib() - before < LIMIT_KIB);
}
