//! The face alone: cut upright at one size, with the mask of what lies within its outline.
// Hot: every pixel of the zone. Rows and columns run over the zone's own size.
#![allow(clippy::indexing_slicing)]

use crate::face::Face;
use crate::geometry::{Point, Square};
use crate::landmark;
use crate::patch::{Border, Cut, cut};
use tram_biometric::RgbImage;

/// Pixels a side of the zone.
pub(super) const SIDE: usize = 256;
/// The zone is this many times the distance T from eyes to chin.
const SPAN: f32 = 2.2;

/// The upright cut of one face.
pub(super) struct Zone {
    /// Luminance, 0 to 1, row by row.
    pub(super) luminance: Vec<f32>,
    /// Whether a pixel lies within the outline of the face.
    pub(super) inside: Vec<bool>,
    /// Column of the middle between the eyes.
    pub(super) middle: f32,
}

impl Zone {
    pub(super) fn of(image: &RgbImage, face: &Face) -> Self {
        let eyes = face.eyes_middle();
        let square = Square {
            centre: eyes.lerp(face.chin, 0.3),
            side: SPAN * face.eye_to_chin().max(1.0),
            angle: face.pose.roll.to_radians(),
        };
        let how = Cut { side: SIDE, mirrored: false, black: 0.0, border: Border::Nearest };
        let planes = cut(image, square, how);
        let (red, rest) = planes.split_at(SIDE * SIDE);
        let (green, blue) = rest.split_at(SIDE * SIDE);
        let luminance =
            red.iter().zip(green).zip(blue).map(|((r, g), b)| 0.2126 * r + 0.7152 * g + 0.0722 * b).collect();
        let outline: Vec<Point> =
            landmark::OVAL.iter().map(|&index| within(square, face.point(index))).collect();
        Self { luminance, inside: fill(&outline), middle: within(square, eyes).x }
    }

    /// Luminance of every pixel within the outline, with its column.
    pub(super) fn skin(&self) -> impl Iterator<Item = (usize, f32)> {
        self.luminance
            .iter()
            .zip(&self.inside)
            .enumerate()
            .filter(|(_, (_, inside))| **inside)
            .map(|(index, (luminance, _))| (index % SIDE, *luminance))
    }
}

/// Where a point of the picture lies in the zone, in zone pixels.
fn within(square: Square, point: Point) -> Point {
    let (sin, cos) = square.angle.sin_cos();
    let (dx, dy) = (point.x - square.centre.x, point.y - square.centre.y);
    let scale = SIDE as f32 / square.side;
    let half = SIDE as f32 / 2.0;
    Point::new(half + (dx * cos + dy * sin) * scale, half + (dy * cos - dx * sin) * scale)
}

/// The pixels within a closed outline, by the even-odd rule at pixel centres.
fn fill(outline: &[Point]) -> Vec<bool> {
    let mut inside = vec![false; SIDE * SIDE];
    for (row, pixels) in inside.chunks_exact_mut(SIDE).enumerate() {
        let y = row as f32 + 0.5;
        let mut crossings: Vec<f32> = outline
            .iter()
            .zip(outline.iter().cycle().skip(1))
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
            .collect();
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let start = (pair[0] - 0.5).ceil().clamp(0.0, SIDE as f32) as usize;
            let end = (pair[1] + 0.5).floor().clamp(0.0, SIDE as f32) as usize;
            pixels[start.min(end)..end].fill(true);
        }
    }
    inside
}
