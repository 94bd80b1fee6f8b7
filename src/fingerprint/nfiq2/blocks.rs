//! The cropped picture, its blocks of 32 pixels, and their middles turned along the ridges.

#![allow(clippy::indexing_slicing)] // Blocks lie inside the plane they were counted for.

use crate::plane::Plane;
use std::f64::consts::FRAC_PI_2;
use tram_biometric::{GrayImage, Rect};

/// Side of a block.
pub(super) const SIDE: usize = 32;
/// A turned middle needs this much around its block on every side.
const BORDER: usize = 2;
/// Rows and columns lighter than this at the edges are cut off.
const WHITE: f64 = 250.0;
const WIDEST: usize = 800;
const HIGHEST: usize = 1000;
/// A block varies less than this share of the whole picture: background.
const FLAT: f64 = 0.1;

/// The picture with what every measure needs.
pub(super) struct Blocks {
    pub(super) pixels: Plane<u8>,
    /// Where the crop lies in the picture.
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) mean: f64,
    pub(super) deviation: f64,
    /// Direction across the ridges of every inner block, radians in (-π/2, π/2].
    pub(super) normal: Plane<f64>,
    /// Whether every inner block is print throughout.
    pub(super) print: Plane<bool>,
}

/// Mean squared gradients of a block: xx, yy, xy.
pub(super) struct Gradient {
    pub(super) xx: f64,
    pub(super) yy: f64,
    pub(super) xy: f64,
}

impl Blocks {
    pub(super) fn of(image: &GrayImage) -> Option<Self> {
        let area = without_white(image);
        let crop = image.crop(area)?;
        let (width, height) = (crop.width() as usize, crop.height() as usize);
        if width < SIDE + 2 * BORDER || height < SIDE + 2 * BORDER || width > WIDEST || height > HIGHEST {
            return None;
        }
        let pixels = Plane { width, height, cells: crop.into_pixels() };
        let (mean, deviation) = moments(pixels.cells.iter().map(|&p| f64::from(p)));
        let varied = varied_blocks(&pixels, deviation);
        let (cols, rows) = ((width - 2 * BORDER) / SIDE, (height - 2 * BORDER) / SIDE);
        let print = Plane::from_fn(cols, rows, |col, row| {
            // An inner block begins a little inside its grid block and ends in the next one.
            let within = |at: usize, most: usize| at.min(most - 1);
            [(col, row), (col + 1, row), (col, row + 1), (col + 1, row + 1)]
                .into_iter()
                .all(|(c, r)| varied.at(within(c, varied.width), within(r, varied.height)))
        });
        let normal = Plane::from_fn(cols, rows, |col, row| {
            let g = gradient(&pixels, BORDER + col * SIDE, BORDER + row * SIDE);
            let (c, difference) = (g.xy, g.xx - g.yy);
            let size = c * c + difference * difference + f64::EPSILON;
            (c / size).atan2(difference / size) / 2.0
        });
        let (left, top) = (area.x as usize, area.y as usize);
        Some(Self { pixels, left, top, mean, deviation, normal, print })
    }

    /// The inner blocks that are print, by column and row.
    pub(super) fn printed(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let places = (0..self.print.height).flat_map(|row| (0..self.print.width).map(move |col| (col, row)));
        places.filter(|&(col, row)| self.print.at(col, row))
    }

    /// The middle of a block, 16 rows of 32, turned so that ridges stand upright.
    pub(super) fn upright(&self, col: usize, row: usize, padded: bool) -> Vec<[u8; 32]> {
        let turn = Turn::new(self.normal.at(col, row), padded);
        (10..26).map(|y| std::array::from_fn(|i| turn.sample(self, col, row, i + 2, y))).collect()
    }

    /// The middle of a block, 32 rows of 16, turned so that ridges lie level.
    pub(super) fn level(&self, col: usize, row: usize) -> Vec<[u8; 16]> {
        let turn = Turn::new(self.normal.at(col, row) + FRAC_PI_2, true);
        (2..34).map(|y| std::array::from_fn(|i| turn.sample(self, col, row, i + 10, y))).collect()
    }
}

/// A rotation by the nearest pixel in fixed point with ten bits, as OpenCV turns pictures, so that the
/// same pixels are taken as NIST's program takes.
struct Turn {
    inverse: [f64; 6],
    /// Pixels of the picture around the block that are turned with it, zeros beyond its edge. The turned
    /// block begins at the corner of what was turned, so that its middle lies off the axis.
    padding: i64,
}

impl Turn {
    fn new(angle: f64, padded: bool) -> Self {
        let padding = if padded { 2 } else { 0 };
        let centre = (SIDE + 2 * BORDER) as f64 / 2.0 + padding as f64;
        let (sin, cos) = angle.sin_cos();
        let (shift_x, shift_y) = ((1.0 - cos) * centre - sin * centre, sin * centre + (1.0 - cos) * centre);
        // The inverse of a rotation is its transpose.
        let inverse = [cos, -sin, sin * shift_y - cos * shift_x, sin, cos, -sin * shift_x - cos * shift_y];
        Self { inverse, padding }
    }

    /// The pixel that lands on (x, y) of the turned block.
    fn sample(&self, blocks: &Blocks, col: usize, row: usize, x: usize, y: usize) -> u8 {
        let fixed = |value: f64| (value * 1024.0).round_ties_even() as i64;
        let side = (SIDE + 2 * BORDER) as i64 + 2 * self.padding;
        let [a, b, c, d, e, f] = self.inverse;
        let from_x = (fixed(b * y as f64 + c) + 512 + fixed(a * x as f64)) >> 10;
        let from_y = (fixed(e * y as f64 + f) + 512 + fixed(d * x as f64)) >> 10;
        if !(0..side).contains(&from_x) || !(0..side).contains(&from_y) {
            return 0;
        }
        let (x, y) =
            ((col * SIDE) as i64 + from_x - self.padding, (row * SIDE) as i64 + from_y - self.padding);
        blocks.pixels.get(x as isize, y as isize).unwrap_or(0)
    }
}

/// Mean and standard deviation.
pub(super) fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (count, sum, squares) = values.fold((0.0, 0.0, 0.0), |(n, s, q), v| (n + 1.0, s + v, q + v * v));
    if count < 1.0 {
        return (0.0, 0.0);
    }
    let mean = sum / count;
    (mean, (squares / count - mean * mean).max(0.0).sqrt())
}

/// The part of the picture inside its white margins.
fn without_white(image: &GrayImage) -> Rect {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut columns = vec![0u64; width];
    let mut rows = vec![0u64; height];
    for (y, row) in rows.iter_mut().enumerate() {
        for (column, &level) in columns.iter_mut().zip(image.row(y as u32)) {
            *column += u64::from(level);
            *row += u64::from(level);
        }
    }
    let span = |sums: &[u64], across: usize| {
        let print = |sum: &u64| *sum as f64 / across as f64 <= WHITE;
        let first = sums.iter().position(print).unwrap_or(0);
        let last = sums.iter().rposition(print).unwrap_or(sums.len() - 1);
        (first as u32, (last + 1 - first) as u32)
    };
    let ((x, width), (y, height)) = (span(&columns, height), span(&rows, width));
    Rect { x, y, width, height }
}

/// Blocks of the grid from the corner that vary enough to be print.
fn varied_blocks(pixels: &Plane<u8>, deviation: f64) -> Plane<bool> {
    Plane::from_fn(pixels.width.div_ceil(SIDE), pixels.height.div_ceil(SIDE), |col, row| {
        let (x, y) = (col * SIDE, row * SIDE);
        let (right, bottom) = ((x + SIDE).min(pixels.width), (y + SIDE).min(pixels.height));
        let inside = (y..bottom).flat_map(|r| &pixels.row(r)[x..right]).map(|&p| f64::from(p));
        moments(inside).1 > FLAT * deviation
    })
}

/// Central differences inside the block, one-sided at its own edges.
pub(super) fn differences(
    pixels: &Plane<u8>,
    (x, y, width, height): (usize, usize, usize, usize),
    mut take: impl FnMut(f64, f64),
) {
    // The neighbours on both sides of a place and what their difference is divided by.
    let around = |at: usize, length: usize| {
        let (before, after) = (at.saturating_sub(1), (at + 1).min(length - 1));
        (before, after, if after - before == 2 { 0.5 } else { 1.0 })
    };
    for r in 0..height {
        let (above, below, down) = around(r, height);
        let line = |at: usize| &pixels.row(y + at)[x..x + width];
        let (here, above, below) = (line(r), line(above), line(below));
        for c in 0..width {
            let (left, right, across) = around(c, width);
            let dx = f64::from(here[right]) - f64::from(here[left]);
            let dy = f64::from(below[c]) - f64::from(above[c]);
            take(across * dx, down * dy);
        }
    }
}

/// Gradient of the whole block that begins at (x, y).
pub(super) fn gradient(pixels: &Plane<u8>, x: usize, y: usize) -> Gradient {
    let mut sums = Gradient { xx: 0.0, yy: 0.0, xy: 0.0 };
    differences(pixels, (x, y, SIDE, SIDE), |dx, dy| {
        sums.xx += dx * dx;
        sums.yy += dy * dy;
        sums.xy += dx * dy;
    });
    let count = (SIDE * SIDE) as f64;
    Gradient { xx: sums.xx / count, yy: sums.yy / count, xy: sums.xy / count }
}
