//! What surrounds each minutia, as bits: minutia cylinders (Cappelli, Ferrara and Maltoni 2010, MCC). A
//! cylinder is a disc of 8 × 8 cells turned with its minutia, in six layers by direction; a bit says
//! whether another minutia lies there with that direction.

#![allow(clippy::inline_always)] // See `sweep`.

use super::{Pair, Point, Prepared, by_similarity};
use crate::arithmetic::{exp, wrapped};
use crate::sweep::{Sweep, widest};
use crate::template::Flow;
use std::f32::consts::{PI, TAU};

/// Cells along a side of the disc; a layer is one 64-bit word.
const SIDE: usize = 8;
const CELLS: usize = SIDE * SIDE;
const LAYERS: usize = 6;
/// Radius of the disc, pixels.
const RADIUS: f32 = 70.0;
/// Spread of a minutia's position and direction.
const SIGMA: f32 = 9.3;
const SIGMA_ANGLE: f32 = TAU / 9.0;
/// A bit is set above this sum of contributions.
const PRESENT: f32 = 0.01;
/// Least cells on the finger, of the 52 in the disc, for a cylinder and for a comparison of two.
const LEAST_CELLS: u32 = 26;
const LEAST_COMMON: u32 = 22;

/// The surroundings of one minutia.
#[derive(Clone)]
pub(crate) struct Cylinder {
    layers: [u64; LAYERS],
    /// Cells on the finger.
    valid: u64,
}

/// The cylinder of every point that has enough finger around it.
pub(crate) fn of(points: &[Point], flow: &Flow) -> Vec<Option<Cylinder>> {
    widest(Surroundings { points, flow })
}

struct Surroundings<'a> {
    points: &'a [Point],
    flow: &'a Flow,
}

impl Sweep for Surroundings<'_> {
    type Found = Vec<Option<Cylinder>>;

    #[inline(always)]
    fn sweep(self) -> Self::Found {
        let mut cylinders = Vec::with_capacity(self.points.len());
        let mut neighbours = Vec::with_capacity(self.points.len());
        for centre in 0..self.points.len() {
            cylinders.push(around(centre, self.points, self.flow, &mut neighbours));
        }
        cylinders
    }
}

/// A neighbour as the centre sees it: how strongly it is present in every cell, and its weight in every layer.
struct Neighbour {
    present: [f32; CELLS],
    /// Of which the first [`LAYERS`] count; eight are done as fast as one.
    layers: [f32; 8],
}

#[inline(always)]
fn around(centre: usize, points: &[Point], flow: &Flow, neighbours: &mut Vec<Neighbour>) -> Option<Cylinder> {
    let middle = points.get(centre)?;
    let valid = on_finger(middle, flow);
    if valid.count_ones() < LEAST_CELLS {
        return None;
    }
    neighbours.clear();
    for (_, other) in points.iter().enumerate().filter(|(i, _)| *i != centre) {
        if let Some(neighbour) = neighbour(middle, other) {
            neighbours.push(neighbour);
        }
    }
    let mut layers = [0; LAYERS];
    for (number, layer) in layers.iter_mut().enumerate() {
        let mut sums = [0.0; CELLS];
        for other in neighbours.iter() {
            let weight = other.layers.get(number).copied().unwrap_or(0.0);
            for (sum, present) in sums.iter_mut().zip(other.present) {
                *sum += present * weight;
            }
        }
        for (cell, sum) in sums.iter().enumerate() {
            *layer |= u64::from(*sum > PRESENT) << cell;
        }
        *layer &= valid;
    }
    Some(Cylinder { layers, valid })
}

/// The cells of the disc that lie on the finger.
#[inline(always)]
fn on_finger(middle: &Point, flow: &Flow) -> u64 {
    let mut cells = 0;
    for cell in 0..CELLS {
        let (u, v) = (middle_of(cell % SIDE), middle_of(cell / SIDE));
        let x = middle.x + u * middle.cos - v * middle.sin;
        let y = middle.y + u * middle.sin + v * middle.cos;
        let is_on = u * u + v * v <= RADIUS * RADIUS && flow.is_finger(x, y);
        cells |= u64::from(is_on) << cell;
    }
    cells
}

#[inline(always)]
fn neighbour(centre: &Point, other: &Point) -> Option<Neighbour> {
    let (dx, dy) = (other.x - centre.x, other.y - centre.y);
    if dx * dx + dy * dy > (RADIUS + 3.0 * SIGMA).powi(2) {
        return None;
    }
    let turn = other.direction - centre.direction;
    let share = (TAU / LAYERS as f32) / (SIGMA_ANGLE * TAU.sqrt()) / (SIGMA * TAU.sqrt());
    let mut layers = [0.0; 8];
    for (layer, weight) in layers.iter_mut().enumerate() {
        let middle = -PI + (layer as f32 + 0.5) * TAU / LAYERS as f32;
        let off = wrapped(turn - middle) / SIGMA_ANGLE;
        *weight = share * exp(-0.5 * off * off);
    }
    let (u, v) = (dx * centre.cos + dy * centre.sin, dy * centre.cos - dx * centre.sin);
    Some(Neighbour { present: presence(u, v), layers })
}

/// Where the middle of a cell lies, along either side of the disc.
#[inline(always)]
fn middle_of(cell: usize) -> f32 {
    (cell as f32 + 0.5) * (2.0 * RADIUS / SIDE as f32) - RADIUS
}

/// How strongly what lies here is present in every cell.
#[inline(always)]
fn presence(u: f32, v: f32) -> [f32; CELLS] {
    const FAR: f32 = 9.0 * SIGMA * SIGMA;
    let ((across, near_across), (down, near_down)) = (nearness(u), nearness(v));
    let mut present = [0.0; CELLS];
    for (row, (down, near_down)) in present.chunks_exact_mut(SIDE).zip(down.iter().zip(near_down)) {
        for (cell, (across, near_across)) in row.iter_mut().zip(across.iter().zip(near_across)) {
            *cell = if across + down <= FAR { near_across * near_down } else { 0.0 };
        }
    }
    present
}

/// The squares of the distances to the middles of the cells along one side, and how near they are, 0 to 1.
#[inline(always)]
fn nearness(at: f32) -> ([f32; SIDE], [f32; SIDE]) {
    let (mut squares, mut near) = ([0.0; SIDE], [0.0; SIDE]);
    for (cell, (square, near)) in squares.iter_mut().zip(&mut near).enumerate() {
        *square = (at - middle_of(cell)).powi(2);
        *near = exp(-*square / (2.0 * SIGMA * SIGMA));
    }
    (squares, near)
}

impl Cylinder {
    /// The cylinder in 96 bits, four cells in one: a bit says that something lies in any of them. A word holds
    /// two layers.
    pub(crate) fn folded(&self) -> [u32; 3] {
        let [a, b, c, d, e, f] = self.layers.map(|layer| {
            let rows = layer | layer >> SIDE;
            let pairs = rows | rows >> 1;
            (0..16).fold(0u32, |word, i| word << 1 | (pairs >> (i / 4 * 2 * SIDE + i % 4 * 2)) as u32 & 1)
        });
        [a << 16 | b, c << 16 | d, e << 16 | f]
    }

    /// 0 nothing alike to 1 the same, on the cells both have; `None` with too few.
    #[inline(always)] // So that a sweep with wider instructions counts bits with them.
    pub(crate) fn similarity(&self, other: &Self) -> Option<f32> {
        let common = self.valid & other.valid;
        if common.count_ones() < LEAST_COMMON {
            return None;
        }
        let (mut mine, mut theirs, mut differ) = (0, 0, 0);
        for (a, b) in self.layers.iter().zip(&other.layers) {
            mine += (a & common).count_ones();
            theirs += (b & common).count_ones();
            differ += ((a ^ b) & common).count_ones();
        }
        let norm = (mine as f32).sqrt() + (theirs as f32).sqrt();
        (norm > 0.0).then(|| 1.0 - (differ as f32).sqrt() / norm)
    }
}

/// The pairs whose surroundings are most alike, best first.
pub(crate) fn most_similar(a: &Prepared, b: &Prepared) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (i, (mine, cylinder)) in a.points.iter().zip(&a.cylinders).enumerate() {
        let Some(cylinder) = cylinder else { continue };
        for (j, (theirs, surroundings)) in b.points.iter().zip(&b.cylinders).enumerate() {
            let Some(surroundings) = surroundings else { continue };
            // Hands turn by less than a right angle.
            if mine.cos * theirs.cos + mine.sin * theirs.sin < 0.0 {
                continue;
            }
            if let Some(similarity) = cylinder.similarity(surroundings).filter(|&s| s > 0.0) {
                pairs.push(Pair { a: i, b: j, similarity });
            }
        }
    }
    let wanted = (2 * a.points.len().min(b.points.len())).clamp(8, 120);
    if pairs.len() > wanted {
        pairs.select_nth_unstable_by(wanted, by_similarity);
        pairs.truncate(wanted);
    }
    pairs.sort_unstable_by(by_similarity);
    pairs
}
