//! Fingerprint readers.

use crate::draw::{self, Pose, Random, dots, gray};
use tram_biometric::GrayImage;
use tram_calibration::Plane;
use tram_calibration::finger::flat_field::FlatField;
use tram_calibration::finger::geometry;
use tram_calibration::finger::noise::SignalToNoise;
use tram_calibration::finger::platen;
use tram_calibration::finger::resolution::Resolution;
use tram_calibration::finger::uniformity::Uniformity;
use tram_calibration::lattice::Grid;

const SIZE: (usize, usize) = (260, 330);
const DOTS: (usize, usize) = (7, 9);

type Moved = Box<dyn Fn((f64, f64)) -> (f64, f64)>;

struct Ruled {
    pose: Pose,
    /// Pixels by which a place of the picture is moved.
    moved: Moved,
}

impl Ruled {
    fn random(random: &mut Random) -> Self {
        let ppi = |random: &mut Random| random.from(485.0, 515.0) / 25.4;
        let pose = Pose {
            scale: (ppi(random), ppi(random)),
            degrees: random.from(-4.0, 4.0),
            middle_mm: (4.5, 6.0),
            middle_px: (random.from(125.0, 135.0), random.from(160.0, 170.0)),
        };
        Self { pose, moved: Box::new(|_| (0.0, 0.0)) }
    }

    fn dot(&self, place: (f64, f64)) -> (f64, f64) {
        let (x, y) = self.pose.pixel(place);
        let (dx, dy) = (self.moved)((x, y));
        (x + dx, y + dy)
    }

    /// With uneven light, blur, noise and dead pixels.
    fn picture(&self, random: &mut Random) -> GrayImage {
        let sigma = random.from(0.02, 0.06);
        let (light, dark) = (random.from(150.0, 220.0), random.from(15.0, 60.0));
        let (slope_x, slope_y) = (random.from(-0.2, 0.2), random.from(-0.2, 0.2));
        let noise = random.from(0.0, 4.0);
        let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| {
            // The place that the distortion moved here: a few steps towards it.
            let mut from = (x, y);
            for _ in 0..4 {
                let (dx, dy) = (self.moved)(from);
                from = (x - dx, y - dy);
            }
            let lit = 1.0 + slope_x * (x / SIZE.0 as f64 - 0.5) + slope_y * (y / SIZE.1 as f64 - 0.5);
            lit * (dark + (light - dark) * dots(self.pose.mm(from), 1.5, DOTS, sigma))
        });
        let image = gray(SIZE.0, SIZE.1, 500, levels, noise, random);
        let count = random.below(30);
        draw::dead(&image, count, random).0
    }
}

#[test]
fn resolution_within_two_tenths_of_a_percent() {
    let mut random = Random(1);
    let mut worst = 0.0_f64;
    for case in 0..120 {
        let ruled = Ruled::random(&mut random);
        let grid = Grid::find(&Plane::of_gray(&ruled.picture(&mut random)), 1.5).unwrap();
        assert_eq!(grid.len(), 63, "case {case}");
        let Resolution { x_ppi, y_ppi } = Resolution::of(&grid).unwrap();
        for (measured, truth) in [(x_ppi, ruled.pose.scale.0 * 25.4), (y_ppi, ruled.pose.scale.1 * 25.4)] {
            worst = worst.max((measured / truth - 1.0).abs());
        }
    }
    println!("resolution: worst {:.4} %", 100.0 * worst);
    assert!(worst < 0.002, "{worst}");
}

#[test]
fn distortion_within_a_tenth_of_a_pixel() {
    let mut random = Random(2);
    let (mut worst, mut worst_spacing) = (0.0_f64, 0.0_f64);
    for _ in 0..120 {
        let mut ruled = Ruled::random(&mut random);
        let (bend, wave) = (random.from(-4.0, 4.0), random.from(-1.0, 1.0));
        let (cx, cy) = (random.from(90.0, 170.0), random.from(110.0, 220.0));
        ruled.moved = Box::new(move |(x, y)| {
            let (dx, dy) = (x - cx, y - cy);
            let square = (dx * dx + dy * dy) / (150.0 * 150.0);
            let push = bend * square / 150.0;
            (dx * push + wave * (y / 60.0).sin(), dy * push)
        });
        let grid = Grid::find(&Plane::of_gray(&ruled.picture(&mut random)), 1.5).unwrap();
        assert_eq!(grid.len(), 63);
        worst = worst.max((geometry::distortion_px(&grid).unwrap() - ruled.distortion()).abs());
        let spacing = geometry::spacing(&grid, 500.0);
        let (short, long) = ruled.spacing();
        // A distance has two ends: 0.2 px at 500 ppi are 0.01 mm; over 3 mm they are 0.34 %.
        worst_spacing = worst_spacing
            .max((spacing.short_mm - short).abs() / 0.01)
            .max((spacing.long_percent - long).abs() / 0.34);
    }
    println!("distortion: worst {worst:.3} px, spacing {worst_spacing:.2} of tolerance");
    assert!(worst < 0.1 && worst_spacing < 1.0, "{worst} {worst_spacing}");
}

impl Ruled {
    fn all(&self) -> Vec<((f64, f64), (f64, f64))> {
        let places = (0..DOTS.1)
            .flat_map(|row| (0..DOTS.0).map(move |column| (column as f64 * 1.5, row as f64 * 1.5)));
        places.map(|place| (place, self.dot(place))).collect()
    }

    /// The farthest dot from the best affine map. On a whole grid the three directions of the fit are orthogonal, so that
    /// each coefficient is a ratio of two sums.
    fn distortion(&self) -> f64 {
        let dots = self.all();
        let count = dots.len() as f64;
        let fitted = |pick: fn((f64, f64)) -> f64, place: (f64, f64)| {
            let mean = dots.iter().map(|(_, seen)| pick(*seen)).sum::<f64>() / count;
            let ratio = |axis: fn((f64, f64)) -> f64, middle: f64| {
                let top: f64 = dots.iter().map(|(at, seen)| (axis(*at) - middle) * pick(*seen)).sum();
                let bottom: f64 = dots.iter().map(|(at, _)| (axis(*at) - middle).powi(2)).sum();
                top / bottom
            };
            mean + ratio(|p| p.0, 4.5) * (place.0 - 4.5) + ratio(|p| p.1, 6.0) * (place.1 - 6.0)
        };
        let off = |(place, seen): &((f64, f64), (f64, f64))| {
            (seen.0 - fitted(|p| p.0, *place)).hypot(seen.1 - fitted(|p| p.1, *place))
        };
        dots.iter().map(off).fold(0.0, f64::max)
    }

    /// Largest errors of distances at 500 ppi: of one pitch in millimetres, of more in percent.
    fn spacing(&self) -> (f64, f64) {
        let dots = self.all();
        let (mut short, mut long) = (0.0_f64, 0.0_f64);
        for (a, seen_a) in &dots {
            for (b, seen_b) in &dots {
                let truth = (a.0 - b.0).hypot(a.1 - b.1);
                let is_line = (a.0 - b.0).abs() < 1e-9 || (a.1 - b.1).abs() < 1e-9;
                if is_line && truth > 0.0 {
                    let error =
                        ((seen_a.0 - seen_b.0).hypot(seen_a.1 - seen_b.1) / 500.0 * 25.4 - truth).abs();
                    if truth < 1.6 {
                        short = short.max(error);
                    } else {
                        long = long.max(100.0 * error / truth);
                    }
                }
            }
        }
        (short, long)
    }
}

#[test]
fn too_few_dots_are_no_grid() {
    let blank = GrayImage::from_fn(200, 200, 500, |_, _| 200);
    assert!(Grid::find(&Plane::of_gray(&blank), 1.5).is_err());
    let noise =
        GrayImage::from_fn(200, 200, 500, |x, y| (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) as u8);
    assert!(Grid::find(&Plane::of_gray(&noise), 1.5).is_err());
}

/// A field of a level with a slope of light across it.
fn field(level: f64, slope: f64, noise: f64, random: &mut Random) -> GrayImage {
    let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, _| level + slope * (x / (SIZE.0 as f64 - 1.0) - 0.5));
    gray(SIZE.0, SIZE.1, 500, levels, noise, random)
}

#[test]
fn noise_and_evenness_of_fields() {
    let mut random = Random(3);
    for _ in 0..100 {
        let (noise_light, noise_dark) = (random.from(0.6, 5.0), random.from(0.6, 5.0));
        let (light, dark) = (random.from(180.0, 220.0), random.from(20.0, 50.0));
        let slope = random.from(0.0, 20.0);
        let bright = field(light, slope, noise_light, &mut random);
        let black = field(dark, 0.0, noise_dark, &mut random);
        let measured = SignalToNoise::of(&Plane::of_gray(&bright), &Plane::of_gray(&black), 500.0).unwrap();
        let rounded = |noise: f64| (noise * noise + 1.0 / 12.0).sqrt();
        for (measured, truth) in [
            (measured.light, (light - dark) / rounded(noise_light)),
            (measured.dark, (light - dark) / rounded(noise_dark)),
        ] {
            assert!((measured / truth - 1.0).abs() < 0.03, "{measured} {truth}");
        }
        // Two columns of quarter-inch squares stand half the width apart.
        let even = Uniformity::of(&Plane::of_gray(&bright), 500.0).unwrap();
        assert!(
            (even.square - slope / 2.0).abs() < 0.02 * slope.max(10.0),
            "{} {}",
            even.square,
            slope / 2.0
        );
        // 99.9 % of a Gaussian lie within 3.29 deviations; the slope adds at most half a square's.
        let low = 3.29 * noise_light * 0.88;
        assert!(
            even.pixel > low && even.pixel < 3.29 * noise_light + slope / 4.0 + 1.0,
            "{} {noise_light}",
            even.pixel
        );
    }
}

#[test]
fn dead_pixels_are_counted_one_by_one() {
    let mut random = Random(4);
    for _ in 0..100 {
        let noise = random.from(0.0, 4.0);
        let clean = field(200.0, 20.0, noise, &mut random);
        let wanted = random.below(25);
        let (image, count) = draw::dead(&clean, wanted, &mut random);
        let ppm = platen::dead_ppm(&[&Plane::of_gray(&image)]).unwrap();
        let found = ppm * (SIZE.0 * SIZE.1) as f64 / 1e6;
        assert!((found - count as f64).abs() < 0.01, "{found} of {count}");
    }
}

#[test]
fn dirt_is_measured_by_its_area_and_a_weaker_lamp_is_none() {
    let mut random = Random(5);
    for _ in 0..100 {
        let (noise, weaker) = (random.from(0.0, 4.0), random.from(0.0, 25.0));
        let clean = field(200.0, 10.0, noise / 2.0, &mut random);
        let spots: Vec<(f64, f64, f64)> = (0..random.below(5))
            .map(|index| (40.0 + 45.0 * index as f64, random.from(40.0, 290.0), random.from(6.0, 18.0)))
            .collect();
        let area: f64 = spots.iter().map(|spot| std::f64::consts::PI * spot.2 * spot.2).sum();
        let depth = random.from(30.0, 90.0);
        let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| {
            let on = |(cx, cy, r): &(f64, f64, f64)| (x - cx).hypot(y - cy) < *r;
            200.0 - weaker + 10.0 * (x / 259.0 - 0.5) - if spots.iter().any(on) { depth } else { 0.0 }
        });
        let now = gray(SIZE.0, SIZE.1, 500, levels, noise, &mut random);
        let percent = platen::dirt_percent(&Plane::of_gray(&now), &Plane::of_gray(&clean)).unwrap();
        let truth = 100.0 * area / (SIZE.0 * SIZE.1) as f64;
        // The smoothing may move each rim by a pixel or two.
        let rims: f64 = spots.iter().map(|spot| std::f64::consts::TAU * spot.2 * 1.6).sum();
        let tolerance = 0.02 + 100.0 * rims / (SIZE.0 * SIZE.1) as f64;
        assert!((percent - truth).abs() < tolerance, "{percent} {truth} ± {tolerance}");
        let drift = platen::drift(&Plane::of_gray(&now), &Plane::of_gray(&clean)).unwrap();
        assert!((drift - weaker - depth * truth / 100.0).abs() < 0.3, "{drift} {weaker}");
    }
}

#[test]
fn the_ghost_of_a_finger_is_told_from_noise() {
    let mut random = Random(6);
    let mut worst = 0.0_f64;
    for case in 0..100 {
        let noise = random.from(0.5, 4.0);
        let amplitude = if case % 4 == 0 { 0.0 } else { random.from(2.0, 15.0) };
        let (period, turn) = (random.from(8.5, 11.0), random.from(0.0, 3.0));
        let mut frame = |amplitude: f64| {
            let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| {
                let inside = (x - 130.0).hypot(y - 165.0) < 110.0;
                let ridge = (std::f64::consts::TAU * (x * turn.cos() + y * turn.sin()) / period).cos();
                200.0 + if inside { amplitude * ridge } else { 0.0 }
            });
            Plane::of_gray(&gray(SIZE.0, SIZE.1, 500, levels, noise, &mut random))
        };
        let (after, clean) = ([frame(amplitude), frame(amplitude)], [frame(0.0), frame(0.0)]);
        let ghost = platen::ghost([&after[0], &after[1]], [&clean[0], &clean[1]], 500.0).unwrap();
        worst = worst.max((ghost - amplitude).abs() / (0.3 + 0.35 * noise + 0.08 * amplitude));
    }
    println!("ghost: worst {worst:.2} of tolerance");
    assert!(worst < 1.0, "{worst}");
}

#[test]
fn a_flat_field_makes_an_uneven_reader_even() {
    let mut random = Random(7);
    for _ in 0..100 {
        let (dip, slope) = (random.from(0.0, 0.3), random.from(-0.2, 0.2));
        let lit = move |x: f64, y: f64| {
            let far = ((x - 130.0).powi(2) + (y - 165.0).powi(2)) / (210.0 * 210.0);
            1.0 - dip * far + slope * (x / 260.0 - 0.5)
        };
        // A pixel of every forty is half as sensitive as the others, and some are dead.
        let fixed =
            |x: f64, y: f64| if (x as usize * 31 + y as usize * 17).is_multiple_of(41) { 0.5 } else { 1.0 };
        let mut seed = Random(random.bits());
        let mut frame = |level: f64, noise: f64| {
            let levels = draw::sampled(SIZE.0, SIZE.1, 1, |x, y| 12.0 + level * lit(x, y) * fixed(x, y));
            gray(SIZE.0, SIZE.1, 500, levels, noise, &mut seed)
        };
        let light: Vec<GrayImage> = (0..4).map(|_| frame(190.0, 1.0)).collect();
        let dark: Vec<GrayImage> = (0..4).map(|_| frame(0.0, 1.0)).collect();
        let flat = FlatField::of(&Plane::mean(&light).unwrap(), &Plane::mean(&dark).unwrap()).unwrap();
        let even = flat.apply(&frame(120.0, 0.0)).unwrap();
        let levels: Vec<f64> = even.pixels().iter().map(|level| f64::from(*level)).collect();
        let mean = levels.iter().sum::<f64>() / levels.len() as f64;
        let squares = Uniformity::of(&Plane::of_gray(&even), 500.0).unwrap();
        assert!(squares.square < 0.02 * mean, "{} of {mean}", squares.square);
    }
}

#[test]
fn the_same_reader_measures_the_same_again() {
    let mut random = Random(8);
    let ruled = Ruled::random(&mut random);
    let measured: Vec<f64> = (0..20)
        .map(|_| {
            Resolution::of(&Grid::find(&Plane::of_gray(&ruled.picture(&mut random)), 1.5).unwrap())
                .unwrap()
                .x_ppi
        })
        .collect();
    let spread =
        measured.iter().copied().fold(f64::MIN, f64::max) - measured.iter().copied().fold(f64::MAX, f64::min);
    println!("repeatability: {spread:.3} ppi over 20 pictures in different light and noise");
    assert!(spread < 0.5, "{spread}");
}
