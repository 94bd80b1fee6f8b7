//! Pairs that agree with each other gain, the others fade: local similarity with relaxation (Cappelli,
//! Ferrara and Maltoni 2010, LSS-R).

use super::Pair;
use crate::extraction::residues::wrapped;
use crate::template::Template;
use std::f32::consts::PI;

/// Rounds of relaxation.
const ROUNDS: usize = 5;
/// Share of its own standing a pair keeps each round.
const KEEP: f32 = 0.5;

/// Two pairs seen from each other: distance, direction to the other, difference of directions.
struct Placed {
    a: (f32, f32, f32),
    b: (f32, f32, f32),
}

/// The pairs with their similarity relaxed, best first.
pub(crate) fn relax(a: &crate::template::Template, b: &Template, mut pairs: Vec<Pair>) -> Vec<Pair> {
    let place =
        |t: &Template, i: usize| t.minutiae.get(i).map(|m| (f32::from(m.x), f32::from(m.y), m.direction()));
    let placed: Vec<Placed> =
        pairs.iter().filter_map(|p| Some(Placed { a: place(a, p.a)?, b: place(b, p.b)? })).collect();
    let count = pairs.len();
    if count < 2 || placed.len() != count {
        return pairs;
    }
    let agreement: Vec<f32> = placed
        .iter()
        .enumerate()
        .flat_map(|(i, p)| {
            let pairs = &pairs;
            placed.iter().enumerate().map(move |(j, q)| {
                let apart =
                    matches!((pairs.get(i), pairs.get(j)), (Some(x), Some(y)) if x.a != y.a && x.b != y.b);
                if apart { agree(p, q) } else { 0.0 }
            })
        })
        .collect();
    let mut standing: Vec<f32> = pairs.iter().map(|p| p.similarity).collect();
    for _ in 0..ROUNDS {
        standing = agreement
            .chunks_exact(count)
            .zip(&standing)
            .map(|(row, own)| {
                let support: f32 = row.iter().zip(&standing).map(|(r, s)| r * s).sum();
                KEEP * own + (1.0 - KEEP) * support / (count - 1) as f32
            })
            .collect();
    }
    for (pair, standing) in pairs.iter_mut().zip(standing) {
        pair.similarity = standing;
    }
    pairs.sort_by(|p, q| q.similarity.total_cmp(&p.similarity).then((p.a, p.b).cmp(&(q.a, q.b))));
    pairs
}

/// How well two pairs fit one rigid motion, 0 to 1.
fn agree(p: &Placed, q: &Placed) -> f32 {
    let seen = |from: (f32, f32, f32), to: (f32, f32, f32)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        (dx.hypot(dy), wrapped(dy.atan2(dx) - from.2), wrapped(to.2 - from.2))
    };
    let (a, b) = (seen(p.a, q.a), seen(p.b, q.b));
    let stretch = (a.0 - b.0).abs();
    let turn = wrapped(a.2 - b.2).abs();
    let bearing = wrapped(a.1 - b.1).abs();
    falling(stretch, 5.0, -1.6) * falling(turn, PI / 12.0, -30.0) * falling(bearing, PI / 12.0, -30.0)
}

/// A sigmoid of slope `steep` around `middle`.
fn falling(value: f32, middle: f32, steep: f32) -> f32 {
    1.0 / (1.0 + (-steep * (value - middle)).exp())
}
