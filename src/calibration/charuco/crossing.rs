//! Where two black and two white squares of the chessboard meet, to a hundredth of a pixel.
//!
//! Around the corner the picture is fitted with two soft edges that cross,
//! `level + slope + contrast · tanh(d₁ / w) · tanh(d₂ / w)`, `d` the distances from two lines, by Levenberg and Marquardt.
//! Unlike the middle of a dot, the crossing of two lines stays where it is in any perspective.
// Indices run over arrays of constant size.
#![allow(clippy::indexing_slicing)]

use super::layout::{MARKER_MM, SQUARE_MM};
use crate::Plane;
use crate::fit::{Normal, Place};

/// Where a corner is expected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guess {
    pub(crate) place: Place,
    /// The way along a millimetre of the board to the right, in pixels.
    pub(crate) right: Place,
    /// The same down.
    pub(crate) down: Place,
    pub(crate) is_black_below_right: bool,
}

/// How far along the edges the picture is fitted: in millimetres, and at most in pixels.
const ARM_MM: f64 = 7.0;
const ARM_PX: f64 = 22.0;
/// How far from the edges: markers begin after the margin, and their blur before.
const BESIDE_MM: f64 = 0.75 * (SQUARE_MM - MARKER_MM) / 2.0;
/// The least half difference between black and white, in levels.
const CONTRAST: f64 = 10.0;
/// What the fit may leave over, root mean square, as a share of the half difference.
const LEFT_OVER: f64 = 0.3;
/// How far a corner may be from where it is expected, as a share of a square.
const ASTRAY: f64 = 0.15;

/// Place, the angles of the two edges' normals, half width of the edges, half difference, level, slopes.
type Unknowns = [f64; 9];

/// A pixel: its place from where the corner is expected, and its level.
type Pixel = (f64, f64, f64);

/// A corner that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossing {
    pub(crate) place: Place,
    /// What the fit leaves over, root mean square, in levels.
    pub(crate) left_over: f64,
    /// Half the difference between black and white, in levels.
    pub(crate) contrast: f64,
}

/// The corner; `None` when what is there is no crossing of the board.
pub(crate) fn refine(plane: &Plane, guess: &Guess) -> Option<Crossing> {
    let pixels = around(plane, guess)?;
    let count = pixels.len() as f64;
    let sign = if guess.is_black_below_right { -1.0 } else { 1.0 };
    let scale = guess.right.0.hypot(guess.right.1).min(guess.down.0.hypot(guess.down.1));
    let level = pixels.iter().map(|(_, _, level)| level).sum::<f64>() / count;
    let spread = pixels.iter().map(|(_, _, here)| (here - level).powi(2)).sum::<f64>() / count;
    let (right, down) = (guess.right, guess.down);
    let normals = [(-down.0).atan2(down.1), right.0.atan2(-right.1)];
    let start =
        [0.0, 0.0, normals[0], normals[1], (0.5 * scale).max(0.8), sign * spread.sqrt(), level, 0.0, 0.0];
    let (found, error) = fit(start, &pixels)?;
    let [x, y, _, _, _, contrast, ..] = found;
    let (left_over, contrast) = ((error / count).sqrt(), contrast * sign);
    let is_crossing =
        contrast > CONTRAST && left_over < LEFT_OVER * contrast && x.hypot(y) < ASTRAY * SQUARE_MM * scale;
    is_crossing.then_some(Crossing { place: (guess.place.0 + x, guess.place.1 + y), left_over, contrast })
}

/// The pixels along the four edges that meet; `None` when some are outside the picture.
fn around(plane: &Plane, guess: &Guess) -> Option<Vec<Pixel>> {
    let ((rx, ry), (dx, dy)) = (guess.right, guess.down);
    let area = rx * dy - ry * dx;
    let longest = rx.hypot(ry).max(dx.hypot(dy));
    let arm = ARM_MM.min(ARM_PX / longest);
    let reach = arm * longest;
    let (left, top) = (guess.place.0 - reach, guess.place.1 - reach);
    let (far_right, bottom) = (guess.place.0 + reach, guess.place.1 + reach);
    let fits = left >= 0.0
        && top >= 0.0
        && far_right <= plane.width() as f64 - 1.0
        && bottom <= plane.height() as f64 - 1.0;
    // A quarter of a pixel's area on a square millimetre: smaller than any marker that can be read.
    if !fits || area < 0.25 {
        return None;
    }
    let rows = top.ceil() as isize..=bottom.floor() as isize;
    let columns = left.ceil() as isize..=far_right.floor() as isize;
    let pixels = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
    let pixels = pixels.filter_map(|(column, row)| {
        let (x, y) = (column as f64 - guess.place.0, row as f64 - guess.place.1);
        let (u, v) = (((x * dy - y * dx) / area).abs(), ((y * rx - x * ry) / area).abs());
        (u.max(v) <= arm && u.min(v) <= BESIDE_MM).then(|| (x, y, f64::from(plane.at(column, row))))
    });
    Some(pixels.collect())
}

/// What the fit says of a pixel, and how that changes with the unknowns.
fn seen(unknowns: &Unknowns, x: f64, y: f64) -> (f64, Unknowns) {
    let [cx, cy, first, second, width, contrast, level, across, along] = *unknowns;
    let (x, y) = (x - cx, y - cy);
    let edge = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        let distance = (x * cos + y * sin) / width;
        let passed = distance.tanh();
        // By the distance, by x, y and by the angle.
        let steep = (1.0 - passed * passed) / width;
        (passed, [-steep * cos, -steep * sin, steep * (y * cos - x * sin), -steep * distance])
    };
    let ((p, dp), (q, dq)) = (edge(first), edge(second));
    let by = [
        contrast * (dp[0] * q + p * dq[0]),
        contrast * (dp[1] * q + p * dq[1]),
        contrast * dp[2] * q,
        contrast * p * dq[2],
        contrast * (dp[3] * q + p * dq[3]),
        p * q,
        1.0,
        x,
        y,
    ];
    (level + across * x + along * y + contrast * p * q, by)
}

fn squared_error(unknowns: &Unknowns, pixels: &[Pixel]) -> f64 {
    pixels.iter().map(|(x, y, level)| (level - seen(unknowns, *x, *y).0).powi(2)).sum()
}

/// The unknowns and the squared error they leave.
fn fit(start: Unknowns, pixels: &[Pixel]) -> Option<(Unknowns, f64)> {
    let (mut unknowns, mut error) = (start, squared_error(&start, pixels));
    let mut damping = 1e-2;
    for _ in 0..30 {
        let mut normal = Normal::new();
        for (x, y, level) in pixels {
            let (expected, by) = seen(&unknowns, *x, *y);
            normal.add(by, level - expected);
        }
        let mut next = unknowns;
        next.iter_mut().zip(normal.solve(damping)?).for_each(|(value, step)| *value += step);
        // An edge has a width; a thousandth of a pixel is none.
        next[4] = next[4].max(0.05);
        let better = squared_error(&next, pixels);
        if better < error {
            let is_settled = error - better < 1e-6 * error;
            (unknowns, error) = (next, better);
            damping = f64::max(damping / 10.0, 1e-9);
            if is_settled {
                break;
            }
        } else if damping > 1e6 {
            break;
        } else {
            damping *= 10.0;
        }
    }
    Some((unknowns, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(at: Place, turn: f64) -> Plane {
        let (sin, cos) = turn.sin_cos();
        Plane::from_fn(64, 64, |x, y| {
            let (x, y) = (x as f64 - at.0, y as f64 - at.1);
            let soft = |distance: f64| (distance / 2.0).clamp(-1.0, 1.0);
            let soft = |distance: f64| soft(distance) * (1.5 - 0.5 * soft(distance).powi(2));
            (128.0 - 90.0 * soft(x * cos + y * sin) * soft(y * cos - x * sin)) as f32
        })
    }

    fn guess(place: Place, turn: f64, is_black_below_right: bool) -> Guess {
        let (sin, cos) = turn.sin_cos();
        Guess { place, right: (3.0 * cos, 3.0 * sin), down: (-3.0 * sin, 3.0 * cos), is_black_below_right }
    }

    #[test]
    fn a_crossing_is_found_from_pixels_away() {
        for (at, turn) in [((31.3, 32.6), 0.0), ((30.08, 33.41), 0.3), ((32.5, 31.5), -0.7)] {
            let found = refine(&crossing(at, turn), &guess((at.0 + 1.8, at.1 - 1.3), turn + 0.05, true))
                .unwrap()
                .place;
            assert!((found.0 - at.0).hypot(found.1 - at.1) < 0.01, "{found:?} {at:?}");
        }
    }

    #[test]
    fn what_is_no_crossing_of_the_board_is_none() {
        let at = (31.0, 32.0);
        assert!(refine(&crossing(at, 0.0), &guess(at, 0.0, false)).is_none(), "black where white must be");
        let edge = Plane::from_fn(64, 64, |x, _| if x < 31 { 40.0 } else { 200.0 });
        assert!(refine(&edge, &guess(at, 0.0, true)).is_none(), "an edge alone");
        let paper = Plane::from_fn(64, 64, |x, y| (180 + (x * 7 + y * 3) % 5) as f32);
        assert!(refine(&paper, &guess(at, 0.0, true)).is_none(), "paper");
        assert!(refine(&crossing(at, 0.0), &guess((3.0, 3.0), 0.0, true)).is_none(), "cut by the border");
    }
}
