//! Frames of a preview, one after the other: what [`crate::quality`] says of each, and what only the frames before can
//! tell: that the finger moves, that it lies turned, that the platen was dirty or still showed the last finger.

use crate::plane::Plane;
use crate::quality::{self, FingerQuality, Problem};
use crate::ridges::{CELL, RidgeField};
use tram_biometric::GrayImage;

/// Ridges fainter than this, of full contrast, are what the last finger left.
const FAINT: f32 = 0.14;
/// An empty platen with more than this that is clearly darker than the rest is dirty, square millimetres.
const DIRT_MM2: f32 = 5.0;
/// How much darker, grey levels.
const DIRT_LEVELS: f32 = 24.0;
/// Frames less alike than this, of 1, show a finger that moves: ridges shifted by a third of their period.
const STILL: f32 = 0.5;
/// A finger turned by more than this from upright, degrees; less is taken by every matcher.
const TURNED: f32 = 35.0;
/// How long a mask is against its width before its axis is believed, 0 round to 1 a line.
const LONG: f32 = 0.2;

/// What one frame shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The measures of the frame alone.
    pub quality: FingerQuality,
    /// How alike the finger is to the frame before, 0 to 1; `None` without one.
    pub stillness: Option<f32>,
    /// Clockwise from upright, degrees, where the print is long enough to say.
    pub rotation_deg: Option<f32>,
    /// The one thing to mend first, or `None` when the frame is good.
    pub problem: Option<Problem>,
}

/// Looks at the frames of one reader. It is not told when a finger comes or goes.
#[derive(Clone, Default)]
pub struct Watch {
    /// The frame before and where its finger lay.
    before: Option<(GrayImage, Plane<bool>)>,
    /// What was wrong with the platen when it was empty last.
    platen: Option<Problem>,
}

impl Watch {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the next frame, about 500 ppi, ridges dark.
    pub fn look(&mut self, image: &GrayImage) -> Seen {
        let field = RidgeField::of(image);
        let quality = quality::measure(image, &field);
        let mut seen = Seen { quality, stillness: None, rotation_deg: None, problem: quality.problem() };
        if quality.problem() == Some(Problem::NoFinger) || is_ghost(&quality) {
            self.before = None;
            self.platen = if quality.problem() == Some(Problem::NoFinger) {
                empty_platen(image)
            } else {
                Some(Problem::Ghost)
            };
            seen.problem = self.platen.or(seen.problem);
            return seen;
        }
        seen.rotation_deg = rotation(&field.finger);
        seen.stillness = self.before.as_ref().and_then(|before| stillness(before, (image, &field.finger)));
        let turned = seen.rotation_deg.is_some_and(|degrees| degrees.abs() > TURNED);
        if seen.stillness.is_some_and(|alike| alike < STILL) {
            seen.problem = Some(Problem::Moved);
        } else if seen.problem.is_none() {
            seen.problem = if turned { Some(Problem::Rotated) } else { self.platen };
        }
        self.before = Some((image.clone(), field.finger));
        seen
    }
}

/// What is wrong with a platen of any size on which no finger was found.
pub fn empty_platen(image: &GrayImage) -> Option<Problem> {
    (dirt_mm2(image) > DIRT_MM2).then_some(Problem::DirtyPlaten)
}

/// Whether a print is too faint to be a finger that lies there: the last one's ghost.
pub fn is_ghost(quality: &FingerQuality) -> bool {
    quality.contrast < FAINT
}

/// The area that is clearly darker than most of the picture.
fn dirt_mm2(image: &GrayImage) -> f32 {
    let (cols, rows) = (image.width() as usize / CELL, image.height() as usize / CELL);
    let means = Plane::from_fn(cols, rows, |col, row| {
        let rows = (row * CELL..(row + 1) * CELL).map(|y| image.row(y as u32));
        let pixels = rows.flat_map(|row| row.iter().skip(col * CELL).take(CELL));
        pixels.map(|&level| f32::from(level)).sum::<f32>() / (CELL * CELL) as f32
    });
    let mut sorted = means.cells.clone();
    sorted.sort_by(f32::total_cmp);
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let dark = means.cells.iter().filter(|&&mean| mean < usual - DIRT_LEVELS).count();
    dark as f32 * (CELL as f32 * 25.4 / 500.0).powi(2)
}

/// The correlation of two frames where both show the finger; `None` where they share too little.
fn stillness(before: &(GrayImage, Plane<bool>), now: (&GrayImage, &Plane<bool>)) -> Option<f32> {
    let ((a, finger_a), (b, finger_b)) = (before, now);
    if (a.width(), a.height()) != (b.width(), b.height()) {
        return None;
    }
    let mut sums = [0i64; 5];
    let mut count = 0i64;
    for (y, (row_a, row_b)) in (0..a.height()).map(|y| (y as usize, (a.row(y), b.row(y)))) {
        let cells = finger_a.row(y / CELL).iter().zip(finger_b.row(y / CELL));
        for ((part_a, part_b), (on_a, on_b)) in row_a.chunks(CELL).zip(row_b.chunks(CELL)).zip(cells) {
            if !(*on_a && *on_b) {
                continue;
            }
            let mut part = [0i32; 5];
            for (&p, &q) in part_a.iter().zip(part_b) {
                let (p, q) = (i32::from(p), i32::from(q));
                for (sum, value) in part.iter_mut().zip([p, q, p * p, q * q, p * q]) {
                    *sum += value;
                }
            }
            count += part_a.len() as i64;
            sums.iter_mut().zip(part).for_each(|(sum, value)| *sum += i64::from(value));
        }
    }
    if count < (40 * CELL * CELL) as i64 {
        return None;
    }
    let [p, q, pp, qq, pq] = sums.map(|sum| sum as f64 / count as f64);
    let spread = ((pp - p * p) * (qq - q * q)).sqrt();
    (spread > 1.0).then(|| ((pq - p * q) / spread) as f32)
}

/// The direction of the long axis of the print, clockwise from upright, degrees.
fn rotation(finger: &Plane<bool>) -> Option<f32> {
    let places = || {
        let on = finger.cells.iter().enumerate().filter(|(_, on)| **on);
        on.map(|(i, _)| ((i % finger.width) as f32, (i / finger.width) as f32))
    };
    let count = places().count().max(1) as f32;
    let (cx, cy) = places().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x / count, sum.1 + y / count));
    let (xx, yy, xy) = places().fold((0.0, 0.0, 0.0), |sum, (x, y)| {
        let (dx, dy) = (x - cx, y - cy);
        (sum.0 + dx * dx, sum.1 + dy * dy, sum.2 + dx * dy)
    });
    let long = (xx - yy).hypot(2.0 * xy) / (xx + yy).max(f32::EPSILON);
    (long > LONG).then(|| (0.5 * (-2.0 * xy).atan2(yy - xx)).to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    /// The problems of these frames, one after the other.
    fn watched(frames: &[GrayImage]) -> Vec<Option<Problem>> {
        let mut watch = Watch::new();
        frames.iter().map(|frame| watch.look(frame).problem).collect()
    }

    fn empty() -> GrayImage {
        GrayImage::from_fn(400, 460, 500, |_, _| 245)
    }

    fn placed(dx: f32, degrees: f32) -> GrayImage {
        Drawn::finger(3, 24).placed(400, 460, (200.0 + dx, 230.0), degrees)
    }

    #[test]
    fn a_finger_that_moves_is_told_from_one_that_rests() {
        let frames = [empty(), placed(0.0, 0.0), placed(4.0, 1.0), placed(0.0, 6.0), placed(0.0, 6.0)];
        let problems = watched(&frames);
        assert_eq!(problems[0], Some(Problem::NoFinger));
        assert_eq!(problems[1], None);
        assert_eq!(problems[3..], [Some(Problem::Moved), None]);
    }

    #[test]
    fn a_turned_finger_is_told_and_a_little_turn_is_not() {
        for (degrees, problem) in
            [(50.0, Some(Problem::Rotated)), (-50.0, Some(Problem::Rotated)), (20.0, None)]
        {
            assert_eq!(watched(&[placed(0.0, degrees)]), [problem], "{degrees}");
        }
    }

    #[test]
    fn dirt_and_the_last_finger_are_seen_on_the_empty_platen_and_remembered() {
        let smear = GrayImage::from_fn(400, 460, 500, |x, y| {
            if (60..130).contains(&x) && (300..360).contains(&y) { 200 } else { 245 }
        });
        let print = placed(0.0, 0.0);
        let left = GrayImage::from_fn(400, 460, 500, |x, y| 230 - (245 - print.get(x, y).unwrap_or(245)) / 8);
        let finger = placed(0.0, 0.0);
        let problem =
            |platen: &GrayImage| watched(&[platen.clone(), finger.clone(), empty(), finger.clone()]);
        let [dirty, ghost] = [Problem::DirtyPlaten, Problem::Ghost].map(Some);
        assert_eq!(problem(&smear), [dirty, dirty, Some(Problem::NoFinger), None]);
        assert_eq!(problem(&left), [ghost, ghost, Some(Problem::NoFinger), None]);
    }
}
