//! What surrounds each minutia, as bits: minutia cylinders (Cappelli, Ferrara and Maltoni 2010, MCC). A
//! cylinder is a disc of 8 × 8 cells turned with its minutia, in six layers by direction; a bit says
//! whether another minutia lies there with that direction.

use super::{Pair, Point, Prepared, by_similarity};
use crate::arithmetic::{exp, wrapped};
use crate::template::Flow;
use std::f32::consts::{PI, TAU};

/// Cells along a side of the disc; a layer is one 64-bit word.
const SIDE: usize = 8;
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

pub(crate) fn of(points: &[Point], flow: &Flow) -> Vec<Option<Cylinder>> {
    (0..points.len()).map(|centre| around(centre, points, flow)).collect()
}

/// A neighbour as the centre sees it: place, and weight in every layer.
struct Neighbour {
    u: f32,
    v: f32,
    layers: [f32; LAYERS],
}

fn around(centre: usize, points: &[Point], flow: &Flow) -> Option<Cylinder> {
    let middle = points.get(centre)?;
    let others = points.iter().enumerate().filter(|(i, _)| *i != centre).map(|(_, other)| other);
    let neighbours: Vec<Neighbour> = others.filter_map(|other| neighbour(middle, other)).collect();
    let mut cylinder = Cylinder { layers: [0; LAYERS], valid: 0 };
    for (cell, sums) in contributions(&neighbours).iter().enumerate() {
        let (u, v) = (middle_of(cell % SIDE), middle_of(cell / SIDE));
        let x = middle.x + u * middle.cos - v * middle.sin;
        let y = middle.y + u * middle.sin + v * middle.cos;
        if u * u + v * v > RADIUS * RADIUS || flow.at(x, y).is_none() {
            continue;
        }
        cylinder.valid |= 1 << cell;
        for (layer, sum) in cylinder.layers.iter_mut().zip(sums) {
            *layer |= u64::from(*sum > PRESENT) << cell;
        }
    }
    (cylinder.valid.count_ones() >= LEAST_CELLS).then_some(cylinder)
}

fn neighbour(centre: &Point, other: &Point) -> Option<Neighbour> {
    let (dx, dy) = (other.x - centre.x, other.y - centre.y);
    if dx * dx + dy * dy > (RADIUS + 3.0 * SIGMA).powi(2) {
        return None;
    }
    let turn = other.direction - centre.direction;
    let share = (TAU / LAYERS as f32) / (SIGMA_ANGLE * TAU.sqrt()) / (SIGMA * TAU.sqrt());
    let layers = std::array::from_fn(|layer| {
        let middle = -PI + (layer as f32 + 0.5) * TAU / LAYERS as f32;
        let off = wrapped(turn - middle) / SIGMA_ANGLE;
        share * exp(-0.5 * off * off)
    });
    let (u, v) = (dx * centre.cos + dy * centre.sin, dy * centre.cos - dx * centre.sin);
    Some(Neighbour { u, v, layers })
}

/// Where the middle of a cell lies, along either side of the disc.
fn middle_of(cell: usize) -> f32 {
    (cell as f32 + 0.5) * (2.0 * RADIUS / SIDE as f32) - RADIUS
}

/// How strongly minutiae are present in every cell, layer by layer.
fn contributions(neighbours: &[Neighbour]) -> [[f32; LAYERS]; SIDE * SIDE] {
    const FAR: f32 = 9.0 * SIGMA * SIGMA;
    let mut sums = [[0.0; LAYERS]; SIDE * SIDE];
    for other in neighbours {
        let squares = |at: f32| -> [f32; SIDE] { std::array::from_fn(|i| (at - middle_of(i)).powi(2)) };
        let (across, down) = (squares(other.u), squares(other.v));
        let near = |squares: [f32; SIDE]| squares.map(|square| exp(-square / (2.0 * SIGMA * SIGMA)));
        let (near_across, near_down) = (near(across), near(down));
        for (row, (down, near_down)) in sums.chunks_exact_mut(SIDE).zip(down.iter().zip(near_down)) {
            if *down > FAR {
                continue;
            }
            for (cell, (across, near_across)) in row.iter_mut().zip(across.iter().zip(near_across)) {
                if across + down <= FAR {
                    let near = near_across * near_down;
                    cell.iter_mut().zip(other.layers).for_each(|(sum, layer)| *sum += near * layer);
                }
            }
        }
    }
    sums
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
    #[allow(clippy::inline_always)]
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
