//! Resampling a turned frame of a picture with a Lanczos filter, in linear light.
// Hot: hundreds of reads for each finished pixel. Coordinates are clamped to the picture before they become indices,
// and the tables are as long as their indices can reach.
#![allow(clippy::indexing_slicing)]

use crate::colour::{encoded, linear};
use crate::geometry::Point;
use tram_biometric::RgbImage;

/// Lobes of the filter.
const LOBES: f32 = 3.0;
/// Steps of the filter table for one pixel.
const FINE: f32 = 64.0;

/// The picture `width` by `height` pixels whose pixel (x, y) shows `corner + x * right + y * down`, where `right` and
/// `down` are square to each other and equally long: picture pixels for one finished pixel.
///
/// Where the picture shrinks, the filter widens with it, so that nothing aliases. What lies beyond the picture repeats
/// its edge.
pub(crate) fn resample(
    image: &RgbImage,
    (corner, right, down): (Point, Point, Point),
    (width, height): (u32, u32),
) -> Vec<u8> {
    let filter = table();
    let light = linear();
    let step = right.x.hypot(right.y).max(f32::MIN_POSITIVE);
    let spread = step.max(1.0);
    // Unit vectors divided by the spread: picture offsets to filter offsets.
    let per = 1.0 / (step * spread);
    let (u, v) = (Point::new(right.x * per, right.y * per), Point::new(down.x * per, down.y * per));
    let reach = LOBES * spread * (right.x.abs() + right.y.abs()) / step;
    let (last_x, last_y) = (image.width() as i32 - 1, image.height() as i32 - 1);
    let pixels = image.pixels();
    let mut finished = Vec::with_capacity(width as usize * height as usize * 3);
    for row in 0..height {
        for column in 0..width {
            let (a, b) = (column as f32 + 0.5, row as f32 + 0.5);
            // Centres of picture pixels lie at halves.
            let x = corner.x + a * right.x + b * down.x - 0.5;
            let y = corner.y + a * right.y + b * down.y - 0.5;
            let (mut sum, mut total) = ([0.0_f32; 3], 0.0_f32);
            for py in (y - reach).ceil() as i32..=(y + reach).floor() as i32 {
                let line = py.clamp(0, last_y) as usize * image.width() as usize;
                let dy = py as f32 - y;
                for px in (x - reach).ceil() as i32..=(x + reach).floor() as i32 {
                    let dx = px as f32 - x;
                    let across = ((dx * u.x + dy * u.y).abs() * FINE) as usize;
                    let along = ((dx * v.x + dy * v.y).abs() * FINE) as usize;
                    if across >= filter.len() || along >= filter.len() {
                        continue;
                    }
                    let weight = filter[across] * filter[along];
                    let at = (line + px.clamp(0, last_x) as usize) * 3;
                    for (sum, level) in sum.iter_mut().zip(&pixels[at..at + 3]) {
                        *sum += weight * light[usize::from(*level)];
                    }
                    total += weight;
                }
            }
            finished.extend(sum.map(|sum| encoded(sum / total)));
        }
    }
    finished
}

/// The filter at each sixty-fourth of a pixel, from its middle outwards.
fn table() -> Vec<f32> {
    let sinc = |x: f32| {
        let x = x * std::f32::consts::PI;
        if x.abs() < 1e-6 { 1.0 } else { x.sin() / x }
    };
    (0..(LOBES * FINE) as usize)
        .map(|index| (index as f32 + 0.5) / FINE)
        .map(|x| sinc(x) * sinc(x / LOBES))
        .collect()
}
