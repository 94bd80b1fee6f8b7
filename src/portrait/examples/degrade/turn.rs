//! Turning a head in a picture by a known angle, with the depth of its own mesh.

use tram_portrait::Face;

/// Depth is known at the mesh's points; between them and beside the face it is their mean by nearness, kept on a grid
/// this many pixels wide.
const CELL: u32 = 8;
/// The head turns as one; from here to twice as far, in T from the middle of the face, the turn fades into the wall.
const HEAD: f32 = 1.25;

/// Where each pixel of the turned picture is read.
pub(crate) struct Turned<'a> {
    face: &'a Face,
    sin: f32,
    cos: f32,
    columns: u32,
    depths: Vec<f32>,
}

impl<'a> Turned<'a> {
    /// A head turned by so many degrees about its vertical, to the subject's left.
    pub(crate) fn new(face: &'a Face, degrees: f32, (width, height): (u32, u32)) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (columns, rows) = (width / CELL + 2, height / CELL + 2);
        let near = |column: u32, row: u32| {
            let (x, y) = ((column * CELL) as f32, (row * CELL) as f32);
            let (mut weights, mut sum) = (0.0, 0.0);
            for point in face.mesh() {
                let far = (point.at.x - x).powi(2) + (point.at.y - y).powi(2);
                let weight = 1.0 / (far + 4.0).powi(2);
                weights += weight;
                sum += weight * point.depth;
            }
            sum / weights
        };
        let depths = (0..rows).flat_map(|row| (0..columns).map(move |column| near(column, row))).collect();
        Self { face, sin, cos, columns, depths }
    }

    fn depth(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.max(0.0) / CELL as f32, y.max(0.0) / CELL as f32);
        let (column, row) = ((x as u32).min(self.columns - 2), y as u32);
        let at = |dx: u32, dy: u32| {
            self.depths.get(((row + dy) * self.columns + column + dx) as usize).copied().unwrap_or_default()
        };
        let (fx, fy) = ((x - column as f32).min(1.0), y - row as f32);
        let above = at(0, 0) + (at(1, 0) - at(0, 0)) * fx;
        let below = at(0, 1) + (at(1, 1) - at(0, 1)) * fx;
        above + (below - above) * fy
    }

    /// The column of the picture that a place of the turned one shows.
    pub(crate) fn source(&self, x: f32, y: f32) -> f32 {
        let (middle, t) = (self.face.eyes_middle(), self.face.eye_to_chin());
        let mut from = x;
        for _ in 0..8 {
            from = middle.x + (x - middle.x - self.depth(from, y) * self.sin) / self.cos;
        }
        let far = ((x - middle.x) / t).hypot((y - middle.y - 0.2 * t) / t);
        x + (from - x) * (2.0 - far / HEAD).clamp(0.0, 1.0)
    }
}
