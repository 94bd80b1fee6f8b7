//! A finger rolled from nail to nail: the frames of a streaming reader as one picture.
//!
//! Skin that rolls touches the platen in one place only, so the frames of a clean roll fit over one another; what
//! lies where two frames meet is compared, and a shift there is slip, unlikeness is smear. Every column is taken from
//! the frame whose contact had its middle nearest to it, where the skin lies flattest.

mod slip;

use crate::plane::Plane;
use crate::ridges::{CELL, RidgeField};
use slip::Seam;
use tram_biometric::GrayImage;

/// A frame with less finger than this says nothing, square millimetres.
const LEAST_MM2: f32 = 25.0;
/// Cells of a contact's edge that are not compared.
const EDGE: isize = 2;
/// The grain smoothed before frames are laid over one another, pixels.
const GRAIN: f32 = 1.2;
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
    /// The levels around zero, without the grain of single pixels.
    smooth: Plane<f32>,
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
    let pairs = contacts.iter().zip(contacts.iter().skip(1));
    let seams: Vec<Seam> = pairs.filter_map(|(first, next)| Seam::of(first, next)).collect();
    let (slip_px, smeared) = (slip::in_all(&seams), slip::smeared(&seams));
    let problem = if !is_rolled(&contacts) {
        Some(RollProblem::NotRolled)
    } else if went_back(&contacts) {
        Some(RollProblem::WentBack)
    } else if slip::slipped(&seams) {
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
        let levels = image.pixels().iter().map(|&level| f32::from(level) - 128.0).collect();
        let (width, height) = (image.width() as usize, image.height() as usize);
        let smooth = Plane { width, height, cells: levels }.blurred(GRAIN);
        Some(Self { image, finger, smooth, left: left * side, middle: middle * side, right: right * side })
    }

    /// Whether a cell lies well within the contact, whose edge moves though the skin does not.
    fn is_inside(&self, col: usize, row: usize) -> bool {
        let (col, row) = (col as isize, row as isize);
        let around = [(0, 0), (-EDGE, 0), (EDGE, 0), (0, -EDGE), (0, EDGE)];
        around.into_iter().all(|(dx, dy)| self.finger.get(col + dx, row + dy) == Some(true))
    }
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

    /// The frames of a finger whose contact goes over it. `slid` says how far, right and down, and how many degrees
    /// the skin has moved on the platen before each step; every frame has its own noise and pressure.
    fn frames(seed: u64, slid: impl Fn(f32) -> (f32, f32, f32)) -> Vec<GrayImage> {
        let finger = Drawn { half_width: 220.0, ..Drawn::finger(seed, 30) };
        let mut noise = seed | 1;
        (0..17u8)
            .map(|step| {
                let middle = (f32::from(step) - 8.0) * 20.0;
                let (across, down, degrees) = slid(f32::from(step));
                let (sin, cos) = degrees.to_radians().sin_cos();
                let pressed = 1.0 - 0.03 * f32::from(step % 4);
                GrayImage::from_fn(560, 420, 500, |x, y| {
                    noise =
                        noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let grain = (noise >> 40) as f32 / (1 << 24) as f32 - 0.5;
                    let (x, y) = (x as f32 - 280.0 - across - middle, y as f32 - 210.0 - down);
                    let (x, y) = (x * cos + y * sin + middle, y * cos - x * sin);
                    let touches = ((x - middle) / 70.0).powi(2) + (y / 150.0).powi(2) < 1.0;
                    let level = touches.then(|| finger.level(x, y)).flatten().map_or(245.0, f32::from);
                    (255.0 - (255.0 - level) * pressed + 50.0 * grain).clamp(0.0, 255.0) as u8
                })
            })
            .collect()
    }

    /// The ridges of a frame pushed up and down against one another, as no motion of the whole finger does.
    fn smeared(frame: &GrayImage) -> GrayImage {
        GrayImage::from_fn(frame.width(), frame.height(), 500, |x, y| {
            let pushed = y as f32 + 4.0 * (x as f32 / 8.0).sin();
            frame.get(x, pushed.round() as u32).unwrap_or(245)
        })
    }

    fn problem(frames: &[GrayImage]) -> Option<RollProblem> {
        stitch(frames).expect("frames").problem
    }

    #[test]
    fn a_clean_roll_gives_the_whole_finger() {
        let rolled = stitch(&frames(5, |_| (0.0, 0.0, 0.0))).expect("frames");
        assert_eq!(rolled.problem, None, "{} {}", rolled.slip_px, rolled.smeared);
        assert!(rolled.last_share < 0.6, "{}", rolled.last_share);
        let whole = Drawn { half_width: 220.0, ..Drawn::finger(5, 30) }.placed(560, 420, (280.0, 210.0), 0.0);
        let (found, all) = (extract(&rolled.image), extract(&whole));
        assert!(found.minutiae().len() + 6 > all.minutiae().len(), "{found:?} of {all:?}");
        assert!(compare(&found, &all).is_match());
    }

    #[test]
    fn slips_of_every_kind_are_found_and_clean_rolls_are_left_alone() {
        let slipped = Some(RollProblem::Slipped);
        // Pixels right and down and degrees a frame, the same once in the middle, and what is said.
        let rolls = [
            ("clean", (0.0, 0.0, 0.0), 0.0, None),
            ("skin that gives", (0.25, 0.2, 0.0), 0.0, None),
            ("a little all the way", (0.9, 0.0, 0.0), 0.0, slipped),
            ("along the ridges", (4.0, 0.0, 0.0), 0.0, slipped),
            ("across the ridges", (0.0, 3.0, 0.0), 0.0, slipped),
            ("a twist", (0.0, 0.0, 1.5), 0.0, slipped),
            ("a jump", (0.0, 0.0, 0.0), 7.0, slipped),
        ];
        for seed in 1..3 {
            for (name, (across, down, degrees), jump, expected) in rolls {
                let at_once = |step: f32| if step < 8.0 { 0.0 } else { jump };
                let frames =
                    frames(seed, |step| (across * step + at_once(step), down * step, degrees * step));
                assert_eq!(problem(&frames), expected, "{seed}: {name}");
            }
        }
    }

    #[test]
    fn what_is_no_clean_roll_is_said() {
        let clean = frames(5, |_| (0.0, 0.0, 0.0));
        let still = vec![clean[8].clone(); 5];
        let back: Vec<GrayImage> =
            clean[..10].iter().chain(clean[3..7].iter()).chain(&clean[10..]).cloned().collect();
        let empty = vec![GrayImage::from_fn(560, 420, 500, |_, _| 245); 3];
        let pushed: Vec<GrayImage> = clean.iter().flat_map(|frame| [frame.clone(), smeared(frame)]).collect();
        assert_eq!(problem(&still), Some(RollProblem::NotRolled));
        assert_eq!(problem(&back), Some(RollProblem::WentBack));
        assert_eq!(problem(&empty), Some(RollProblem::NoFinger));
        assert_eq!(problem(&pushed), Some(RollProblem::Smeared));
        assert_eq!(stitch(&[]), None);
    }
}
