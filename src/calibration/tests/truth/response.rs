//! Slanted edges, sine strips, grey steps.

use crate::draw::{self, Random, gray, passed};
use std::f64::consts::{PI, TAU};
use tram_calibration::Plane;
use tram_calibration::edge::Sfr;
use tram_calibration::finger::sine::{self, Target};
use tram_calibration::finger::tone::Tone;

const SAMPLES: usize = 4;

/// What averaging `SAMPLES` points of a pixel leaves of a frequency.
fn aperture(frequency: f64) -> f64 {
    let narrow = PI * frequency / SAMPLES as f64;
    if narrow.abs() < 1e-9 { 1.0 } else { (PI * frequency).sin() / (SAMPLES as f64 * narrow.sin()) }
}

/// What a Gaussian blur and the pixel leave of a frequency across an edge.
fn left(frequency: f64, sigma: f64, angle: f64) -> f64 {
    let (sin, cos) = angle.sin_cos();
    (-2.0 * (PI * sigma * frequency).powi(2)).exp() * aperture(frequency * cos) * aperture(frequency * sin)
}

#[test]
fn the_frequency_of_half_response_within_three_percent() {
    let mut random = Random(11);
    let mut worst = 0.0_f64;
    for case in 0..160 {
        let (sigma, angle) = (random.from(0.4, 2.4), random.from(3.0, 12.0).to_radians());
        let angle = if case % 2 == 0 { angle } else { -angle };
        let (width, height) = (60 + random.below(40), 60 + random.below(60));
        let (dark, light) = (random.from(20.0, 60.0), random.from(150.0, 230.0));
        let (dark, light) = if case % 3 == 0 { (light, dark) } else { (dark, light) };
        let (slope, noise) = (random.from(-0.1, 0.1), random.from(0.0, 2.0));
        let middle = (width as f64 / 2.0 + random.from(-4.0, 4.0), height as f64 / 2.0);
        let levels = draw::sampled(width, height, SAMPLES, |x, y| {
            let far = (x - middle.0) * angle.cos() - (y - middle.1) * angle.sin();
            let lit = 1.0 + slope * (x / width as f64 - 0.5);
            lit * (dark + (light - dark) * passed(far, sigma))
        });
        let image = gray(width, height, 500, levels, noise, &mut random);
        let count = random.below(4);
        let (image, _) = draw::dead(&image, count, &mut random);
        let measured = Sfr::of(&Plane::of_gray(&image)).unwrap().frequency_at(0.5);
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if left(middle, sigma, angle) > 0.5 { low = middle } else { high = middle }
        }
        let error = (measured / low - 1.0).abs();
        if error > worst {
            worst = error;
            println!(
                "sfr50: sigma {sigma:.2} noise {noise:.2} {width}x{height} contrast {:.0}: {measured:.4} for {low:.4}, {:.2} %",
                (light - dark).abs(),
                100.0 * error
            );
        }
    }
    assert!(worst < 0.03, "{worst}");
}

#[test]
fn what_is_no_edge_is_refused() {
    let mut random = Random(12);
    for (case, levels) in [
        ("flat", draw::sampled(60, 60, 1, |_, _| 128.0)),
        ("upright", draw::sampled(60, 60, 1, |x, _| 30.0 + 190.0 * passed(x - 30.0, 0.7))),
        ("lying", draw::sampled(60, 60, 1, |_, y| 30.0 + 190.0 * passed(y - 30.0, 0.7))),
        ("at the border", draw::sampled(60, 60, 1, |x, y| 30.0 + 190.0 * passed(x - 3.0 + y / 20.0, 0.7))),
    ] {
        let image = gray(60, 60, 500, levels, 1.0, &mut random);
        assert!(Sfr::of(&Plane::of_gray(&image)).is_err(), "{case}");
    }
}

#[test]
fn sine_strips_answer_as_the_optics_do() {
    let mut random = Random(13);
    let mut worst = 0.0_f64;
    for case in 0..120 {
        let per_mm = f64::from([1_u8, 2, 3, 4, 5, 6, 8, 7][case % 8]);
        let frequency = per_mm * 25.4 / random.from(495.0, 505.0);
        let expected = frequency * random.from(0.99, 1.01);
        let (sigma, noise, phase) = (random.from(0.2, 0.8), random.from(0.0, 3.0), random.from(0.0, TAU));
        let turn = random.from(-3.0, 3.0).to_radians();
        let black = random.from(0.0, 30.0);
        let remaining = left(frequency, sigma, turn);
        let blurred = 0.8 * (-2.0 * (PI * sigma * frequency).powi(2)).exp();
        let levels = draw::sampled(76, 15, SAMPLES, |x, y| {
            let along = x * turn.cos() - y * turn.sin();
            black + (100.0 + 0.2 * x) * (1.0 + blurred * (TAU * frequency * along + phase).sin())
        });
        let strip = Plane::of_gray(&gray(76, 15, 500, levels, noise, &mut random));
        let measured =
            sine::response(&strip, expected * turn.cos(), Target { modulation: 0.8, black }, turn.tan())
                .unwrap();
        worst = worst.max((measured - remaining).abs());
    }
    println!("sine response: worst {worst:.4}");
    assert!(worst < 0.02, "{worst}");
}

#[test]
fn grey_steps_lie_off_their_line_by_what_the_reader_bends() {
    let mut random = Random(14);
    for _ in 0..100 {
        let (offset, slope) = (random.from(5.0, 30.0), random.from(150.0, 210.0));
        let shares: [f64; 8] = std::array::from_fn(|index| 0.08 + 0.12 * index as f64);
        // A step off the line by δ pulls the line with it: what remains of it is 1 − leverage.
        let (step, off) = (random.below(8), random.from(-20.0, 20.0));
        let steps = shares.map(|share| offset + slope * share);
        let mut seen = steps;
        seen[step] += off;
        let mean = shares.iter().sum::<f64>() / 8.0;
        let square: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
        let leverage = 1.0 / 8.0 + (shares[step] - mean).powi(2) / square;
        let pairs: Vec<_> = shares.into_iter().zip(seen).collect();
        let tone = Tone::of(&pairs).unwrap();
        assert!((tone.linearity - off.abs() * (1.0 - leverage)).abs() < 1e-6);
    }
}
