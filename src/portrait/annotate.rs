//! A picture with what was found drawn into it, for a person who wants to see why a measure says what it says.

use crate::crop;
use crate::face::Face;
use crate::geometry::Point;
use crate::landmark;
use tram_biometric::RgbImage;

type Ink = [u8; 3];
/// The card's frame, the outlines of the features, the points of the mesh, and pupils with irises.
const FRAME: Ink = [255, 255, 255];
const OUTLINE: Ink = [255, 210, 0];
const MESH: Ink = [0, 220, 120];
const EYE: Ink = [255, 40, 40];

/// Draws the card's frame, the mesh, the outlines of face, eyes, brows and lips, and both irises into a copy of the picture.
pub fn annotated(image: &RgbImage, face: &Face) -> RgbImage {
    let mut page = Page {
        width: image.width(),
        height: image.height(),
        pixels: image.pixels().to_vec(),
        // A line is as thick as its picture is large: about a pixel on a screen.
        thick: (image.width().max(image.height()) as f32 / 1000.0).max(1.0),
    };
    page.outline(&crop::CARD.frame(face).corners(), FRAME);
    for point in face.mesh() {
        page.dot(point.at, page.thick * 0.8, MESH);
    }
    let outlines: [&[usize]; 6] = [
        &landmark::OVAL,
        &landmark::RIGHT_EYE,
        &landmark::LEFT_EYE,
        &landmark::RIGHT_BROW,
        &landmark::LEFT_BROW,
        &landmark::OUTER_LIPS,
    ];
    for indices in outlines {
        let points: Vec<Point> = indices.iter().map(|&index| face.point(index)).collect();
        page.outline(&points, OUTLINE);
    }
    for eye in [face.right_eye, face.left_eye] {
        page.dot(eye.pupil, page.thick * 1.5, EYE);
        let rim = (0..48).map(|step| {
            let (sin, cos) = (step as f32 / 48.0 * std::f32::consts::TAU).sin_cos();
            Point::new(eye.pupil.x + eye.iris_radius * cos, eye.pupil.y + eye.iris_radius * sin)
        });
        page.outline(&rim.collect::<Vec<_>>(), EYE);
    }
    let Page { width, height, pixels, .. } = page;
    // The page has as many pixels as the picture it began as.
    RgbImage::new(width, height, pixels).unwrap_or_else(|_| image.clone())
}

struct Page {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    thick: f32,
}

impl Page {
    /// A closed line through points.
    fn outline(&mut self, points: &[Point], ink: Ink) {
        for (a, b) in points.iter().zip(points.iter().cycle().skip(1)) {
            // Points far beside the picture draw nothing, and must not take long to.
            let steps = (a.distance(*b) / (self.thick * 0.5)).ceil().clamp(1.0, 20_000.0) as u32;
            for step in 0..steps {
                self.dot(a.lerp(*b, step as f32 / steps as f32), self.thick / 2.0, ink);
            }
        }
    }

    fn dot(&mut self, at: Point, radius: f32, ink: Ink) {
        // Saturating casts: what lies beside the picture is clipped.
        let rows = (at.y - radius).round() as u32
            ..((at.y + radius).round() as u32).saturating_add(1).min(self.height);
        for y in rows {
            let columns = (at.x - radius).round() as u32
                ..((at.x + radius).round() as u32).saturating_add(1).min(self.width);
            for x in columns {
                let index = (y as usize * self.width as usize + x as usize) * 3;
                if let Some(pixel) = self.pixels.get_mut(index..index + 3) {
                    pixel.copy_from_slice(&ink);
                }
            }
        }
    }
}
