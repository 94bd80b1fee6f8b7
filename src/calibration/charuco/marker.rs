//! Markers: a black frame on white paper with sixteen cells inside.

use super::dictionary::{self, Reading};
use super::layout::{self, CELLS};
use crate::Plane;
use crate::fit::{Homography, Place};

/// White paper is brighter than the frame's black by at least so many levels.
const CONTRAST: f64 = 20.0;
/// A cell of fewer pixels than this may not be read.
const SMALLEST: f64 = 3.0;
/// Cells of the frame, and places of the paper around it, that may be on the wrong side: glare, a finger's tip.
const WRONG: usize = 2;

/// A quadrilateral that is black all around, with white paper outside.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    corners: [Place; 4],
    pub(crate) reading: Reading,
}

impl Frame {
    /// Reads a quadrilateral whose corners run clockwise; `None` when it is no frame of a marker.
    pub(crate) fn read(plane: &Plane, corners: [Place; 4]) -> Option<Self> {
        let side = CELLS as f64;
        let cells = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)];
        let map = Homography::fit(&cells.into_iter().zip(corners).collect::<Vec<_>>())?;
        let level = |column: f64, row: f64| cell(plane, &map, (column, row));
        let ring = |at: f64, from: usize, count: usize| {
            let far = side - 1.0 - at;
            (from..from + count)
                .map(|step| step as f64)
                .flat_map(move |step| [(step, at), (step, far), (at, step), (far, step)])
        };
        // Paper is white for more than a cell around the frame; its corners are left out, they are near black squares.
        let paper: Vec<f64> = ring(-0.9, 0, CELLS).map(|(column, row)| level(column, row)).collect();
        let black: Vec<f64> = ring(0.0, 0, CELLS).map(|(column, row)| level(column, row)).collect();
        let (white, dark) = (middle(&paper), middle(&black));
        let between = f64::midpoint(white, dark);
        let wrong_paper = paper.iter().filter(|level| **level < between).count();
        let wrong_black = black.iter().filter(|level| **level > between).count();
        if white - dark < CONTRAST || wrong_paper > WRONG || wrong_black > WRONG {
            return None;
        }
        let bits = (0..16).fold(0, |bits, at| {
            let is_white = level(f64::from(at % 4 + 1), f64::from(at / 4 + 1)) > between;
            bits << 1 | u16::from(is_white)
        });
        Some(Self { corners, reading: dictionary::look_up(bits) })
    }

    /// Whether its cells are hardly more than pixels.
    pub(crate) fn is_too_small(&self) -> bool {
        let [a, b, c, _] = self.corners;
        let length = |from: Place, to: Place| (to.0 - from.0).hypot(to.1 - from.1);
        length(a, b).min(length(b, c)) < SMALLEST * CELLS as f64
    }

    /// The marker of the board it is.
    pub(crate) fn marker(&self) -> Option<Marker> {
        let Reading::Marker(id, turn) = self.reading else { return None };
        let mut corners = self.corners;
        corners.rotate_left(turn);
        Some(Marker { id, corners })
    }
}

/// The mean level of the middle of a cell.
fn cell(plane: &Plane, map: &Homography, (column, row): Place) -> f64 {
    let within = [0.3, 0.5, 0.7];
    let levels = within.iter().flat_map(|v| within.iter().map(move |u| (column + u, row + v)));
    levels.map(|at| plane.between(map.apply(at))).sum::<f64>() / 9.0
}

fn middle(levels: &[f64]) -> f64 {
    crate::statistics::quantile(&mut levels.to_vec(), 0.5)
}

/// A marker of the board in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marker {
    pub(crate) id: usize,
    /// Top left, top right, bottom right, bottom left as it is printed.
    corners: [Place; 4],
}

impl Marker {
    /// Its corners on the board in millimetres and in the picture in pixels.
    pub(crate) fn pairs(&self) -> [(Place, Place); 4] {
        let mut printed = layout::marker(self.id).into_iter();
        self.corners.map(|seen| (printed.next().unwrap_or_default(), seen))
    }

    /// The way to the right along its upper edge, in pixels.
    pub(crate) fn right(&self) -> Place {
        let [from, to, ..] = self.corners;
        (to.0 - from.0, to.1 - from.1)
    }

    /// How far its corners are from where a map of the board puts them, in its own sides.
    pub(crate) fn stray(&self, map: &Homography) -> f64 {
        let side = self.right().0.hypot(self.right().1).max(1.0);
        let far = self.pairs().map(|(board, seen)| {
            let (x, y) = map.apply(board);
            (x - seen.0).hypot(y - seen.1)
        });
        far.into_iter().fold(0.0, f64::max) / side
    }
}
