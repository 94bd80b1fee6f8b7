//! Lays this project's own segmentation beside the truth of invented slaps:
//! `cargo run -p tram-synthetic --example slaps -- PEOPLE`.
#![allow(clippy::print_stdout)]

use tram_biometric::{FingerPosition, Rect};
use tram_fingerprint::{quality, segment};
use tram_synthetic::{Master, SlapParams, slap};

fn main() {
    let people: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(5);
    let slaps = [FingerPosition::PlainRightFour, FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs];
    let (mut right, mut all) = (0, 0);
    for person in 0..people {
        let masters = FingerPosition::TEN.map(|finger| Master::grow(person, finger));
        for position in slaps {
            let slap = slap(position, &masters.each_ref(), &SlapParams::casual(person));
            let found = segment::segment(&slap.image, position, &[]);
            let mut overlaps = Vec::new();
            let mut scores = Vec::new();
            for (finger, truth) in &slap.fingers {
                let area = found.fingers.iter().find(|seen| seen.position == *finger).map(|seen| seen.area);
                let area = area.unwrap_or_default();
                overlaps.push(overlap(*truth, area));
                let cut = slap.image.crop(area).map(|image| quality::assess(&image).score.score());
                scores.push(cut.unwrap_or_default());
            }
            let fits = found.problem.is_none() && overlaps.iter().all(|overlap| *overlap > 0.6);
            right += usize::from(fits);
            all += 1;
            println!("{person} {position:?} {:?} overlap {overlaps:.2?} quality {scores:?}", found.problem);
        }
    }
    println!("{right} of {all} right");
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
