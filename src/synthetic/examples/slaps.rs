//! Lays this project's own segmentation beside the truth of slaps, invented or from elsewhere:
//!
//! ```text
//! cargo run --release -p tram-synthetic --example slaps -- 12       # three slaps of each of twelve invented people
//! cargo run --release -p tram-synthetic --example slaps -- FOLDER   # its pictures and the boxes of its truth.json
//! ```
//!
//! A slap is right when every finger is found where it lies. It is also shown as the other hand's, which should be told.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use tram_biometric::{FingerPosition, GrayImage, Rect};
use tram_fingerprint::segment::{self, SlapProblem};
use tram_synthetic::{Master, SlapParams, slap};

/// A slap, what lies on it from left to right, and its name.
struct Known {
    name: String,
    image: GrayImage,
    position: FingerPosition,
    truth: Vec<Rect>,
}

fn main() {
    let from = std::env::args().nth(1).unwrap_or_else(|| "5".into());
    let slaps: Box<dyn Iterator<Item = Known>> = match from.parse() {
        Ok(people) => Box::new((0..people).flat_map(invented)),
        Err(_) => Box::new(composed(Path::new(&from)).into_iter()),
    };
    let (mut right, mut all, mut other, mut hands, mut overlaps) = (0, 0, 0, 0, Vec::new());
    for slap in slaps {
        let found = segment::segment(&slap.image, slap.position, &[]);
        let seen: Vec<Rect> = found.fingers.iter().map(|finger| finger.area).collect();
        let fits: Vec<f32> =
            slap.truth.iter().zip(&seen).map(|(truth, seen)| overlap(*truth, *seen)).collect();
        let is_right =
            found.problem.is_none() && seen.len() == slap.truth.len() && fits.iter().all(|fit| *fit > 0.5);
        right += usize::from(is_right);
        all += 1;
        let turns: Vec<f32> = found.fingers.iter().map(|finger| finger.rotation_deg).collect();
        println!("{} {:?} overlap {fits:.2?} turned {turns:.0?}", slap.name, found.problem);
        overlaps.extend(fits);
        if let Some(position) = other_hand(slap.position) {
            hands += 1;
            let problem = segment::segment(&slap.image, position, &[]).problem;
            other += usize::from(problem == Some(SlapProblem::WrongHand));
        }
    }
    let mean = overlaps.iter().sum::<f32>() / overlaps.len().max(1) as f32;
    println!("{right} of {all} right; mean overlap {mean:.3}; as the other hand's {other} of {hands} told");
}

fn other_hand(position: FingerPosition) -> Option<FingerPosition> {
    match position {
        FingerPosition::PlainRightFour => Some(FingerPosition::PlainLeftFour),
        FingerPosition::PlainLeftFour => Some(FingerPosition::PlainRightFour),
        _ => None,
    }
}

/// The three slaps of an invented person.
fn invented(person: u64) -> Vec<Known> {
    let masters = FingerPosition::TEN.map(|finger| Master::grow(person, finger));
    let slaps = [FingerPosition::PlainRightFour, FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs];
    let known = |position| {
        let slap = slap(position, &masters.each_ref(), &SlapParams::casual(person));
        let truth = slap.fingers.iter().map(|(_, rect)| *rect).collect();
        Known { name: format!("{person} {position:?}"), image: slap.image, position, truth }
    };
    slaps.map(known).into()
}

/// Right hands laid together from single prints: [name, width, height, turn, [[finger, left, top, right, bottom], …]].
fn composed(folder: &Path) -> Vec<Known> {
    type Slap = (String, u32, u32, f32, Vec<[u32; 5]>);
    let text = std::fs::read_to_string(folder.join("truth.json")).unwrap();
    let slaps: Vec<Slap> = serde_json::from_str(&text).unwrap();
    let known = |(name, width, height, _, boxes): Slap| {
        let levels = image::open(folder.join(format!("{name}.png"))).unwrap().into_luma8().into_raw();
        let rect = |[_, left, top, right, bottom]: [u32; 5]| Rect {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        };
        Known {
            name,
            image: GrayImage::new(width, height, 500, levels).unwrap(),
            position: FingerPosition::PlainRightFour,
            truth: boxes.into_iter().map(rect).collect(),
        }
    };
    slaps.into_iter().map(known).collect()
}

/// The shared area as a part of the area of both together.
fn overlap(a: Rect, b: Rect) -> f32 {
    let side = |a: u32, a_size: u32, b: u32, b_size: u32| {
        (a + a_size).min(b + b_size).saturating_sub(a.max(b)) as f32
    };
    let shared = side(a.x, a.width, b.x, b.width) * side(a.y, a.height, b.y, b.height);
    let area = |rect: Rect| rect.width as f32 * rect.height as f32;
    shared / (area(a) + area(b) - shared)
}
