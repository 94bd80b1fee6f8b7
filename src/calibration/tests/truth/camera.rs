//! Cameras.

use crate::draw::{self, Random, covered, dots, encoded, passed};
use tram_biometric::Rect;
use tram_calibration::Plane;
use tram_calibration::camera::background::Background;
use tram_calibration::camera::illumination::Illumination;
use tram_calibration::camera::lens::Lens;
use tram_calibration::camera::patches::{self, Colours, REFERENCE};
use tram_calibration::chart::face;
use tram_calibration::colour::{ciede2000, lab};
use tram_calibration::lattice::Grid;
use tram_calibration::placement::Placement;

/// A perspective of a chart in millimetres, and its inverse.
#[derive(Clone, Copy)]
pub(crate) struct View {
    to_picture: [f64; 9],
    to_chart: [f64; 9],
}

impl View {
    /// Around the middle of the chart, which falls on the middle of the picture; `tilt` is the share by which the scale
    /// changes over 100 mm.
    pub(crate) fn new(
        scale: f64,
        degrees: f64,
        tilt: (f64, f64),
        chart: (f64, f64),
        picture: (f64, f64),
    ) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (g, h) = (tilt.0 / 100.0, tilt.1 / 100.0);
        let m = [
            scale * cos + picture.0 * g,
            -scale * sin + picture.0 * h,
            picture.0,
            scale * sin + picture.1 * g,
            scale * cos + picture.1 * h,
            picture.1,
            g,
            h,
            1.0,
        ];
        let shift = |m: [f64; 9]| {
            let by = |row: usize| m[row + 2] - m[row] * chart.0 - m[row + 1] * chart.1;
            [m[0], m[1], by(0), m[3], m[4], by(3), m[6], m[7], by(6)]
        };
        let m = shift(m);
        let minor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let inverse = [
            minor(4, 5, 7, 8),
            -minor(1, 2, 7, 8),
            minor(1, 2, 4, 5),
            -minor(3, 5, 6, 8),
            minor(0, 2, 6, 8),
            -minor(0, 2, 3, 5),
            minor(3, 4, 6, 7),
            -minor(0, 1, 6, 7),
            minor(0, 1, 3, 4),
        ];
        Self { to_picture: m, to_chart: inverse }
    }

    /// The place of the chart that a pixel shows.
    pub(crate) fn chart(&self, pixel: (f64, f64)) -> (f64, f64) {
        Self::apply(&self.to_chart, pixel)
    }

    fn apply(m: &[f64; 9], (u, v): (f64, f64)) -> (f64, f64) {
        let w = m[6] * u + m[7] * v + m[8];
        ((m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w)
    }
}

#[test]
fn lens_distortion_within_a_tenth_of_a_pixel() {
    let mut random = Random(21);
    let (mut worst, mut worst_scale) = (0.0_f64, 0.0_f64);
    let (width, height) = (512, 384);
    let middle = (255.5_f64, 191.5_f64);
    let half = middle.0.hypot(middle.1);
    for _ in 0..100 {
        let (k1, k2) = (random.from(-0.06, 0.06), random.from(-0.02, 0.02));
        let scale = random.from(1.52, 1.64);
        let tilt = (random.from(-0.05, 0.05), random.from(-0.05, 0.05));
        let at = (middle.0 + random.from(-8.0, 8.0), middle.1 + random.from(-8.0, 8.0));
        let view = View::new(scale, random.from(-4.0, 4.0), tilt, (120.0, 75.0), at);
        let stretch = |far: f64| 1.0 + k1 * far * far + k2 * far.powi(4);
        let noise = random.from(0.0, 3.0);
        let picture = draw::rgb(width, height, noise, &mut random, |x, y| {
            let seen = ((x - middle.0) / half, (y - middle.1) / half);
            let far = seen.0.hypot(seen.1);
            let mut true_far = far;
            for _ in 0..5 {
                true_far = far / stretch(true_far);
            }
            let back = if far > 0.0 { true_far / far } else { 1.0 };
            let place = (middle.0 + seen.0 * back * half, middle.1 + seen.1 * back * half);
            [30.0 + 190.0 * dots(View::apply(&view.to_chart, place), 15.0, (17, 11), 0.35); 3]
        });
        let grid = Grid::find(&Plane::of_rgb(&picture), 15.0).unwrap();
        assert_eq!(grid.len(), 187);
        let lens = Lens::of(&grid, width, height).unwrap();
        let farthest = (0..187)
            .map(|at| View::apply(&view.to_picture, (f64::from(at % 17) * 15.0, f64::from(at / 17) * 15.0)))
            .map(|(x, y)| (x - middle.0).hypot(y - middle.1) / half)
            .fold(0.0, f64::max);
        let truth = (stretch(farthest) - 1.0).abs() * farthest * half;
        worst = worst.max((lens.distortion_px - truth).abs());
        worst_scale = worst_scale.max((lens.pixels_per_mm / scale - 1.0).abs());
    }
    println!("lens distortion: worst {worst:.3} px; scale {:.3} %", 100.0 * worst_scale);
    assert!(worst < 0.1, "{worst}");
    // The scale is told for the dot nearest to the middle; the tilt changes it by up to 1 % on the way there.
    assert!(worst_scale < 0.012, "{worst_scale}");
}

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
            face_chart(View::apply(&view.to_chart, (x, y)), 0.4, &patches, 235.0)
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
