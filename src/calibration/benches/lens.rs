//! The lens from one picture of the dots, beside `OpenCV`'s `ChArUco` from one picture and from ten, of the same cameras: the
//! error of the displacement near the corner of the picture.
//!
//! The peer runs where `TRAM_PEERS_PYTHON` has `opencv-contrib-python-headless`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]

#[path = "../tests/truth/draw.rs"]
#[allow(dead_code)] // Its other halves draw for the tests.
mod draw;

use draw::{Random, dots};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;
use tram_calibration::Plane;
use tram_calibration::camera::lens::Lens;
use tram_calibration::lattice::Grid;

const CAMERAS: u64 = 40;
const SIZE: (usize, usize) = (1280, 960);

/// A lens and how noisy its camera is.
struct Camera {
    k1: f64,
    k2: f64,
    noise: f64,
}

fn main() {
    let mut random = Random(61);
    let cameras: Vec<Camera> = (0..CAMERAS)
        .map(|_| Camera {
            k1: random.from(-0.06, 0.06),
            k2: random.from(-0.02, 0.02),
            noise: random.from(0.5, 3.0),
        })
        .collect();
    let (mut errors, mut times): (Vec<f64>, Vec<f64>) =
        cameras.iter().map(|camera| ours(camera, &mut random)).unzip();
    println!("| | error in pixels: median | worst | ms |");
    println!("| --- | --- | --- | --- |");
    print("dots, one picture", &mut errors, &mut times);
    match peer(&cameras) {
        Some(rows) => {
            for (name, at) in [("ChArUco (OpenCV), one picture", 0), ("ChArUco (OpenCV), ten", 2)] {
                let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
                print(name, &mut column(at), &mut column(at + 1));
            }
        }
        None => println!("ChArUco: TRAM_PEERS_PYTHON has no opencv-contrib-python-headless"),
    }
}

fn print(name: &str, errors: &mut [f64], times: &mut [f64]) {
    errors.sort_by(f64::total_cmp);
    times.sort_by(f64::total_cmp);
    let (middle, worst) = (errors[errors.len() / 2], errors[errors.len() - 1]);
    println!("| {name} | {middle:.3} | {worst:.3} | {:.0} |", times[times.len() / 2]);
}

/// Error in pixels at the outermost dot, and milliseconds.
fn ours(camera: &Camera, random: &mut Random) -> (f64, f64) {
    let middle = ((SIZE.0 as f64 - 1.0) / 2.0, (SIZE.1 as f64 - 1.0) / 2.0);
    let half = middle.0.hypot(middle.1);
    let stretch = |far: f64| 1.0 + camera.k1 * far * far + camera.k2 * far.powi(4);
    let scale = random.from(4.1, 4.3);
    let turn = random.from(-4.0_f64, 4.0).to_radians();
    let (tilt_x, tilt_y) = (random.from(-0.05, 0.05), random.from(-0.05, 0.05));
    // A perspective of the board about its middle, which falls on the middle of the picture, backwards.
    let board = |(x, y): (f64, f64)| {
        let (x, y) = (x - middle.0, y - middle.1);
        let (u, v) = ((x * turn.cos() + y * turn.sin()) / scale, (y * turn.cos() - x * turn.sin()) / scale);
        let near = 1.0 - (tilt_x * u + tilt_y * v) / 100.0;
        (u / near, v / near)
    };
    let picture = draw::rgb(SIZE.0, SIZE.1, camera.noise, random, |x, y| {
        let seen = ((x - middle.0) / half, (y - middle.1) / half);
        let far = seen.0.hypot(seen.1);
        let mut true_far = far;
        for _ in 0..6 {
            true_far = far / stretch(true_far);
        }
        let back = if far > 0.0 { true_far / far } else { 1.0 };
        let (u, v) = board((middle.0 + seen.0 * back * half, middle.1 + seen.1 * back * half));
        [30.0 + 190.0 * dots((u + 135.0, v + 97.5), 15.0, (19, 14), 0.25); 3]
    });
    let begun = Instant::now();
    let grid = Grid::find(&Plane::of_rgb(&picture), 15.0).unwrap();
    let lens = Lens::of(&grid, SIZE.0, SIZE.1).unwrap();
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let truth = (stretch(lens.reach) - 1.0) * lens.reach * half;
    ((lens.distortion_px - truth.abs()).abs(), took)
}

fn peer(cameras: &[Camera]) -> Option<Vec<[f64; 4]>> {
    let python = std::env::var_os("TRAM_PEERS_PYTHON")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/charuco.py");
    let mut running = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut lines = Vec::new();
    for (seed, Camera { k1, k2, noise }) in cameras.iter().enumerate() {
        writeln!(lines, "{k1} {k2} {noise} {seed}").ok()?;
    }
    let mut stdin = running.stdin.take()?;
    let written = std::thread::spawn(move || stdin.write_all(&lines).is_ok());
    let answer = String::from_utf8(running.wait_with_output().ok()?.stdout).ok()?;
    let row = |line: &str| {
        let mut words = line.split_whitespace().map(str::parse::<f64>);
        Some([words.next()?.ok()?, words.next()?.ok()?, words.next()?.ok()?, words.next()?.ok()?])
    };
    let rows: Vec<[f64; 4]> = answer.lines().filter_map(row).collect();
    (written.join().unwrap_or(false) && rows.len() == cameras.len()).then_some(rows)
}
