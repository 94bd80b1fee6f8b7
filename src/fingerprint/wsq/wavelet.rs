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
    let last = length as isize - 1;
    let mut index = index;
    while index < 0 || index > last {
        if last <= 0 {
            return 0;
        }
        index = if index < 0 { -index } else { 2 * last - index };
    }
    index as usize
}

/// Even and odd samples of one row, continued on both sides.
#[derive(Default)]
struct Lanes {
    even: Vec<f32>,
    odd: Vec<f32>,
    joined: Vec<f32>,
}

impl Lanes {
    /// Empties both lanes but for the room before them.
    fn clear(&mut self) {
        for lane in [&mut self.even, &mut self.odd] {
            lane.clear();
            lane.resize(PAD, 0.0);
        }
    }

    /// Continues the samples in both lanes as the mirrored lane of `length` has them.
    fn continue_ends(&mut self, length: usize) {
        let pairs = length / 2 + 1 + 2 * PAD;
        let beyond = |index: usize, parity: usize| {
            mirrored(2 * (index as isize - PAD as isize) + parity as isize, length)
        };
        for parity in [0, 1] {
            let inside = (length + 1 - parity) / 2;
            for index in (0..PAD).chain(PAD + inside..pairs) {
                let from = beyond(index, parity);
                let value = if from.is_multiple_of(2) { &self.even } else { &self.odd }[PAD + from / 2];
                let lane = if parity == 0 { &mut self.even } else { &mut self.odd };
                if index < PAD { lane[index] = value } else { lane.push(value) }
            }
        }
    }

    /// `row` to its low and high half, or high and low where `high_first`.
    fn analyse(&mut self, row: &[f32], out: &mut [f32], high_first: bool) {
        self.clear();
        self.even.extend(row.chunks(2).map(|pair| pair[0]));
        self.odd.extend(row.chunks_exact(2).map(|pair| pair[1]));
        self.continue_ends(row.len());
        let (low_count, high_count) = (row.len().div_ceil(2), row.len() / 2);
        let (low, high) = halves(out, low_count, high_count, high_first);
        let ([n0, n1, n2, n3, n4], [s0, s1, s2, s3]) = (ANALYSIS.nine, ANALYSIS.seven);
        let [a, b, c, d, e] = shifted(&self.even, PAD - 2, low.len());
        let [p, q, r, s] = shifted(&self.odd, PAD - 2, low.len());
        for k in 0..low.len() {
            low[k] =
                n0 * c[k] + n1 * (q[k] + r[k]) + n2 * (b[k] + d[k]) + n3 * (p[k] + s[k]) + n4 * (a[k] + e[k]);
        }
        let [a, b, c] = shifted(&self.odd, PAD - 1, high.len());
        let [p, q, r, s] = shifted(&self.even, PAD - 1, high.len());
        for k in 0..high.len() {
            high[k] = s0 * b[k] + s1 * (q[k] + r[k]) + s2 * (a[k] + c[k]) + s3 * (p[k] + s[k]);
        }
    }

    /// The low and high half in `parts` back to one row.
    fn join(&mut self, parts: &[f32], row: &mut [f32], high_first: bool, filters: &Filters) {
        if let ([only], [out]) = (parts, &mut *row) {
            *out = filters.alone() * only;
            return;
        }
        let (low, high) = if high_first {
            let (high, low) = parts.split_at(parts.len() / 2);
            (low, high)
        } else {
            parts.split_at(parts.len().div_ceil(2))
        };
        self.clear();
        self.even.extend(low);
        self.odd.extend(high);
        self.continue_ends(parts.len());
        let ([h0, h1, h2, h3, h4], [l0, l1, l2, l3]) = (filters.nine, filters.seven);
        let pairs = parts.len().div_ceil(2);
        self.joined.resize(2 * pairs, 0.0);
        let (evens, odds) = self.joined.split_at_mut(pairs);
        let [a, b, c] = shifted(&self.even, PAD - 1, pairs);
        let [p, q, r, s] = shifted(&self.odd, PAD - 2, pairs);
        for k in 0..pairs {
            evens[k] = l0 * b[k] + h1 * (q[k] + r[k]) + l2 * (a[k] + c[k]) + h3 * (p[k] + s[k]);
        }
        let [a, b, c, d, e] = shifted(&self.odd, PAD - 2, pairs);
        let [p, q, r, s] = shifted(&self.even, PAD - 1, pairs);
        for k in 0..pairs {
            odds[k] =
                h0 * c[k] + l1 * (q[k] + r[k]) + h2 * (b[k] + d[k]) + l3 * (p[k] + s[k]) + h4 * (a[k] + e[k]);
        }
        for ((out, even), odd) in row.chunks_mut(2).zip(evens).zip(odds) {
            out[0] = *even;
            if let Some(second) = out.get_mut(1) {
                *second = *odd;
            }
        }
    }
}

/// The lane from `first` on, and shifted by one after the other, each `count` long.
fn shifted<const N: usize>(lane: &[f32], first: usize, count: usize) -> [&[f32]; N] {
    std::array::from_fn(|shift| &lane[first + shift..first + shift + count])
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

/// A weight and the two rows it applies to.
type Side<'a> = (f32, &'a [f32], &'a [f32]);

/// Writes the weighted sum of a middle row and of three pairs of rows around it.
fn weigh(out: &mut [f32], middle: (f32, &[f32]), sides: [Side<'_>; 3]) {
    let count = out.len();
    let [(w1, a1, b1), (w2, a2, b2), (w3, a3, b3)] = sides;
    let (row, a1, b1, a2, b2) = (&middle.1[..count], &a1[..count], &b1[..count], &a2[..count], &b2[..count]);
    let (a3, b3) = (&a3[..count], &b3[..count]);
    for k in 0..count {
        out[k] = middle.0 * row[k] + w1 * (a1[k] + b1[k]) + w2 * (a2[k] + b2[k]) + w3 * (a3[k] + b3[k]);
    }
}

/// Adds a fourth pair.
fn add(out: &mut [f32], (weight, a, b): Side<'_>) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out += weight * (a + b);
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
        let out = lane_mut(to, region, low_at + k);
        weigh(out, (n0, row(y)), [(n1, a.0, a.1), (n2, b.0, b.1), (n3, c.0, c.1)]);
        add(out, (n4, d.0, d.1));
    }
    for k in 0..high_count {
        let y = 2 * k as isize + 1;
        let around = |n: isize| (row(y - n), row(y + n));
        let [a, b, c] = [1, 2, 3].map(around);
        weigh(
            lane_mut(to, region, high_at + k),
            (s0, row(y)),
            [(s1, a.0, a.1), (s2, b.0, b.1), (s3, c.0, c.1)],
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
        for (out, only) in lane_mut(to, region, 0).iter_mut().zip(lane(from, region, 0)) {
            *out = filters.alone() * only;
        }
        return;
    }
    let ([h0, h1, h2, h3, h4], [l0, l1, l2, l3]) = (filters.nine, filters.seven);
    for y in 0..region.height {
        let at = y as isize;
        let around = |n: isize| (row(at - n), row(at + n));
        let [a, b, c, d] = [1, 2, 3, 4].map(around);
        let out = lane_mut(to, region, y);
        if y % 2 == 0 {
            weigh(out, (l0, row(at)), [(h1, a.0, a.1), (l2, b.0, b.1), (h3, c.0, c.1)]);
        } else {
            weigh(out, (h0, row(at)), [(l1, a.0, a.1), (h2, b.0, b.1), (l3, c.0, c.1)]);
            add(out, (h4, d.0, d.1));
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
