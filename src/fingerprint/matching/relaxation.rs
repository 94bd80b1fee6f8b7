//! Pairs that agree with each other gain, the others fade: local similarity with relaxation (Cappelli,
//! Ferrara and Maltoni 2010, LSS-R).

use super::{Pair, Point, by_similarity};
use crate::arithmetic::{exp, wrapped};
use std::f32::consts::PI;

/// Rounds of relaxation.
const ROUNDS: usize = 5;
/// Share of its own standing a pair keeps each round.
const KEEP: f32 = 0.5;
/// Two pairs agree when distance (pixels), directions and bearing (radians) differ by clearly less than this.
const STRETCH: f32 = 5.0;
const TURN: f32 = PI / 12.0;
/// Slopes of the agreement around those values.
const STRETCH_SLOPE: f32 = 1.6;
const TURN_SLOPE: f32 = 30.0;

/// The pairs with their similarity relaxed, best first.
pub(crate) fn relax(a: &[Point], b: &[Point], mut pairs: Vec<Pair>) -> Vec<Pair> {
    let placed: Vec<(Point, Point)> =
        pairs.iter().filter_map(|pair| Some((*a.get(pair.a)?, *b.get(pair.b)?))).collect();
    let count = pairs.len();
    if count < 2 || placed.len() != count {
        return pairs;
    }
    // Most pairs agree with few others: row by row only those are kept.
    let agreement: Vec<Vec<(usize, f32)>> = placed
        .iter()
        .zip(&pairs)
        .map(|(p, mine)| {
            let others = placed.iter().zip(&pairs).enumerate();
            others
                .filter(|(_, (_, other))| mine.a != other.a && mine.b != other.b)
                .map(|(j, (q, _))| (j, agree(p, q)))
                .filter(|&(_, agreement)| agreement > 1e-3)
                .collect()
        })
        .collect();
    let mut standing: Vec<f32> = pairs.iter().map(|p| p.similarity).collect();
    for _ in 0..ROUNDS {
        standing = agreement
            .iter()
            .zip(&standing)
            .map(|(row, own)| {
                let support: f32 = row
                    .iter()
                    .map(|&(j, agreement)| agreement * standing.get(j).copied().unwrap_or(0.0))
                    .sum();
                KEEP * own + (1.0 - KEEP) * support / (count - 1) as f32
            })
            .collect();
    }
    for (pair, standing) in pairs.iter_mut().zip(standing) {
        pair.similarity = standing;
    }
    pairs.sort_unstable_by(by_similarity);
    pairs
}

/// How well two pairs fit one rigid motion, 0 to 1.
fn agree(p: &(Point, Point), q: &(Point, Point)) -> f32 {
    let ((ax, ay), (bx, by)) = ((q.0.x - p.0.x, q.0.y - p.0.y), (q.1.x - p.1.x, q.1.y - p.1.y));
    let stretch = ((ax * ax + ay * ay).sqrt() - (bx * bx + by * by).sqrt()).abs();
    if stretch > 2.0 * STRETCH {
        return 0.0;
    }
    let turn = wrapped((q.0.direction - p.0.direction) - (q.1.direction - p.1.direction)).abs();
    if turn > 2.0 * TURN {
        return 0.0;
    }
    // Where the other lies, seen along the minutia's own direction.
    let (au, av) = (ax * p.0.cos + ay * p.0.sin, ay * p.0.cos - ax * p.0.sin);
    let (bu, bv) = (bx * p.1.cos + by * p.1.sin, by * p.1.cos - bx * p.1.sin);
    let (dot, cross) = (au * bu + av * bv, au * bv - av * bu);
    if dot < 0.0 || cross.abs() > 0.6 * dot {
        return 0.0;
    }
    let bearing = cross.abs().atan2(dot);
    let exponents =
        [STRETCH_SLOPE * (stretch - STRETCH), TURN_SLOPE * (turn - TURN), TURN_SLOPE * (bearing - TURN)];
    exponents.into_iter().map(|exponent| 1.0 / (1.0 + exp(exponent))).product()
}
