//! The `ChArUco` board before the virtual camera, 11 by 7 squares of 25 mm with markers of 18 mm.

use crate::draw::covered;

/// The markers' bits by rows, the highest first, 1 is white: the first of `OpenCV`'s `DICT_4X4_50`.
const CODES: [u16; 38] = [
    0xb532, 0x0f9a, 0x332d, 0x9946, 0x549e, 0x79cd, 0x9e2e, 0xc4f2, 0xfeda, 0xcf56, 0xf991, 0x11a7, 0x0eb7,
    0x2a0f, 0x24b1, 0x263e, 0x4665, 0x6600, 0x6c5e, 0x76af, 0x868b, 0xb02b, 0xccd5, 0xdd82, 0xfe47, 0x9471,
    0xace4, 0xa554, 0x2123, 0x346f, 0x4415, 0x57b2, 0x9ecf, 0xf0cb, 0x08ae, 0x0929, 0x1875, 0x04ff,
];
const COLUMNS: usize = 11;
const ROWS: usize = 7;
const SQUARE: f64 = 25.0;
const MARKER: f64 = 18.0;
const CELL: f64 = 3.0;

/// The board's size in millimetres.
pub(crate) const BOARD: (f64, f64) = (COLUMNS as f64 * SQUARE, ROWS as f64 * SQUARE);

/// The board at a place in millimetres from its corner: 0 on black, 1 on white.
pub(crate) fn board((u, v): (f64, f64), sigma: f64) -> f64 {
    let mut ink = 0.0;
    for row in near(v, SQUARE, ROWS, sigma) {
        for column in near(u, SQUARE, COLUMNS, sigma) {
            let place = (u - column as f64 * SQUARE, v - row as f64 * SQUARE);
            ink += if (row + column).is_multiple_of(2) {
                covered(place, [0.0, 0.0, SQUARE, SQUARE], sigma)
            } else {
                let margin = (SQUARE - MARKER) / 2.0;
                let code = CODES.get((row * COLUMNS + column) >> 1).copied().unwrap_or_default();
                marker((place.0 - margin, place.1 - margin), code, sigma)
            };
        }
    }
    1.0 - ink
}

/// How much ink of a marker lies at a place from its corner.
fn marker((u, v): (f64, f64), code: u16, sigma: f64) -> f64 {
    let mut ink = covered((u, v), [0.0, 0.0, MARKER, MARKER], sigma);
    for row in near(v - CELL, CELL, 4, sigma) {
        for column in near(u - CELL, CELL, 4, sigma) {
            if code >> (15 - 4 * row - column) & 1 == 1 {
                let (x, y) = ((column + 1) as f64 * CELL, (row + 1) as f64 * CELL);
                ink -= covered((u, v), [x, y, CELL, CELL], sigma);
            }
        }
    }
    ink
}

/// Which of the squares or cells side by side a blurred place may show.
fn near(at: f64, side: f64, count: usize, sigma: f64) -> std::ops::RangeInclusive<usize> {
    let index = |at: f64| ((at / side).floor().max(0.0) as usize).min(count - 1);
    index(at - 4.6 * sigma)..=index(at + 4.6 * sigma)
}
