//! The vector files in `calibration/charts`: up to date, and measured right when another renderer draws them.

use resvg::{tiny_skia, usvg};
use std::path::Path;
use tram_biometric::{GrayImage, RgbImage};
use tram_calibration::camera::patches::REFERENCE;
use tram_calibration::chart::{self, Chart, svg};
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
    let figures = procedure::lens(&drawn(&chart::camera_grid(), 3.0, 10.0)).unwrap();
    assert!(figure(&figures, Quantity::LensDistortion) < 0.05, "{figures:?}");
    assert!((figure(&figures, Quantity::EyeDistance) - 186.0).abs() < 0.5, "{figures:?}");
}
