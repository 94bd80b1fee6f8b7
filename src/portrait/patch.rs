//! Cutting a turned square out of a picture as the planes of floats a network takes.
// Hot: half a million reads a frame. Indices are clamped to the picture, or skipped, before they are used.
#![allow(clippy::indexing_slicing)]

use crate::geometry::Square;
use tram_biometric::RgbImage;

/// What lies outside the picture.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Border {
    /// Black, as the detector was trained with.
    Black,
    /// The nearest pixel, as the landmark networks were trained with.
    Nearest,
}

/// How a patch is cut.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    /// Pixels a side of the patch.
    pub(crate) side: usize,
    /// Mirror left and right.
    pub(crate) mirrored: bool,
    /// The value of black; white is 1.
    pub(crate) black: f32,
    /// What lies outside the picture.
    pub(crate) border: Border,
}

/// Most samples along one axis of a patch pixel: more change nothing that a network sees.
const MOST_TAPS: usize = 3;

/// Cuts `square` out of `image`: the red, the green and the blue plane, each `side * side` values, row by row.
///
/// Where the patch is coarser than the picture, each patch pixel is the mean of a grid of samples, so that nothing
/// aliases; where it is about as fine or finer, one sample is interpolated bilinearly.
pub(crate) fn cut(image: &RgbImage, square: Square, how: Cut) -> Vec<f32> {
    let taps = ((square.side / how.side as f32 / 2.0).ceil() as usize).clamp(1, MOST_TAPS);
    if square.angle == 0.0 && !how.mirrored {
        upright(image, square, how, taps)
    } else if taps == 1 {
        gather(square, how, taps, |x, y| sample(image, x, y, how.border))
    } else {
        gather(square, how, taps, |x, y| nearest(image, x, y, how.border))
    }
}

/// The same for a square that is not turned: each column is looked up once, not at every pixel of it.
fn upright(image: &RgbImage, square: Square, how: Cut, taps: usize) -> Vec<f32> {
    let Cut { side, black, border, .. } = how;
    let step = square.side / (side * taps) as f32;
    let places = |middle: f32, length: u32| -> Vec<Option<usize>> {
        let first = middle - square.side / 2.0;
        let place = |index: usize| first + (index as f32 + 0.5) * step;
        (0..side * taps)
            .map(place)
            .map(|at| (border == Border::Nearest || (at >= 0.0 && at < length as f32)).then_some(at))
            .map(|at| at.map(|at| (at as usize).min(length as usize - 1)))
            .collect()
    };
    let columns = places(square.centre.x, image.width());
    let rows = places(square.centre.y, image.height());
    let gain = (1.0 - black) / (255.0 * (taps * taps) as f32);
    let plane = side * side;
    let mut planes = vec![black; 3 * plane];
    let (reds, rest) = planes.split_at_mut(plane);
    let (greens, blues) = rest.split_at_mut(plane);
    let stride = image.width() as usize * 3;
    for (index, y) in rows.into_iter().enumerate() {
        let Some(y) = y else { continue };
        let line = &image.pixels()[y * stride..][..stride];
        let row = index / taps * side;
        for (column, group) in columns.chunks_exact(taps).enumerate() {
            let mut sum = [0_u32; 3];
            for x in group.iter().flatten() {
                let pixel = &line[x * 3..][..3];
                sum = [
                    sum[0] + u32::from(pixel[0]),
                    sum[1] + u32::from(pixel[1]),
                    sum[2] + u32::from(pixel[2]),
                ];
            }
            reds[row + column] += sum[0] as f32 * gain;
            greens[row + column] += sum[1] as f32 * gain;
            blues[row + column] += sum[2] as f32 * gain;
        }
    }
    planes
}

/// Fills the planes with the means of `taps * taps` readings for each patch pixel.
#[inline]
fn gather(square: Square, how: Cut, taps: usize, read: impl Fn(f32, f32) -> [f32; 3]) -> Vec<f32> {
    let Cut { side, mirrored, black, .. } = how;
    let (origin, right, down) = axes(square, side, mirrored);
    let gain = (1.0 - black) / (255.0 * (taps * taps) as f32);
    let step = 1.0 / taps as f32;
    let plane = side * side;
    let mut planes = vec![black; 3 * plane];
    let (reds, rest) = planes.split_at_mut(plane);
    let (greens, blues) = rest.split_at_mut(plane);
    for line in 0..side * taps {
        let v = (line as f32 + 0.5) * step;
        let (start_x, start_y) = (origin.0 + v * down.0, origin.1 + v * down.1);
        let row = line / taps * side;
        for column in 0..side {
            let mut sum = [0.0; 3];
            for tap in 0..taps {
                let u = column as f32 + (tap as f32 + 0.5) * step;
                let pixel = read(start_x + u * right.0, start_y + u * right.1);
                sum = [sum[0] + pixel[0], sum[1] + pixel[1], sum[2] + pixel[2]];
            }
            reds[row + column] += sum[0] * gain;
            greens[row + column] += sum[1] * gain;
            blues[row + column] += sum[2] * gain;
        }
    }
    planes
}

type Vector = (f32, f32);

/// Top left corner of the square and its sides, one patch pixel long, in picture pixels.
fn axes(square: Square, side: usize, mirrored: bool) -> (Vector, Vector, Vector) {
    let (sin, cos) = square.angle.sin_cos();
    let step = square.side / side as f32;
    let flip = if mirrored { -1.0 } else { 1.0 };
    let (right, down) = ((cos * step * flip, sin * step * flip), (-sin * step, cos * step));
    let half = side as f32 / 2.0;
    let origin = (square.centre.x - half * (right.0 + down.0), square.centre.y - half * (right.1 + down.1));
    (origin, right, down)
}

/// Bilinear sample at (x, y), where the centre of the first pixel is (0.5, 0.5).
#[inline]
pub(crate) fn sample(image: &RgbImage, x: f32, y: f32, border: Border) -> [f32; 3] {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if border == Border::Black && !(x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32) {
        return [0.0; 3];
    }
    let x = (x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (y - 0.5).clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (fx, fy) = (x - left as f32, y - top as f32);
    // On the last column and row the neighbour is the pixel itself.
    let right = if left + 1 < width { 3 } else { 0 };
    let below = if top + 1 < height { width * 3 } else { 0 };
    let pixels = &image.pixels()[(top * width + left) * 3..];
    let (upper, lower) = (&pixels[..right + 3], &pixels[below..below + right + 3]);
    std::array::from_fn(|channel| {
        let level = |pixels: &[u8], at: usize| f32::from(pixels[at + channel]);
        let above = level(upper, 0) + (level(upper, right) - level(upper, 0)) * fx;
        let under = level(lower, 0) + (level(lower, right) - level(lower, 0)) * fx;
        above + (under - above) * fy
    })
}

/// The pixel at (x, y) alone: enough where a mean of many is taken.
#[inline]
fn nearest(image: &RgbImage, x: f32, y: f32, border: Border) -> [f32; 3] {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if border == Border::Black && !(x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32) {
        return [0.0; 3];
    }
    // A negative float becomes 0.
    let (x, y) = ((x as usize).min(width - 1), (y as usize).min(height - 1));
    let pixel = &image.pixels()[(y * width + x) * 3..][..3];
    std::array::from_fn(|channel| f32::from(pixel[channel]))
}
