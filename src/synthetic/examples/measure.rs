//! Measures a set of prints with this project's own quality, extraction and matching, so that invented fingers can be
//! laid beside others. Fingers of more than fifty people are compared by their first touches, as the FVC do:
//!
//! ```text
//! cargo run -p tram-synthetic --example measure -- 0.5 10      # ten invented fingers touched with this care
//! cargo run -p tram-synthetic --example measure -- 0.0 2000    # of two thousand people: a quarter of an hour
//! cargo run -p tram-synthetic --example measure -- FOLDER      # PNG or TIFF pictures named FINGER_IMPRESSION, 500 ppi
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use tram_biometric::{FingerPosition, GrayImage};
use tram_fingerprint::matching::{Prepared, Score};
use tram_fingerprint::{nfiq2, quality, template, tiff};
use tram_synthetic::{ImpressionParams, Master};

const IMPRESSIONS: u64 = 8;
/// Of more prints than this not every pair is compared: 50 people's.
const ALL_PAIRS: usize = 400;

fn main() {
    let from = std::env::args().nth(1).unwrap_or_else(|| "0.5".into());
    let fingers = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(10);
    let prints: Box<dyn Iterator<Item = (u64, GrayImage)>> = match from.parse() {
        Ok(care) => Box::new(invented(care, fingers)),
        Err(_) => Box::new(read(Path::new(&from)).into_iter()),
    };
    let mut measured = Vec::new();
    let mut nfiq2_scores = Vec::new();
    let (mut scores, mut minutiae, mut periods, mut areas) = (vec![], vec![], vec![], vec![]);
    for (finger, image) in prints {
        let live = quality::assess(&image);
        let template = template::extract(&image);
        scores.push(f32::from(live.score.score()));
        periods.push(live.ridge_period_px);
        areas.push(live.area_mm2);
        let nfiq2 = nfiq2::assess(&image, template.minutiae()).map_or(0, |nfiq2| nfiq2.score.score());
        nfiq2_scores.push(f32::from(nfiq2));
        minutiae.push(template.minutiae().len() as f32);
        measured.push((finger, Prepared::new(template)));
    }
    let (mut same, mut other) = (vec![], vec![]);
    let is_first = |place: usize| place == 0 || measured[place - 1].0 != measured[place].0;
    for (place, (finger, print)) in measured.iter().enumerate() {
        for (other_place, (other_finger, other_print)) in measured.iter().enumerate().skip(place + 1) {
            if finger == other_finger {
                same.push(print.compare(other_print).0);
            } else if measured.len() <= ALL_PAIRS || (is_first(place) && is_first(other_place)) {
                other.push(print.compare(other_print).0);
            }
        }
    }
    println!("{} prints; least, tenth, middle, nine tenths, greatest:", measured.len());
    for (name, values) in [
        ("live quality", &mut scores),
        ("NFIQ 2", &mut nfiq2_scores),
        ("minutiae", &mut minutiae),
        ("ridge period px", &mut periods),
        ("area mm2", &mut areas),
        ("same finger", &mut same),
        ("other finger", &mut other),
    ] {
        values.sort_by(f32::total_cmp);
        let at = |share: f32| values[((values.len() - 1) as f32 * share) as usize];
        let marks = [0.0, 0.1, 0.5, 0.9, 1.0].map(|share| format!("{:8.2}", at(share)));
        println!("{name:>16} {}", marks.concat());
    }
    let threshold = other[other.len() - 1 - other.len() / 1000];
    let missed = same.iter().filter(|score| **score <= threshold).count();
    let false_matches = other.iter().filter(|score| **score >= Score::MATCH.0).count();
    println!("false matches: {false_matches} of {}", other.len());
    println!("missed at one false match in a thousand: {:.1} %", 100.0 * missed as f32 / same.len() as f32);
}

/// The same numbers as an FVC set: a finger of each of some people, eight touches each.
fn invented(care: f32, fingers: u64) -> impl Iterator<Item = (u64, GrayImage)> {
    (0..fingers).flat_map(move |person| {
        let master = Master::grow(1000 + person, FingerPosition::TEN[person as usize % 10]);
        (0..IMPRESSIONS).map(move |touch| {
            let params =
                ImpressionParams { size: (388, 480), ..ImpressionParams::casual(person * 100 + touch, care) };
            (person, master.impression(&params))
        })
    })
}

fn read(folder: &Path) -> Vec<(u64, GrayImage)> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let print = |path: &Path| {
        let finger = path.file_stem()?.to_str()?.split_once('_')?.0.parse().ok()?;
        let bytes = std::fs::read(path).ok()?;
        if let Ok(image) = tiff::read(&bytes) {
            return Some((finger, image));
        }
        let image = image::load_from_memory(&bytes).ok()?.into_luma8();
        let (width, height) = image.dimensions();
        Some((finger, GrayImage::new(width, height, 500, image.into_raw()).ok()?))
    };
    files.iter().filter_map(|path| print(path)).collect()
}
