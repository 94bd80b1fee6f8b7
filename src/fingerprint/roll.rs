//! A finger rolled from nail to nail: the frames of a streaming reader as one picture.
//!
//! Skin that rolls touches the platen in one place only, so the frames of a clean roll fit over one another; what
//! lies where two frames meet is compared, and a shift there is slip, unlikeness is smear. Every column is taken from
//! the frame whose contact had its middle nearest to it, where the skin lies flattest.

use crate::plane::Plane;
use crate::ridges::{CELL, RidgeField};
use tram_biometric::GrayImage;

/// A frame with less finger than this says nothing, square millimetres.
const LEAST_MM2: f32 = 25.0;
/// How far a frame is looked for from where the one before lay, pixels either way.
const REACH: i32 = 10;
/// Only every third pixel is compared.
const EVERY: usize = 3;
/// The least pixels compared.
const LEAST_COMMON: usize = 400;
/// Cells of a contact's edge that are not compared.
const EDGE: isize = 2;
/// Frames less alike than this where they meet, of 1, are smeared.
const ALIKE: f32 = 0.5;
/// Slips of less are how skin gives, pixels a frame and in all.
const SLIP_A_FRAME: f32 = 2.5;
const SLIP_IN_ALL: f32 = 9.0;
/// Half the width in which one frame fades into the next, pixels.
const FADE: f32 = 6.0;
/// A rolled print is at least this much wider than any one contact.
const ROLLED: f32 = 1.25;

/// What is wrong with a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RollProblem {
    /// No frame shows a finger.
    NoFinger,
    /// The finger was laid down, not rolled.
    NotRolled,
    /// The finger turned back on the way.
    WentBack,
    /// The finger slid over the platen.
    Slipped,
    /// Ridges are blurred where frames meet.
    Smeared,
}

/// A rolled print.
#[derive(Clone, Debug, PartialEq)]
pub struct Rolled {
    /// The picture, as large as the frames.
    pub image: GrayImage,
    /// How far the finger slid in all, pixels.
    pub slip_px: f32,
    /// Share of the seams that are smeared, 0 to 1.
    pub smeared: f32,
    /// How much of the whole print the last frame shows alone, 0 to 1: near 1 for a reader that stitches by itself.
    pub last_share: f32,
    /// The first thing wrong, or `None`.
    pub problem: Option<RollProblem>,
}

/// Where one frame shows the finger.
struct Contact<'a> {
    image: &'a GrayImage,
    finger: Plane<bool>,
    /// Left, middle and right of the contact, pixels.
    left: f32,
    middle: f32,
    right: f32,
}

/// Stitches the frames of one roll, all of one size, in the order they were taken. `None` without frames.
pub fn stitch(frames: &[GrayImage]) -> Option<Rolled> {
    let first = frames.first()?;
    let same_size = |frame: &&GrayImage| (frame.width(), frame.height()) == (first.width(), first.height());
    let contacts: Vec<Contact<'_>> = frames.iter().filter(same_size).filter_map(Contact::of).collect();
    if contacts.is_empty() {
        let problem = Some(RollProblem::NoFinger);
        return Some(Rolled { image: first.clone(), slip_px: 0.0, smeared: 0.0, last_share: 1.0, problem });
    }
    let seams: Vec<Seam> =
        contacts.iter().zip(contacts.iter().skip(1)).filter_map(|(a, b)| a.meets(b)).collect();
    let (dx, dy) = seams.iter().fold((0.0, 0.0), |sum, seam| (sum.0 + seam.dx, sum.1 + seam.dy));
    let slip_px = f32::hypot(dx, dy);
    let smeared = seams.iter().filter(|seam| seam.alike < ALIKE).count() as f32 / seams.len().max(1) as f32;
    let slipped = seams.iter().filter(|seam| seam.dx.hypot(seam.dy) > SLIP_A_FRAME).count();
    let problem = if !is_rolled(&contacts) {
        Some(RollProblem::NotRolled)
    } else if went_back(&contacts) {
        Some(RollProblem::WentBack)
    } else if slip_px > SLIP_IN_ALL || slipped > seams.len() / 4 {
        Some(RollProblem::Slipped)
    } else if smeared > 0.2 {
        Some(RollProblem::Smeared)
    } else {
        None
    };
    let last_share = last_share(&contacts);
    Some(Rolled { image: composed(contacts), slip_px, smeared, last_share, problem })
}

impl<'a> Contact<'a> {
    fn of(image: &'a GrayImage) -> Option<Self> {
        let finger = RidgeField::of(image).finger;
        let on = finger.cells.iter().filter(|&&on| on).count();
        if (on as f32) * (CELL as f32 * 25.4 / 500.0).powi(2) < LEAST_MM2 {
            return None;
        }
        let in_column = |x: usize| (0..finger.height).filter(|&y| finger.at(x, y)).count();
        let columns: Vec<usize> = (0..finger.width).map(in_column).collect();
        let left = columns.iter().position(|&count| count > 0)? as f32;
        let right = columns.iter().rposition(|&count| count > 0)? as f32 + 1.0;
        let weighted: usize = columns.iter().enumerate().map(|(x, count)| (2 * x + 1) * count).sum();
        let middle = weighted as f32 / (2 * on) as f32;
        let side = CELL as f32;
        Some(Self { image, finger, left: left * side, middle: middle * side, right: right * side })
    }

    /// Whether a cell lies well within the contact, whose edge moves though the skin does not.
    fn is_inside(&self, col: usize, row: usize) -> bool {
        let (col, row) = (col as isize, row as isize);
        let around = [(0, 0), (-EDGE, 0), (EDGE, 0), (0, -EDGE), (0, EDGE)];
        around.into_iter().all(|(dx, dy)| self.finger.get(col + dx, row + dy) == Some(true))
    }

    /// How the next frame fits over this one where both show the finger.
    fn meets(&self, next: &Self) -> Option<Seam> {
        let common: Vec<(i32, i32)> = (0..self.image.height() as usize)
            .step_by(EVERY)
            .flat_map(|y| (0..self.image.width() as usize).step_by(EVERY).map(move |x| (x, y)))
            .filter(|&(x, y)| self.is_inside(x / CELL, y / CELL) && next.is_inside(x / CELL, y / CELL))
            .map(|(x, y)| (x as i32, y as i32))
            .collect();
        if common.len() < LEAST_COMMON {
            return None;
        }
        let alike = |dx: i32, dy: i32| correlation(self.image, next.image, &common, (dx, dy));
        let still = alike(0, 0);
        let mut best = Seam { dx: 0.0, dy: 0.0, alike: still };
        // Where nothing has moved nothing is looked for.
        if still < 0.9 {
            for dy in -REACH..=REACH {
                for dx in -REACH..=REACH {
                    let found = alike(dx, dy);
                    if found > best.alike {
                        best = Seam { dx: dx as f32, dy: dy as f32, alike: found };
                    }
                }
            }
        }
        Some(best)
    }
}

/// How two frames meet.
struct Seam {
    /// The shift of the second, pixels.
    dx: f32,
    dy: f32,
    alike: f32,
}

/// The correlation of the levels of `a` at these places with those of `b` shifted.
fn correlation(a: &GrayImage, b: &GrayImage, places: &[(i32, i32)], (dx, dy): (i32, i32)) -> f32 {
    let mut sums = [0.0f32; 5];
    let mut count = 0.0;
    for &(x, y) in places {
        let at = |image: &GrayImage, x: i32, y: i32| {
            Some(f32::from(image.get(u32::try_from(x).ok()?, u32::try_from(y).ok()?)?) - 128.0)
        };
        if let (Some(p), Some(q)) = (at(a, x, y), at(b, x + dx, y + dy)) {
            count += 1.0;
            for (sum, value) in sums.iter_mut().zip([p, q, p * p, q * q, p * q]) {
                *sum += value;
            }
        }
    }
    let [p, q, pp, qq, pq] = sums.map(|sum| sum / f32::max(count, 1.0));
    (pq - p * q) / ((pp - p * p) * (qq - q * q)).max(1.0).sqrt()
}

/// The cells the last contact covers, of those that any covers.
fn last_share(contacts: &[Contact<'_>]) -> f32 {
    let Some(last) = contacts.last() else { return 0.0 };
    let cells = 0..last.finger.cells.len();
    let on = |contact: &Contact<'_>, cell: usize| contact.finger.cells.get(cell) == Some(&true);
    let all = cells.filter(|&cell| contacts.iter().any(|contact| on(contact, cell))).count();
    let alone = last.finger.cells.iter().filter(|&&on| on).count();
    alone as f32 / all.max(1) as f32
}

/// Whether the contact went over a print wider than itself.
fn is_rolled(contacts: &[Contact<'_>]) -> bool {
    let left = contacts.iter().map(|c| c.left).fold(f32::MAX, f32::min);
    let right = contacts.iter().map(|c| c.right).fold(f32::MIN, f32::max);
    let mut widths: Vec<f32> = contacts.iter().map(|c| c.right - c.left).collect();
    widths.sort_by(f32::total_cmp);
    right - left > ROLLED * widths.get(widths.len() / 2).copied().unwrap_or(0.0)
}

/// Whether the middle of the contact went a millimetre and a half against the roll.
fn went_back(contacts: &[Contact<'_>]) -> bool {
    let middles: Vec<f32> = contacts.iter().map(|c| c.middle).collect();
    let (Some(first), Some(last)) = (middles.first(), middles.last()) else { return false };
    let way = if last >= first { 1.0 } else { -1.0 };
    let mut furthest = f32::MIN;
    middles.iter().any(|middle| {
        furthest = furthest.max(way * middle);
        way * middle < furthest - 30.0
    })
}

/// Every column from the frame whose contact was nearest, fading into the next.
fn composed(mut contacts: Vec<Contact<'_>>) -> GrayImage {
    contacts.sort_by(|a, b| a.middle.total_cmp(&b.middle));
    let (width, height, ppi) =
        contacts.first().map_or((0, 0, 500), |c| (c.image.width(), c.image.height(), c.image.ppi()));
    let columns: Vec<(usize, usize, f32)> = (0..width)
        .map(|x| {
            let x = x as f32 + 0.5;
            let after = contacts.partition_point(|c| c.middle < x).min(contacts.len() - 1);
            let before = after.saturating_sub(1);
            let middle = |i: usize| contacts.get(i).map_or(0.0, |c| c.middle);
            let seam = f32::midpoint(middle(before), middle(after));
            let share = if before == after { 1.0 } else { ((x - seam) / (2.0 * FADE) + 0.5).clamp(0.0, 1.0) };
            (before, after, share)
        })
        .collect();
    GrayImage::from_fn(width, height, ppi, |x, y| {
        let Some(&(before, after, share)) = columns.get(x as usize) else { return 255 };
        let level = |i: usize| contacts.get(i).and_then(|c| c.image.get(x, y)).map_or(255.0, f32::from);
        (level(before) * (1.0 - share) + level(after) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::matching::compare;
    use crate::template::extract;

    /// The frames of a finger whose contact goes over it, sliding by `slip` a frame.
    fn frames(slip: f32) -> Vec<GrayImage> {
        let finger = Drawn { half_width: 220.0, ..Drawn::finger(5, 30) };
        (-8..=8)
            .map(|step: i16| {
                let middle = f32::from(step) * 20.0;
                GrayImage::from_fn(560, 420, 500, |x, y| {
                    let (x, y) = (x as f32 - 280.0 - f32::from(step) * slip, y as f32 - 210.0);
                    let touches = ((x - middle) / 70.0).powi(2) + (y / 150.0).powi(2) < 1.0;
                    finger.level(x, y).filter(|_| touches).unwrap_or(245)
                })
            })
            .collect()
    }

    #[test]
    fn a_clean_roll_gives_the_whole_finger() {
        let rolled = stitch(&frames(0.0)).expect("frames");
        assert_eq!(rolled.problem, None, "{} {}", rolled.slip_px, rolled.smeared);
        assert!(rolled.last_share < 0.6, "{}", rolled.last_share);
        let whole = Drawn { half_width: 220.0, ..Drawn::finger(5, 30) }.placed(560, 420, (280.0, 210.0), 0.0);
        let (found, all) = (extract(&rolled.image), extract(&whole));
        assert!(found.minutiae().len() + 6 > all.minutiae().len(), "{found:?} of {all:?}");
        assert!(compare(&found, &all).is_match());
    }

    #[test]
    fn what_is_no_clean_roll_is_said() {
        let clean = frames(0.0);
        let still = vec![clean[8].clone(); 5];
        let back: Vec<GrayImage> =
            clean[..10].iter().chain(clean[3..7].iter()).chain(&clean[10..]).cloned().collect();
        let empty = vec![GrayImage::from_fn(560, 420, 500, |_, _| 245); 3];
        let problem = |frames: &[GrayImage]| stitch(frames).expect("frames").problem;
        assert_eq!(problem(&frames(4.0)), Some(RollProblem::Slipped));
        assert_eq!(problem(&still), Some(RollProblem::NotRolled));
        assert_eq!(problem(&back), Some(RollProblem::WentBack));
        assert_eq!(problem(&empty), Some(RollProblem::NoFinger));
        assert_eq!(stitch(&[]), None);
    }
}
