//! The sequence check on one real person: ten rolled prints, two slaps of four fingers and two thumbs, as raw grey of
//! 250 ppi, doubled. Every finger of the slaps is compared with every rolled print.
//!
//! `sequence FOLDER`, whose files are named `type_3_wvu…_fgp14_800x475.raw`: position code, width, height.

#![allow(clippy::print_stdout)] // A command line example: printing is its work.

use std::path::Path;
use tram_biometric::{FingerPosition, GrayImage};
use tram_fingerprint::matching::Prepared;
use tram_fingerprint::{segment, sequence, template};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: sequence FOLDER")?;
    let (mut rolled, mut plain) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let Some((code, image)) = picture(&entry?.path()) else { continue };
        let print = |image: &GrayImage| Prepared::new(template::extract(image));
        match code {
            1..=10 => {
                rolled.extend(FingerPosition::from_code(code).map(|position| (position, print(&image))));
            }
            // ANSI/NIST-ITL: 11 and 12 are the plain thumbs.
            11 => plain.push((FingerPosition::RightThumb, print(&image))),
            12 => plain.push((FingerPosition::LeftThumb, print(&image))),
            slap => {
                let Some(slap) = FingerPosition::from_code(slap) else { continue };
                let found = segment::segment(&image, slap, &[]);
                println!("{slap:?}: {} fingers, {:?}", found.fingers.len(), found.problem);
                let fingers = found.fingers.iter();
                plain.extend(fingers.map(|finger| (finger.position, print(&segment::cut(&image, finger)))));
            }
        }
    }
    rolled.sort_by_key(|(position, _)| position.code());
    plain.sort_by_key(|(position, _)| position.code());
    for (position, print) in &plain {
        let scores: Vec<f32> = rolled.iter().map(|(_, other)| print.compare(other).0).collect();
        println!("{position:?} with rolled 1 to 10: {scores:.0?}");
    }
    for finding in sequence::check(&plain, &rolled) {
        println!("{finding:?}");
    }
    println!("one finger twice: {:?}", [sequence::twice(&plain), sequence::twice(&rolled)].concat());
    Ok(())
}

/// The position code and the picture at 500 ppi.
fn picture(path: &Path) -> Option<(u8, GrayImage)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".raw")?;
    let (_, told) = name.strip_prefix("type_3_wvu")?.rsplit_once("_fgp")?;
    let (code, size) = told.split_once('_')?;
    let (width, height) = size.split_once('x')?;
    let small =
        GrayImage::new(width.parse().ok()?, height.parse().ok()?, 250, std::fs::read(path).ok()?).ok()?;
    Some((code.parse().ok()?, doubled(&small)))
}

/// Twice as large, between pixels the mean of those beside.
fn doubled(image: &GrayImage) -> GrayImage {
    let level = |x: u32, y: u32| {
        let (x, y) = (x.min(image.width() - 1), y.min(image.height() - 1));
        u32::from(image.get(x, y).unwrap_or(255))
    };
    GrayImage::from_fn(2 * image.width(), 2 * image.height(), 500, |x, y| {
        let (left, top, right, bottom) = (x / 2, y / 2, x.div_ceil(2), y.div_ceil(2));
        ((level(left, top) + level(right, top) + level(left, bottom) + level(right, bottom)) / 4) as u8
    })
}
