//! Draws a sheet of invented fingers: `cargo run -p tram-synthetic --example fingers -- SHEET.png FIRST_SEED`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Instant;
use tram_biometric::FingerPosition;
use tram_synthetic::{ImpressionParams, Master};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "sheet.png".into());
    let first: u64 = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let (columns, rows, width, height) = (5, 2, 400, 500);
    let mut sheet = image::GrayImage::new(columns * width, rows * height);
    for (place, position) in FingerPosition::TEN.into_iter().enumerate() {
        let begun = Instant::now();
        let master = Master::grow(first, position);
        let grown = begun.elapsed();
        let touch = first * 10 + place as u64;
        let params = match place {
            0 => ImpressionParams::default(),
            5..=6 => ImpressionParams {
                moisture: 0.4 * place as f32 - 1.6,
                ..ImpressionParams::casual(touch, 0.8)
            },
            7 => ImpressionParams { moisture: -0.85, ..ImpressionParams::casual(touch, 0.8) },
            8 => ImpressionParams { moisture: -0.45, pressure: 0.2, ..ImpressionParams::casual(touch, 0.8) },
            _ => ImpressionParams::casual(touch, if place < 5 { 0.9 } else { 0.0 }),
        };
        let begun = Instant::now();
        let impression = master.impression(&params);
        println!("{master:?} grown in {grown:?}, touched in {:?}", begun.elapsed());
        let (left, top) = (place as u32 % columns * width, place as u32 / columns * height);
        for y in 0..height {
            for x in 0..width {
                sheet.put_pixel(left + x, top + y, image::Luma([impression.get(x, y).unwrap()]));
            }
        }
    }
    sheet.save(path).unwrap();
}
