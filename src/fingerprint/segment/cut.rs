//! Taking one finger out of a slap, upright.

use super::Segment;
use tram_biometric::GrayImage;

/// No single finger is larger than this, pixels at 500 ppi (5 cm).
const LARGEST: f32 = 1000.0;
const PAPER: f32 = 255.0;

/// The upright picture of one finger, white where its box leaves the slap.
pub fn cut(image: &GrayImage, segment: &Segment) -> GrayImage {
    let [(x0, y0), (x1, y1), _, (x3, y3)] = segment.quad;
    let width = (x1 - x0).hypot(y1 - y0).clamp(1.0, LARGEST);
    let height = (x3 - x0).hypot(y3 - y0).clamp(1.0, LARGEST);
    let across = ((x1 - x0) / width, (y1 - y0) / width);
    let down = ((x3 - x0) / height, (y3 - y0) / height);
    GrayImage::from_fn(width as u32, height as u32, image.ppi(), |u, v| {
        let (u, v) = (u as f32 + 0.5, v as f32 + 0.5);
        let x = x0 + u * across.0 + v * down.0 - 0.5;
        let y = y0 + u * across.1 + v * down.1 - 0.5;
        bilinear(image, x, y).round() as u8
    })
}

fn bilinear(image: &GrayImage, x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = (x - left, y - top);
    let level = |dx: i32, dy: i32| {
        let at = |value: f32, step: i32| u32::try_from(value as i32 + step).ok();
        at(left, dx).zip(at(top, dy)).and_then(|(x, y)| image.get(x, y)).map_or(PAPER, f32::from)
    };
    let above = level(0, 0) * (1.0 - fx) + level(1, 0) * fx;
    let below = level(0, 1) * (1.0 - fx) + level(1, 1) * fx;
    above * (1.0 - fy) + below * fy
}
