//! The fingers of a slap: how many, where, how rotated, and which.
//!
//! Ridge-like cells form pieces; pieces below another piece are the lower phalanges of the same finger;
//! pieces too wide for one finger are two that touch. What is left from left to right are the fingers.

pub(crate) mod blobs;
mod cut;
pub(crate) mod hand;
mod marks;

use crate::ridges::CELL;
use blobs::Blob;
use hand::Frame;
use tram_biometric::{FingerPosition, GrayImage, Hand, Rect};

pub use cut::cut;

/// One finger found.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Which finger it is, from its place in the row; `Unknown` when the count is not as expected.
    pub position: FingerPosition,
    /// The upright rectangle around everything dark that is its own: its ridges, their faint rim, and every mark
    /// within 6.5 mm that is nearer to it than to another print. Pixels.
    pub area: Rect,
    /// Clockwise rotation from upright, degrees.
    pub rotation_deg: f32,
    /// The rotated box around its ridges, which is what [`cut`] takes: top left, top right, bottom right, bottom left as
    /// the finger itself sees them, pixels.
    pub quad: [(f32, f32); 4],
}

/// Why a picture does not show the fingers it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SlapProblem {
    /// Nothing lies on the platen.
    NoFinger,
    /// Fewer fingers than expected.
    TooFewFingers {
        /// Fingers seen.
        found: u8,
        /// Fingers that should lie there.
        expected: u8,
    },
    /// More fingers than expected.
    TooManyFingers {
        /// Fingers seen.
        found: u8,
        /// Fingers that should lie there.
        expected: u8,
    },
    /// The fingers lie like those of the other hand.
    WrongHand,
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmentation {
    /// The fingers from left to right.
    pub fingers: Vec<Segment>,
    /// The first thing wrong, or `None`.
    pub problem: Option<SlapProblem>,
}

/// Finds the fingers of `expected` in a picture of about 500 ppi. `absent` are fingers with a
/// biometric exception: they are not expected and take no place in the row.
pub fn segment(image: &GrayImage, expected: FingerPosition, absent: &[FingerPosition]) -> Segmentation {
    let wanted: Vec<FingerPosition> = match expected {
        FingerPosition::Unknown => vec![FingerPosition::Unknown],
        slap => slap.fingers().iter().copied().filter(|finger| !absent.contains(finger)).collect(),
    };
    let ridges = blobs::ridge_cells(image);
    let (frame, found) = hand::fingers(&ridges, expected.is_slap());
    let areas = marks::areas(image, &ridges, &found);
    let problem = problem(&wanted, expected.hand(), frame, &found);
    let fingers = found
        .iter()
        .zip(areas)
        .enumerate()
        .map(|(place, (blob, area))| {
            let known = wanted.get(place).filter(|_| found.len() == wanted.len());
            let position = known.copied().unwrap_or(FingerPosition::Unknown);
            let frame = frame.of_finger(blob);
            Segment { position, area, rotation_deg: frame.radians.to_degrees(), quad: quad(frame, blob) }
        })
        .collect();
    Segmentation { fingers, problem }
}

fn problem(
    wanted: &[FingerPosition],
    hand: Option<Hand>,
    frame: Frame,
    found: &[Blob],
) -> Option<SlapProblem> {
    let (count, expected) = (found.len().min(255) as u8, wanted.len() as u8);
    if count == 0 && expected > 0 {
        Some(SlapProblem::NoFinger)
    } else if count < expected {
        Some(SlapProblem::TooFewFingers { found: count, expected })
    } else if count > expected {
        Some(SlapProblem::TooManyFingers { found: count, expected })
    } else if count == 4 && hand::looks_like(frame, found).is_some_and(|seen| Some(seen) != hand) {
        Some(SlapProblem::WrongHand)
    } else {
        None
    }
}

/// The corners around the ridges of a finger in its own frame.
fn quad(frame: Frame, blob: &Blob) -> [(f32, f32); 4] {
    let (left, top, right, bottom) = frame.bounds(blob);
    let corner = |u: f32, v: f32| {
        let (x, y) = frame.to_picture(u, v);
        (x * CELL as f32, y * CELL as f32)
    };
    [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use FingerPosition as F;

    /// A slap of fingers at these middles, all turned by `degrees` around the middle of the picture.
    fn slap(middles: &[(f32, f32)], degrees: f32) -> GrayImage {
        let fingers: Vec<Drawn> = (0..middles.len()).map(|i| Drawn::finger(i as u64 + 1, 20)).collect();
        let (sin, cos) = degrees.to_radians().sin_cos();
        GrayImage::from_fn(1600, 1500, 500, |x, y| {
            let (dx, dy) = (x as f32 - 800.0, y as f32 - 750.0);
            let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
            let levels = fingers.iter().zip(middles).filter_map(|(f, m)| f.level(u - m.0, v - m.1));
            levels.min().unwrap_or(245)
        })
    }

    const RIGHT: [(f32, f32); 4] = [(-480.0, 20.0), (-170.0, -120.0), (140.0, -60.0), (450.0, 240.0)];

    #[test]
    fn four_fingers_are_named_measured_and_cut_upright() {
        for degrees in [0.0, 15.0, -25.0] {
            let image = slap(&RIGHT, degrees);
            let found = segment(&image, F::PlainRightFour, &[]);
            assert_eq!(found.problem, None, "{degrees}");
            let positions: Vec<F> = found.fingers.iter().map(|f| f.position).collect();
            assert_eq!(positions, F::PlainRightFour.fingers());
            for finger in &found.fingers {
                assert!((finger.rotation_deg - degrees).abs() < 8.0, "{} for {degrees}", finger.rotation_deg);
                let single = cut(&image, finger);
                assert!((200..330).contains(&single.width()), "{}", single.width());
                assert!((280..400).contains(&single.height()), "{}", single.height());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        type Case<'a> = (&'a [(f32, f32)], F, &'a [F], Option<SlapProblem>);
        let cases: [Case<'_>; 6] = [
            (&[], F::PlainRightFour, &[], Some(SlapProblem::NoFinger)),
            (&RIGHT[..3], F::PlainRightFour, &[], Some(SlapProblem::TooFewFingers { found: 3, expected: 4 })),
            (&RIGHT[..3], F::PlainRightFour, &[F::RightLittle], None),
            (&RIGHT, F::PlainLeftFour, &[], Some(SlapProblem::WrongHand)),
            (&RIGHT[..2], F::PlainThumbs, &[], None),
            (&RIGHT[..2], F::RightThumb, &[], Some(SlapProblem::TooManyFingers { found: 2, expected: 1 })),
        ];
        for (middles, expected, absent, problem) in cases {
            assert_eq!(segment(&slap(middles, 0.0), expected, absent).problem, problem, "{expected:?}");
        }
    }

    #[test]
    fn a_picture_full_of_ridges_comes_to_an_end() {
        let image = GrayImage::from_fn(800, 800, 500, |_, y| if y % 9 < 5 { 40 } else { 220 });
        assert_ne!(segment(&image, F::PlainRightFour, &[]).problem, None);
    }

    #[test]
    fn touching_fingers_are_two() {
        let found = segment(&slap(&[(-118.0, 0.0), (118.0, 30.0)], 0.0), F::PlainThumbs, &[]);
        assert_eq!((found.fingers.len(), found.problem), (2, None));
        // Side by side at different heights, so that both together seem to lie aslant.
        let touching = [RIGHT[0], (-92.0, -120.0), (140.0, -20.0), RIGHT[3]];
        let found = segment(&slap(&touching, 0.0), F::PlainRightFour, &[]);
        assert_eq!((found.fingers.len(), found.problem), (4, None));
    }
}
