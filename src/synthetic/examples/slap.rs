//! Draws the three slaps of an invented person: `cargo run -p tram-synthetic --example slap -- SHEET.png SEED`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Instant;
use tram_biometric::FingerPosition;
use tram_synthetic::{Master, SLAP_SIZE, SlapParams, slap};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "slaps.png".into());
    let seed: u64 = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let masters = FingerPosition::TEN.map(|position| Master::grow(seed, position));
    let masters: Vec<&Master> = masters.iter().collect();
    let (width, height) = SLAP_SIZE;
    let mut sheet = image::GrayImage::new(3 * width, height);
    let slaps = [FingerPosition::PlainLeftFour, FingerPosition::PlainRightFour, FingerPosition::PlainThumbs];
    for (column, position) in (0..).zip(slaps) {
        let begun = Instant::now();
        let slap = slap(position, &masters, &SlapParams::casual(seed + u64::from(column)));
        println!("{position:?} in {:?}: {:?}", begun.elapsed(), slap.fingers);
        for (place, level) in (0..).zip(slap.image.pixels()) {
            sheet.put_pixel(column * width + place % width, place / width, image::Luma([*level]));
        }
    }
    sheet.save(path).unwrap();
}
