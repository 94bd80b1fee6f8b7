//! The empty platen: dead pixels, dirt that stays, the ghost of a lifted finger, drift.

use super::uniformity::quarter_inch;
use crate::statistics::{mean, quantile};
use crate::{CalibrationError, Plane};

/// A pixel that stands this far from the median of its neighbourhood is dead, in levels.
const DEAD: f64 = 30.0;
/// A patch is dirty where the smoothed picture differs from the clean platen by more than this, in levels.
const DIRTY: f32 = 12.0;

/// Which pixels of a field are dead: they stand more than 30 levels from the median of the 5 × 5 pixels around them.
/// A pixel stuck at the field's own level shows only in the other field: look at a light and a dark one.
pub fn dead_pixels(field: &Plane) -> Vec<bool> {
    let width = field.width();
    (0..field.levels().len())
        .map(|at| {
            let (x, y) = ((at % width) as isize, (at / width) as isize);
            let here = f64::from(field.at(x, y));
            // Most pixels are like their neighbours: only the others need the median.
            let near = [(-1, 0), (1, 0), (0, -1), (0, 1)].map(|(dx, dy)| f64::from(field.at(x + dx, y + dy)));
            near.iter().any(|level| (level - here).abs() > DEAD / 2.0)
                && (here - field.median_around(x, y)).abs() > DEAD
        })
        .collect()
}

/// Dead pixels in a million, over one or more fields of one reader.
///
/// # Errors
/// [`CalibrationError::Frames`] for no field or fields of different sizes.
pub fn dead_ppm(fields: &[&Plane]) -> Result<f64, CalibrationError> {
    let (first, rest) = fields.split_first().ok_or(CalibrationError::Frames)?;
    let mut dead = dead_pixels(first);
    for field in rest {
        first.same_size(field)?;
        dead.iter_mut().zip(dead_pixels(field)).for_each(|(dead, other)| *dead |= other);
    }
    Ok(1e6 * dead.iter().filter(|dead| **dead).count() as f64 / dead.len() as f64)
}

/// The share of the platen that dirt covers, in percent: where the difference from the clean platen, smoothed over
/// 3 × 3 pixels, is more than 12 levels. A lamp that has become weaker everywhere is not dirt: the median difference is
/// taken off first.
///
/// # Errors
/// [`CalibrationError::Frames`] when the sizes differ.
pub fn dirt_percent(now: &Plane, clean: &Plane) -> Result<f64, CalibrationError> {
    let difference = difference(now, clean)?;
    let mut all: Vec<f64> = difference.levels().iter().copied().map(f64::from).collect();
    let common = quantile(&mut all, 0.5) as f32;
    // A dead pixel is no dirt, and must not become nine dirty ones.
    let smooth = difference.without_specks(8.0).box_mean(1);
    let dirty = smooth.levels().iter().filter(|level| (**level - common).abs() > DIRTY).count();
    Ok(100.0 * dirty as f64 / smooth.levels().len() as f64)
}

/// How far the mean level of the empty platen has moved from that of the clean platen, in levels.
///
/// # Errors
/// [`CalibrationError::Frames`] when the sizes differ.
pub fn drift(now: &Plane, clean: &Plane) -> Result<f64, CalibrationError> {
    Ok(mean(difference(now, clean)?.levels().iter().copied().map(f64::from)).abs())
}

/// The amplitude of the ridges that a lifted finger leaves behind, in levels, in the worst square of an eighth of an inch.
///
/// Two frames after the lift, each less a clean frame of its own: what both have in common is the ghost, noise is not.
/// The covariance of the two, without what is broader than two ridges, is half the square of the amplitude.
///
/// # Errors
/// [`CalibrationError::Frames`] when the sizes differ.
pub fn ghost(after: [&Plane; 2], clean: [&Plane; 2], ppi: f64) -> Result<f64, CalibrationError> {
    let [first, second] = [
        ridges(&difference(after[0], clean[0])?.without_specks(8.0), ppi),
        ridges(&difference(after[1], clean[1])?.without_specks(8.0), ppi),
    ];
    first.same_size(&second)?;
    let product = Plane::from_fn(first.width(), first.height(), |x, y| {
        first.at(x as isize, y as isize) * second.at(x as isize, y as isize)
    });
    let squares = product.squares(quarter_inch(ppi) / 2).into_iter().filter_map(|area| product.crop(area));
    let covariance = squares.map(|square| mean(square.levels().iter().copied().map(f64::from)));
    Ok((2.0 * covariance.fold(0.0, f64::max)).sqrt())
}

fn difference(now: &Plane, clean: &Plane) -> Result<Plane, CalibrationError> {
    now.same_size(clean)?;
    let level = |x: usize, y: usize| now.at(x as isize, y as isize) - clean.at(x as isize, y as isize);
    Ok(Plane::from_fn(now.width(), now.height(), level))
}

/// What is finer than two ridges: ridges stand half a millimetre apart, a square of a millimetre averages them away.
fn ridges(plane: &Plane, ppi: f64) -> Plane {
    let smooth = plane.box_mean((ppi / 25.4 / 2.0).round().max(1.0) as usize);
    Plane::from_fn(plane.width(), plane.height(), |x, y| {
        let (x, y) = (x as isize, y as isize);
        plane.at(x, y) - smooth.at(x, y)
    })
}

/// The share of an empty platen that is stained, in percent, without a clean picture to compare with: where it differs,
/// smoothed over 3 × 3 pixels, by more than 12 levels from the median of what lies four millimetres around it at 500 ppi.
pub fn stain_percent(now: &Plane) -> f64 {
    let ground = Plane::from_fn(now.width(), now.height(), |x, y| {
        let reach = 40;
        let mut around: Vec<f64> = (-2..=2)
            .flat_map(|dy| (-2..=2).map(move |dx| (x as isize + dx * reach, y as isize + dy * reach)))
            .map(|(x, y)| f64::from(now.at(x, y)))
            .collect();
        quantile(&mut around, 0.5) as f32
    });
    dirt_percent(now, &ground).unwrap_or(100.0)
}
