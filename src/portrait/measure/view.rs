//! What the measures look at: one face cut upright at one size, its skin, its light.
// Hot: every pixel of the zone. Rows and columns run over the zone's own size.
#![allow(clippy::indexing_slicing)]

use super::frame::FrameLook;
use super::skin::Skin;
use crate::colour::linear;
use crate::detector::Detection;
use crate::face::Face;
use crate::geometry::{Point, Square};
use crate::landmark;
use crate::patch::{Border, Cut, cut};
use std::cell::OnceCell;
use tram_biometric::RgbImage;

/// Pixels a side of the zone.
pub(super) const SIDE: usize = 256;
/// The zone is this many times the distance T from eyes to chin, so that T is 116 pixels, as on the card.
const SPAN: f32 = 2.2;

/// One picture with its largest face, prepared once for all measures.
pub(super) struct View<'a> {
    pub(super) image: &'a RgbImage,
    pub(super) face: &'a Face,
    pub(super) detections: &'a [Detection],
    square: Square,
    /// The red, green and blue plane of the zone, sRGB from 0 to 1.
    pub(super) planes: [Vec<f32>; 3],
    /// Luminance of the zone (29794-5): linear light, 0 to 255.
    pub(super) luminance: Vec<u8>,
    /// Whether a pixel of the zone lies within the outline of the face.
    pub(super) inside: Vec<bool>,
    /// Share of the face's pixels at each luminance.
    pub(super) histogram: [f64; 256],
    skin: OnceCell<Skin>,
    frame: OnceCell<FrameLook>,
}

impl<'a> View<'a> {
    pub(super) fn new(image: &'a RgbImage, face: &'a Face, detections: &'a [Detection]) -> Self {
        let square = Square {
            centre: face.eyes_middle().lerp(face.chin, 0.3),
            side: SPAN * face.eye_to_chin().max(1.0),
            angle: face.pose.roll.to_radians(),
        };
        let how = Cut { side: SIDE, mirrored: false, black: 0.0, border: Border::Nearest };
        let mut red = cut(image, square, how);
        let mut green = red.split_off(SIDE * SIDE);
        let blue = green.split_off(SIDE * SIDE);
        let luminance = luminance(&red, &green, &blue);
        let outline: Vec<Point> =
            landmark::OVAL.iter().map(|&index| square.within(face.point(index), SIDE)).collect();
        let inside = fill(&outline);
        let face_levels =
            luminance.iter().zip(&inside).filter(|(_, inside)| **inside).map(|(level, _)| *level);
        let histogram = shares(face_levels);
        Self {
            image,
            face,
            detections,
            square,
            planes: [red, green, blue],
            luminance,
            inside,
            histogram,
            skin: OnceCell::new(),
            frame: OnceCell::new(),
        }
    }

    /// Where a point of the picture lies in the zone, in zone pixels.
    pub(super) fn in_zone(&self, point: Point) -> Point {
        self.square.within(point, SIDE)
    }

    /// Zone pixels for one pixel of the picture.
    pub(super) fn zone_scale(&self) -> f32 {
        SIDE as f32 / self.square.side
    }

    /// The middle of a pixel of the zone.
    pub(super) fn place(index: usize) -> Point {
        Point::new((index % SIDE) as f32 + 0.5, (index / SIDE) as f32 + 0.5)
    }

    /// The pixels within an outline of mesh points, widened about its middle.
    pub(super) fn polygon(&self, outline: &[usize], widened: f32) -> Vec<bool> {
        let points: Vec<Point> = outline.iter().map(|&index| self.in_zone(self.face.point(index))).collect();
        let count = points.len().max(1) as f32;
        let middle = points.iter().fold(Point::default(), |sum, point| {
            Point::new(sum.x + point.x / count, sum.y + point.y / count)
        });
        fill(&points.iter().map(|point| middle.lerp(*point, widened)).collect::<Vec<_>>())
    }

    /// The skin, learned when first asked for.
    pub(super) fn skin(&self) -> &Skin {
        self.skin.get_or_init(|| Skin::of(self))
    }

    /// The share of some pixels of the zone that have not the colour of skin.
    pub(super) fn covered(&self, pixels: &[usize]) -> f64 {
        let skin = self.skin();
        let covered = pixels.iter().filter(|&&index| !skin.mask[index]).count();
        covered as f64 / pixels.len().max(1) as f64
    }

    /// The card's frame, coarsely.
    pub(super) fn frame(&self) -> &FrameLook {
        self.frame.get_or_init(|| FrameLook::of(self))
    }

    /// The natural logarithm of one channel's light at a place of the zone; beyond the zone its edge.
    pub(super) fn log_light(&self, channel: usize, x: f32, y: f32) -> f32 {
        let clip = |value: f32| (value.max(0.0) as usize).min(SIDE - 1);
        // Levels are about the power 1 / 2.2 of light; four levels keep black from being endlessly far.
        2.2 * (self.planes[channel][clip(y) * SIDE + clip(x)] + 0.016).ln()
    }

    /// The indices of the pixels of the right and the left cheek: squares of 0.3 of the inter-eye distance, beside the
    /// eye centres and half the eye-mouth distance below (29794-5, illumination uniformity and natural colour).
    pub(super) fn cheeks(&self) -> [Vec<usize>; 2] {
        let corner = |index| self.in_zone(self.face.point(index));
        let right = corner(landmark::RIGHT_EYE_OUTER).midpoint(corner(landmark::RIGHT_EYE_INNER));
        let left = corner(landmark::LEFT_EYE_OUTER).midpoint(corner(landmark::LEFT_EYE_INNER));
        let mouth = corner(landmark::MOUTH_RIGHT).midpoint(corner(landmark::MOUTH_LEFT));
        let side = 0.3 * right.distance(left);
        let down = right.midpoint(left).distance(mouth) / 2.0;
        [self.pixels(right.x - side, right.y + down, side), self.pixels(left.x, left.y + down, side)]
    }

    /// The indices of the face's pixels in a square of the zone.
    pub(super) fn pixels(&self, x: f32, y: f32, side: f32) -> Vec<usize> {
        let clip = |value: f32| value.clamp(0.0, SIDE as f32) as usize;
        let columns = clip(x)..clip(x + side);
        (clip(y)..clip(y + side))
            .flat_map(|row| columns.clone().map(move |column| row * SIDE + column))
            .filter(|&index| self.inside[index])
            .collect()
    }
}

/// The share of each of 256 levels among some.
pub(super) fn shares(levels: impl Iterator<Item = u8>) -> [f64; 256] {
    let mut counts = [0_u32; 256];
    for level in levels {
        counts[usize::from(level)] += 1;
    }
    let total = counts.iter().sum::<u32>().max(1);
    counts.map(|count| f64::from(count) / f64::from(total))
}

fn luminance(red: &[f32], green: &[f32], blue: &[f32]) -> Vec<u8> {
    let table = linear();
    let light = |value: f32| table[(value * 255.0 + 0.5) as u8 as usize];
    red.iter()
        .zip(green)
        .zip(blue)
        .map(|((&r, &g), &b)| 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b))
        .map(|luminance| (luminance * 255.0 + 0.5) as u8)
        .collect()
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
