//! Following one face from frame to frame: where to look next, and when the detector looks again.

use crate::detector::Detection;
use crate::face::Face;
use crate::geometry::{Point, Square, slope};
use crate::landmark;
use crate::measure::Measure;
use crate::mesh::{SeenEye, eye_squares};
use std::collections::BTreeMap;

/// The detector looks again after so many frames, for whoever has come into the picture: three times a second at thirty.
const LOOK_AGAIN: u32 = 10;
/// So many frames after the detector looked, it looks at one part of the picture more closely.
const LOOK_CLOSER: u32 = 5;
/// Expensive measures of what moves slowly are taken after so many frames.
const MEASURE_AGAIN: u32 = 3;
/// The mesh network was trained on squares half as large again as the face.
const AROUND: f32 = 1.5;

/// What one frame hands to the next.
#[derive(Debug)]
pub(crate) struct Track {
    /// Where the face was.
    pub(crate) square: Square,
    /// Its eyes in the last frame, the right one first.
    pub(crate) eyes: [SeenEye; 2],
    /// What the detector last saw.
    pub(crate) detections: Vec<Detection>,
    /// Which part of the picture is looked at more closely next.
    pub(crate) part: usize,
    /// The small faces that were seen in each part when it was last looked at.
    pub(crate) small: BTreeMap<usize, Vec<Detection>>,
    /// Width and height of the picture.
    pub(crate) size: (u32, u32),
    /// Frames since the detector looked.
    age: u32,
    /// The measures of the last frame.
    pub(crate) measures: Vec<Measure>,
}

impl Track {
    /// A track of a face in a picture of this size, in which the detector has just looked.
    pub(crate) fn new(face: &Face, detections: Vec<Detection>, size: (u32, u32)) -> Self {
        Self {
            square: square(face),
            eyes: eyes(face),
            detections,
            part: 0,
            small: BTreeMap::new(),
            size,
            age: 0,
            measures: Vec::new(),
        }
    }

    /// The same, one frame on.
    pub(crate) fn next(self, face: &Face) -> Self {
        Self { square: square(face), eyes: eyes(face), age: self.age + 1, ..self }
    }

    /// Whether the next frame is looked at by the mesh alone.
    pub(crate) fn is_fresh(&self) -> bool {
        self.age + 1 < LOOK_AGAIN
    }

    /// Whether the next frame has time for a closer look.
    pub(crate) fn looks_closer(&self) -> bool {
        self.age + 1 == LOOK_CLOSER
    }

    /// The eye that rests in the next frame, carried with the mesh: the networks look at one eye a frame, in turn, so that an
    /// eye is at most a fifteenth of a second old.
    pub(crate) fn rested_eye(&self) -> [Option<SeenEye>; 2] {
        let [right, left] = self.eyes;
        if self.age.is_multiple_of(2) { [Some(right), None] } else { [None, Some(left)] }
    }

    /// All faces that are known, largest first.
    pub(crate) fn everybody(&self) -> Vec<Detection> {
        let mut all: Vec<Detection> =
            self.detections.iter().chain(self.small.values().flatten()).cloned().collect();
        all.sort_by(|a, b| b.area().total_cmp(&a.area()));
        all
    }

    /// Whether this frame takes the expensive measures anew: not while the detector looks, and then every third.
    pub(crate) fn measures_all(&self) -> bool {
        self.measures.is_empty() || self.age % MEASURE_AGAIN == 1
    }

    /// Whether a detection is of the face that is followed.
    pub(crate) fn follows(&self, detection: &Detection) -> bool {
        let [left, top, right, bottom] = detection.edges;
        let Point { x, y } = self.square.centre;
        (left..right).contains(&x) && (top..bottom).contains(&y)
    }
}

fn eyes(face: &Face) -> [SeenEye; 2] {
    let [right, left] = eye_squares(|index| face.point(index));
    [SeenEye { eye: face.right_eye, square: right }, SeenEye { eye: face.left_eye, square: left }]
}

/// The square around a mesh, upright with the eyes.
fn square(face: &Face) -> Square {
    let angle = slope(face.point(landmark::RIGHT_EYE_OUTER), face.point(landmark::LEFT_EYE_OUTER));
    let turned = Square { centre: face.eyes_middle(), side: 1.0, angle };
    let (mut least, mut most) = (Point::new(f32::MAX, f32::MAX), Point::new(f32::MIN, f32::MIN));
    for point in face.mesh() {
        // In pixels along the turned axes, from the eyes' middle.
        let at = turned.within(point.at, 1);
        least = Point::new(least.x.min(at.x), least.y.min(at.y));
        most = Point::new(most.x.max(at.x), most.y.max(at.y));
    }
    let middle = least.midpoint(most);
    Square {
        centre: turned.at(middle.x, middle.y),
        side: AROUND * (most.x - least.x).max(most.y - least.y),
        angle,
    }
}
