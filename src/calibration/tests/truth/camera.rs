//! Cameras.

use crate::draw::{self, Random, View, covered, encoded, passed};
use tram_biometric::Rect;
use tram_calibration::Plane;
use tram_calibration::camera::background::Background;
use tram_calibration::camera::illumination::Illumination;
use tram_calibration::camera::patches::{self, Colours, REFERENCE};
use tram_calibration::chart::face;
use tram_calibration::colour::{ciede2000, lab};
use tram_calibration::placement::Placement;

/// The colour of the face chart at a place, levels of its patches given.
pub(crate) fn face_chart(place: (f64, f64), sigma: f64, patches: &[[f64; 3]; 24], paper: f64) -> [f64; 3] {
    let mark = [(15.0, 15.0), (195.0, 15.0), (195.0, 282.0), (15.0, 282.0), (45.0, 15.0)]
        .iter()
        .map(|centre| passed((place.0 - centre.0).hypot(place.1 - centre.1) - 6.0, sigma))
        .fold(1.0, f64::min);
    let (sin, cos) = 5.0_f64.to_radians().sin_cos();
    let (u, v) = (place.0 - 105.0, place.1 - 85.0);
    let square = covered((u * cos + v * sin, v * cos - u * sin), [-40.0, -40.0, 80.0, 80.0], sigma);
    let ink = mark * (1.0 - square);
    let mut colour = [12.0 + (paper - 12.0) * ink; 3];
    let (column, row) = (((place.0 - 30.0) / 25.0).floor(), ((place.1 - 160.0) / 25.0).floor());
    if (0.0..6.0).contains(&column) && (0.0..4.0).contains(&row) {
        colour = patches[row as usize * 6 + column as usize];
    }
    colour
}

#[test]
fn colours_within_two_tenths() {
    let mut random = Random(22);
    let mut worst = 0.0_f64;
    for _ in 0..100 {
        let cast = [random.from(0.8, 1.0), random.from(0.8, 1.0), random.from(0.8, 1.0)];
        let patches: [[f64; 3]; 24] = std::array::from_fn(|index| {
            let row = 210.0 - 8.0 * index as f64;
            let own = [row, random.from(20.0, 235.0), random.from(20.0, 235.0)];
            let grey = [240.0, 200.0, 160.0, 122.0, 85.0, 52.0];
            let own = if index >= 18 { [grey[index - 18]; 3] } else { own };
            std::array::from_fn(|channel| own[channel] * cast[channel])
        });
        let view = View::new(
            random.from(1.5, 1.8),
            random.from(-3.0, 3.0),
            (random.from(-0.03, 0.03), random.from(-0.03, 0.03)),
            (105.0, 148.5),
            (199.5, 279.5),
        );
        let noise = random.from(0.0, 3.0);
        let picture = draw::rgb(400, 560, noise, &mut random, |x, y| {
            face_chart(view.chart((x, y)), 0.4, &patches, 235.0)
        });
        let placement = Placement::find(&Plane::of_rgb(&picture), &face::MARKS).unwrap();
        let measured = patches::read(&picture, &placement, &face::patches());
        let colours = Colours::of(&measured, &REFERENCE, patches::GREYS);
        let truth: Vec<f64> = patches
            .iter()
            .zip(&REFERENCE)
            .map(|(patch, reference)| ciede2000(*reference, lab(*patch)))
            .collect();
        worst = worst.max((colours.mean - truth.iter().sum::<f64>() / 24.0).abs());
        worst = worst.max((colours.largest - truth.iter().copied().fold(0.0, f64::max)).abs());
    }
    println!("CIEDE2000: worst {worst:.3}");
    assert!(worst < 0.2, "{worst}");
}

#[test]
fn illumination_within_two_percent() {
    let mut random = Random(23);
    let (mut worst, mut worst_side) = (0.0_f64, 0.0_f64);
    for _ in 0..100 {
        let (side, top) = (random.from(-0.5, 0.5), random.from(-0.4, 0.4));
        let level = random.from(0.2, 0.5);
        let zone = Rect { x: 60, y: 40, width: 200, height: 250 };
        let lit = |x: f64, y: f64| level * (1.0 + side * (x - 160.0) / 200.0 + top * (y - 165.0) / 250.0);
        let noise = random.from(0.0, 4.0);
        let picture = draw::rgb(320, 320, noise, &mut random, |x, y| [encoded(lit(x + 0.5, y + 0.5)); 3]);
        let measured = Illumination::of(&picture, zone).unwrap();
        // The mean of a cell of a linear field is the field in the middle of the cell.
        let cells: Vec<f64> =
            (0..25).map(|at| lit(80.0 + 40.0 * f64::from(at % 5), 65.0 + 50.0 * f64::from(at / 5))).collect();
        let (low, high) =
            cells.iter().fold((f64::MAX, 0.0_f64), |(low, high), cell| (low.min(*cell), high.max(*cell)));
        worst = worst.max((measured.nonuniformity_percent - 100.0 * (high - low) / high).abs());
        let truth = (lit(100.0, 165.0) / lit(220.0, 165.0)).log2();
        worst_side = worst_side.max((measured.side_ev - truth).abs());
    }
    println!("illumination: worst {worst:.2} %; side {worst_side:.3} EV");
    assert!(worst < 2.0 && worst_side < 0.02, "{worst} {worst_side}");
}

#[test]
fn backgrounds_are_what_they_were_drawn() {
    let mut random = Random(24);
    for case in 0..100 {
        let colour = [random.from(190.0, 250.0), random.from(190.0, 250.0), random.from(190.0, 250.0)];
        let thing = case % 2 == 0;
        let (at, noise) = ((random.from(40.0, 280.0), random.from(40.0, 200.0)), random.from(0.0, 3.0));
        let picture = draw::rgb(320, 240, noise, &mut random, |x, y| {
            if thing && (x - at.0).abs() < 30.0 && (y - at.1).abs() < 30.0 {
                colour.map(|level| level * 0.6)
            } else {
                colour
            }
        });
        let whole = Rect { x: 0, y: 0, width: 320, height: 240 };
        let seen = Background::of(&picture, whole).unwrap();
        let [l, a, b] = lab(colour);
        if thing {
            assert!(seen.unevenness > 10.0, "{}", seen.unevenness);
        } else {
            assert!(
                (seen.lightness - l).abs() < 0.2
                    && (seen.chroma - a.hypot(b)).abs() < 0.4
                    && seen.unevenness < 0.8
            );
        }
    }
}
