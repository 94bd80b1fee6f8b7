//! 1:N at full size: real prints searched among 50,000 invented people of two fingers each, and what the three looks of
//! the search lose against comparing with every mate. Each print is searched as a right and as a left index finger,
//! among the invented fingers of that position and all real prints: what a person of two fingers takes.
//!
//! ```text
//! cargo run --release -p tram-synthetic --example identify -- FVC_FOLDER [PEOPLE]
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::time::Instant;
use tram_biometric::FingerPosition;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::Prepared;
use tram_fingerprint::{template, tiff};
use tram_synthetic::{ImpressionParams, Sketch};

/// Real prints have these numbers and above, invented ones those below, even for right and odd for left fingers.
const REAL: u64 = 1 << 32;

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let people = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(50_000);
    let prints = prints(Path::new(&folder));
    let mut gallery = Gallery::new();
    for person in 0..people {
        for (side, finger) in (0..).zip([FingerPosition::RightIndex, FingerPosition::LeftIndex]) {
            let params = ImpressionParams::casual(person * 16 + u64::from(finger.code()), 0.8);
            gallery.add(person << 1 | side, &Prepared::new(Sketch::draw(person, finger).touch(&params)));
        }
    }
    for (number, (_, print)) in (REAL..).zip(&prints) {
        gallery.add(number, print);
    }
    let bytes = gallery.to_bytes();
    drop(gallery);
    let begun = Instant::now();
    let gallery = Gallery::from_bytes(&bytes).unwrap();
    println!("{} fingers, {} MB, read in {:.2?}", gallery.len(), bytes.len() >> 20, begun.elapsed());
    search(&gallery, &prints);
}

/// Every fourth print is searched. A mate counts as missed by the search when full comparison accepts it.
fn search(gallery: &Gallery, prints: &[(String, Prepared)]) {
    let (mut pairs, mut matching, mut found, mut strangers) = (0u32, 0u32, 0u32, 0usize);
    let (mut spent, mut longest) = (0, 0);
    let probes: Vec<usize> = (0..prints.len()).step_by(4).collect();
    for &own in &probes {
        let (finger, probe) = &prints[own];
        let mut both = 0;
        for side in 0..2 {
            let begun = cpu_nanos();
            let hits = gallery.search_among(probe, usize::MAX, |id| id >= REAL || id & 1 == side);
            both += cpu_nanos() - begun;
            for (place, (other, print)) in prints.iter().enumerate() {
                if place != own && other == finger {
                    pairs += 1;
                    let is_match = probe.compare(print).is_match();
                    matching += u32::from(is_match);
                    found += u32::from(is_match && hits.iter().any(|hit| hit.id == REAL + place as u64));
                }
            }
            strangers += hits.iter().filter(|hit| hit.id < REAL).count();
        }
        (spent, longest) = (spent + both, longest.max(both));
    }
    let seconds = |nanos: u64| nanos as f64 / 1e9;
    let each = seconds(spent) / probes.len() as f64;
    println!(
        "{} people of two fingers searched, {each:.2} s of a core each, the longest {:.2} s",
        probes.len(),
        seconds(longest)
    );
    let missed = |hit: u32| 100.0 * f64::from(pairs - hit) / f64::from(pairs);
    println!(
        "{pairs} mates; not identified: exhaustive {:.2} %, search {:.2} %",
        missed(matching),
        missed(found)
    );
    println!("{strangers} invented fingers matched");
}

/// CPU nanoseconds of this thread, which a loaded machine does not lengthen as it does the clock.
fn cpu_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

/// The prints below a folder with their fingers, in the order of names.
fn prints(root: &Path) -> Vec<(String, Prepared)> {
    let (mut paths, mut folders) = (Vec::<PathBuf>::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    let print = |path: &PathBuf| {
        let finger = path.to_str()?.strip_suffix(".tif")?.rsplit_once('_')?.0.to_owned();
        Some((finger, Prepared::new(template::extract(&tiff::read(&std::fs::read(path).ok()?).ok()?))))
    };
    paths.iter().filter_map(print).collect()
}
