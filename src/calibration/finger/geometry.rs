//! Geometric distortion from the ruled target.
//!
//! Two ways to say it: how far a dot stands from where the best affine map puts it (pixels), and how far the distance
//! between two dots of a row or column, at the nominal resolution, is from their true distance (IAFIS image quality
//! specification, geometric image accuracy: |Y − X| over short X in millimetres, |Y − X| / X over longer X in percent).

use super::resolution::INCH;
use crate::fit::{Affine, Place};
use crate::lattice::Grid;
use std::collections::BTreeMap;

/// Up to this distance an absolute error counts: 0.07 inch.
const SHORT_MM: f64 = 0.07 * INCH;
/// Up to this distance a relative error counts: 1.5 inch.
const LONG_MM: f64 = 1.5 * INCH;

/// The farthest any dot stands from the best affine map of the target, in pixels; `None` when all dots stand on one
/// line.
pub fn distortion_px(grid: &Grid) -> Option<f64> {
    let map = Affine::fit(grid.pairs())?;
    let off = |(target, (x, y)): (Place, Place)| {
        let (u, v) = map.apply(target);
        (x - u).hypot(y - v)
    };
    Some(grid.pairs().map(off).fold(0.0, f64::max))
}

/// Errors of distances within the rows and columns of the target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spacing {
    /// Largest error of distances up to 0.07 inch, in millimetres.
    pub short_mm: f64,
    /// Largest error of distances from 0.07 to 1.5 inch, in percent of the distance.
    pub long_percent: f64,
}

/// Measures distances as the reader's nominal resolution makes them.
pub fn spacing(grid: &Grid, nominal_ppi: f64) -> Spacing {
    let mut lines: BTreeMap<(bool, i32), Vec<(i32, Place)>> = BTreeMap::new();
    for ((column, row), place) in grid.nodes() {
        lines.entry((false, row)).or_default().push((column, place));
        lines.entry((true, column)).or_default().push((row, place));
    }
    let mut worst = Spacing::default();
    for line in lines.values() {
        for (index, (from, a)) in line.iter().enumerate() {
            for (to, b) in line.iter().skip(index + 1) {
                let truth = f64::from(to - from).abs() * grid.pitch_mm();
                let measured = (b.0 - a.0).hypot(b.1 - a.1) / nominal_ppi * INCH;
                let error = (measured - truth).abs();
                if truth <= SHORT_MM {
                    worst.short_mm = worst.short_mm.max(error);
                } else if truth <= LONG_MM {
                    worst.long_percent = worst.long_percent.max(100.0 * error / truth);
                }
            }
        }
    }
    worst
}
