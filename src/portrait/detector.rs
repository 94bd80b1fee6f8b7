//! Finding faces: BlazeFace, full range (Bazarevsky et al., 2019), decoded here.
//!
//! The picture is put, black-bordered, into a square of 192 pixels. 2304 anchors answer with a box, six keypoints and
//! a score; overlapping answers are blended by their scores.

use crate::PortraitError;
use crate::geometry::{Point, Square, slope};
use crate::network::Network;
use crate::patch::{Border, Cut, cut};
use tram_biometric::RgbImage;

const NAME: &str = "mp_face_detection_full_range.onnx";
const MODEL: &[u8] = include_bytes!("../../assets/models/mp_face_detection_full_range.onnx");
const SIDE: usize = 192;
/// Cells along a side of the grid, with one anchor in the middle of each.
const CELLS: usize = 48;
const VALUES_PER_ANCHOR: usize = 16;
/// A score below this is no face.
const FACE_SCORE: f32 = 0.5;
/// Boxes that overlap more than this (intersection over union) show the same face.
const SAME_FACE: f32 = 0.3;
/// Looking closer, a square of the picture this share of its shorter side is seen at a time, and squares overlap by this
/// share of their own side, so that a small face is whole in one of them.
const CLOSER: f32 = 0.6;
const OVERLAP: f32 = 0.25;
/// No square is smaller than this share of the longer side: a long strip would have hundreds.
const LONGEST: f32 = 0.25;
/// Looking closer, folds and shadows look like faces more often.
const CLOSER_SCORE: f32 = 0.6;
/// Looking closer, a box of which more than this share lies in a face that is known is a part of it.
const PART: f32 = 0.3;

/// One face as the detector sees it.
#[derive(Clone, Debug)]
pub(crate) struct Detection {
    /// Left, top, right, bottom in pixels; may reach beyond the picture.
    pub(crate) edges: [f32; 4],
    /// Right eye, left eye (the subject's), nose tip, mouth, right ear, left ear.
    pub(crate) keypoints: [Point; 6],
    /// Confidence, 0 to 1.
    pub(crate) score: f32,
}

impl Detection {
    /// The square the mesh network looks at: half as large again as the box, upright with the eyes.
    pub(crate) fn mesh_square(&self) -> Square {
        let [left, top, right, bottom] = self.edges;
        let [right_eye, left_eye, ..] = self.keypoints;
        Square {
            centre: Point::new(f32::midpoint(left, right), f32::midpoint(top, bottom)),
            side: 1.5 * (right - left).max(bottom - top),
            angle: slope(right_eye, left_eye),
        }
    }

    /// Area of the box in square pixels.
    pub(crate) fn area(&self) -> f32 {
        area(self.edges)
    }
}

/// The face detector.
pub(crate) struct Detector {
    network: Network,
}

impl Detector {
    pub(crate) fn new() -> Result<Self, PortraitError> {
        let network = Network::load(
            NAME,
            MODEL,
            SIDE as i32,
            &["reshaped_regressor_face_4", "reshaped_classifier_face_4"],
        )?;
        Ok(Self { network })
    }

    /// Every face of the picture, largest first; one less than about a tenth of the picture's longer side is not seen.
    pub(crate) fn detect(&mut self, image: &RgbImage) -> Result<Vec<Detection>, PortraitError> {
        let (width, height) = (image.width() as f32, image.height() as f32);
        let whole =
            Square { centre: Point::new(width / 2.0, height / 2.0), side: width.max(height), angle: 0.0 };
        self.detect_in(image, whole)
    }

    /// The faces in one of [`closer_squares`] that are none of those `known`, nor a part of them.
    pub(crate) fn detect_closer(
        &mut self,
        image: &RgbImage,
        square: Square,
        known: &[Detection],
    ) -> Result<Vec<Detection>, PortraitError> {
        let mut found = self.detect_in(image, square)?;
        let is_part = |each: &Detection| {
            let shared = |other: &Detection| common(each.edges, other.edges);
            known.iter().any(|other| shared(other) > PART * each.area().min(other.area()))
        };
        found.retain(|each| each.score >= CLOSER_SCORE && !is_part(each));
        Ok(found)
    }

    fn detect_in(&mut self, image: &RgbImage, square: Square) -> Result<Vec<Detection>, PortraitError> {
        let how = Cut { side: SIDE, mirrored: false, black: -1.0, border: Border::Black };
        let answers = self.network.run(&cut(image, square, how))?;
        let [boxes, scores] = answers.as_slice() else {
            return Err(PortraitError::Shape(NAME));
        };
        let mut faces = blend(decode(boxes, scores, square));
        faces.sort_by(|a, b| b.area().total_cmp(&a.area()));
        Ok(faces)
    }
}

/// The squares in which a picture of this size is looked at more closely, in reading order.
pub(crate) fn closer_squares(width: u32, height: u32) -> Vec<Square> {
    let (width, height) = (width as f32, height as f32);
    let side = (CLOSER * width.min(height)).max(LONGEST * width.max(height));
    let middles = |length: f32| {
        let steps = ((length - side) / (side * (1.0 - OVERLAP))).ceil().max(0.0);
        let first = if steps > 0.0 { side / 2.0 } else { length / 2.0 };
        (0..=steps as usize).map(move |step| first + step as f32 * (length - side) / steps.max(1.0))
    };
    middles(height)
        .flat_map(|y| middles(width).map(move |x| Square { centre: Point::new(x, y), side, angle: 0.0 }))
        .collect()
}

/// The centres of the anchors, 0 to 1 across the square, in the network's order.
fn anchors() -> impl Iterator<Item = (f32, f32)> {
    let centre = |cell: usize| (cell as f32 + 0.5) / CELLS as f32;
    (0..CELLS * CELLS).map(move |index| (centre(index % CELLS), centre(index / CELLS)))
}

fn decode(boxes: &[f32], scores: &[f32], square: Square) -> Vec<Detection> {
    let side = SIDE as f32;
    boxes
        .chunks_exact(VALUES_PER_ANCHOR)
        .zip(scores)
        .zip(anchors())
        .map(|((values, logit), anchor)| (values, 1.0 / (1.0 + (-logit).exp()), anchor))
        .filter(|(_, score, _)| *score >= FACE_SCORE)
        .filter_map(|(values, score, (anchor_x, anchor_y))| {
            let mut points = values.chunks_exact(2).filter_map(|pair| <[f32; 2]>::try_from(pair).ok());
            let [x, y] = points.next()?;
            let [width, height] = points.next()?;
            let place = |x: f32, y: f32| square.at(anchor_x + x / side, anchor_y + y / side);
            let top_left = place(x - width / 2.0, y - height / 2.0);
            let bottom_right = place(x + width / 2.0, y + height / 2.0);
            let mut keypoints = [Point::default(); 6];
            for (keypoint, [x, y]) in keypoints.iter_mut().zip(points) {
                *keypoint = place(x, y);
            }
            let edges = [top_left.x, top_left.y, bottom_right.x, bottom_right.y];
            Some(Detection { edges, keypoints, score })
        })
        .collect()
}

/// Non-maximum suppression that averages what it suppresses, weighted by score: steadier than picking one.
fn blend(mut candidates: Vec<Detection>) -> Vec<Detection> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut faces = Vec::new();
    while let Some(best) = candidates.first().cloned() {
        let (same, other): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|each| overlap(each.edges, best.edges) > SAME_FACE);
        faces.push(mean(&same, best));
        candidates = other;
    }
    faces
}

fn mean(same: &[Detection], best: Detection) -> Detection {
    let total: f32 = same.iter().map(|each| each.score).sum();
    if total <= 0.0 {
        return best;
    }
    let mut blended = Detection { edges: [0.0; 4], keypoints: [Point::default(); 6], score: best.score };
    for each in same {
        let weight = each.score / total;
        for (sum, edge) in blended.edges.iter_mut().zip(each.edges) {
            *sum += weight * edge;
        }
        for (sum, point) in blended.keypoints.iter_mut().zip(each.keypoints) {
            sum.x += weight * point.x;
            sum.y += weight * point.y;
        }
    }
    blended
}

fn area([left, top, right, bottom]: [f32; 4]) -> f32 {
    (right - left).max(0.0) * (bottom - top).max(0.0)
}

/// The area two boxes share.
fn common([al, at, ar, ab]: [f32; 4], [bl, bt, br, bb]: [f32; 4]) -> f32 {
    area([al.max(bl), at.max(bt), ar.min(br), ab.min(bb)])
}

/// Intersection over union.
fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let shared = common(a, b);
    let union = area(a) + area(b) - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_run_from_corner_to_corner() {
        let all: Vec<_> = anchors().collect();
        assert_eq!(all.len(), 2304);
        assert_eq!(all.first(), Some(&(0.5 / 48.0, 0.5 / 48.0)));
        assert_eq!(all.last(), Some(&(47.5 / 48.0, 47.5 / 48.0)));
    }

    #[test]
    fn closer_squares_leave_nothing_out() {
        for (width, height) in [(675, 675), (1280, 720), (480, 640), (64, 8192)] {
            let squares = closer_squares(width, height);
            let reach = |square: &Square| square.side / 2.0 + 0.01;
            for (x, y) in
                [(0, 0), (width, height), (width / 2, height / 2), (width / 3, height), (width, height / 3)]
            {
                let is_seen = squares.iter().any(|square| {
                    (square.centre.x - x as f32).abs() <= reach(square)
                        && (square.centre.y - y as f32).abs() <= reach(square)
                });
                assert!(is_seen, "{x}, {y} of {width} × {height}");
            }
        }
        let count = |width, height| closer_squares(width, height).len();
        assert_eq!((count(675, 675), count(1280, 720), count(64, 8192)), (4, 8, 5));
    }

    #[test]
    fn overlapping_answers_become_one_face() {
        let face = |x: f32, score| Detection {
            edges: [x, 0.0, x + 10.0, 10.0],
            keypoints: [Point::default(); 6],
            score,
        };
        let faces = blend(vec![face(0.0, 0.6), face(1.0, 0.6), face(50.0, 0.9)]);
        assert_eq!(faces.len(), 2);
        assert!((faces[1].edges[0] - 0.5).abs() < 1e-6);
    }
}
