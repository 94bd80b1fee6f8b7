//! The 9/7 wavelets of WSQ over whole-sample symmetric ends, one split after the other.
//!
//! Both directions work in place: a row through its even and odd samples apart, columns sixteen abreast through a
//! strip of their own, so that every sum runs over consecutive numbers and no second plane is touched.

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

    /// The decoder's filters: the encoder's with every second sign turned and the roles exchanged.
    fn of_decoder(&self) -> Self {
        let turned = |(i, tap): (usize, f32)| if i % 2 == 1 { -tap } else { tap };
        let (nine, seven) = (self.nine, self.seven);
        Self {
            nine: std::array::from_fn(|i| turned((i, nine[i]))),
            seven: std::array::from_fn(|i| turned((i, seven[i]))),
        }
    }

    /// What a decoder weighs low and high samples in turn with, from the middle outwards: for an even
    /// sample, and for an odd one.
    fn interleaved(&self) -> ([f32; 4], [f32; 5]) {
        let ([h0, h1, h2, h3, h4], [l0, l1, l2, l3]) = (self.nine, self.seven);
        ([l0, h1, l2, h3], [h0, l1, h2, l3, h4])
    }
}

/// The filters every encoder uses: low pass of nine taps, high pass of seven.
pub(super) const ANALYSIS: Filters = Filters {
    nine: [0.852_698_7, 0.377_402_86, -0.110_624_4, -0.023_849_465, 0.037_828_457],
    seven: [0.788_485_6, -0.418_092_27, -0.040_689_418, 0.064_538_88],
};

/// Samples continued beyond each end of a lane.
const PAD: usize = 4;
/// Columns filtered in one go.
const ABREAST: usize = 16;
type Abreast = [f32; ABREAST];

/// Splits the plane.
pub(super) fn decompose(plane: &mut Plane<f32>, subbands: &Subbands) {
    let mut scratch = Scratch::default();
    for region in subbands.splits.iter().filter(|region| !region.is_empty()) {
        scratch.fit(region);
        for y in 0..region.height {
            scratch.row.analyse(lane_mut(plane, region, y), region.high_left);
        }
        for x in (0..region.width).step_by(ABREAST) {
            scratch.column.analyse(plane, region, x);
        }
    }
}

/// Joins the plane again with the filters of the file, which it gives as those of the encoder.
pub(super) fn reconstruct(plane: &mut Plane<f32>, subbands: &Subbands, encoder: &Filters) {
    let filters = encoder.of_decoder();
    let mut scratch = Scratch::default();
    for region in subbands.splits.iter().rev().filter(|region| !region.is_empty()) {
        scratch.fit(region);
        for x in (0..region.width).step_by(ABREAST) {
            scratch.column.join(plane, region, x, &filters);
        }
        for y in 0..region.height {
            scratch.row.join(lane_mut(plane, region, y), region.high_left, &filters);
        }
    }
}

/// Working memory, fitted to one region after the other.
#[derive(Default)]
struct Scratch {
    row: Row,
    column: Column,
}

impl Scratch {
    fn fit(&mut self, region: &Region) {
        self.row.fit(region.width);
        self.column.fit(region.height);
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

/// A row of a region.
fn lane_mut<'a>(plane: &'a mut Plane<f32>, region: &Region, y: usize) -> &'a mut [f32] {
    let at = (region.y + y) * plane.width + region.x;
    &mut plane.cells[at..at + region.width]
}

/// Even and odd samples of one row, continued on both sides.
#[derive(Default)]
struct Row {
    length: usize,
    even: Vec<f32>,
    odd: Vec<f32>,
    /// Places of both lanes beyond the row, and the sample of the row that stands there.
    beyond_even: Vec<(usize, usize)>,
    beyond_odd: Vec<(usize, usize)>,
    evens: Vec<f32>,
    odds: Vec<f32>,
}

impl Row {
    fn fit(&mut self, length: usize) {
        self.length = length;
        let places = length / 2 + 1 + 2 * PAD;
        self.even.resize(places, 0.0);
        self.odd.resize(places, 0.0);
        self.evens.resize(length.div_ceil(2), 0.0);
        self.odds.resize(length.div_ceil(2), 0.0);
        for (parity, beyond) in [(0, &mut self.beyond_even), (1, &mut self.beyond_odd)] {
            let inside = (length + 1 - parity) / 2;
            let standing = |place: usize| {
                (place, mirrored(2 * (place as isize - PAD as isize) + parity as isize, length))
            };
            beyond.clear();
            beyond.extend((0..PAD).chain(PAD + inside..places).map(standing));
        }
    }

    /// Continues both lanes as the mirrored row has them.
    fn continue_ends(&mut self) {
        let Self { even, odd, beyond_even, beyond_odd, .. } = self;
        let sample = |even: &[f32], odd: &[f32], from: usize| {
            if from.is_multiple_of(2) { even[PAD + from / 2] } else { odd[PAD + from / 2] }
        };
        for &(place, from) in beyond_even.iter() {
            even[place] = sample(even, odd, from);
        }
        for &(place, from) in beyond_odd.iter() {
            odd[place] = sample(even, odd, from);
        }
    }

    /// `row` to its low and high half, or high and low where `high_first`.
    fn analyse(&mut self, row: &mut [f32], high_first: bool) {
        let pairs = row.len() / 2;
        part(row, &mut self.even[PAD..PAD + pairs], &mut self.odd[PAD..PAD + pairs]);
        if let ([.., last], true) = (&*row, row.len() % 2 == 1) {
            self.even[PAD + pairs] = *last;
        }
        self.continue_ends();
        let (low, high) = halves(row, row.len().div_ceil(2), high_first);
        nine(low, ANALYSIS.nine, &self.even[PAD - 2..], &self.odd[PAD - 2..]);
        seven(high, ANALYSIS.seven, &self.odd[PAD - 1..], &self.even[PAD - 1..]);
    }

    /// The low and high half in `row` back to one row.
    fn join(&mut self, row: &mut [f32], high_first: bool, filters: &Filters) {
        if let [only] = row {
            *only *= filters.alone();
            return;
        }
        let (low, high) = halves(row, row.len().div_ceil(2), high_first);
        self.even[PAD..PAD + low.len()].copy_from_slice(low);
        self.odd[PAD..PAD + high.len()].copy_from_slice(high);
        self.continue_ends();
        let (for_even, for_odd) = filters.interleaved();
        seven(&mut self.evens, for_even, &self.even[PAD - 1..], &self.odd[PAD - 2..]);
        nine(&mut self.odds, for_odd, &self.odd[PAD - 2..], &self.even[PAD - 1..]);
        interleave(row, &self.evens, &self.odds);
    }
}

/// Pairs of a row into their first and second.
fn part(row: &[f32], even: &mut [f32], odd: &mut [f32]) {
    for ((pair, even), odd) in row.chunks_exact(2).zip(even).zip(odd) {
        (*even, *odd) = (pair[0], pair[1]);
    }
}

fn interleave(row: &mut [f32], evens: &[f32], odds: &[f32]) {
    for ((pair, even), odd) in row.chunks_exact_mut(2).zip(evens).zip(odds) {
        pair[0] = *even;
        pair[1] = *odd;
    }
    if let ([last], [.., even]) = (row.chunks_exact_mut(2).into_remainder(), evens) {
        *last = *even;
    }
}

fn halves(row: &mut [f32], low: usize, high_first: bool) -> (&mut [f32], &mut [f32]) {
    if high_first {
        let (high, low) = row.split_at_mut(row.len() - low);
        (low, high)
    } else {
        row.split_at_mut(low)
    }
}

/// Weighs nine neighbours, those of the own lane and those of the other taken in turn.
fn nine(out: &mut [f32], [t0, t1, t2, t3, t4]: [f32; 5], own: &[f32], other: &[f32]) {
    let (own, other) = (&own[..out.len() + 4], &other[..out.len() + 3]);
    for (k, out) in out.iter_mut().enumerate() {
        *out = t0 * own[k + 2]
            + t1 * (other[k + 1] + other[k + 2])
            + t2 * (own[k + 1] + own[k + 3])
            + t3 * (other[k] + other[k + 3])
            + t4 * (own[k] + own[k + 4]);
    }
}

/// Weighs seven.
fn seven(out: &mut [f32], [t0, t1, t2, t3]: [f32; 4], own: &[f32], other: &[f32]) {
    let (own, other) = (&own[..out.len() + 2], &other[..out.len() + 3]);
    for (k, out) in out.iter_mut().enumerate() {
        *out = t0 * own[k + 1]
            + t1 * (other[k + 1] + other[k + 2])
            + t2 * (own[k] + own[k + 2])
            + t3 * (other[k] + other[k + 3]);
    }
}

/// A strip of columns, continued above and below.
#[derive(Default)]
struct Column {
    /// The row of the region that stands in each row of the strip.
    standing: Vec<usize>,
    strip: Vec<Abreast>,
}

impl Column {
    fn fit(&mut self, height: usize) {
        let rows = -(PAD as isize)..(height + PAD) as isize;
        self.standing.clear();
        self.standing.extend(rows.map(|y| mirrored(y, height)));
        self.strip.resize(self.standing.len(), [0.0; ABREAST]);
    }

    /// Fills the strip from column `x` of the region on, rows taken from where `place` says they lie.
    fn take(&mut self, plane: &Plane<f32>, region: &Region, x: usize, place: impl Fn(usize) -> usize) {
        let width = ABREAST.min(region.width - x);
        for (strip, &y) in self.strip.iter_mut().zip(&self.standing) {
            let at = (region.y + place(y)) * plane.width + region.x + x;
            let row = &plane.cells[at..at + width];
            if let Ok(row) = <&Abreast>::try_from(row) {
                *strip = *row;
            } else {
                strip.iter_mut().zip(row).for_each(|(strip, value)| *strip = *value);
            }
        }
    }

    fn analyse(&mut self, plane: &mut Plane<f32>, region: &Region, x: usize) {
        self.take(plane, region, x, |y| y);
        let (low_at, high_at) = starts(region);
        for (y, rows) in self.strip.windows(2 * PAD + 1).enumerate() {
            if y % 2 == 0 {
                put(plane, region, (x, low_at + y / 2), &weighed(rows, &ANALYSIS.nine));
            } else {
                put(plane, region, (x, high_at + y / 2), &weighed(&rows[1..8], &ANALYSIS.seven));
            }
        }
    }

    fn join(&mut self, plane: &mut Plane<f32>, region: &Region, x: usize, filters: &Filters) {
        let (low_at, high_at) = starts(region);
        self.take(plane, region, x, |y| if y % 2 == 0 { low_at } else { high_at } + y / 2);
        if let ([.., only, _, _, _, _], 1) = (self.strip.as_slice(), region.height) {
            put(plane, region, (x, 0), &only.map(|value| filters.alone() * value));
            return;
        }
        let (for_even, for_odd) = filters.interleaved();
        for (y, rows) in self.strip.windows(2 * PAD + 1).enumerate() {
            let joined = if y % 2 == 0 { weighed(&rows[1..8], &for_even) } else { weighed(rows, &for_odd) };
            put(plane, region, (x, y), &joined);
        }
    }
}

/// The first rows of the low and of the high half.
fn starts(region: &Region) -> (usize, usize) {
    if region.high_top { (region.height / 2, 0) } else { (0, region.height.div_ceil(2)) }
}

/// A row of a strip to its place in the region.
fn put(plane: &mut Plane<f32>, region: &Region, (x, y): (usize, usize), row: &Abreast) {
    let at = (region.y + y) * plane.width + region.x + x;
    let width = ABREAST.min(region.width - x);
    let out = &mut plane.cells[at..at + width];
    if let Ok(out) = <&mut Abreast>::try_from(&mut *out) {
        *out = *row;
    } else {
        out.iter_mut().zip(row).for_each(|(out, value)| *out = *value);
    }
}

/// The weighted sum of a middle row and of pairs of rows around it, nearest first.
#[inline]
fn weighed<const N: usize>(rows: &[Abreast], taps: &[f32; N]) -> Abreast {
    let rows = &rows[..2 * N - 1];
    let mut sum = rows[N - 1].map(|value| taps[0] * value);
    for n in 1..N {
        let (above, below) = (&rows[N - 1 - n], &rows[N - 1 + n]);
        for k in 0..ABREAST {
            sum[k] += taps[n] * (above[k] + below[k]);
        }
    }
    sum
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
