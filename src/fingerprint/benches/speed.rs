//! CPU time of one thread for every part of the crate, beside the peers' figures where they are known.
//!
//! `cargo bench -p tram-fingerprint [-- FVC_FOLDER SLAP.pgm]`; without folders it runs on a drawn finger.

#![allow(clippy::print_stdout, clippy::indexing_slicing)] // A bench prints its table; its indices are taken modulo.

mod pictures;

use pictures::{cpu_nanos, drawn, slap, tiffs};
use std::hint::black_box;
use std::path::PathBuf;
use tram_biometric::FingerPosition;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::Prepared;
use tram_fingerprint::template::Template;
use tram_fingerprint::{nfiq2, quality, segment, template, wsq};

/// Milliseconds of one call, the fastest of five rounds. The clock moves in steps of milliseconds: a round is to take tens.
fn millis<T>(calls: usize, mut work: impl FnMut(usize) -> T) -> f64 {
    (0..5)
        .map(|_| {
            let start = cpu_nanos();
            for i in 0..calls {
                black_box(work(i));
            }
            (cpu_nanos() - start) as f64 / 1e6 / calls as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn row(name: &str, ours: f64, peers: &str) {
    println!("| {name} | {ours:.3} ms | {peers} |");
}

fn main() {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    let found = folder.map(|root| tiffs(&root)).unwrap_or_default();
    let images = if found.is_empty() { vec![drawn(388, 374)] } else { found };
    let count = images.len();
    let pixels: usize = images.iter().map(|i| i.pixels().len()).sum::<usize>() / count;
    println!("| work, one thread, CPU time; {count} fingers of {pixels} pixels on average | Trạm | peers |");
    println!("| --- | --- | --- |");

    let templates: Vec<Prepared> =
        images.iter().map(|image| Prepared::new(template::extract(image))).collect();
    row("extraction", millis(count, |i| template::extract(&images[i])), "mindtct 19.1, SourceAFIS 30.0");
    let pairs = count.max(2) * 20;
    let compared = millis(pairs, |i| templates[i % count].compare(&templates[(i * 7 + 1) % count]));
    row("comparison 1:1", compared, "bozorth3 1.07, SourceAFIS 0.119");
    let prepared = millis(pairs, |i| Prepared::new(templates[i % count].template().clone()));
    row("preparation of a template", prepared, "");
    row("live quality", millis(count, |i| quality::assess(&images[i])), "NFIQ 1 19.0, NFIQ 2 41");
    let large = drawn(500, 500);
    row("live quality at 500 x 500", millis(10, |_| quality::assess(&large)), "");

    row(
        "NFIQ 2",
        millis(count, |i| nfiq2::assess(&images[i], templates[i].template().minutiae())),
        "NFIQ 2 34 to 41",
    );

    let mut gallery = Gallery::new();
    for i in 0..100_000 {
        match templates.get(i) {
            Some(finger) => gallery.add(i as u64, finger),
            None => gallery.add(i as u64, &stranger(&templates[i % count], i as u64)),
        }
    }
    let ms = millis(count.min(4), |i| gallery.search(&templates[i], 10));
    row("1:N, one finger in 100,000", ms, "exhaustive: SourceAFIS 6,400, OpenAFIS 2,560");
    let ms = millis(count.min(4), |i| gallery.glanced(&templates[i], 6000));
    row("of it the first glance", ms, "");
    let bytes = gallery.to_bytes();
    row(
        "reading that gallery",
        millis(1, |_| Gallery::from_bytes(&bytes)),
        &format!("{} MB", bytes.len() >> 20),
    );

    let encoded: Vec<Vec<u8>> =
        images.iter().filter_map(|image| wsq::encode(image, wsq::DEFAULT_BITS_PER_PIXEL).ok()).collect();
    let rate = |ms: f64| format!("{:.0} MB/s; ", pixels as f64 / 1e3 / ms);
    let ms = millis(count, |i| wsq::encode(&images[i], wsq::DEFAULT_BITS_PER_PIXEL));
    row("WSQ encoding", ms, &(rate(ms) + "NBIS 22 to 28 MB/s"));
    let ms = millis(count, |i| wsq::decode(&encoded[i]));
    row("WSQ decoding", ms, &(rate(ms) + "NBIS 18 to 22 MB/s"));

    let slap = slap(&images);
    let ms = millis(5, |_| segment::segment(&slap, FingerPosition::PlainRightFour, &[]));
    row("segmentation of 1600 x 1500", ms, "nfseg 190 to 250");
}

/// A finger with as many minutiae as another, elsewhere and turned.
fn stranger(finger: &Prepared, seed: u64) -> Prepared {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 24) % below
    };
    let mut bytes = finger.template().to_bytes();
    let minutiae = finger.template().minutiae().len();
    // After four bytes, six a minutia: x and y of two bytes, angle, quality.
    for minutia in bytes[4..4 + 6 * minutiae].chunks_exact_mut(6) {
        for place in [0, 2] {
            let old = u16::from_be_bytes([minutia[place] & 0x1f, minutia[place + 1]]);
            let new = (u64::from(old) + next(81)).saturating_sub(40) as u16;
            minutia[place..place + 2].copy_from_slice(&new.to_be_bytes());
        }
        minutia[4] = next(256) as u8;
    }
    Prepared::new(Template::from_bytes(&bytes).unwrap_or_else(|_| finger.template().clone()))
}
