//! Where everything on the board stands, in millimetres from its top left corner.
//!
//! Squares in reading order, the top left one black, a marker of `DICT_4X4_50` in each white one, numbered in reading
//! order: `cv2.aruco.CharucoBoard((11, 7), 25, 18, DICT_4X4_50)`. The number of rows is odd because `OpenCV` up to 4.6 and
//! from 4.7 on begin a board with an even number of rows with another colour; this one is the same board in both.

pub use super::dictionary::is_white;
use crate::fit::Place;

/// Squares in a row.
pub const COLUMNS: usize = 11;
/// Rows of squares.
pub const ROWS: usize = 7;
/// Side of a square.
pub const SQUARE_MM: f64 = 25.0;
/// Side of a marker, its black border included.
pub const MARKER_MM: f64 = 18.0;
/// Cells along a side of a marker: four bits and the border on both sides.
pub const CELLS: usize = 6;
/// Markers on the board.
pub const MARKERS: usize = COLUMNS * ROWS / 2;
/// Inner corners in a row.
pub const CORNER_COLUMNS: usize = COLUMNS - 1;
/// Inner corners on the board.
pub const CORNERS: usize = CORNER_COLUMNS * (ROWS - 1);

/// Column and row of the square that holds a marker: the white squares are every other one.
pub fn square(marker: usize) -> (usize, usize) {
    let at = 2 * marker + 1;
    (at % COLUMNS, at / COLUMNS)
}

/// A marker's corners: top left, top right, bottom right, bottom left.
pub fn marker(id: usize) -> [Place; 4] {
    let (column, row) = square(id);
    let margin = (SQUARE_MM - MARKER_MM) / 2.0;
    let (x, y) = (column as f64 * SQUARE_MM + margin, row as f64 * SQUARE_MM + margin);
    [(x, y), (x + MARKER_MM, y), (x + MARKER_MM, y + MARKER_MM), (x, y + MARKER_MM)]
}

/// An inner corner's place; corners are numbered in reading order.
pub fn corner(id: usize) -> Place {
    let (column, row) = (id % CORNER_COLUMNS, id / CORNER_COLUMNS);
    ((column + 1) as f64 * SQUARE_MM, (row + 1) as f64 * SQUARE_MM)
}

/// Whether the square below and to the right of an inner corner is black.
pub(crate) fn is_black_below_right(id: usize) -> bool {
    (id % CORNER_COLUMNS + id / CORNER_COLUMNS).is_multiple_of(2)
}

/// The two markers that stand in the white squares at an inner corner.
pub(crate) fn beside(id: usize) -> [usize; 2] {
    let (column, row) = (id % CORNER_COLUMNS, id / CORNER_COLUMNS);
    // Of the squares in reading order every other one holds a marker.
    let marker = |column: usize, row: usize| (row * COLUMNS + column) >> 1;
    if is_black_below_right(id) {
        [marker(column + 1, row), marker(column, row + 1)]
    } else {
        [marker(column, row), marker(column + 1, row + 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marker_lies_in_a_white_square_and_beside_the_corners_it_serves() {
        for id in 0..MARKERS {
            let (column, row) = square(id);
            assert_eq!((column + row) % 2, 1, "marker {id}");
        }
        assert_eq!(square(MARKERS - 1), (COLUMNS - 2, ROWS - 1));
        for id in 0..CORNERS {
            let (u, v) = corner(id);
            for beside in beside(id) {
                let nearest = marker(beside).map(|(x, y)| (x - u).abs().max((y - v).abs()));
                assert!(nearest.contains(&3.5), "corner {id}, marker {beside}: {nearest:?}");
            }
        }
    }
}
