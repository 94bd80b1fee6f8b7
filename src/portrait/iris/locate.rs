//! Pupil and limbus by Daugman's integro-differential operator ("How iris recognition works", 2004): the circle across which
//! the mean level rises most.

use super::{Circle, Iris};
use crate::geometry::Point;
use std::f32::consts::TAU;
use tram_biometric::GrayImage;

/// The pupil's radius as a share of the picture's height.
const PUPIL: std::ops::Range<f32> = 0.025..0.2;
/// The limbus's radius in radii of the pupil: ISO/IEC 29794-6 counts on pupils of 20 to 70 % of the iris.
const LIMBUS: std::ops::Range<f32> = 1.4..5.0;
/// The coarse search steps by this share of the picture's height.
const COARSE: f32 = 1.0 / 120.0;
/// Half the width of the rise that is looked for, in shares of the radius.
const PUPIL_RISE: f32 = 0.12;
const LIMBUS_RISE: f32 = 0.06;
/// A pupil is at least this much darker than the iris, and a limbus the iris darker than the white, in levels.
const LEAST_RISE: f32 = 8.0;

/// A pupil's levels lie at most so far above those of the darkest share of the picture.
const DARKEST: f32 = 0.005;
const ABOVE_DARKEST: f32 = 45.0;

/// Directions from the centre in which a boundary is looked at, as turns from the right, clockwise.
#[derive(Clone, Copy)]
enum Arc {
    /// All around.
    Whole,
    /// To both sides, where no lid lies.
    Sides,
}

impl Arc {
    fn directions(self, count: usize) -> impl Iterator<Item = (f32, f32)> {
        (0..count).map(move |index| {
            let share = (index as f32 + 0.5) / count as f32;
            let turn = match self {
                Self::Whole => share,
                // From a little above the horizontal to well below it: lids cover more from above.
                Self::Sides if share < 0.5 => -0.04 + share * 2.0 * 0.14,
                Self::Sides => 0.54 - (share - 0.5) * 2.0 * 0.14,
            };
            let (sin, cos) = (turn * TAU).sin_cos();
            (cos, sin)
        })
    }
}

/// The iris in a picture of one eye, or `None` where no pupil with an iris around it is seen.
pub fn locate(image: &GrayImage) -> Option<Iris> {
    let height = image.height() as f32;
    let coarse = (COARSE * height).max(1.0);
    let pupil = refine(image, coarse_pupil(image, coarse)?, coarse, PUPIL_RISE, Arc::Whole)?;
    let limbus = coarse_limbus(image, pupil, coarse)?;
    let limbus = refine(image, limbus, coarse, LIMBUS_RISE, Arc::Sides)?;
    Some(Iris { pupil, limbus })
}

/// The best dark disc on a coarse grid.
fn coarse_pupil(image: &GrayImage, step: f32) -> Option<Circle> {
    let (width, height) = (image.width() as f32, image.height() as f32);
    // The darkest half percent lies in the pupil or in the lashes; the iris is well above it.
    let dark = percentile(image, DARKEST) + ABOVE_DARKEST;
    let grid = |length: f32| (1..).map(move |index| index as f32 * step).take_while(move |at| *at < length);
    let mut best: Option<(f32, Circle)> = None;
    for (x, y) in grid(height).flat_map(|y| grid(width).map(move |x| (x, y))) {
        // The light's reflection may sit in the very middle, so the darkest of a few places counts.
        let near = [(0.0, 0.0), (-step, 0.0), (step, 0.0), (0.0, -step), (0.0, step)];
        let darkest = near.iter().filter_map(|(dx, dy)| level(image, x + dx, y + dy)).fold(255.0, f32::min);
        if darkest > dark {
            continue;
        }
        let radii = (0..).map(|index| PUPIL.start * height + index as f32 * step);
        for radius in radii.take_while(|radius| *radius < PUPIL.end * height) {
            let circle = Circle { centre: Point::new(x, y), radius };
            if !is_dark(image, circle, dark) {
                break;
            }
            let Some(rise) = rise(image, circle, PUPIL_RISE, Arc::Whole, 24) else { continue };
            // Between lashes there are small dark discs with sharp edges: the larger disc is the pupil.
            let score = rise * radius.sqrt();
            if rise >= LEAST_RISE && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, circle));
            }
        }
    }
    best.map(|(_, circle)| circle)
}

/// Whether a disc is dark nearly everywhere; the light's reflection may lie in it.
fn is_dark(image: &GrayImage, disc: Circle, dark: f32) -> bool {
    let places =
        [0.5, 0.85].into_iter().flat_map(|share| Arc::Whole.directions(12).map(move |at| (share, at)));
    let seen = places.filter_map(|(share, (cos, sin))| {
        let at = share * disc.radius;
        level(image, disc.centre.x + at * cos, disc.centre.y + at * sin)
    });
    let bright = seen.filter(|level| *level > dark).count();
    bright <= 6
}

/// The best limbus about a pupil; the two are nearly concentric.
fn coarse_limbus(image: &GrayImage, pupil: Circle, step: f32) -> Option<Circle> {
    let shifts: Vec<f32> = (-3..=3).map(|index| index as f32 * pupil.radius * 0.06).collect();
    let mut best: Option<(f32, Circle)> = None;
    for (dx, dy) in shifts.iter().flat_map(|dy| shifts.iter().map(move |dx| (*dx, *dy))) {
        let centre = Point::new(pupil.centre.x + dx, pupil.centre.y + dy);
        let radii = (0..).map(|index| LIMBUS.start * pupil.radius + index as f32 * step);
        for radius in radii.take_while(|radius| *radius < LIMBUS.end * pupil.radius) {
            let circle = Circle { centre, radius };
            let Some(rise) = rise(image, circle, LIMBUS_RISE, Arc::Sides, 32) else { continue };
            if best.is_none_or(|(most, _)| rise > most) {
                best = Some((rise, circle));
            }
        }
    }
    best.filter(|(rise, _)| *rise >= LEAST_RISE).map(|(_, circle)| circle)
}

/// Climbs to the best circle nearby, in steps halved down to a quarter of a pixel; never to another size of thing.
fn refine(image: &GrayImage, start: Circle, step: f32, width: f32, arc: Arc) -> Option<Circle> {
    let mut best = (rise(image, start, width, arc, 96)?, start);
    let mut step = step;
    while step >= 0.25 {
        let Circle { centre, radius } = best.1;
        let moves = [-step, 0.0, step];
        let around = moves.iter().flat_map(|dx| moves.iter().map(move |dy| (*dx, *dy)));
        let around = around.flat_map(|(dx, dy)| moves.iter().map(move |dr| (dx, dy, *dr)));
        let better = around
            .map(|(dx, dy, dr)| Circle {
                centre: Point::new(centre.x + dx, centre.y + dy),
                radius: radius + dr,
            })
            .filter(|circle| (0.75..1.33).contains(&(circle.radius / start.radius)))
            .filter_map(|circle| Some((rise(image, circle, width, arc, 96)?, circle)))
            .filter(|(rise, _)| *rise > best.0 + 1e-3)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match better {
            Some(better) => best = better,
            None => step /= 2.0,
        }
    }
    Some(best.1)
}

/// How many levels the median direction rises across a circle, or `None` where most of it lies beside the picture.
///
/// The median, not the mean: lashes, lids and reflections cross a few directions, a boundary crosses most.
fn rise(image: &GrayImage, circle: Circle, width: f32, arc: Arc, count: usize) -> Option<f32> {
    let Circle { centre, radius } = circle;
    let half = (width * radius).max(1.5);
    let mean = |cos: f32, sin: f32, from: f32, to: f32| -> Option<f32> {
        let levels = [0.0, 0.5, 1.0].map(|share| {
            let at = radius + from + share * (to - from);
            level(image, centre.x + at * cos, centre.y + at * sin)
        });
        let [a, b, c] = levels;
        Some((a? + b? + c?) / 3.0)
    };
    let mut rises: Vec<f32> = arc
        .directions(count)
        .filter_map(|(cos, sin)| Some(mean(cos, sin, 0.5, half)? - mean(cos, sin, -half, -0.5)?))
        .collect();
    if rises.len() * 3 < count * 2 {
        return None;
    }
    rises.sort_by(f32::total_cmp);
    // The mean of the middle half: as hard to fool as the median, but smooth.
    let quarter = rises.len() / 4;
    let middle = rises.get(quarter..rises.len() - quarter)?;
    Some(middle.iter().sum::<f32>() / middle.len() as f32)
}

/// The bilinear level at a place, or `None` beside the picture.
pub(super) fn level(image: &GrayImage, x: f32, y: f32) -> Option<f32> {
    let (x, y) = (x - 0.5, y - 0.5);
    if !(x >= 0.0 && y >= 0.0) {
        return None;
    }
    let (left, top) = (x as u32, y as u32);
    let (fx, fy) = (x.fract(), y.fract());
    let at = |x, y| image.get(x, y).map(f32::from);
    let upper = at(left, top)? * (1.0 - fx) + at(left + 1, top)? * fx;
    let lower = at(left, top + 1)? * (1.0 - fx) + at(left + 1, top + 1)? * fx;
    Some(upper * (1.0 - fy) + lower * fy)
}

/// The level below which a share of the picture's pixels lies.
fn percentile(image: &GrayImage, share: f32) -> f32 {
    let mut counts = [0_u32; 256];
    for &level in image.pixels() {
        if let Some(count) = counts.get_mut(usize::from(level)) {
            *count += 1;
        }
    }
    let wanted = (image.pixels().len() as f32 * share) as u32;
    let mut seen = 0;
    let below = counts.iter().take_while(|count| {
        seen += **count;
        seen < wanted
    });
    below.count() as f32
}
