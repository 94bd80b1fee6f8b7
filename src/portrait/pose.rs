//! How the head is turned, from the depth of the mesh.

use crate::landmark;
use crate::mesh::MeshPoint;

/// Head pose in degrees. All zero looks straight into the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// About the vertical; positive when the subject looks to their own left.
    pub yaw: f32,
    /// About the line between the eyes; positive when the subject looks up.
    pub pitch: f32,
    /// In the picture; positive when the head leans clockwise as the camera sees it.
    pub roll: f32,
}

impl Pose {
    /// The pose of a mesh whose eyes slope by `roll` radians in the picture.
    pub(crate) fn of(mesh: &[MeshPoint], roll: f32) -> Self {
        let across = landmark::MIRRORED.iter().filter_map(|&(right, left)| between(mesh, right, left));
        let [x, y, z] =
            across.fold([0.0; 3], |sum, step| [sum[0] + step[0], sum[1] + step[1], sum[2] + step[2]]);
        let down = between(mesh, landmark::FOREHEAD, landmark::CHIN).unwrap_or([0.0, 1.0, 0.0]);
        Self {
            yaw: z.atan2(x.hypot(y)).to_degrees(),
            pitch: down[2].atan2(down[0].hypot(down[1])).to_degrees(),
            roll: roll.to_degrees(),
        }
    }
}

fn between(mesh: &[MeshPoint], from: usize, to: usize) -> Option<[f32; 3]> {
    let (a, b) = (mesh.get(from)?, mesh.get(to)?);
    Some([b.at.x - a.at.x, b.at.y - a.at.y, b.depth - a.depth])
}
