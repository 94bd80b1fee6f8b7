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
use tram_fingerprint::{nfiq2, quality, segment, template, wsq};

/// Milliseconds of one call, the fastest of five rounds.
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
    row("preparation of a template", millis(count, |i| Prepared::new(templates[i].template().clone())), "");
    row("live quality", millis(count, |i| quality::assess(&images[i])), "NFIQ 1 19.0, NFIQ 2 41");
    let large = drawn(500, 500);
    row("live quality at 500 x 500", millis(10, |_| quality::assess(&large)), "");

    row(
        "NFIQ 2",
        millis(count, |i| nfiq2::assess(&images[i], templates[i].template().minutiae())),
        "NFIQ 2 34 to 41",
    );

    let mut gallery = Gallery::new();
    for (i, finger) in (0..50_000).zip(templates.iter().cycle()) {
        gallery.add(i, finger);
    }
    let ms = millis(count.min(4), |i| gallery.search(&templates[i], 10));
    row("1:N, one finger in 50,000", ms, "exhaustive: SourceAFIS 3,200, OpenAFIS 1,280");
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
