//! The coarse map of ridge flow a template carries.

use crate::ridges::{CELL, RidgeField};
use std::f32::consts::PI;

/// A cell outside the finger.
const OUTSIDE: u8 = u8::MAX;
/// Steps of half a turn.
const STEPS: f32 = 180.0;
/// No map has more cells, so that a template stays within its size.
pub(crate) const MOST_CELLS: usize = 800;

/// The coarsest grid, in cells of the field: fits pictures up to 6,000 pixels, larger ones lose their edge.
const MOST_STRIDE: usize = 27;

/// Directions across the ridges in a grid over the finger, one degree steps.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Left and top edge of the grid, pixels.
    pub(crate) left: u16,
    pub(crate) top: u16,
    /// Side of a cell, pixels.
    pub(crate) step: u8,
    pub(crate) cols: u8,
    /// Row by row; 0 to 179 or `OUTSIDE`.
    pub(crate) cells: Vec<u8>,
}

impl Flow {
    pub(crate) fn of(field: &RidgeField) -> Self {
        let on = |col: usize, row: usize| field.finger.at(col, row);
        let columns: Vec<usize> =
            (0..field.finger.width).filter(|&c| (0..field.finger.height).any(|r| on(c, r))).collect();
        let lines: Vec<usize> =
            (0..field.finger.height).filter(|&r| (0..field.finger.width).any(|c| on(c, r))).collect();
        let (Some(&left), Some(&right)) = (columns.first(), columns.last()) else {
            return Self { left: 0, top: 0, step: 16, cols: 0, cells: Vec::new() };
        };
        let (top, bottom) = (lines.first().copied().unwrap_or(0), lines.last().copied().unwrap_or(0));
        let (width, height) = (right - left + 1, bottom - top + 1);
        let fits = |s: usize| width.div_ceil(s) * height.div_ceil(s) <= MOST_CELLS && width.div_ceil(s) < 256;
        let stride = (2..=MOST_STRIDE).find(|&s| fits(s)).unwrap_or(MOST_STRIDE);
        let cols = width.div_ceil(stride).min(255);
        let rows = height.div_ceil(stride).min(MOST_CELLS / cols);
        let cells = (0..rows * cols)
            .map(|i| {
                let (col, row) = (left + (i % cols) * stride, top + (i / cols) * stride);
                average(field, col, row, stride)
            })
            .collect();
        Self {
            left: (left * CELL) as u16,
            top: (top * CELL) as u16,
            step: (stride * CELL).min(255) as u8,
            cols: cols as u8,
            cells,
        }
    }

    /// The map of a flow that is known everywhere, taken at the middles of the cells.
    pub(crate) fn sampled((width, height): (u32, u32), across: impl Fn(f32, f32) -> Option<f32>) -> Self {
        let (width, height) = (width as usize, height as usize);
        let fits = |s: usize| {
            let (cols, rows) = (width.div_ceil(s * CELL), height.div_ceil(s * CELL));
            cols * rows <= MOST_CELLS && cols < 256
        };
        let stride = (2..=MOST_STRIDE).find(|&s| fits(s)).unwrap_or(MOST_STRIDE);
        let step = stride * CELL;
        let cols = width.div_ceil(step).clamp(1, 255);
        let rows = height.div_ceil(step).min(MOST_CELLS / cols);
        let cell = |i: usize| {
            let middle = |place: usize| (place as f32 + 0.5) * step as f32;
            let direction = across(middle(i % cols), middle(i / cols));
            direction.map_or(OUTSIDE, |angle| (angle.rem_euclid(PI) / PI * STEPS).round() as u8 % STEPS as u8)
        };
        Self {
            left: 0,
            top: 0,
            step: step as u8,
            cols: cols as u8,
            cells: (0..rows * cols).map(cell).collect(),
        }
    }

    /// The direction across the ridges at a pixel, radians in [0, π), or `None` outside the finger.
    pub(crate) fn at(&self, x: f32, y: f32) -> Option<f32> {
        let cell = self.cell(x, y)?;
        (cell != OUTSIDE).then(|| f32::from(cell) * PI / STEPS)
    }

    /// Whether the finger covers this pixel.
    #[inline]
    pub(crate) fn is_finger(&self, x: f32, y: f32) -> bool {
        self.cell(x, y).is_some_and(|cell| cell != OUTSIDE)
    }

    #[inline]
    fn cell(&self, x: f32, y: f32) -> Option<u8> {
        let (dx, dy) = (x - f32::from(self.left), y - f32::from(self.top));
        if dx < 0.0 || dy < 0.0 {
            return None;
        }
        let step = f32::from(self.step);
        let (col, row) = ((dx / step) as usize, (dy / step) as usize);
        if col >= usize::from(self.cols) {
            return None;
        }
        self.cells.get(row * usize::from(self.cols) + col).copied()
    }

    /// Middle of every cell on the finger with its direction.
    pub(crate) fn inside(&self) -> impl Iterator<Item = (f32, f32, f32)> + '_ {
        let step = f32::from(self.step);
        let cols = usize::from(self.cols).max(1);
        self.cells.iter().enumerate().filter(|&(_, &cell)| cell != OUTSIDE).map(move |(i, &cell)| {
            let x = f32::from(self.left) + ((i % cols) as f32 + 0.5) * step;
            let y = f32::from(self.top) + ((i / cols) as f32 + 0.5) * step;
            (x, y, f32::from(cell) * PI / STEPS)
        })
    }
}

/// The mean direction of `stride` × `stride` cells of the field, `OUTSIDE` where less than half is finger.
fn average(field: &RidgeField, col: usize, row: usize, stride: usize) -> u8 {
    let (mut real, mut imaginary, mut count) = (0.0f32, 0.0f32, 0);
    for r in row..(row + stride).min(field.finger.height) {
        for c in col..(col + stride).min(field.finger.width) {
            if field.finger.at(c, r) {
                let (sin, cos) = (2.0 * field.normal.at(c, r)).sin_cos();
                real += cos;
                imaginary += sin;
                count += 1;
            }
        }
    }
    if 2 * count < stride * stride {
        return OUTSIDE;
    }
    let angle = (0.5 * imaginary.atan2(real)).rem_euclid(PI);
    ((angle / PI * STEPS).round() as u32 % 180) as u8
}
