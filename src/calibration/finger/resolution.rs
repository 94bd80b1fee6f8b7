//! Resolution in x and in y from the ruled target.
//!
//! An affine map is fitted from the dots' places on the target to their places in the picture. A turned target mixes
//! the two directions of the map's columns, never of its rows: the length of a row is the scale of that axis of the
//! picture. Unit: pixels per inch.

use crate::fit::Affine;
use crate::lattice::Grid;

/// Millimetres in an inch.
pub(crate) const INCH: f64 = 25.4;

/// How many pixels stand on an inch of the platen.
#[derive(Clone, Copy, Debug)]
pub struct Resolution {
    /// Along rows of the picture, in ppi.
    pub x_ppi: f64,
    /// Along columns of the picture, in ppi.
    pub y_ppi: f64,
}

impl Resolution {
    /// The resolution that the grid shows; `None` when all its dots stand on one line.
    pub fn of(grid: &Grid) -> Option<Self> {
        let Affine { x: [_, xu, xv], y: [_, yu, yv] } = Affine::fit(grid.pairs())?;
        Some(Self { x_ppi: INCH * xu.hypot(xv), y_ppi: INCH * yu.hypot(yv) })
    }
}
