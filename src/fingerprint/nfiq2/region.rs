//! The region of interest: what is dark after two blurs, and how coherent its blocks are.

#![allow(clippy::indexing_slicing)] // Half planes are addressed by half coordinates of the plane they were made from.

use super::blocks::{Blocks, SIDE, differences};
use crate::plane::Plane;
use crate::ridges::{fill_holes, parts};

pub(super) struct Region {
    /// Mean grey of the region, 255 without one.
    pub(super) mean: f64,
    pub(super) coherence_mean: f64,
    pub(super) coherence_sum: f64,
}

pub(super) fn of(blocks: &Blocks) -> Region {
    let pixels = &blocks.pixels;
    let mask = largest(&dark_region(pixels));
    let inside = |x: usize, y: usize| mask.at(x / 2, y / 2);
    let (mut sum, mut count) = (0.0, 0.0f64);
    for y in 0..pixels.height {
        for (x, &level) in pixels.row(y).iter().enumerate() {
            if inside(x, y) {
                sum += f64::from(level);
                count += 1.0;
            }
        }
    }
    let mut coherences = Vec::new();
    for y in (0..pixels.height).step_by(SIDE) {
        for x in (0..pixels.width).step_by(SIDE) {
            let (width, height) = (SIDE.min(pixels.width - x), SIDE.min(pixels.height - y));
            if (y..y + height).any(|r| (x..x + width).any(|c| inside(c, r))) {
                coherences.push(coherence(pixels, x, y, width, height));
            }
        }
    }
    let coherence_sum: f64 = coherences.iter().sum();
    Region {
        mean: if count > 0.0 { sum / count } else { 255.0 },
        coherence_mean: coherence_sum / coherences.len().max(1) as f64,
        coherence_sum,
    }
}

/// How well squared gradients agree: their sum's length over the sum of their lengths.
fn coherence(pixels: &Plane<u8>, x: usize, y: usize, width: usize, height: usize) -> f64 {
    let (mut real, mut imaginary, mut lengths) = (0.0, 0.0, 0.0);
    differences(pixels, (x, y, width, height), |dx, dy| {
        let (r, i) = (dx * dx - dy * dy, 2.0 * dx * dy);
        real += r;
        imaginary += i;
        // |(dx + i dy)²| is |dx + i dy|².
        lengths += dx * dx + dy * dy;
    });
    if lengths > 0.0 { f64::hypot(real, imaginary) / lengths } else { 0.0 }
}

/// Dark after: erosion by 5 × 5, blur, threshold, wider blur, threshold; at half the resolution, which
/// the blurs do not notice.
fn dark_region(pixels: &Plane<u8>) -> Plane<bool> {
    let eroded = eroded(pixels);
    let half = Plane::from_fn(pixels.width.div_ceil(2), pixels.height.div_ceil(2), |x, y| {
        let at = |dx: usize, dy: usize| {
            f32::from(eroded.at((2 * x + dx).min(pixels.width - 1), (2 * y + dy).min(pixels.height - 1)))
        };
        (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4.0
    });
    let light = above_otsu(&half.blurred(6.5 / 2.0));
    let light = above_otsu(&light.map(|on| if on { 255.0 } else { 0.0 }).blurred(14.0 / 2.0));
    fill_holes(&light.map(|on| !on))
}

/// The darkest of every 5 × 5 pixels.
fn eroded(pixels: &Plane<u8>) -> Plane<u8> {
    let across = Plane::from_fn(pixels.width, pixels.height, |x, y| {
        let row = pixels.row(y);
        row[x.saturating_sub(2)..(x + 3).min(row.len())].iter().copied().min().unwrap_or(255)
    });
    let mut down = across.clone();
    for y in 0..pixels.height {
        for from in y.saturating_sub(2)..(y + 3).min(pixels.height) {
            let out = &mut down.cells[y * pixels.width..(y + 1) * pixels.width];
            for (o, v) in out.iter_mut().zip(across.row(from)) {
                *o = (*o).min(*v);
            }
        }
    }
    down
}

/// What is lighter than the threshold that parts the histogram best (Otsu 1979).
fn above_otsu(plane: &Plane<f32>) -> Plane<bool> {
    let mut counts = [0.0f64; 256];
    for &value in &plane.cells {
        counts[usize::from((value + 0.5) as u8)] += 1.0;
    }
    let total: f64 = counts.iter().sum();
    let all: f64 = counts.iter().enumerate().map(|(level, count)| level as f64 * count).sum();
    let (mut below, mut sum, mut best, mut threshold) = (0.0, 0.0, 0.0, 0);
    for (level, count) in counts.iter().enumerate() {
        below += count;
        sum += level as f64 * count;
        let above = total - below;
        if below > 0.0 && above > 0.0 {
            let between = below * above * (sum / below - (all - sum) / above).powi(2);
            if between > best {
                (best, threshold) = (between, level);
            }
        }
    }
    plane.map(|value| usize::from((value + 0.5) as u8) > threshold)
}

/// The piece with the largest box around it.
fn largest(mask: &Plane<bool>) -> Plane<bool> {
    let labels = parts(mask);
    let count = labels.cells.iter().copied().max().unwrap_or(0) as usize;
    let mut boxes = vec![(usize::MAX, usize::MAX, 0, 0); count + 1];
    for (i, &label) in labels.cells.iter().enumerate().filter(|(_, label)| **label > 0) {
        let (x, y) = (i % labels.width, i / labels.width);
        let b = &mut boxes[label as usize];
        *b = (b.0.min(x), b.1.min(y), b.2.max(x + 1), b.3.max(y + 1));
    }
    let area = |b: &(usize, usize, usize, usize)| b.2.saturating_sub(b.0) * b.3.saturating_sub(b.1);
    let largest = (1..=count).max_by_key(|&label| (area(&boxes[label]), usize::MAX - label)).unwrap_or(0);
    labels.map(|label| label > 0 && label as usize == largest)
}
