//! What surrounds each minutia, as bits: minutia cylinders (Cappelli, Ferrara and Maltoni 2010, MCC). A
//! cylinder is a disc of 8 × 8 cells turned with its minutia, in six layers by direction; a bit says
//! whether another minutia lies there with that direction.

use super::{Pair, Prepared};
use crate::extraction::residues::wrapped;
use crate::template::{Minutia, Template};
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

pub(crate) fn of(template: &Template) -> Vec<Option<Cylinder>> {
    template.minutiae.iter().map(|&minutia| around(minutia, template)).collect()
}

fn around(centre: Minutia, template: &Template) -> Option<Cylinder> {
    let (sin, cos) = centre.direction().sin_cos();
    let (cx, cy) = (f32::from(centre.x), f32::from(centre.y));
    let mut cylinder = Cylinder { layers: [0; LAYERS], valid: 0 };
    for cell in 0..SIDE * SIDE {
        let u = ((cell % SIDE) as f32 + 0.5 - SIDE as f32 / 2.0) * 2.0 * RADIUS / SIDE as f32;
        let v = ((cell / SIDE) as f32 + 0.5 - SIDE as f32 / 2.0) * 2.0 * RADIUS / SIDE as f32;
        let (x, y) = (cx + u * cos - v * sin, cy + u * sin + v * cos);
        if u.hypot(v) > RADIUS || template.flow.at(x, y).is_none() {
            continue;
        }
        cylinder.valid |= 1 << cell;
        let sums = contributions(template, centre, x, y);
        for (layer, sum) in cylinder.layers.iter_mut().zip(sums) {
            *layer |= u64::from(sum > PRESENT) << cell;
        }
    }
    (cylinder.valid.count_ones() >= LEAST_CELLS).then_some(cylinder)
}

/// How strongly minutiae are present at a point, by direction relative to the centre's.
fn contributions(template: &Template, centre: Minutia, x: f32, y: f32) -> [f32; LAYERS] {
    let mut sums = [0.0; LAYERS];
    for other in &template.minutiae {
        if *other == centre {
            continue;
        }
        let square = (f32::from(other.x) - x).powi(2) + (f32::from(other.y) - y).powi(2);
        if square > (3.0 * SIGMA).powi(2) {
            continue;
        }
        let near = (-square / (2.0 * SIGMA * SIGMA)).exp() / (SIGMA * TAU.sqrt());
        let turn = other.direction() - centre.direction();
        for (layer, sum) in sums.iter_mut().enumerate() {
            let middle = -PI + (layer as f32 + 0.5) * TAU / LAYERS as f32;
            let off = wrapped(turn - middle) / SIGMA_ANGLE;
            *sum += near * (-0.5 * off * off).exp() * (TAU / LAYERS as f32) / (SIGMA_ANGLE * TAU.sqrt());
        }
    }
    sums
}

impl Cylinder {
    /// 0 nothing alike to 1 the same, on the cells both have; `None` with too few.
    fn similarity(&self, other: &Self) -> Option<f32> {
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
    for (i, (minutia, cylinder)) in a.template.minutiae.iter().zip(&a.cylinders).enumerate() {
        let Some(cylinder) = cylinder else { continue };
        for (j, (candidate, surroundings)) in b.template.minutiae.iter().zip(&b.cylinders).enumerate() {
            let Some(surroundings) = surroundings else { continue };
            let turn = wrapped(minutia.direction() - candidate.direction());
            if turn.abs() > PI / 2.0 {
                continue;
            }
            if let Some(similarity) = cylinder.similarity(surroundings).filter(|&s| s > 0.0) {
                pairs.push(Pair { a: i, b: j, similarity });
            }
        }
    }
    pairs.sort_by(|p, q| q.similarity.total_cmp(&p.similarity).then((p.a, p.b).cmp(&(q.a, q.b))));
    let wanted = 2 * a.template.minutiae.len().min(b.template.minutiae.len());
    pairs.truncate(wanted.clamp(8, 120));
    pairs
}
