//! The ridge field of a print: where there are ridges, which way they run and how far apart, in cells of
//! 8 × 8 pixels. Everything else in this crate stands on it.
//!
//! Orientation is the averaged squared gradient (Kass and Witkin; Bazen and Gerez 2002); the period is the
//! strongest frequency of the grey profile across the ridges (after Hong, Wan and Jain 1998).

#![allow(clippy::indexing_slicing)] // Cells are addressed by col < cols and row < rows of planes of that size.

use crate::plane::Plane;
use std::f32::consts::PI;
use tram_biometric::GrayImage;

/// Side of a cell in pixels.
pub(crate) const CELL: usize = 8;

/// The ridge field of one picture.
pub(crate) struct RidgeField {
    /// Direction across the ridges, radians in [0, π), x to the right and y down.
    pub(crate) normal: Plane<f32>,
    /// How well the gradients of the neighbourhood agree, 0 to 1.
    pub(crate) coherence: Plane<f32>,
    /// Distance between ridges in pixels.
    pub(crate) period: Plane<f32>,
    /// Share of the grey variation across the ridges that one period explains, 0 to 1.
    pub(crate) regularity: Plane<f32>,
    /// Whether the cell lies on the finger.
    pub(crate) finger: Plane<bool>,
}

/// Squared gradients of one cell: xx - yy, 2 xy, xx + yy.
#[derive(Clone)]
struct Tensor {
    real: Plane<f32>,
    imaginary: Plane<f32>,
    trace: Plane<f32>,
}

impl RidgeField {
    pub(crate) fn of(image: &GrayImage) -> Self {
        let Gradients { normal, coherence, energy } = Gradients::of(image);
        let finger = finger_cells(&energy, &coherence);
        let (period, regularity) = periods(image, &normal, &finger, 2);
        Self { normal, coherence, period, regularity, finger }
    }
}

/// What the gradients alone say, before it is known where the finger is.
pub(crate) struct Gradients {
    /// As in [`RidgeField`].
    pub(crate) normal: Plane<f32>,
    /// As in [`RidgeField`].
    pub(crate) coherence: Plane<f32>,
    /// Root mean square gradient, grey levels a pixel.
    pub(crate) energy: Plane<f32>,
}

impl Gradients {
    pub(crate) fn of(image: &GrayImage) -> Self {
        let tensor = Tensor::of(image);
        let (normal, coherence) = tensor.orientation();
        Self { normal, coherence, energy: tensor.trace.map(f32::sqrt) }
    }
}

impl Tensor {
    fn of(image: &GrayImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let (cols, rows) = (width.div_ceil(CELL), height.div_ceil(CELL));
        let zero = Plane::filled(cols, rows, 0.0);
        let mut tensor = Self { real: zero.clone(), imaginary: zero.clone(), trace: zero };
        let mut squares = vec![[0i32; 3]; cols];
        for row in 0..rows {
            squares.fill([0; 3]);
            for y in (row * CELL).max(1)..((row + 1) * CELL).min(height.saturating_sub(1)) {
                add_gradients(image, y as u32, &mut squares);
            }
            for (col, [xx, yy, xy]) in squares.iter().enumerate() {
                // The derivative taps weigh 8 together.
                let scale = 1.0 / (64.0 * (CELL * CELL) as f32);
                tensor.real.set(col, row, (xx - yy) as f32 * scale);
                tensor.imaginary.set(col, row, (2 * xy) as f32 * scale);
                tensor.trace.set(col, row, (xx + yy) as f32 * scale);
            }
        }
        tensor
    }

    /// The direction across the ridges and its coherence. Every cell has one vote whatever its contrast,
    /// and weak places borrow from a wider neighbourhood.
    fn orientation(&self) -> (Plane<f32>, Plane<f32>) {
        let floor = 4.0;
        let share = |part: &Plane<f32>| {
            Plane::from_fn(part.width, part.height, |x, y| part.at(x, y) / (self.trace.at(x, y) + floor))
        };
        let (real, imaginary) = (share(&self.real), share(&self.imaginary));
        let (near_r, near_i) = (real.blurred(1.2), imaginary.blurred(1.2));
        let (far_r, far_i) = (real.blurred(3.0), imaginary.blurred(3.0));
        let sum = |near: &Plane<f32>, far: &Plane<f32>, x, y| near.at(x, y) + 0.5 * far.at(x, y);
        let normal = Plane::from_fn(real.width, real.height, |x, y| {
            let angle = 0.5 * sum(&near_i, &far_i, x, y).atan2(sum(&near_r, &far_r, x, y));
            angle.rem_euclid(PI)
        });
        let coherence =
            Plane::from_fn(real.width, real.height, |x, y| near_r.at(x, y).hypot(near_i.at(x, y)).min(1.0));
        (normal, coherence)
    }
}

/// Adds the Sobel gradients of row `y` to the sums of their cells.
fn add_gradients(image: &GrayImage, y: u32, squares: &mut [[i32; 3]]) {
    let (above, here, below) = (image.row(y - 1), image.row(y), image.row(y + 1));
    let width = here.len();
    for (col, sums) in squares.iter_mut().enumerate() {
        let start = (col * CELL).max(1);
        let end = ((col + 1) * CELL).min(width.saturating_sub(1));
        for x in start..end {
            let [a, b, c] = [above[x - 1], above[x], above[x + 1]].map(i32::from);
            let [d, f] = [here[x - 1], here[x + 1]].map(i32::from);
            let [g, h, i] = [below[x - 1], below[x], below[x + 1]].map(i32::from);
            let across = c + 2 * f + i - a - 2 * d - g;
            let down = g + 2 * h + i - a - 2 * b - c;
            sums[0] += across * across;
            sums[1] += down * down;
            sums[2] += across * down;
        }
    }
}

/// Cells on the finger: enough gradient for this picture, gaps closed, specks dropped.
fn finger_cells(energy: &Plane<f32>, coherence: &Plane<f32>) -> Plane<bool> {
    let mut sorted = energy.cells.clone();
    sorted.sort_by(f32::total_cmp);
    let share = |percent: usize| sorted.get(sorted.len() * percent / 100).copied().unwrap_or(0.0);
    // A finger that covers less than a tenth of the platen is told from the platen's noise by its strongest cells.
    let strong = share(90).max(0.5 * share(99)).max(4.0);
    let vote = Plane::from_fn(energy.width, energy.height, |x, y| {
        let relative = energy.at(x, y) / strong;
        let enough = relative > 0.3 || (relative > 0.15 && coherence.at(x, y) > 0.5);
        f32::from(u8::from(enough))
    });
    let mask = vote.blurred(1.5).map(|share| share > 0.5);
    largest_parts(&fill_holes(&mask))
}

/// Background that does not touch the edge of the picture becomes finger.
pub(crate) fn fill_holes(mask: &Plane<bool>) -> Plane<bool> {
    let outside = parts(&mask.map(|on| !on));
    let (width, height) = (mask.width, mask.height);
    let mut open = vec![false; outside.cells.iter().copied().max().unwrap_or(0) as usize + 1];
    for (i, &part) in outside.cells.iter().enumerate() {
        let (x, y) = (i % width, i / width);
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            open[part as usize] = true;
        }
    }
    Plane::from_fn(width, height, |x, y| {
        let part = outside.at(x, y);
        part == 0 || !open[part as usize]
    })
}

/// Keeps the largest connected part and those at least a fifth as large.
fn largest_parts(mask: &Plane<bool>) -> Plane<bool> {
    let labels = parts(mask);
    let mut sizes = vec![0u32; labels.cells.iter().copied().max().unwrap_or(0) as usize + 1];
    labels.cells.iter().filter(|&&part| part > 0).for_each(|&part| sizes[part as usize] += 1);
    let least = sizes.iter().max().copied().unwrap_or(0) / 5;
    labels.map(|part| part > 0 && sizes[part as usize] > least)
}

/// Numbers the 4-connected parts of a mask from 1; 0 is outside.
pub(crate) fn parts(mask: &Plane<bool>) -> Plane<u32> {
    let mut labels = Plane::filled(mask.width, mask.height, 0u32);
    let mut count = 0;
    let mut stack = Vec::new();
    for y in 0..mask.height {
        for x in 0..mask.width {
            if !mask.at(x, y) || labels.at(x, y) != 0 {
                continue;
            }
            count += 1;
            labels.set(x, y, count);
            stack.push((x as isize, y as isize));
            while let Some((px, py)) = stack.pop() {
                for (nx, ny) in [(px - 1, py), (px + 1, py), (px, py - 1), (px, py + 1)] {
                    if mask.get(nx, ny) == Some(true) && labels.get(nx, ny) == Some(0) {
                        labels.set(nx as usize, ny as usize, count);
                        stack.push((nx, ny));
                    }
                }
            }
        }
    }
    labels
}

/// Samples of the profile across the ridges, and lines averaged along them.
const PROFILE: usize = 32;
const LINES: usize = 8;
/// Ridge periods tried, pixels: 4.5 · 1.07^i.
const PERIODS: usize = 22;

/// The ridge period and regularity of every cell, measured every `stride` cells and smoothed. Where
/// ridges are irregular the period leans on the neighbours and in the end on the mean.
pub(crate) fn periods(
    image: &GrayImage,
    normal: &Plane<f32>,
    finger: &Plane<bool>,
    stride: usize,
) -> (Plane<f32>, Plane<f32>) {
    let waves = waves();
    let (cols, rows) = (normal.width.div_ceil(stride), normal.height.div_ceil(stride));
    let mut regularity = Plane::filled(cols, rows, 0.0f32);
    let mut weight = Plane::filled(cols, rows, 0.0f32);
    let mut weighted = Plane::filled(cols, rows, 0.0f32);
    for row in 0..rows {
        for col in 0..cols {
            let (x, y) = (col * stride, row * stride);
            if finger.at(x, y) {
                let centre = ((x * CELL + CELL / 2) as f32, (y * CELL + CELL / 2) as f32);
                let (period, trust) = period_at(image, centre, normal.at(x, y), &waves);
                regularity.set(col, row, trust);
                weight.set(col, row, trust * trust);
                weighted.set(col, row, trust * trust * period.ln());
            }
        }
    }
    let total: f32 = weight.cells.iter().sum();
    let mean = if total > 0.0 { weighted.cells.iter().sum::<f32>() / total } else { 9f32.ln() };
    let (weight, weighted) = (weight.blurred(1.5), weighted.blurred(1.5));
    let period = Plane::from_fn(normal.width, normal.height, |x, y| {
        let (x, y, prior) = (x / stride, y / stride, 0.045);
        ((weighted.at(x, y) + prior * mean) / (weight.at(x, y) + prior)).exp()
    });
    let regularity =
        Plane::from_fn(normal.width, normal.height, |x, y| regularity.at(x / stride, y / stride));
    (period, regularity)
}

type Wave = (f32, [f32; PROFILE], [f32; PROFILE]);

/// Windowed cosines and sines of every period tried.
fn waves() -> Vec<Wave> {
    (0..PERIODS)
        .map(|i| {
            let period = 4.5 * 1.07f32.powi(i as i32);
            let at = |k: usize, wave: fn(f32) -> f32| {
                let window = 0.5 - 0.5 * (2.0 * PI * (k as f32 + 0.5) / PROFILE as f32).cos();
                window * wave(2.0 * PI * k as f32 / period)
            };
            (period, std::array::from_fn(|k| at(k, f32::cos)), std::array::from_fn(|k| at(k, f32::sin)))
        })
        .collect()
}

/// The period at a point and how much of the profile's energy it explains, 0 to 1.
fn period_at(image: &GrayImage, (cx, cy): (f32, f32), normal: f32, waves: &[Wave]) -> (f32, f32) {
    let (sin, cos) = normal.sin_cos();
    let (right, bottom) = (image.width() as i32 - 1, image.height() as i32 - 1);
    let mut profile = [0.0f32; PROFILE];
    for (k, sum) in profile.iter_mut().enumerate() {
        let u = k as f32 - PROFILE as f32 / 2.0 + 0.5;
        for line in 0..LINES {
            let v = 2.0 * line as f32 - LINES as f32 + 1.0;
            let x = ((cx + u * cos - v * sin + 0.5) as i32).clamp(0, right);
            let y = ((cy + u * sin + v * cos + 0.5) as i32).clamp(0, bottom);
            *sum += f32::from(image.pixels()[y as usize * image.width() as usize + x as usize]);
        }
    }
    let mean = profile.iter().sum::<f32>() / PROFILE as f32;
    for value in &mut profile {
        *value -= mean;
    }
    let energy: f32 = profile.iter().map(|v| v * v).sum::<f32>() + 1.0;

    let dot = |wave: &[f32; PROFILE]| profile.iter().zip(wave).map(|(p, w)| p * w).sum::<f32>();
    let powers: Vec<f32> = waves.iter().map(|(_, c, s)| dot(c).powi(2) + dot(s).powi(2)).collect();
    let (best, &peak) = powers.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap_or((0, &0.0));
    if best == 0 || best + 1 == powers.len() {
        return (waves[best].0, 0.0);
    }
    let (before, after) = (powers[best - 1], powers[best + 1]);
    let shift = 0.5 * (before - after) / (before - 2.0 * peak + after - f32::EPSILON);
    let trust = peak / (energy * PROFILE as f32 * 0.125);
    (waves[best].0 * 1.07f32.powf(shift), trust.min(1.0))
}
