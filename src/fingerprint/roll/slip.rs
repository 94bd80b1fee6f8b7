//! Whether the skin stood still between the frames of a roll. What rolls without sliding touches the platen in one place
//! only, so the ridges that two frames share lie where they lay; the motion that would lay them over one another is slip.
//!
//! The motion is looked for in whole pixels first and then by least squares (Lucas and Kanade 1981) with a turn, each
//! frame brought to one brightness and contrast. Straight ridges say little of a motion along themselves: what they leave
//! open is taken to be rest.

use super::Contact;
use crate::plane::Plane;
use crate::ridges::CELL;

/// How far a frame is looked for from where the one before lay, pixels either way.
const REACH: i32 = 12;
/// It is looked for in steps of so many pixels first: a ridge is wider.
const COARSE: i32 = 2;
/// Only every third pixel is compared.
const EVERY: usize = 3;
/// The least pixels compared.
const LEAST_COMMON: usize = 400;
/// Rounds of least squares.
const ROUNDS: usize = 8;
/// How strongly rest is presumed: what a pixel of motion must gain in likeness, for the square of it.
const REST: f32 = 4e-4;
/// Frames less alike than this where they meet, of 1, are smeared.
const ALIKE: f32 = 0.5;
/// Slips of less are how skin gives, pixels: in most frames, in any one (half a ridge further breaks every ridge
/// of the seam), and in all.
const SLIP_IN_MOST: f32 = 2.5;
const SLIP_IN_ONE: f32 = 4.5;
const SLIP_IN_ALL: f32 = 9.0;

/// How a frame lies on the one before.
#[derive(Clone, Copy, Default)]
struct Motion {
    /// Pixels right and down.
    dx: f32,
    dy: f32,
    /// Radians, clockwise, times `radius`: how far the edge of what is shared turned, pixels.
    turned: f32,
}

impl Motion {
    fn slip(self) -> f32 {
        self.dx.hypot(self.dy) + self.turned.abs()
    }
}

/// How two successive frames meet.
pub(super) struct Seam {
    motion: Motion,
    /// How alike they are after it, at most 1.
    alike: f32,
}

impl Seam {
    fn is_smeared(&self) -> bool {
        self.alike < ALIKE
    }

    /// The motion, which is chance where ridges are smeared.
    fn believed(&self) -> Motion {
        if self.is_smeared() { Motion::default() } else { self.motion }
    }
}

/// How far the finger slid in all, pixels.
pub(super) fn in_all(seams: &[Seam]) -> f32 {
    let motions = seams.iter().map(Seam::believed);
    let sum = motions.reduce(|sum, motion| Motion {
        dx: sum.dx + motion.dx,
        dy: sum.dy + motion.dy,
        turned: sum.turned + motion.turned,
    });
    sum.unwrap_or_default().slip()
}

/// Whether the finger slid more than skin gives.
pub(super) fn slipped(seams: &[Seam]) -> bool {
    let beyond = |most: f32| seams.iter().filter(|seam| seam.believed().slip() > most).count();
    in_all(seams) > SLIP_IN_ALL || beyond(SLIP_IN_ONE) > 0 || beyond(SLIP_IN_MOST) > seams.len() / 4
}

/// The share of the seams that are smeared.
pub(super) fn smeared(seams: &[Seam]) -> f32 {
    seams.iter().filter(|seam| seam.is_smeared()).count() as f32 / seams.len().max(1) as f32
}

/// What two frames share.
struct Overlap<'a> {
    first: &'a Plane<f32>,
    next: &'a Plane<f32>,
    places: Vec<(i32, i32)>,
    middle: (f32, f32),
    /// Root mean square distance of the places from their middle.
    radius: f32,
}

impl Seam {
    /// How `next` meets `first` where both show the finger; `None` where that is too little.
    pub(super) fn of(first: &Contact<'_>, next: &Contact<'_>) -> Option<Self> {
        let overlap = Overlap::of(first, next);
        (overlap.places.len() >= LEAST_COMMON).then(|| overlap.seam())
    }
}

impl<'a> Overlap<'a> {
    fn of(first: &'a Contact<'_>, next: &'a Contact<'_>) -> Self {
        let places: Vec<(i32, i32)> = (0..first.image.height() as usize)
            .step_by(EVERY)
            .flat_map(|y| (0..first.image.width() as usize).step_by(EVERY).map(move |x| (x, y)))
            .filter(|&(x, y)| first.is_inside(x / CELL, y / CELL) && next.is_inside(x / CELL, y / CELL))
            .map(|(x, y)| (x as i32, y as i32))
            .collect();
        let mean = |of: &dyn Fn(f32, f32) -> f32| {
            places.iter().map(|&(x, y)| of(x as f32, y as f32)).sum::<f32>() / places.len().max(1) as f32
        };
        let middle = (mean(&|x, _| x), mean(&|_, y| y));
        let radius = mean(&|x, y| (x - middle.0).powi(2) + (y - middle.1).powi(2)).sqrt().max(1.0);
        Self { first: &first.smooth, next: &next.smooth, places, middle, radius }
    }

    fn seam(&self) -> Seam {
        let coarse = self.best((0, 0), REACH / COARSE, COARSE);
        let (x, y) = self.best(coarse, 1, 1);
        let mut found = Seam { motion: Motion { dx: x as f32, dy: y as f32, turned: 0.0 }, alike: -1.0 };
        let mut motion = found.motion;
        for _ in 0..ROUNDS {
            let squares = Squares::of(self, motion);
            if squares.alike > found.alike {
                found = Seam { motion, alike: squares.alike };
            }
            motion = squares.better(motion);
        }
        found
    }

    /// The whole shift most alike of those `steps` of `stride` pixels around the middle.
    fn best(&self, (x, y): (i32, i32), steps: i32, stride: i32) -> (i32, i32) {
        let likely = |(dx, dy): (i32, i32)| self.correlation((dx, dy)) - REST * (dx * dx + dy * dy) as f32;
        let mut best = ((x, y), likely((x, y)));
        for dy in -steps..=steps {
            for dx in -steps..=steps {
                let shift = (x + dx * stride, y + dy * stride);
                let found = likely(shift);
                if found > best.1 {
                    best = (shift, found);
                }
            }
        }
        best.0
    }

    /// The correlation of the first frame with the next shifted.
    fn correlation(&self, (dx, dy): (i32, i32)) -> f32 {
        let (mut sums, mut count) = ([0.0f32; 5], 0.0);
        for &(x, y) in &self.places {
            let (x, y) = (x as isize, y as isize);
            let shifted = self.next.get(x + dx as isize, y + dy as isize);
            if let (Some(p), Some(q)) = (self.first.get(x, y), shifted) {
                count += 1.0;
                for (sum, value) in sums.iter_mut().zip([p, q, p * p, q * q, p * q]) {
                    *sum += value;
                }
            }
        }
        let [p, q, pp, qq, pq] = sums.map(|sum| sum / f32::max(count, 1.0));
        (pq - p * q) / ((pp - p * p) * (qq - q * q)).max(1.0).sqrt()
    }
}

/// The level between pixels.
fn level(smooth: &Plane<f32>, x: f32, y: f32) -> Option<f32> {
    let (left, top) = (x.floor(), y.floor());
    let at = |dx: isize, dy: isize| smooth.get(left as isize + dx, top as isize + dy);
    let [a, b, c, d] = [at(0, 0)?, at(1, 0)?, at(0, 1)?, at(1, 1)?];
    let (upper, lower) = (a + (b - a) * (x - left), c + (d - c) * (x - left));
    Some(upper + (lower - upper) * (y - top))
}

/// The level between pixels, and how it rises right and down.
fn sloped(smooth: &Plane<f32>, x: f32, y: f32) -> Option<[f32; 3]> {
    let right = level(smooth, x + 0.5, y)? - level(smooth, x - 0.5, y)?;
    let down = level(smooth, x, y + 0.5)? - level(smooth, x, y - 0.5)?;
    Some([level(smooth, x, y)?, right, down])
}

/// The least squares that make a motion better.
struct Squares {
    /// Normal equations of the step, for each compared pixel.
    matrix: [[f32; 3]; 3],
    right: [f32; 3],
    alike: f32,
}

impl Squares {
    fn of(overlap: &Overlap<'_>, motion: Motion) -> Self {
        let turn = motion.turned / overlap.radius;
        let seen: Vec<[f32; 5]> = overlap
            .places
            .iter()
            .filter_map(|&(x, y)| {
                let (u, v) = (x as f32 - overlap.middle.0, y as f32 - overlap.middle.1);
                let place = (x as f32 + motion.dx - v * turn, y as f32 + motion.dy + u * turn);
                let [value, right, down] = sloped(overlap.next, place.0, place.1)?;
                let around = (down * u - right * v) / overlap.radius;
                Some([overlap.first.get(x as isize, y as isize)?, value, right, down, around])
            })
            .collect();
        let count = seen.len().max(1) as f32;
        let spread = |of: usize| {
            let values = || seen.iter().filter_map(|one| one.get(of));
            let mean = values().sum::<f32>() / count;
            (mean, (values().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt().max(1.0))
        };
        let ((mean_a, spread_a), (mean_b, spread_b)) = (spread(0), spread(1));
        let mut squares = Self { matrix: [[0.0; 3]; 3], right: [0.0; 3], alike: 0.0 };
        for [a, b, slopes @ ..] in seen {
            let apart = (a - mean_a) / spread_a - (b - mean_b) / spread_b;
            let slopes = slopes.map(|slope| slope / spread_b);
            squares.alike -= 0.5 * apart * apart / count;
            for ((row, right), slope) in squares.matrix.iter_mut().zip(&mut squares.right).zip(slopes) {
                *right += slope * apart / count;
                row.iter_mut().zip(slopes).for_each(|(cell, other)| *cell += slope * other / count);
            }
        }
        squares.alike += 1.0;
        squares
    }

    /// The motion after one step, drawn towards rest.
    fn better(&self, motion: Motion) -> Motion {
        let [[a, b, c], [_, d, e], [_, _, f]] = self.matrix;
        let (a, d, f) = (a + 2.0 * REST, d + 2.0 * REST, f + 2.0 * REST);
        let [x, y, z] = self.right;
        let (x, y, z) =
            (x - 2.0 * REST * motion.dx, y - 2.0 * REST * motion.dy, z - 2.0 * REST * motion.turned);
        // Cramer's rule on the symmetric matrix.
        let minors =
            [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b];
        let [aa, ab, ac, bb, bc, cc] =
            minors.map(|minor| minor / (a * minors[0] + b * minors[1] + c * minors[2]));
        Motion {
            dx: motion.dx + aa * x + ab * y + ac * z,
            dy: motion.dy + ab * x + bb * y + bc * z,
            turned: motion.turned + ac * x + bc * y + cc * z,
        }
    }
}
