//! Growing the ridges: from scattered specks, filtered again and again along the flow until the finger is full.
//!
//! After Cappelli, Maio and Maltoni, "Synthetic fingerprint-image generation" (2000): a Gabor filter tuned to the
//! local direction and period strengthens what fits and starts new ridges where none are; where fronts meet out of
//! step, a minutia is born. It runs at half the resolution (a ridge still takes four pixels) and is then doubled.

// Every index below is bounded by construction: windows of `SPAN` inside a margin of `REACH`, tables by the number
// of directions and periods they were made with. Checked accesses cost a third of the time here.
#![allow(clippy::indexing_slicing)]

use crate::minutiae::{Minutia, Waves};
use crate::noise::floor;
use crate::orientation::Flow;
use crate::random::Random;
use std::f32::consts::{PI, TAU};

/// Directions the filters are made for, over half a turn.
pub(crate) const DIRECTIONS: usize = 36;
/// Periods the filters are made for.
const PERIODS: usize = 9;
/// Pixels from a filter's middle to its edge.
const REACH: usize = 6;
/// Pixels of a filter row that count.
const SPAN: usize = 2 * REACH + 1;
/// Pixels of a filter row as stored, filled up with zeros for the processor's sake.
const ROW: usize = 16;
/// Rounds of filtering; the specks have met after half of them, the rest settles the seams.
const ROUNDS: usize = 10;
/// One speck for this many pixels of the half-size picture.
const PIXELS_PER_SPECK: usize = 120;

pub(crate) type Filter = [[f32; ROW]; SPAN];

/// A finger's ridge pattern: 127 on top of a ridge, -127 in the middle of a valley.
#[derive(Clone, Debug)]
pub(crate) struct Ridges {
    /// Pixels across at 500 ppi.
    pub(crate) width: usize,
    /// Pixels down at 500 ppi.
    pub(crate) height: usize,
    levels: Vec<i8>,
    /// Where ridges end and split.
    pub(crate) minutiae: Vec<Minutia>,
}

impl Ridges {
    /// Grows the pattern of `flow` on a finger `scale` times the middle size.
    pub(crate) fn grow(random: &mut Random, flow: &Flow, width: usize, height: usize, scale: f32) -> Self {
        let mut sheet = Sheet::new(width.div_ceil(2), height.div_ceil(2));
        let filters = filters(flow, f32::cos);
        let chosen = choose_filters(flow, &sheet, scale);
        for _ in 0..sheet.width * sheet.height / PIXELS_PER_SPECK {
            let place =
                (random.below(sheet.height) + REACH) * sheet.stride + random.below(sheet.width) + REACH;
            sheet.levels[place] = if random.chance(50) { 1.0 } else { -1.0 };
        }
        for _ in 0..ROUNDS {
            sheet = sheet.filtered(&filters, &chosen);
        }
        let waves = Waves::new(&sheet, &filters, &self::filters(flow, f32::sin), &chosen);
        let levels = sheet.doubled(width, height);
        let mut ridges = Self { width, height, levels, minutiae: Vec::new() };
        ridges.minutiae = waves.minutiae(&ridges, flow, scale);
        ridges
    }

    /// The pattern at a place between pixels, -1.0 to 1.0; a valley outside.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (Ok(column), Ok(row)) = (usize::try_from(left), usize::try_from(top)) else { return -1.0 };
        if column + 1 >= self.width || row + 1 >= self.height {
            return -1.0;
        }
        let place = row * self.width + column;
        let (u, v) = (x - left as f32, y - top as f32);
        let level = |offset: usize| f32::from(self.levels[place + offset]);
        let upper = level(0) + (level(1) - level(0)) * u;
        let lower = level(self.width) + (level(self.width + 1) - level(self.width)) * u;
        (upper + (lower - upper) * v) / 127.0
    }
}

/// The half-size picture with a margin of [`REACH`] on each side, and room for the last row's filling.
pub(crate) struct Sheet {
    pub(crate) width: usize,
    pub(crate) height: usize,
    stride: usize,
    levels: Vec<f32>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        let stride = width + 2 * REACH;
        Self { width, height, stride, levels: vec![0.0; stride * (height + 2 * REACH) + ROW] }
    }

    /// One round: each pixel becomes the answer of its own filter, pushed towards ridge or valley.
    fn filtered(&self, filters: &[Filter], chosen: &[u16]) -> Self {
        let mut next = Self::new(self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                let answer = 2.2 * self.answer(&filters[usize::from(chosen[y * self.width + x])], x, y);
                // A cheap S-shaped limit; the same on every machine, unlike tanh.
                next.levels[(y + REACH) * self.stride + x + REACH] = answer / (1.0 + answer * answer).sqrt();
            }
        }
        next
    }

    /// What a filter says at a pixel.
    pub(crate) fn answer(&self, filter: &Filter, x: usize, y: usize) -> f32 {
        let mut sums = [0.0f32; ROW];
        for (row, weights) in filter.iter().enumerate() {
            let start = (y + row) * self.stride + x;
            let levels: &[f32; ROW] = self.levels[start..].first_chunk().unwrap_or(&[0.0; ROW]);
            for ((sum, level), weight) in sums.iter_mut().zip(levels).zip(weights) {
                *sum += level * weight;
            }
        }
        sums.iter().sum()
    }

    /// Twice the size by cubic interpolation (Catmull–Rom), as signed bytes.
    fn doubled(&self, width: usize, height: usize) -> Vec<i8> {
        const HALFWAY: [f32; 4] = [-0.0625, 0.5625, 0.5625, -0.0625];
        let across = |row: usize, x: usize| {
            let start = (row + REACH) * self.stride + x / 2 + REACH;
            if x.is_multiple_of(2) {
                self.levels[start]
            } else {
                (0..4).map(|tap| HALFWAY[tap] * self.levels[start + tap - 1]).sum()
            }
        };
        let mut levels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let level: f32 = if y.is_multiple_of(2) {
                    across(y / 2, x)
                } else {
                    // The margin above and below is empty: the outermost rows repeat.
                    let last = self.height - 1;
                    (0..4)
                        .map(|tap| HALFWAY[tap] * across((y / 2 + tap).saturating_sub(1).min(last), x))
                        .sum()
                };
                levels.push((level * 127.0).clamp(-127.0, 127.0) as i8);
            }
        }
        levels
    }
}

/// Which filter each pixel of the half-size picture uses.
fn choose_filters(flow: &Flow, sheet: &Sheet, scale: f32) -> Vec<u16> {
    let (middle_x, middle_y) = (sheet.width as f32 / 2.0, sheet.height as f32 / 2.0);
    let range = period_range(flow);
    (0..sheet.height)
        .flat_map(|y| (0..sheet.width).map(move |x| (x, y)))
        .map(|(x, y)| {
            let place = ((x as f32 - middle_x) * 2.0 / scale, (middle_y - y as f32) * 2.0 / scale);
            let direction = flow.direction(place).rem_euclid(PI) / PI * DIRECTIONS as f32;
            let direction = direction.round() as usize % DIRECTIONS;
            let period = (flow.period(place) - range.0) / (range.1 - range.0) * (PERIODS - 1) as f32;
            let period = (period.round().max(0.0) as usize).min(PERIODS - 1);
            (period * DIRECTIONS + direction) as u16
        })
        .collect()
}

/// The least and the largest period of any place, px at 500 ppi.
fn period_range(flow: &Flow) -> (f32, f32) {
    let middle = flow.middle_period();
    (middle * 0.82, middle * 1.27)
}

/// The filters of all periods and directions, `period * DIRECTIONS + direction`: the cosine answers on top of a ridge,
/// the sine on its flanks.
fn filters(flow: &Flow, wave: fn(f32) -> f32) -> Vec<Filter> {
    let (least, largest) = period_range(flow);
    (0..PERIODS)
        .flat_map(|period| (0..DIRECTIONS).map(move |direction| (period, direction)))
        .map(|(period, direction)| {
            let period = least + (largest - least) * period as f32 / (PERIODS - 1) as f32;
            filter(period / 2.0, direction as f32 * PI / DIRECTIONS as f32, wave)
        })
        .collect()
}

/// A Gabor filter of zero sum for ridges `period` px apart that run in `direction`.
fn filter(period: f32, direction: f32, wave: fn(f32) -> f32) -> Filter {
    let (sin, cos) = direction.sin_cos();
    let mut filter = [[0.0; ROW]; SPAN];
    let bell = |distance: f32, width: f32| (-0.5 * (distance / width).powi(2)).exp();
    let (mut ups, mut downs) = (0.0f32, 0.0f32);
    for (row, weights) in filter.iter_mut().enumerate() {
        for (column, weight) in weights.iter_mut().take(SPAN).enumerate() {
            let (x, y) = (column as f32 - REACH as f32, REACH as f32 - row as f32);
            let (along, across) = (x * cos + y * sin, y * cos - x * sin);
            *weight = bell(across, 0.5 * period) * bell(along, 0.55 * period) * wave(TAU * across / period);
            if *weight > 0.0 { ups += *weight } else { downs -= *weight }
        }
    }
    // Ridges and valleys weigh the same; rounding keeps machines with other mathematics libraries in step.
    for weight in filter.iter_mut().flatten() {
        *weight /= if *weight > 0.0 { ups } else { downs };
        *weight = (*weight * 4096.0).round() / 4096.0;
    }
    filter
}
