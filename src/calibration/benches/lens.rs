//! The board's corners and the lens from one picture, beside the corners that `OpenCV`'s own `ChArUco` finds in the same
//! picture, fitted with the same lens: how far the corners are off, and the displacement at the outermost one.
//!
//! The peer runs where `TRAM_PEERS_PYTHON` has `opencv-contrib-python-headless`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]

#[path = "../tests/truth/board.rs"]
#[allow(dead_code)] // The truth tests use the rest.
mod board;
#[path = "../tests/truth/draw.rs"]
#[allow(dead_code)] // Its other halves draw for the tests.
mod draw;

use board::{Camera, charuco, corner};
use draw::Random;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use tram_biometric::RgbImage;
use tram_calibration::Plane;
use tram_calibration::camera::lens::Lens;
use tram_calibration::charuco::Board;

const CAMERAS: usize = 40;
const SIZE: (usize, usize) = (1280, 960);

/// The corners of one picture with their numbers, and the milliseconds they took.
type Found = (Vec<(usize, (f64, f64))>, f64);

fn main() {
    let folder = std::env::temp_dir().join(format!("tram-lens-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut random = Random(61);
    let (mut cameras, mut ours, mut paths) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..CAMERAS {
        let camera = Camera::any(SIZE, &mut random);
        let picture = camera.picture(&mut random, charuco);
        let begun = Instant::now();
        let board = Board::find(&Plane::of_rgb(&picture)).unwrap();
        let took = begun.elapsed().as_secs_f64() * 1e3;
        ours.push((board.corners().collect(), took));
        paths.push(folder.join(format!("{number}.ppm")));
        write(&picture, &paths[number]);
        cameras.push(camera);
    }
    println!("| | corners found | off by, rms | worst | lens: median | worst | ms |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    print("ours", &cameras, &ours);
    match peer(&paths) {
        Some(found) => print("OpenCV's own", &cameras, &found),
        None => println!("TRAM_PEERS_PYTHON has no opencv-contrib-python-headless"),
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn write(picture: &RgbImage, path: &Path) {
    let mut bytes = format!("P6 {} {} 255\n", picture.width(), picture.height()).into_bytes();
    bytes.extend(picture.pixels());
    std::fs::write(path, bytes).unwrap();
}

fn print(name: &str, cameras: &[Camera], found: &[Found]) {
    let (mut off, mut lenses, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for (camera, (corners, took)) in cameras.iter().zip(found) {
        off.extend(corners.iter().map(|(id, (x, y))| {
            let truth = camera.pixel(corner(*id));
            (x - truth.0).hypot(y - truth.1)
        }));
        let pairs: Vec<_> = corners.iter().map(|(id, place)| (corner(*id), *place)).collect();
        let lens = Lens::of(&pairs, SIZE.0, SIZE.1).map_or(f64::NAN, |lens| lens.distortion_px);
        lenses.push((lens - camera.displacement(camera.reach()).abs()).abs());
        times.push(*took);
    }
    lenses.sort_by(f64::total_cmp);
    times.sort_by(f64::total_cmp);
    let square = off.iter().map(|off| off * off).sum::<f64>() / off.len() as f64;
    println!(
        "| {name} | {} of {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.0} |",
        off.len(),
        60 * cameras.len(),
        square.sqrt(),
        off.iter().copied().fold(0.0, f64::max),
        lenses[lenses.len() / 2],
        lenses[lenses.len() - 1],
        times[times.len() / 2],
    );
}

/// What the peer finds in the same pictures.
fn peer(paths: &[PathBuf]) -> Option<Vec<Found>> {
    let python = std::env::var_os("TRAM_PEERS_PYTHON")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/truth/charuco.py");
    let ran = Command::new(python).arg(script).args(paths).output().ok()?;
    let mut found: Vec<Found> = Vec::new();
    for line in String::from_utf8(ran.stdout).ok()?.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["picture", took] => found.push((Vec::new(), took.parse().ok()?)),
            ["corner", id, x, y] => {
                found.last_mut()?.0.push((id.parse().ok()?, (x.parse().ok()?, y.parse().ok()?)));
            }
            _ => {}
        }
    }
    (found.len() == paths.len()).then_some(found)
}
