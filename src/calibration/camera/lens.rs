//! Lens geometry from one picture of the `ChArUco` board.
//!
//! The corners' places are fitted with a perspective of the board and radial distortion about the middle of the picture,
//! `r' = r (1 + k1 r² + k2 r⁴)` with `r` in half diagonals (Brown's model without tangential terms), by Levenberg and
//! Marquardt. It says the distortion at the outermost corner, what the model leaves over, and the scale.

use crate::fit::{Homography, Normal, Place};
use crate::statistics::mean;

/// Unknowns: eight of the perspective, k1, k2.
const UNKNOWNS: usize = 10;

/// What a lens does to a flat board.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    /// Displacement of the outermost corner by the lens, in pixels.
    pub distortion_px: f64,
    /// The same in percent of its distance from the middle of the picture.
    pub distortion_percent: f64,
    /// How far the outermost corner is from the middle of the picture, in half diagonals.
    pub reach: f64,
    /// Root mean square of what the model leaves over, in pixels.
    pub residual_px: f64,
    /// Pixels on a millimetre of the board in the middle of the picture.
    pub pixels_per_mm: f64,
}

impl Lens {
    /// From places on the board in millimetres and in a picture of `width` by `height` pixels; `None` when they determine
    /// no perspective.
    pub fn of(places: &[(Place, Place)], width: usize, height: usize) -> Option<Self> {
        let middle = ((width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0);
        let half = middle.0.hypot(middle.1);
        let centre = (mean(places.iter().map(|pair| pair.0.0)), mean(places.iter().map(|pair| pair.0.1)));
        let from_centre = |(u, v): Place| (u - centre.0, v - centre.1);
        let sides = places.iter().map(|pair| from_centre(pair.0)).map(|(u, v)| u.abs().max(v.abs()));
        let reach = sides.fold(1.0, f64::max);
        let scaled = |((u, v), (x, y)): (Place, Place)| {
            ((u / reach, v / reach), ((x - middle.0) / half, (y - middle.1) / half))
        };
        let pairs: Vec<(Place, Place)> =
            places.iter().map(|(board, place)| scaled((from_centre(*board), *place))).collect();
        let (fitted, error) = fit(&pairs)?;
        let (map, k1, k2) = parts(&fitted);
        let farthest =
            pairs.iter().map(|(board, _)| map.apply(*board)).map(|(x, y)| x.hypot(y)).fold(0.0, f64::max);
        let share = (k1 * farthest.powi(2) + k2 * farthest.powi(4)).abs();
        Some(Self {
            distortion_px: share * farthest * half,
            distortion_percent: 100.0 * share,
            reach: farthest,
            residual_px: (error / pairs.len() as f64).sqrt() * half,
            pixels_per_mm: scale(&map, &pairs) * half / reach,
        })
    }
}

fn parts(unknowns: &[f64; UNKNOWNS]) -> (Homography, f64, f64) {
    let [a, b, c, d, e, f, g, h, k1, k2] = *unknowns;
    (Homography([a, b, c, d, e, f, g, h]), k1, k2)
}

fn seen(unknowns: &[f64; UNKNOWNS], board: Place) -> Place {
    let (map, k1, k2) = parts(unknowns);
    let (x, y) = map.apply(board);
    let square = x * x + y * y;
    let stretch = 1.0 + k1 * square + k2 * square * square;
    (x * stretch, y * stretch)
}

fn squared_error(unknowns: &[f64; UNKNOWNS], pairs: &[(Place, Place)]) -> f64 {
    pairs
        .iter()
        .map(|(board, place)| {
            let (x, y) = seen(unknowns, *board);
            (x - place.0).powi(2) + (y - place.1).powi(2)
        })
        .sum()
}

/// The unknowns and the squared error they leave.
fn fit(pairs: &[(Place, Place)]) -> Option<([f64; UNKNOWNS], f64)> {
    let Homography([a, b, c, d, e, f, g, h]) = Homography::fit(pairs)?;
    let mut unknowns = [a, b, c, d, e, f, g, h, 0.0, 0.0];
    let mut error = squared_error(&unknowns, pairs);
    let mut damping = 1e-3;
    for _ in 0..40 {
        let step = equations(&unknowns, pairs).solve(damping)?;
        let mut next = unknowns;
        next.iter_mut().zip(step).for_each(|(value, step)| *value += step);
        let better = squared_error(&next, pairs);
        if better < error {
            let is_settled = error - better < 1e-12 * error;
            (unknowns, error) = (next, better);
            damping = f64::max(damping / 10.0, 1e-12);
            if is_settled {
                break;
            }
        } else {
            damping *= 10.0;
        }
    }
    Some((unknowns, error))
}

/// The problem made linear about the unknowns.
fn equations(unknowns: &[f64; UNKNOWNS], pairs: &[(Place, Place)]) -> Normal<UNKNOWNS> {
    const NUDGE: f64 = 1e-6;
    let nudged: [[f64; UNKNOWNS]; UNKNOWNS] = std::array::from_fn(|index| {
        let mut nudged = *unknowns;
        nudged.iter_mut().skip(index).take(1).for_each(|value| *value += NUDGE);
        nudged
    });
    let mut normal = Normal::new();
    for (board, place) in pairs {
        let here = seen(unknowns, *board);
        let moved = nudged.map(|nudged| seen(&nudged, *board));
        normal.add(moved.map(|moved| (moved.0 - here.0) / NUDGE), place.0 - here.0);
        normal.add(moved.map(|moved| (moved.1 - here.1) / NUDGE), place.1 - here.1);
    }
    normal
}

/// Half diagonals on a unit of the board, at the corner nearest to the middle of the picture.
fn scale(map: &Homography, pairs: &[(Place, Place)]) -> f64 {
    const STEP: f64 = 0.01;
    let far = |place: &Place| place.0.hypot(place.1);
    let nearest = pairs.iter().min_by(|a, b| far(&a.1).total_cmp(&far(&b.1)));
    let Some(((u, v), _)) = nearest else { return 0.0 };
    let (x, y) = map.apply((*u, *v));
    mean([(STEP, 0.0), (0.0, STEP)].map(|(du, dv)| {
        let (right, down) = map.apply((u + du, v + dv));
        (right - x).hypot(down - y) / STEP
    }))
}
