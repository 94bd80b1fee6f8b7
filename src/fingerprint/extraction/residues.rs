//! Minutiae as dislocations of the ridge wave: points around which the phase gains or loses a whole turn
//! because a ridge begins there (Larkin and Fletcher 2007, "A coherent framework for fingerprint analysis").
//!
//! False minutiae come in pairs of opposite sign: a break in a ridge, a bridge, a pore, a short piece.
//! So cleaning is one rule: opposite signs that are close annihilate each other.

use super::waves::Waves;
use crate::arithmetic::wrapped;
use crate::ridges::{CELL, RidgeField};
use crate::template::{Minutia, MinutiaKind};
use std::f32::consts::{PI, TAU};

/// A point of the picture around which the phase turns.
#[derive(Clone, Copy)]
pub(crate) struct Residue {
    /// Pixels.
    pub(crate) x: f32,
    /// Pixels.
    pub(crate) y: f32,
    /// Towards the side with one ridge more, radians, x to the right and y down.
    pub(crate) direction: f32,
}

/// All residues on the finger.
pub(crate) fn find(waves: &Waves, field: &RidgeField) -> Vec<Residue> {
    let mut found = Vec::new();
    let points = CELL / 2;
    for y in 0..waves.real.height.saturating_sub(1) {
        for x in 0..waves.real.width.saturating_sub(1) {
            let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
            let Some(turns) = turns_around(waves, field, corners) else { continue };
            if turns != 0 {
                let normal = field.normal.at(x / points, y / points);
                let tangent = normal + PI / 2.0;
                let direction = if turns > 0 { tangent + PI } else { tangent };
                let (x, y) = ((2 * x + 1) as f32, (2 * y + 1) as f32);
                found.push(Residue { x, y, direction: direction.rem_euclid(TAU) });
            }
        }
    }
    found
}

/// Whole turns of the phase around four neighbouring points, `None` where one is not on the finger.
fn turns_around(waves: &Waves, field: &RidgeField, corners: [(usize, usize); 4]) -> Option<i32> {
    let points = CELL / 2;
    let mut phases = [0.0f32; 4];
    let mut reference = None;
    for (phase, (x, y)) in phases.iter_mut().zip(corners) {
        let (real, imaginary) = (waves.real.at(x, y), waves.imaginary.at(x, y));
        if real == 0.0 && imaginary == 0.0 {
            return None;
        }
        let normal = field.normal.at(x / points, y / points);
        let along = (normal - *reference.get_or_insert(normal)).cos() >= 0.0;
        *phase = if along { imaginary.atan2(real) } else { (-imaginary).atan2(real) };
    }
    let [a, b, c, d] = phases;
    let sum: f32 = [b - a, c - b, d - c, a - d].map(wrapped).iter().sum();
    Some((sum / TAU).round() as i32)
}

/// Opposite residues closer than about a ridge period cancel, the closest first.
pub(crate) fn without_dipoles(residues: Vec<Residue>, field: &RidgeField) -> Vec<Residue> {
    let mut pairs = Vec::new();
    for (i, a) in residues.iter().enumerate() {
        for (j, b) in residues.iter().enumerate().skip(i + 1) {
            let distance = (a.x - b.x).hypot(a.y - b.y);
            let opposite = (a.direction - b.direction).cos() < 0.0;
            if opposite && distance < 1.2 * period_at(field, a) {
                pairs.push((distance, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut gone = vec![false; residues.len()];
    for (_, i, j) in pairs {
        if let [Some(false), Some(false)] = [gone.get(i).copied(), gone.get(j).copied()] {
            for k in [i, j] {
                if let Some(flag) = gone.get_mut(k) {
                    *flag = true;
                }
            }
        }
    }
    residues.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(residue, _)| residue).collect()
}

fn cell_of(x: f32, y: f32) -> (isize, isize) {
    ((x / CELL as f32) as isize, (y / CELL as f32) as isize)
}

fn period_at(field: &RidgeField, residue: &Residue) -> f32 {
    let (col, row) = cell_of(residue.x, residue.y);
    field.period.nearest(col, row)
}

impl Residue {
    /// The minutia at this residue, or `None` where the finger ends nearby.
    pub(crate) fn minutia(&self, waves: &Waves, field: &RidgeField) -> Option<Minutia> {
        let inside = (0..8).all(|i| {
            let (sin, cos) = (i as f32 * PI / 4.0).sin_cos();
            let (col, row) = cell_of(self.x + 14.0 * cos, self.y + 14.0 * sin);
            field.finger.get(col, row) == Some(true)
        });
        if !inside {
            return None;
        }
        let (col, row) = cell_of(self.x, self.y);
        let coherence = field.coherence.nearest(col, row);
        // Ahead of an ending lies a valley, ahead of a bifurcation the ridge that splits.
        let (sin, cos) = self.direction.sin_cos();
        let (ahead_x, ahead_y) = ((self.x - 5.0 * cos) / 2.0, (self.y - 5.0 * sin) / 2.0);
        let on_ridge = waves.real.nearest(ahead_x as isize, ahead_y as isize) > 0.0;
        Some(Minutia {
            x: self.x as u16,
            y: self.y as u16,
            angle: Minutia::angle_of(self.direction),
            kind: if on_ridge { MinutiaKind::Bifurcation } else { MinutiaKind::Ending },
            quality: (100.0 * coherence).clamp(0.0, 100.0) as u8,
        })
    }
}
