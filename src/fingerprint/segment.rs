//! The fingers of a slap: how many, where, how rotated, and which.

use tram_biometric::{FingerPosition, GrayImage, Rect};

/// One finger found.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Which finger it is, taken from its place in the row.
    pub position: FingerPosition,
    /// The upright rectangle around it, clipped to the picture.
    pub area: Rect,
    /// Clockwise rotation from upright, degrees.
    pub rotation_deg: f32,
    /// Its rotated box: top left, top right, bottom right, bottom left of the finger itself, pixels.
    pub quad: [(f32, f32); 4],
}

/// Why a picture does not show the fingers it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    let wanted: Vec<FingerPosition> =
        expected.fingers().iter().copied().filter(|finger| !absent.contains(finger)).collect();
    let width = image.width() / wanted.len().max(1) as u32;
    let fingers = wanted
        .iter()
        .enumerate()
        .map(|(i, &position)| {
            let area = Rect { x: i as u32 * width, y: 0, width, height: image.height() };
            let (left, right) = (area.x as f32, (area.x + width) as f32);
            let bottom = image.height() as f32;
            let quad = [(left, 0.0), (right, 0.0), (right, bottom), (left, bottom)];
            Segment { position, area, rotation_deg: 0.0, quad }
        })
        .collect();
    Segmentation { fingers, problem: None }
}

/// The upright picture of one finger, white where its box leaves the slap.
pub fn cut(image: &GrayImage, segment: &Segment) -> GrayImage {
    image.crop(segment.area).unwrap_or_else(|| image.clone())
}
