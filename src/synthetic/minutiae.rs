//! The truth about a finger's minutiae, from the pattern's phase instead of its picture.
//!
//! Across ridges the phase of the pattern gains a whole turn from one to the next. Around a minutia it gains one turn
//! more on one side than on the other, so that walking around it the phase does not come back to itself (Larkin and
//! Fletcher, "A coherent framework for fingerprint analysis: are fingerprints holograms?", 2007).

// Indices are bounded by the loops over the half-size picture and its own tables.
#![allow(clippy::indexing_slicing)]

use crate::orientation::Flow;
use crate::ridges::{DIRECTIONS, Filter, Ridges, Sheet};
use std::f32::consts::{PI, TAU};

/// Where a ridge ends or splits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minutia {
    /// Pixels at 500 ppi, right of the middle of the skin or from the left edge of a picture.
    pub x: f32,
    /// Pixels at 500 ppi, below the middle of the skin or from the upper edge of a picture.
    pub y: f32,
    /// Towards the side with one ridge or valley more, radians against the clock from the right.
    pub direction: f32,
    /// Whether a ridge ends here; otherwise it splits.
    pub is_ending: bool,
}

/// Closer than this to a core or a delta the flow turns too fast for a phase, px.
const SINGULAR: f32 = 14.0;
/// Two minutiae that face each other this close are a kink, px.
const KINK: f32 = 6.0;

/// The phase of the ridges at each pixel of the half-size picture.
pub(crate) struct Waves {
    width: usize,
    height: usize,
    phases: Vec<f32>,
    /// Direction of the ridges, in steps of half a turn's [`DIRECTIONS`]th.
    directions: Vec<usize>,
}

impl Waves {
    pub(crate) fn new(sheet: &Sheet, even: &[Filter], odd: &[Filter], chosen: &[u16]) -> Self {
        let places = (0..sheet.height).flat_map(|y| (0..sheet.width).map(move |x| (x, y)));
        let phases = places
            .zip(chosen)
            .map(|((x, y), filter)| {
                let filter = usize::from(*filter);
                (-sheet.answer(&odd[filter], x, y)).atan2(sheet.answer(&even[filter], x, y))
            })
            .collect();
        let directions = chosen.iter().map(|filter| usize::from(*filter) % DIRECTIONS).collect();
        Self { width: sheet.width, height: sheet.height, phases, directions }
    }

    /// Every minutia of the skin, places from its middle.
    pub(crate) fn minutiae(&self, ridges: &Ridges, flow: &Flow, scale: f32) -> Vec<Minutia> {
        let (middle_x, middle_y) = (ridges.width as f32 / 2.0, ridges.height as f32 / 2.0);
        let mut found: Vec<Minutia> = Vec::new();
        for row in 2..self.height.saturating_sub(3) {
            for column in 2..self.width.saturating_sub(3) {
                let turns = self.turns(column, row);
                if turns == 0 {
                    continue;
                }
                let (x, y) = (2.0 * column as f32 + 1.0 - middle_x, 2.0 * row as f32 + 1.0 - middle_y);
                if flow.singular_within((x / scale, -y / scale), SINGULAR / scale) {
                    continue;
                }
                let along = self.directions[(row + 1) * self.width + column] as f32 * PI / DIRECTIONS as f32;
                let direction = if turns > 0 { along } else { along + PI };
                let ahead = 0.6 * flow.middle_period();
                let (sin, cos) = direction.sin_cos();
                let is_ending = ridges.at(x + middle_x + ahead * cos, y + middle_y - ahead * sin) > 0.0;
                let faced = |other: &Minutia| {
                    (other.x - x).hypot(other.y - y) < KINK && (other.direction - direction).cos() < 0.0
                };
                if let Some(place) = found.iter().position(faced) {
                    found.swap_remove(place);
                } else {
                    found.push(Minutia { x, y, direction, is_ending });
                }
            }
        }
        found
    }

    /// How often the phase turns on the way around a square of four pixels, against the clock.
    fn turns(&self, column: usize, row: usize) -> i32 {
        let corner = |x: usize, y: usize| (row + y) * self.width + column + x;
        let around = [corner(0, 1), corner(1, 1), corner(1, 0), corner(0, 0)];
        let first = self.directions[around[0]];
        // A direction and its opposite are the same; where the table wraps, the phase counts backwards.
        let phase = around.map(|place| {
            let apart = self.directions[place].abs_diff(first);
            if apart > DIRECTIONS / 2 { -self.phases[place] } else { self.phases[place] }
        });
        let gain: f32 = (0..4)
            .map(|place| {
                let step = phase[(place + 1) % 4] - phase[place];
                step - TAU * (step / TAU).round()
            })
            .sum();
        (gain / TAU).round() as i32
    }
}
