//! The 9/7 wavelets of WSQ over whole-sample symmetric ends, one split after the other.
//!
//! Rows are filtered as even and odd samples apart, columns as sums of whole rows, so that both run over
//! consecutive numbers.

#![allow(clippy::indexing_slicing)] // Lanes are padded by PAD on both sides; regions lie inside the plane.

use super::subbands::{Region, Subbands};
use crate::plane::Plane;

/// The right halves of two symmetric filters, middle first: 9 taps and 7.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Filters {
    pub(super) nine: [f32; 5],
    pub(super) seven: [f32; 4],
}

impl Filters {
    /// What a decoder multiplies a low sample with that has no neighbours and no high sample.
    fn alone(&self) -> f32 {
        self.seven[0] + 2.0 * self.seven[2]
    }
}

/// The filters every encoder uses: low pass of nine taps, high pass of seven.
pub(super) const ANALYSIS: Filters = Filters {
    nine: [0.852_698_7, 0.377_402_86, -0.110_624_4, -0.023_849_465, 0.037_828_457],
    seven: [0.788_485_6, -0.418_092_27, -0.040_689_418, 0.064_538_88],
};

/// Samples continued beyond each end of a lane.
const PAD: usize = 4;

/// Splits the plane.
pub(super) fn decompose(plane: &mut Plane<f32>, subbands: &Subbands) {
    let mut between = plane.clone();
    let mut lanes = Lanes::default();
    for region in subbands.splits.iter().filter(|region| !region.is_empty()) {
        for y in region.y..region.y + region.height {
            let at = y * plane.width + region.x;
            let row = at..at + region.width;
            lanes.analyse(&plane.cells[row.clone()], &mut between.cells[row], region.high_left);
        }
        analyse_columns(&between, plane, *region);
    }
}

/// Joins the plane again with the filters of the file, which it gives as those of the encoder.
pub(super) fn reconstruct(plane: &mut Plane<f32>, subbands: &Subbands, encoder: &Filters) {
    // The decoder's filters are the encoder's with every second sign turned and the roles exchanged.
    let mut filters = *encoder;
    for (i, tap) in filters.nine.iter_mut().enumerate() {
        *tap *= if i % 2 == 1 { -1.0 } else { 1.0 };
    }
    for (i, tap) in filters.seven.iter_mut().enumerate() {
        *tap *= if i % 2 == 1 { -1.0 } else { 1.0 };
    }
    let mut between = plane.clone();
    let mut lanes = Lanes::default();
    for region in subbands.splits.iter().rev().filter(|region| !region.is_empty()) {
        join_columns(plane, &mut between, *region, &filters);
        for y in region.y..region.y + region.height {
            let at = y * plane.width + region.x;
            let row = at..at + region.width;
            lanes.join(&between.cells[row.clone()], &mut plane.cells[row], region.high_left, &filters);
        }
    }
}

/// The sample that stands for `index` when the lane is mirrored at its first and last sample.
fn mirrored(index: isize, length: usize) -> usize {
    let period = (2 * (length as isize - 1)).max(1);
    let folded = index.rem_euclid(period);
    folded.min(period - folded).min(length as isize - 1).max(0) as usize
}

/// Even and odd samples of one row, continued on both sides.
#[derive(Default)]
struct Lanes {
    even: Vec<f32>,
    odd: Vec<f32>,
}

impl Lanes {
    fn load(&mut self, length: usize, sample: impl Fn(usize) -> f32) {
        let pairs = length / 2 + 1;
        for (lane, parity) in [(&mut self.even, 0), (&mut self.odd, 1)] {
            lane.clear();
            lane.resize(pairs + 2 * PAD, 0.0);
            let inside = (length + 1 - parity) / 2;
            for (k, value) in lane[PAD..PAD + inside].iter_mut().enumerate() {
                *value = sample(2 * k + parity);
            }
            for k in (0..PAD).chain(PAD + inside..pairs + 2 * PAD) {
                let index = 2 * (k as isize - PAD as isize) + parity as isize;
                lane[k] = sample(mirrored(index, length));
            }
        }
    }

    /// `row` to its low and high half, or high and low where `high_first`.
    fn analyse(&mut self, row: &[f32], out: &mut [f32], high_first: bool) {
        self.load(row.len(), |i| row[i]);
        let (low_count, high_count) = (row.len().div_ceil(2), row.len() / 2);
        let (low, high) = halves(out, low_count, high_count, high_first);
        let ([n0, n1, n2, n3, n4], [s0, s1, s2, s3]) = (ANALYSIS.nine, ANALYSIS.seven);
        let (e, o) = (&self.even, &self.odd);
        for (w, low) in e.windows(5).zip(o.windows(4)).skip(PAD - 2).zip(low) {
            let (e, o) = w;
            *low =
                n0 * e[2] + n2 * (e[1] + e[3]) + n4 * (e[0] + e[4]) + n1 * (o[1] + o[2]) + n3 * (o[0] + o[3]);
        }
        for (w, high) in o.windows(3).zip(e.windows(4)).skip(PAD - 1).zip(high) {
            let (o, e) = w;
            *high = s0 * o[1] + s2 * (o[0] + o[2]) + s1 * (e[1] + e[2]) + s3 * (e[0] + e[3]);
        }
    }

    /// The low and high half in `parts` back to one row.
    fn join(&mut self, parts: &[f32], row: &mut [f32], high_first: bool, filters: &Filters) {
        if let ([only], [out]) = (parts, &mut *row) {
            *out = filters.alone() * only;
            return;
        }
        let (low_count, high_count) = (parts.len().div_ceil(2), parts.len() / 2);
        let (low_at, high_at) = if high_first { (high_count, 0) } else { (0, low_count) };
        self.load(parts.len(), |i| parts[if i % 2 == 0 { low_at } else { high_at } + i / 2]);
        let ([h0, h1, h2, h3, h4], [l0, l1, l2, l3]) = (filters.nine, filters.seven);
        let (e, o) = (&self.even, &self.odd);
        let pairs = e.windows(4).zip(o.windows(5)).skip(PAD - 2).zip(e[PAD - 1..].windows(4));
        for (w, out) in pairs.zip(row.chunks_mut(2)) {
            let ((_, o), e) = w;
            // e[1] and o[2] are the samples of this pair.
            let even = l0 * e[1] + l2 * (e[0] + e[2]) + h1 * (o[1] + o[2]) + h3 * (o[0] + o[3]);
            let odd =
                h0 * o[2] + h2 * (o[1] + o[3]) + h4 * (o[0] + o[4]) + l1 * (e[1] + e[2]) + l3 * (e[0] + e[3]);
            out[0] = even;
            if let Some(second) = out.get_mut(1) {
                *second = odd;
            }
        }
    }
}

fn halves(out: &mut [f32], low: usize, high: usize, high_first: bool) -> (&mut [f32], &mut [f32]) {
    if high_first {
        let (first, second) = out.split_at_mut(high);
        (second, first)
    } else {
        out.split_at_mut(low)
    }
}

/// A row of a region.
fn lane(plane: &Plane<f32>, region: Region, y: usize) -> &[f32] {
    let at = (region.y + y) * plane.width + region.x;
    &plane.cells[at..at + region.width]
}

fn lane_mut(plane: &mut Plane<f32>, region: Region, y: usize) -> &mut [f32] {
    let at = (region.y + y) * plane.width + region.x;
    &mut plane.cells[at..at + region.width]
}

/// Writes the weighted sum of a middle row and pairs of rows around it.
fn weigh(out: &mut [f32], middle: (f32, &[f32]), pairs: &[(f32, &[f32], &[f32])]) {
    for (o, m) in out.iter_mut().zip(middle.1) {
        *o = middle.0 * m;
    }
    for (weight, a, b) in pairs {
        for ((o, a), b) in out.iter_mut().zip(*a).zip(*b) {
            *o += weight * (a + b);
        }
    }
}

fn analyse_columns(from: &Plane<f32>, to: &mut Plane<f32>, region: Region) {
    let (low_count, high_count) = (region.height.div_ceil(2), region.height / 2);
    let (low_at, high_at) = if region.high_top { (high_count, 0) } else { (0, low_count) };
    let row = |y: isize| lane(from, region, mirrored(y, region.height));
    let ([n0, n1, n2, n3, n4], [s0, s1, s2, s3]) = (ANALYSIS.nine, ANALYSIS.seven);
    for k in 0..low_count {
        let y = 2 * k as isize;
        let around = |n: isize| (row(y - n), row(y + n));
        let [a, b, c, d] = [1, 2, 3, 4].map(around);
        let pairs = [(n1, a.0, a.1), (n2, b.0, b.1), (n3, c.0, c.1), (n4, d.0, d.1)];
        weigh(lane_mut(to, region, low_at + k), (n0, row(y)), &pairs);
    }
    for k in 0..high_count {
        let y = 2 * k as isize + 1;
        let around = |n: isize| (row(y - n), row(y + n));
        let [a, b, c] = [1, 2, 3].map(around);
        weigh(
            lane_mut(to, region, high_at + k),
            (s0, row(y)),
            &[(s1, a.0, a.1), (s2, b.0, b.1), (s3, c.0, c.1)],
        );
    }
}

fn join_columns(from: &Plane<f32>, to: &mut Plane<f32>, region: Region, filters: &Filters) {
    let (low_count, high_count) = (region.height.div_ceil(2), region.height / 2);
    let (low_at, high_at) = if region.high_top { (high_count, 0) } else { (0, low_count) };
    let row = |y: isize| {
        let y = mirrored(y, region.height);
        lane(from, region, if y.is_multiple_of(2) { low_at } else { high_at } + y / 2)
    };
    if region.height == 1 {
        weigh(lane_mut(to, region, 0), (filters.alone(), lane(from, region, 0)), &[]);
        return;
    }
    let ([h0, h1, h2, h3, h4], [l0, l1, l2, l3]) = (filters.nine, filters.seven);
    for y in 0..region.height {
        let at = y as isize;
        let around = |n: isize| (row(at - n), row(at + n));
        let [a, b, c, d] = [1, 2, 3, 4].map(around);
        let out = lane_mut(to, region, y);
        if y % 2 == 0 {
            weigh(out, (l0, row(at)), &[(h1, a.0, a.1), (l2, b.0, b.1), (h3, c.0, c.1)]);
        } else {
            weigh(out, (h0, row(at)), &[(l1, a.0, a.1), (h2, b.0, b.1), (l3, c.0, c.1), (h4, d.0, d.1)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_undoes_splitting_at_every_size() {
        for (width, height) in [(64, 48), (37, 53), (9, 11), (128, 5), (1, 7), (2, 2)] {
            let plane = Plane::from_fn(width, height, |x, y| ((x * 31 + y * 17) % 101) as f32 - 50.0);
            let subbands = Subbands::of(width, height);
            let mut changed = plane.clone();
            decompose(&mut changed, &subbands);
            reconstruct(&mut changed, &subbands, &ANALYSIS);
            let worst =
                plane.cells.iter().zip(&changed.cells).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 0.01, "{width}x{height}: {worst}");
        }
    }
}
