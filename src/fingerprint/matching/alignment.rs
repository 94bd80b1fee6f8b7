//! Lays one print over the other and counts what speaks for one finger.

use super::Pair;
use crate::extraction::residues::wrapped;
use crate::template::{Minutia, Template, line_difference};
use std::f32::consts::PI;

/// Matched minutiae lie closer than this after alignment, pixels.
const NEAR: f32 = 10.0;

/// and differ less in direction, radians.
const TURN: f32 = PI / 7.0;
/// Alignments tried.
const SEEDS: usize = 8;

/// What speaks for one finger.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Standing of the best local pairs after relaxation.
    pub local: f32,
    /// Minutiae found in both.
    pub matched: f32,
    /// Minutiae of the first print inside the overlap.
    pub in_overlap_a: f32,
    /// Minutiae of the second print inside the overlap.
    pub in_overlap_b: f32,
    /// Mean agreement of ridge directions in the overlap, -1 to 1.
    pub flow: f32,
    /// Overlap in square millimetres.
    pub overlap_mm2: f32,
    /// Mean distance of matched minutiae, pixels.
    pub distance: f32,
    /// Mean difference of direction of matched minutiae, radians.
    pub turn: f32,
}

impl Evidence {
    /// The evidence as one number.
    pub fn score(&self) -> f32 {
        if self.matched < 2.0 {
            return 0.0;
        }
        let share = self.matched * self.matched / (self.in_overlap_a * self.in_overlap_b).max(1.0);
        (self.matched * share.sqrt() * self.flow.max(0.0)).max(0.0)
    }
}

/// A rigid motion from the first print to the second.
#[derive(Clone, Copy)]
struct Motion {
    sin: f32,
    cos: f32,
    dx: f32,
    dy: f32,
}

impl Motion {
    fn angle(&self) -> f32 {
        self.sin.atan2(self.cos)
    }

    fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.cos * x - self.sin * y + self.dx, self.sin * x + self.cos * y + self.dy)
    }

    fn undo(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.dx, y - self.dy);
        (self.cos * x + self.sin * y, self.cos * y - self.sin * x)
    }

    /// The motion that best lays the points of `pairs` over each other, weighted.
    fn fitting(a: &Template, b: &Template, pairs: &[Pair]) -> Option<Self> {
        let points: Vec<(Minutia, Minutia, f32)> = pairs
            .iter()
            .filter_map(|p| Some((*a.minutiae.get(p.a)?, *b.minutiae.get(p.b)?, p.similarity.max(1e-4))))
            .collect();
        let weight: f32 = points.iter().map(|p| p.2).sum();
        let mean = |value: &dyn Fn(&Minutia, &Minutia) -> f32| {
            points.iter().map(|(a, b, w)| w * value(a, b)).sum::<f32>() / weight
        };
        let (ax, ay) = (mean(&|a, _| f32::from(a.x)), mean(&|a, _| f32::from(a.y)));
        let (bx, by) = (mean(&|_, b| f32::from(b.x)), mean(&|_, b| f32::from(b.y)));
        // Directions count as much as points 15 pixels from the middle.
        let (mut dot, mut cross) = (0.0, 0.0);
        for (a, b, w) in &points {
            let (px, py) = (f32::from(a.x) - ax, f32::from(a.y) - ay);
            let (qx, qy) = (f32::from(b.x) - bx, f32::from(b.y) - by);
            let (sin, cos) = (b.direction() - a.direction()).sin_cos();
            dot += w * (px * qx + py * qy + 225.0 * cos);
            cross += w * (px * qy - py * qx + 225.0 * sin);
        }
        let norm = dot.hypot(cross);
        if norm <= 0.0 || norm.is_nan() {
            return None;
        }
        let (sin, cos) = (cross / norm, dot / norm);
        Some(Self { sin, cos, dx: bx - cos * ax + sin * ay, dy: by - sin * ax - cos * ay })
    }
}

/// The evidence of the best alignment that the relaxed pairs suggest.
pub(crate) fn evidence(a: &Template, b: &Template, pairs: &[Pair]) -> Evidence {
    let local = local_standing(a, b, pairs);
    let mut best = Evidence { local, ..Evidence::default() };
    for seed in pairs.iter().take(SEEDS) {
        let Some(mut motion) = Motion::fitting(a, b, &[*seed]) else { continue };
        let mut matches = matched(a, b, &motion, 1.5);
        for slack in [1.2, 1.0] {
            if let Some(better) = Motion::fitting(a, b, &matches) {
                motion = better;
            }
            matches = matched(a, b, &motion, slack);
        }
        let found = judge(a, b, &motion, &matches, local);
        if found.score() > best.score() {
            best = found;
        }
    }
    best
}

/// The mean standing of the best pairs, each minutia used once.
fn local_standing(a: &Template, b: &Template, pairs: &[Pair]) -> f32 {
    let least = a.minutiae.len().min(b.minutiae.len()) as f32;
    let wanted = (4.0 + 8.0 / (1.0 + (-0.4 * (least - 20.0)).exp())).round();
    let mut chosen: Vec<Pair> = Vec::new();
    for pair in pairs {
        if chosen.len() as f32 >= wanted {
            break;
        }
        if chosen.iter().all(|c| c.a != pair.a && c.b != pair.b) {
            chosen.push(*pair);
        }
    }
    chosen.iter().map(|p| p.similarity).sum::<f32>() / wanted
}

/// Minutiae that fall on each other, the nearest first, each used once.
fn matched(a: &Template, b: &Template, motion: &Motion, slack: f32) -> Vec<Pair> {
    let turn = motion.angle();
    let mut near = Vec::new();
    for (i, m) in a.minutiae.iter().enumerate() {
        let (x, y) = motion.apply(f32::from(m.x), f32::from(m.y));
        let direction = m.direction() + turn;
        for (j, n) in b.minutiae.iter().enumerate() {
            let distance = (f32::from(n.x) - x).hypot(f32::from(n.y) - y) / (NEAR * slack);
            let angle = wrapped(n.direction() - direction).abs() / (TURN * slack);
            if distance < 1.0 && angle < 1.0 {
                let fit = 1.0 - 0.5 * (distance * distance + angle * angle);
                near.push(Pair { a: i, b: j, similarity: fit.max(0.01) });
            }
        }
    }
    near.sort_by(|p, q| q.similarity.total_cmp(&p.similarity).then((p.a, p.b).cmp(&(q.a, q.b))));
    let (mut used_a, mut used_b) = (vec![false; a.minutiae.len()], vec![false; b.minutiae.len()]);
    near.retain(|pair| {
        let (Some(in_a), Some(in_b)) = (used_a.get_mut(pair.a), used_b.get_mut(pair.b)) else { return false };
        let free = !*in_a && !*in_b;
        if free {
            *in_a = true;
            *in_b = true;
        }
        free
    });
    near
}

fn judge(a: &Template, b: &Template, motion: &Motion, matches: &[Pair], local: f32) -> Evidence {
    let inside_b = |m: &&Minutia| {
        let (x, y) = motion.apply(f32::from(m.x), f32::from(m.y));
        b.flow.at(x, y).is_some()
    };
    let inside_a = |m: &&Minutia| {
        let (x, y) = motion.undo(f32::from(m.x), f32::from(m.y));
        a.flow.at(x, y).is_some()
    };
    let turn = motion.angle();
    let (mut agreement, mut cells) = (0.0f32, 0.0f32);
    for (x, y, normal) in a.flow.inside() {
        let (x, y) = motion.apply(x, y);
        if let Some(other) = b.flow.at(x, y) {
            agreement += (2.0 * line_difference(normal + turn, other)).cos();
            cells += 1.0;
        }
    }
    let (mut distance, mut angle) = (0.0, 0.0);
    for pair in matches {
        if let (Some(m), Some(n)) = (a.minutiae.get(pair.a), b.minutiae.get(pair.b)) {
            let (x, y) = motion.apply(f32::from(m.x), f32::from(m.y));
            distance += (f32::from(n.x) - x).hypot(f32::from(n.y) - y);
            angle += wrapped(n.direction() - m.direction() - turn).abs();
        }
    }
    let count = matches.len() as f32;
    let cell_mm = f32::from(a.flow.step) * 25.4 / 500.0;
    Evidence {
        local,
        matched: count,
        in_overlap_a: a.minutiae.iter().filter(inside_b).count() as f32,
        in_overlap_b: b.minutiae.iter().filter(inside_a).count() as f32,
        flow: agreement / cells.max(1.0),
        overlap_mm2: cells * cell_mm * cell_mm,
        distance: distance / count.max(1.0),
        turn: angle / count.max(1.0),
    }
}
