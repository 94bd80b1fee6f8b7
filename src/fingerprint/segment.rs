//! The fingers of a slap: how many, where, how rotated, and which.
//!
//! Ridge-like cells form pieces; pieces below another piece are the lower phalanges of the same finger;
//! pieces too wide for one finger are two that touch. What is left from left to right are the fingers.

pub(crate) mod blobs;
mod cut;
pub(crate) mod hand;

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
    /// The upright rectangle around it, clipped to the picture.
    pub area: Rect,
    /// Clockwise rotation from upright, degrees.
    pub rotation_deg: f32,
    /// Its rotated box: top left, top right, bottom right, bottom left as the finger itself sees them, pixels.
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
    let (frame, found) = hand::fingers(&blobs::ridge_cells(image), expected.is_slap());
    let problem = problem(&wanted, expected.hand(), frame, &found);
    let fingers = found
        .iter()
        .enumerate()
        .map(|(place, blob)| {
            let known = wanted.get(place).filter(|_| found.len() == wanted.len());
            outline(image, frame, blob, known.copied().unwrap_or(FingerPosition::Unknown))
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

/// The boxes of one finger.
fn outline(image: &GrayImage, frame: Frame, blob: &Blob, position: FingerPosition) -> Segment {
    let side = CELL as f32;
    let (left, top, right, bottom) = blob.bounds();
    let edge = |value: f32, most: u32| ((value * side).max(0.0) as u32).min(most);
    let (x, y) = (edge(left, image.width() - 1), edge(top, image.height() - 1));
    let area = Rect {
        x,
        y,
        width: edge(right, image.width()).saturating_sub(x).max(1),
        height: edge(bottom, image.height()).saturating_sub(y).max(1),
    };
    let frame = frame.of_finger(blob);
    let (left, top, right, bottom) = frame.bounds(blob);
    let corner = |u: f32, v: f32| {
        let (x, y) = frame.to_picture(u, v);
        (x * side, y * side)
    };
    let quad = [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
    Segment { position, area, rotation_deg: frame.radians.to_degrees(), quad }
}
