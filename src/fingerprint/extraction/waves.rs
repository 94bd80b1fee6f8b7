//! The ridges as a wave: amplitude and phase of the grey pattern, by complex Gabor filters steered along
//! the ridge field. The real part is ridge against valley, the argument is where between two ridges a
//! point lies. Computed at every second pixel, which is dense enough for periods from 4.5 pixels.

#![allow(clippy::indexing_slicing)] // Padded by RADIUS on every side, so that no tap leaves the buffer.

use crate::plane::Plane;
use crate::ridges::{CELL, RidgeField};
use std::f32::consts::PI;
use tram_biometric::GrayImage;

/// Filters reach this many pixels from their centre.
const RADIUS: usize = 9;
const SIDE: usize = 2 * RADIUS + 1;
/// Directions across the ridges in half a turn.
const DIRECTIONS: usize = 32;
/// Periods of the filter bank: 4.5 · 1.1^i pixels.
const PERIODS: usize = 14;
/// Points in a cell, along a side: every second pixel.
const POINTS: usize = CELL / 2;

/// The wave at every second pixel.
pub(crate) struct Waves {
    /// Positive on ridges (dark).
    pub(crate) real: Plane<f32>,
    /// Grows along [`RidgeField::normal`] of the cell.
    pub(crate) imaginary: Plane<f32>,
}

struct Filter {
    even: [f32; SIDE * SIDE],
    odd: [f32; SIDE * SIDE],
}

impl Waves {
    pub(crate) fn of(image: &GrayImage, field: &RidgeField) -> Self {
        let (cols, rows) = (field.normal.width, field.normal.height);
        let padded = Padded::of(image, cols, rows);
        let zero = Plane::filled(cols * POINTS, rows * POINTS, 0.0);
        let mut waves = Self { real: zero.clone(), imaginary: zero };
        let mut bank: Vec<Option<Box<Filter>>> = (0..DIRECTIONS * PERIODS).map(|_| None).collect();
        for row in 0..rows {
            for col in 0..cols {
                if !field.finger.at(col, row) {
                    continue;
                }
                let direction = (field.normal.at(col, row) / PI * DIRECTIONS as f32).round() as usize;
                let step = ((field.period.at(col, row) / 4.5).ln() / 1.1f32.ln()).round();
                let period = (step.max(0.0) as usize).min(PERIODS - 1);
                // Direction π is direction 0 seen from the other side.
                let turned = direction >= DIRECTIONS;
                let direction = direction % DIRECTIONS;
                let filter = bank[direction * PERIODS + period].get_or_insert_with(|| {
                    let normal = direction as f32 * PI / DIRECTIONS as f32;
                    Box::new(Filter::new(normal, 4.5 * 1.1f32.powi(period as i32)))
                });
                waves.fill_cell(&padded, filter, col, row, turned);
            }
        }
        waves
    }

    fn fill_cell(&mut self, padded: &Padded, filter: &Filter, col: usize, row: usize, turned: bool) {
        let sign = if turned { -1.0 } else { 1.0 };
        for point_row in 0..POINTS {
            let (even, odd) = padded.filter_row(filter, col, row * CELL + 2 * point_row);
            let start = (row * POINTS + point_row) * self.real.width + col * POINTS;
            self.real.cells[start..start + POINTS].copy_from_slice(&even);
            self.imaginary.cells[start..start + POINTS].copy_from_slice(&odd.map(|v| sign * v));
        }
    }
}

impl Filter {
    /// Ridges of `period` whose normal is `normal`; blind to constant grey.
    fn new(normal: f32, period: f32) -> Self {
        let (sin, cos) = normal.sin_cos();
        let (across, along) = (0.45 * period, 4.5f32);
        let mut filter = Self { even: [0.0; SIDE * SIDE], odd: [0.0; SIDE * SIDE] };
        let mut window = [0.0f32; SIDE * SIDE];
        for (i, weight) in window.iter_mut().enumerate() {
            let x = (i % SIDE) as f32 - RADIUS as f32;
            let y = (i / SIDE) as f32 - RADIUS as f32;
            let (u, v) = (x * cos + y * sin, y * cos - x * sin);
            *weight = (-(u * u) / (2.0 * across * across) - (v * v) / (2.0 * along * along)).exp();
            // Ridges are dark: the even part is negative where the pattern is light.
            filter.even[i] = -*weight * (2.0 * PI * u / period).cos();
            // The sign that makes the phase grow along the normal.
            filter.odd[i] = *weight * (2.0 * PI * u / period).sin();
        }
        let total: f32 = window.iter().sum();
        let constant = filter.even.iter().sum::<f32>() / total;
        for (even, w) in filter.even.iter_mut().zip(&window) {
            *even = (*even - constant * w) / total;
        }
        for odd in &mut filter.odd {
            *odd /= total;
        }
        filter
    }
}

/// The picture with its edges continued, even and odd columns apart so that every second pixel is a run.
struct Padded {
    even: Plane<f32>,
    odd: Plane<f32>,
}

impl Padded {
    fn of(image: &GrayImage, cols: usize, rows: usize) -> Self {
        let (right, bottom) = (image.width() as isize - 1, image.height() as isize - 1);
        let width = (cols * CELL + 2 * RADIUS).div_ceil(2) + POINTS;
        let height = rows * CELL + 2 * RADIUS;
        let column = |parity: usize| {
            Plane::from_fn(width, height, |x, y| {
                let x = ((2 * x + parity) as isize - RADIUS as isize).clamp(0, right);
                let y = (y as isize - RADIUS as isize).clamp(0, bottom);
                f32::from(image.pixels()[y as usize * image.width() as usize + x as usize])
            })
        };
        Self { even: column(0), odd: column(1) }
    }

    /// Both filters at the points of one row of a cell.
    fn filter_row(&self, filter: &Filter, col: usize, y: usize) -> ([f32; POINTS], [f32; POINTS]) {
        let (mut even, mut odd) = ([0.0f32; POINTS], [0.0f32; POINTS]);
        for (dy, (taps_even, taps_odd)) in
            filter.even.chunks_exact(SIDE).zip(filter.odd.chunks_exact(SIDE)).enumerate()
        {
            let start = col * POINTS;
            let rows = [&self.even.row(y + dy)[start..], &self.odd.row(y + dy)[start..]];
            for (dx, (tap_even, tap_odd)) in taps_even.iter().zip(taps_odd).enumerate() {
                let grey = &rows[dx & 1][dx / 2..dx / 2 + POINTS];
                for i in 0..POINTS {
                    even[i] += tap_even * grey[i];
                    odd[i] += tap_odd * grey[i];
                }
            }
        }
        (even, odd)
    }
}
