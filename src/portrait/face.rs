//! One face: where it is, how it is turned, and the points the measures stand on.

use crate::geometry::{Point, slope};
use crate::landmark;
use crate::mesh::{Eye, MeshPoint};
use crate::pose::Pose;
use tram_biometric::Rect;

/// A face with its landmarks. Right and left are the subject's own.
#[derive(Clone, PartialEq)]
pub struct Face {
    /// The smallest upright rectangle around the mesh, clipped to the picture.
    pub bounds: Rect,
    /// The right eye; on the left in an unmirrored picture.
    pub right_eye: Eye,
    /// The left eye.
    pub left_eye: Eye,
    /// Lowest point of the chin.
    pub chin: Point,
    /// Top of the head, estimated as far above the eyes as the chin is below: hair hides the skull.
    pub crown: Point,
    /// How the head is turned.
    pub pose: Pose,
    /// How sure the networks are that this is a face, 0 to 1.
    pub confidence: f32,
    mesh: Vec<MeshPoint>,
}

impl std::fmt::Debug for Face {
    /// Where and how sure only: a mesh tells people apart.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({:?}, {:.2})", self.bounds, self.confidence)
    }
}

impl Face {
    /// A face of a picture `width` by `height` pixels from its 468 points and its eyes.
    pub(crate) fn new(
        mesh: Vec<MeshPoint>,
        [right_eye, left_eye]: [Eye; 2],
        confidence: f32,
        (width, height): (u32, u32),
    ) -> Self {
        let point = |index: usize| mesh.get(index).map(|point| point.at).unwrap_or_default();
        let chin = point(landmark::CHIN);
        let middle = right_eye.pupil.midpoint(left_eye.pupil);
        Self {
            bounds: bounds(&mesh, width, height),
            right_eye,
            left_eye,
            chin,
            crown: Point::new(2.0 * middle.x - chin.x, 2.0 * middle.y - chin.y),
            pose: Pose::of(&mesh, slope(right_eye.pupil, left_eye.pupil)),
            confidence,
            mesh,
        }
    }

    /// All 468 points of the mesh, in MediaPipe's order.
    pub fn mesh(&self) -> &[MeshPoint] {
        &self.mesh
    }

    /// The mesh point with this index; the picture's corner for an index the mesh does not have.
    pub(crate) fn point(&self, index: usize) -> Point {
        self.mesh.get(index).map(|point| point.at).unwrap_or_default()
    }

    /// The largest distance between paired points of the mesh, in pixels.
    pub(crate) fn widest(&self, pairs: &[(usize, usize)]) -> f32 {
        pairs.iter().map(|&(a, b)| self.point(a).distance(self.point(b))).fold(0.0, f32::max)
    }

    /// Halfway between the pupils.
    pub fn eyes_middle(&self) -> Point {
        self.right_eye.pupil.midpoint(self.left_eye.pupil)
    }

    /// Distance between the pupils in pixels, as it lies in the picture.
    pub fn eye_distance(&self) -> f32 {
        self.right_eye.pupil.distance(self.left_eye.pupil)
    }

    /// The distance T of ISO/IEC 29794-5: from halfway between the eyes to the chin, in pixels.
    pub fn eye_to_chin(&self) -> f32 {
        self.eyes_middle().distance(self.chin)
    }
}

fn bounds(mesh: &[MeshPoint], width: u32, height: u32) -> Rect {
    let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, 0.0_f32, 0.0_f32);
    for point in mesh {
        left = left.min(point.at.x);
        top = top.min(point.at.y);
        right = right.max(point.at.x);
        bottom = bottom.max(point.at.y);
    }
    // Saturating casts: a point outside the picture lands on its edge.
    let (x, y) = ((left as u32).min(width), (top as u32).min(height));
    let (right, bottom) = ((right.ceil() as u32).min(width), (bottom.ceil() as u32).min(height));
    Rect { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
}
