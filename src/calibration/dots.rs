//! Dark discs on a light ground, found and located to a fraction of a pixel.
// Indices run over the plane's own size.
#![allow(clippy::indexing_slicing)]

use crate::Plane;
use crate::fit::{Normal, Place};

/// One dark patch that is round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dot {
    /// Its centre.
    pub(crate) place: Place,
    /// Its radius in pixels, from its area.
    pub(crate) radius: f64,
}

/// A pixel is dark when it is below this share of the mean around it (Bradley and Roth's adaptive threshold).
const DARK: f32 = 0.8;
/// Specks of fewer pixels are no dots.
const SMALLEST_AREA: usize = 20;
/// The largest squared distance from the centre, in units of the patch's own covariance: 4 for a disc or an ellipse, 6
/// for a square or a parallelogram.
const ROUND: f64 = 5.2;

/// All dark round patches that do not touch the border.
pub(crate) fn find(plane: &Plane) -> Vec<Dot> {
    let clean = plane.without_specks(25.0);
    let (width, height) = (plane.width(), plane.height());
    let around = clean.box_mean((width.min(height) / 8).max(8));
    let dark = clean.levels().iter().zip(around.levels()).map(|(level, mean)| *level < DARK * mean);
    let mut open: Vec<bool> = dark.collect();
    let largest = (width.min(height) / 3).pow(2);
    let mut dots = Vec::new();
    for start in 0..open.len() {
        if open[start] {
            let patch = flood(&mut open, width, start);
            let (x, y) = (|at: &usize| at % width, |at: &usize| at / width);
            let touches =
                patch.iter().any(|at| x(at) == 0 || y(at) == 0 || x(at) + 1 == width || y(at) + 1 == height);
            if !touches && (SMALLEST_AREA..largest).contains(&patch.len()) {
                dots.extend(round(&patch, width).and_then(|dot| refine(&clean, dot)));
            }
        }
    }
    dots
}

/// Takes the connected dark pixels out of `open`.
fn flood(open: &mut [bool], width: usize, start: usize) -> Vec<usize> {
    let mut patch = vec![start];
    open[start] = false;
    let mut next = 0;
    while let Some(&at) = patch.get(next) {
        next += 1;
        let neighbours = [
            (at % width > 0).then(|| at - 1),
            (at % width + 1 < width).then_some(at + 1),
            at.checked_sub(width),
            (at + width < open.len()).then_some(at + width),
        ];
        for neighbour in neighbours.into_iter().flatten() {
            if open[neighbour] {
                open[neighbour] = false;
                patch.push(neighbour);
            }
        }
    }
    patch
}

/// The patch as a dot, if it is a disc or an ellipse.
fn round(patch: &[usize], width: usize) -> Option<Dot> {
    let area = patch.len() as f64;
    let place = |at: &usize| ((at % width) as f64, (at / width) as f64);
    let (cx, cy) =
        patch.iter().map(place).fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / area, sum.1 + p.1 / area));
    // A pixel is a small square of its own: 1/12.
    let (mut xx, mut yy, mut xy) = (1.0 / 12.0, 1.0 / 12.0, 0.0);
    for (x, y) in patch.iter().map(place) {
        xx += (x - cx) * (x - cx) / area;
        yy += (y - cy) * (y - cy) / area;
        xy += (x - cx) * (y - cy) / area;
    }
    let determinant = xx * yy - xy * xy;
    let farthest = patch
        .iter()
        .map(place)
        .map(|(x, y)| {
            let (dx, dy) = (x - cx, y - cy);
            (yy * dx * dx - 2.0 * xy * dx * dy + xx * dy * dy) / determinant
        })
        .fold(0.0, f64::max);
    let is_long = xx.max(yy) > 4.0 * xx.min(yy);
    let radius = (area / std::f64::consts::PI).sqrt();
    // The corner pixels of a small disc stand out by up to a pixel.
    let limit = ROUND * (1.0 + 0.8 / radius).powi(2);
    (farthest < limit && !is_long).then_some(Dot { place: (cx, cy), radius })
}

/// The centre by weight of darkness below a sloping ground.
fn refine(plane: &Plane, dot: Dot) -> Option<Dot> {
    let (cx, cy) = dot.place;
    let reach = dot.radius * 1.35 + 2.5;
    let ring = reach + 2.0;
    let window = || {
        let (left, right) = ((cx - ring).floor() as isize, (cx + ring).ceil() as isize);
        let (top, bottom) = ((cy - ring).floor() as isize, (cy + ring).ceil() as isize);
        (top..=bottom).flat_map(move |y| (left..=right).map(move |x| (x, y))).map(move |(x, y)| {
            let (dx, dy) = (x as f64 - cx, y as f64 - cy);
            (x, y, dx, dy, dx.hypot(dy))
        })
    };
    let mut ground = Normal::new();
    for (x, y, dx, dy, far) in window() {
        if far > reach && far <= ring {
            ground.add([1.0, dx, dy], f64::from(plane.at(x, y)));
        }
    }
    let [level, slope_x, slope_y] = ground.solve(0.0)?;
    let (mut weight, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for (x, y, dx, dy, far) in window() {
        if far <= reach {
            // Light falls on the dot as on the ground: darkness as a share of the ground does not lean with a slope.
            let here = (level + slope_x * dx + slope_y * dy).max(1.0);
            let darkness = 1.0 - f64::from(plane.at(x, y)) / here;
            weight += darkness;
            sum_x += darkness * dx;
            sum_y += darkness * dy;
        }
    }
    (weight > 1.0).then(|| Dot { place: (cx + sum_x / weight, cy + sum_y / weight), ..dot })
}
