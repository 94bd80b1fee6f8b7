//! How many matches of minutiae follow from one motion of the hand.

#![allow(clippy::inline_always)] // See `sweep`.

use super::codes::MOST;
use crate::matching::Prepared;
use crate::sweep::{Sweep, widest};
use std::f32::consts::TAU;

/// Two matches agree when one puts the other within this of its place, pixels,
const NEAR: f32 = 12.0;
/// and their turns differ by less than this, in 256 steps a turn.
const TURN: i32 = 12;
/// Surroundings less alike than this, of 1, say nothing.
const ALIKE: f32 = 0.3;

/// A minutia of the probe and the one of the other finger that is most like it.
#[derive(Clone, Copy)]
pub(super) struct Match {
    /// How much it counts, 0 to 1.
    pub(super) weight: f32,
    /// From the first to the second, 256 steps a turn.
    pub(super) turn: u8,
    pub(super) mine: (f32, f32),
    pub(super) theirs: (f32, f32),
}

/// Sines and cosines of the 256 turns.
pub(super) struct Turns([(f32, f32); 256]);

impl Turns {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|turn| (turn as f32 * TAU / 256.0).sin_cos()))
    }
}

/// Matches in columns.
pub(super) struct Matches {
    count: usize,
    /// Thousandths.
    weights: [u32; MOST],
    turns: [i32; MOST],
    sines: [f32; MOST],
    cosines: [f32; MOST],
    mine: [[f32; MOST]; 2],
    theirs: [[f32; MOST]; 2],
}

impl Default for Matches {
    fn default() -> Self {
        let zero = [0.0; MOST];
        let (weights, turns) = ([0; MOST], [0; MOST]);
        Self { count: 0, weights, turns, sines: zero, cosines: zero, mine: [zero; 2], theirs: [zero; 2] }
    }
}

// The columns have MOST entries, of which `count` are used; a branch among them would undo the sweep.
#[allow(clippy::indexing_slicing, clippy::needless_bitwise_bool)]
impl Matches {
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, turns: &Turns, one: Match) {
        let at = self.count;
        if at < MOST {
            self.count += 1;
            self.weights[at] = (1000.0 * one.weight) as u32;
            self.turns[at] = i32::from(one.turn);
            (self.sines[at], self.cosines[at]) = turns.0[usize::from(one.turn)];
            (self.mine[0][at], self.mine[1][at]) = one.mine;
            (self.theirs[0][at], self.theirs[1][at]) = one.theirs;
        }
    }

    /// How much speaks for one finger: the pairs of matches that follow from one motion, against what many
    /// minutiae (`chances`, the product of their numbers) would bring together by chance.
    #[inline(always)]
    pub(super) fn agreement(&self, chances: usize) -> u32 {
        let mut sum = 0;
        for i in 0..self.count {
            let (sin, cos, turn) = (self.sines[i], self.cosines[i], self.turns[i]);
            let (x, y, u, v) = (self.mine[0][i], self.mine[1][i], self.theirs[0][i], self.theirs[1][i]);
            let mut support = 0;
            for j in 0..i {
                let (across, down) = (self.mine[0][j] - x, self.mine[1][j] - y);
                let dx = cos * across - sin * down - (self.theirs[0][j] - u);
                let dy = sin * across + cos * down - (self.theirs[1][j] - v);
                // The difference of two turns, wrapped into half a turn either way.
                let apart = ((turn - self.turns[j]) << 24 >> 24).abs();
                let agrees = (dx * dx + dy * dy < NEAR * NEAR) & (apart < TURN);
                support += if agrees { self.weights[j] } else { 0 };
            }
            sum += support * self.weights[i];
        }
        (sum as f32 * 100.0 / (chances.max(1) as f32).sqrt()) as u32
    }
}

/// How much speaks for each finger when the full surroundings of its minutiae are looked at.
pub(super) fn of_surroundings(probe: &Prepared, fingers: &[(usize, Prepared)]) -> Vec<u32> {
    widest(Look { probe, fingers })
}

struct Look<'a> {
    probe: &'a Prepared,
    fingers: &'a [(usize, Prepared)],
}

impl Sweep for Look<'_> {
    type Found = Vec<u32>;

    #[inline(always)]
    fn sweep(self) -> Vec<u32> {
        let (turns, mut matches) = (Turns::new(), Matches::default());
        let mut looks = Vec::with_capacity(self.fingers.len());
        for (_, other) in self.fingers {
            matches.clear();
            let minutiae = self.probe.template().minutiae().iter().zip(&self.probe.cylinders);
            for (mine, cylinder) in minutiae {
                let Some(cylinder) = cylinder else { continue };
                let (mut most, mut found) = (ALIKE, None);
                for (theirs, surroundings) in other.template().minutiae().iter().zip(&other.cylinders) {
                    let turn = mine.angle.wrapping_sub(theirs.angle);
                    let Some(surroundings) = surroundings else { continue };
                    if turn.cast_signed().unsigned_abs() > 64 {
                        continue;
                    }
                    if let Some(alike) = cylinder.similarity(surroundings).filter(|&alike| alike > most) {
                        (most, found) = (alike, Some((turn, theirs)));
                    }
                }
                if let Some((turn, theirs)) = found {
                    let mine = (f32::from(mine.x), f32::from(mine.y));
                    let theirs = (f32::from(theirs.x), f32::from(theirs.y));
                    matches.push(&turns, Match { weight: most - ALIKE, turn, mine, theirs });
                }
            }
            looks.push(matches.agreement(self.probe.points.len() * other.points.len()));
        }
        looks
    }
}
