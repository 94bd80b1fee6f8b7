//! Lays one print over the other and gathers what speaks for one finger.

use super::{Evidence, Pair, Point, Prepared, by_similarity};
use crate::arithmetic::wrapped;
use crate::template::line_difference;
use std::f32::consts::PI;

/// Matched minutiae lie closer than this after alignment, pixels,
const NEAR: f32 = 10.0;
/// and differ less in direction, radians.
const TURN: f32 = PI / 7.0;
/// Alignments tried, and how many of them are judged.
const SEEDS: usize = 8;
const JUDGED: usize = 2;
/// Directions weigh in an alignment like points this far from the middle, pixels.
const LEVER: f32 = 15.0;

/// A rigid motion from the first print to the second.
#[derive(Clone, Copy)]
struct Motion {
    sin: f32,
    cos: f32,
    dx: f32,
    dy: f32,
}

impl Motion {
    fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.cos * x - self.sin * y + self.dx, self.sin * x + self.cos * y + self.dy)
    }

    fn undo(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.dx, y - self.dy);
        (self.cos * x + self.sin * y, self.cos * y - self.sin * x)
    }

    /// The motion that best lays the points of `pairs` over each other, weighted.
    fn fitting(a: &[Point], b: &[Point], pairs: &[Pair]) -> Option<Self> {
        let points = || pairs.iter().filter_map(|p| Some((a.get(p.a)?, b.get(p.b)?, p.similarity.max(1e-4))));
        let (mut weight, mut ax, mut ay, mut bx, mut by) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (p, q, w) in points() {
            weight += w;
            ax += w * p.x;
            ay += w * p.y;
            bx += w * q.x;
            by += w * q.y;
        }
        if weight <= 0.0 {
            return None;
        }
        let (ax, ay, bx, by) = (ax / weight, ay / weight, bx / weight, by / weight);
        let (mut dot, mut cross) = (0.0, 0.0);
        for (p, q, w) in points() {
            let ((px, py), (qx, qy)) = ((p.x - ax, p.y - ay), (q.x - bx, q.y - by));
            let lever = LEVER * LEVER;
            dot += w * (px * qx + py * qy + lever * (p.cos * q.cos + p.sin * q.sin));
            cross += w * (px * qy - py * qx + lever * (p.cos * q.sin - p.sin * q.cos));
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
pub(crate) fn evidence(a: &Prepared, b: &Prepared, pairs: &[Pair]) -> Evidence {
    let mut tried: Vec<(f32, Motion, Vec<Pair>)> = Vec::new();
    for seed in pairs.iter().take(SEEDS) {
        // A seed that an alignment already found has matched would lead to the same one.
        let known = |pair: &Pair| pair.a == seed.a && pair.b == seed.b;
        if tried.iter().any(|(_, _, matches)| matches.iter().any(known)) {
            continue;
        }
        let Some(mut motion) = Motion::fitting(&a.points, &b.points, &[*seed]) else { continue };
        let mut matches = matched(&a.points, &b.points, &motion, 1.5);
        for slack in [1.2, 1.0] {
            motion = Motion::fitting(&a.points, &b.points, &matches).unwrap_or(motion);
            matches = matched(&a.points, &b.points, &motion, slack);
        }
        tried.push((matches.iter().map(|pair| pair.similarity).sum(), motion, matches));
    }
    tried.sort_by(|x, y| y.0.total_cmp(&x.0));
    let local = local_standing(a, b, pairs);
    let judged = tried.iter().take(JUDGED).map(|(_, motion, matches)| judge(a, b, motion, matches, local));
    judged.max_by(|x, y| x.score().0.total_cmp(&y.score().0)).unwrap_or_default()
}

/// The mean standing of the best pairs, each minutia used once.
fn local_standing(a: &Prepared, b: &Prepared, pairs: &[Pair]) -> f32 {
    let least = a.points.len().min(b.points.len()) as f32;
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
fn matched(a: &[Point], b: &[Point], motion: &Motion, slack: f32) -> Vec<Pair> {
    let (near, turn) = (NEAR * slack, TURN * slack);
    let rotation = motion.sin.atan2(motion.cos);
    let mut pairs = Vec::new();
    for (i, p) in a.iter().enumerate() {
        let (x, y) = motion.apply(p.x, p.y);
        for (j, q) in b.iter().enumerate() {
            let square = ((q.x - x).powi(2) + (q.y - y).powi(2)) / (near * near);
            if square >= 1.0 {
                continue;
            }
            let angle = wrapped(q.direction - p.direction - rotation).abs() / turn;
            if angle < 1.0 {
                let fit = 1.0 - 0.5 * (square + angle * angle);
                pairs.push(Pair { a: i, b: j, similarity: fit.max(0.01) });
            }
        }
    }
    pairs.sort_unstable_by(by_similarity);
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    pairs.retain(|pair| match (used_a.get_mut(pair.a), used_b.get_mut(pair.b)) {
        (Some(in_a), Some(in_b)) if !*in_a && !*in_b => {
            (*in_a, *in_b) = (true, true);
            true
        }
        _ => false,
    });
    pairs
}

fn judge(a: &Prepared, b: &Prepared, motion: &Motion, matches: &[Pair], local: f32) -> Evidence {
    let inside = |points: &[Point], seen: &dyn Fn(&Point) -> bool| points.iter().filter(|p| seen(p)).count();
    let in_overlap_a = inside(&a.points, &|p| {
        let (x, y) = motion.apply(p.x, p.y);
        b.template.flow.at(x, y).is_some()
    });
    let in_overlap_b = inside(&b.points, &|p| {
        let (x, y) = motion.undo(p.x, p.y);
        a.template.flow.at(x, y).is_some()
    });
    Evidence {
        local,
        matched: matches.len() as f32,
        fit: matches.iter().map(|pair| pair.similarity).sum(),
        in_overlap_a: in_overlap_a as f32,
        in_overlap_b: in_overlap_b as f32,
        flow: flow_agreement(a, b, motion),
    }
}

/// Mean agreement of ridge directions where both prints have ridges.
fn flow_agreement(a: &Prepared, b: &Prepared, motion: &Motion) -> f32 {
    let rotation = motion.sin.atan2(motion.cos);
    let (mut agreement, mut cells) = (0.0f32, 0.0f32);
    for (x, y, normal) in a.template.flow.inside() {
        let (x, y) = motion.apply(x, y);
        if let Some(other) = b.template.flow.at(x, y) {
            agreement += (2.0 * line_difference(normal + rotation, other)).cos();
            cells += 1.0;
        }
    }
    agreement / cells.max(1.0)
}
