//! The vector files in `calibration/charts`: up to date, and measured right when another renderer draws them.

use resvg::{tiny_skia, usvg};
use std::path::Path;
use tram_biometric::{GrayImage, RgbImage};
use tram_calibration::camera::patches::REFERENCE;
use tram_calibration::chart::{self, Chart, svg};
use tram_calibration::charuco::layout;
use tram_calibration::{Measurement, Quantity, procedure};

/// The chart on white paper that is a little larger, in pixels per millimetre.
fn drawn(chart: &Chart, scale: f64, border: f64) -> RgbImage {
    let tree = usvg::Tree::from_str(&svg::write(chart), &usvg::Options::default()).unwrap();
    let side = |length: f64| ((length + 2.0 * border) * scale).round() as u32;
    let mut pixmap = tiny_skia::Pixmap::new(side(chart.width), side(chart.height)).unwrap();
    pixmap.fill(tiny_skia::Color::WHITE);
    // Millimetres of the file have become pixels at 96 to the inch.
    let zoom = (scale / (96.0 / 25.4)) as f32;
    let moved = (border * scale) as f32;
    let place = tiny_skia::Transform::from_row(zoom, 0.0, 0.0, zoom, moved, moved);
    resvg::render(&tree, place, &mut pixmap.as_mut());
    let pixels = pixmap.data().as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    RgbImage::new(pixmap.width(), pixmap.height(), pixels).unwrap()
}

fn grey(picture: &RgbImage, ppi: u16) -> GrayImage {
    let pixels = picture.pixels().as_chunks::<3>().0.iter().map(|[_, g, _]| *g).collect();
    GrayImage::new(picture.width(), picture.height(), ppi, pixels).unwrap()
}

fn figure(figures: &[Measurement], quantity: Quantity) -> f64 {
    figures.iter().find(|figure| figure.quantity == quantity).unwrap().value
}

#[test]
fn the_printable_files_are_those_of_the_program() {
    for chart in chart::all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../calibration/charts")
            .join(format!("{}.svg", chart.name));
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(
            kept == svg::write(&chart),
            "{}: run `cargo run -p tram-calibration --example charts`",
            chart.name
        );
    }
}

#[test]
fn a_printed_target_reads_as_it_was_drawn() {
    for (chart, ppi) in [(chart::finger_grid(), 500), (chart::finger_grid(), 508), (chart::slap_grid(), 500)]
    {
        let picture = grey(&drawn(&chart, f64::from(ppi) / 25.4, 1.0), 500);
        let figures = procedure::ruled(&picture).unwrap();
        for quantity in [Quantity::ResolutionX, Quantity::ResolutionY] {
            assert!((figure(&figures, quantity) / f64::from(ppi) - 1.0).abs() < 0.002, "{figures:?}");
        }
        assert!(figure(&figures, Quantity::GeometricDistortion) < 0.1, "{figures:?}");
    }
}

#[test]
fn the_tone_chart_of_a_perfect_reader_is_perfect() {
    let picture = grey(&drawn(&chart::finger_tone(), 500.0 / 25.4, 0.8), 500);
    let figures = procedure::toned(&picture).unwrap();
    assert!(figure(&figures, Quantity::GreyLinearity) < 1.5, "{figures:?}");
    assert!((figure(&figures, Quantity::DynamicRange) - 0.87 * 255.0).abs() < 2.0, "{figures:?}");
    assert!(figure(&figures, Quantity::Sfr50) > 0.5, "{figures:?}");
    // A pixel of 500 ppi leaves sinc(f / 19.7) of a frequency f per millimetre.
    for (quantity, frequency) in [(Quantity::Mtf1, 1.0), (Quantity::Mtf2, 2.0), (Quantity::Mtf4, 4.0)] {
        let narrow = std::f64::consts::PI * frequency / (500.0 / 25.4);
        assert!(
            (figure(&figures, quantity) - narrow.sin() / narrow).abs() < 0.04,
            "{quantity:?} {figures:?}"
        );
    }
}

#[test]
fn camera_and_card_charts_are_found_and_measured() {
    let figures = procedure::faced(&drawn(&chart::camera_face(), 3.0, 10.0), &REFERENCE).unwrap();
    assert!(figure(&figures, Quantity::ColourMean) < 2.0, "{figures:?}");
    assert!(figure(&figures, Quantity::Sfr50) > 0.4, "{figures:?}");
    let figures = procedure::lens(&drawn(&chart::camera_charuco(), 3.0, 10.0)).unwrap();
    assert!(figure(&figures, Quantity::LensDistortion) < 0.05, "{figures:?}");
    assert!((figure(&figures, Quantity::EyeDistance) - 186.0).abs() < 0.5, "{figures:?}");
}

/// What another program reads on the board we print: `OpenCV`'s own `ChArUco`, through Python.
#[test]
fn opencv_reads_the_printed_board_with_the_same_numbers_at_the_same_places() {
    let Some(python) = std::env::var_os("TRAM_PEERS_PYTHON") else {
        println!("skipped: TRAM_PEERS_PYTHON is not set; packaging/test sets it");
        return;
    };
    let chart = chart::camera_charuco();
    let (scale, border) = (4.0, 10.0);
    let picture = drawn(&chart, scale, border);
    let mut bytes = format!("P6 {} {} 255\n", picture.width(), picture.height()).into_bytes();
    bytes.extend(picture.pixels());
    let path = std::env::temp_dir().join(format!("tram-charuco-{}.ppm", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/truth/charuco.py");
    let ran = std::process::Command::new(python).arg(script).arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    let (said, failed) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    if failed.contains("No module named 'cv2'") {
        println!("skipped: TRAM_PEERS_PYTHON has no opencv-contrib-python-headless");
        return;
    }
    assert!(ran.status.success(), "{failed}");
    let read = |what: &str| -> Vec<(usize, f64, f64)> {
        said.lines().filter_map(|line| line.strip_prefix(what)).map(read).collect()
    };
    let (corners, markers) = (read("corner "), read("marker "));
    assert_eq!((corners.len(), markers.len()), (layout::CORNERS, layout::MARKERS), "{said}");
    // The board lies in the middle of the sheet, and the middle of the first pixel is (0, 0).
    let pixel = |(u, v): (f64, f64)| {
        let (left, top) = ((chart.width - 275.0) / 2.0 + border, (chart.height - 175.0) / 2.0 + border);
        ((left + u) * scale - 0.5, (top + v) * scale - 0.5)
    };
    let far = |(id, x, y): (usize, f64, f64), place: fn(usize) -> (f64, f64)| {
        let truth = pixel(place(id));
        (x - truth.0).hypot(y - truth.1)
    };
    let worst = corners.into_iter().map(|found| far(found, layout::corner)).fold(0.0, f64::max);
    let marker = markers.into_iter().map(|found| far(found, |id| layout::marker(id)[0])).fold(0.0, f64::max);
    println!("OpenCV on the printed board: corners within {worst:.3} px, markers within {marker:.3} px");
    assert!(worst < 0.1 && marker < 1.5, "{worst} {marker}");
}

/// A line of the other program: number and place.
fn read(line: &str) -> (usize, f64, f64) {
    let words: Vec<&str> = line.split_whitespace().collect();
    (words[0].parse().unwrap(), words[1].parse().unwrap(), words[2].parse().unwrap())
}
