//! The face mesh (Kartynnik et al., 2019) and the irises (Ablavatski et al., 2020): where everything in a face is.

use crate::PortraitError;
use crate::geometry::{Point, Square, slope};
use crate::landmark;
use crate::network::Network;
use crate::patch::{Border, Cut, cut};
use tram_biometric::RgbImage;

const MESH_NAME: &str = "mp_face_landmark.onnx";
const MESH_MODEL: &[u8] = include_bytes!("../../assets/models/mp_face_landmark.onnx");
const MESH_SIDE: usize = 192;
/// Points of the mesh.
pub(crate) const MESH_POINTS: usize = 468;

const IRIS_NAME: &str = "mp_iris_landmark.onnx";
const IRIS_MODEL: &[u8] = include_bytes!("../../assets/models/mp_iris_landmark.onnx");
const IRIS_SIDE: usize = 64;

/// A point of the mesh: place in the picture, and depth in pixels, smaller towards the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeshPoint {
    /// Place in the picture.
    pub at: Point,
    /// Depth relative to the middle of the head, in pixels of the picture; towards the camera is negative.
    pub depth: f32,
}

/// One eye: the iris as the network sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Eye {
    /// Centre of the pupil.
    pub pupil: Point,
    /// Radius of the iris in pixels.
    pub iris_radius: f32,
    /// How far the lids are apart where they are widest, in pixels.
    pub opening: f32,
}

/// An eye as it was seen, and the square it was seen in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeenEye {
    pub(crate) eye: Eye,
    pub(crate) square: Square,
}

impl SeenEye {
    /// The same eye where its corners are now.
    pub(crate) fn carried(self, now: Square) -> Eye {
        let grown = now.side / self.square.side.max(f32::EPSILON);
        let at = self.square.within(self.eye.pupil, 1);
        Eye {
            pupil: now.at(at.x, at.y),
            iris_radius: self.eye.iris_radius * grown,
            opening: self.eye.opening * grown,
        }
    }
}

/// The squares the iris network looks at, around the corners of the right and the left eye.
pub(crate) fn eye_squares(at: impl Fn(usize) -> Point) -> [Square; 2] {
    // From left to right in the picture.
    let around =
        |a: Point, b: Point| Square { centre: a.midpoint(b), side: 2.3 * a.distance(b), angle: slope(a, b) };
    [
        around(at(landmark::RIGHT_EYE_OUTER), at(landmark::RIGHT_EYE_INNER)),
        around(at(landmark::LEFT_EYE_INNER), at(landmark::LEFT_EYE_OUTER)),
    ]
}

/// Upper and lower lid across the eye, in the iris network's contour.
const LIDS: [(usize, usize); 5] = [(10, 2), (11, 3), (12, 4), (13, 5), (14, 6)];

/// Which eye a patch shows, named from the subject.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Side {
    Right,
    Left,
}

/// The two landmark networks.
pub(crate) struct Mesher {
    mesh: Network,
    iris: Network,
}

impl Mesher {
    pub(crate) fn new() -> Result<Self, PortraitError> {
        Ok(Self {
            mesh: Network::load(MESH_NAME, MESH_MODEL, MESH_SIDE as i32, &["conv2d_21", "conv2d_31"])?,
            iris: Network::load(
                IRIS_NAME,
                IRIS_MODEL,
                IRIS_SIDE as i32,
                &["output_eyes_contours_and_brows", "output_iris"],
            )?,
        })
    }

    /// The 468 points of the face in `square`, and how sure the network is that there is one (0 to 1).
    pub(crate) fn mesh(
        &mut self,
        image: &RgbImage,
        square: Square,
    ) -> Result<(Vec<MeshPoint>, f32), PortraitError> {
        let how = Cut { side: MESH_SIDE, mirrored: false, black: 0.0, border: Border::Nearest };
        let answers = self.mesh.run(&cut(image, square, how))?;
        let [points, presence] = answers.as_slice() else {
            return Err(PortraitError::Shape(MESH_NAME));
        };
        let side = MESH_SIDE as f32;
        let mesh: Vec<_> = points
            .chunks_exact(3)
            .filter_map(|point| <[f32; 3]>::try_from(point).ok())
            .map(|[x, y, z]| MeshPoint { at: square.at(x / side, y / side), depth: z / side * square.side })
            .collect();
        match presence.first() {
            Some(logit) if mesh.len() == MESH_POINTS => Ok((mesh, 1.0 / (1.0 + (-logit).exp()))),
            _ => Err(PortraitError::Shape(MESH_NAME)),
        }
    }

    /// The iris in the square around an eye.
    pub(crate) fn eye(&mut self, image: &RgbImage, square: Square, side: Side) -> Result<Eye, PortraitError> {
        // The network knows only the eye on the left of a picture, the subject's right.
        let mirrored = side == Side::Left;
        let how = Cut { side: IRIS_SIDE, mirrored, black: 0.0, border: Border::Nearest };
        let answers = self.iris.run(&cut(image, square, how))?;
        let [contour, iris] = answers.as_slice() else {
            return Err(PortraitError::Shape(IRIS_NAME));
        };
        let places = |values: &[f32]| -> Vec<Point> {
            let points = values.chunks_exact(3).filter_map(|point| <[f32; 3]>::try_from(point).ok());
            let unit = |value: f32| value / IRIS_SIDE as f32;
            points
                .map(|[x, y, _]| square.at(if mirrored { 1.0 - unit(x) } else { unit(x) }, unit(y)))
                .collect()
        };
        let (contour, iris) = (places(contour), places(iris));
        let [centre, rim @ ..] = iris.as_slice() else {
            return Err(PortraitError::Shape(IRIS_NAME));
        };
        let total: f32 = rim.iter().map(|point| point.distance(*centre)).sum();
        let gap = |&(up, low): &(usize, usize)| Some(contour.get(up)?.distance(*contour.get(low)?));
        Ok(Eye {
            pupil: *centre,
            iris_radius: total / rim.len().max(1) as f32,
            opening: LIDS.iter().filter_map(gap).fold(0.0, f32::max),
        })
    }
}
