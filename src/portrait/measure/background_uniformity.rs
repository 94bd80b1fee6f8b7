//! Background uniformity (29794-5): mean length of the luminance gradient over the background.
//!
//! The formula and mapping are the standard's; what is background is found our way (see `frame`). Edges of what was found
//! are worn away by two pixels, so that the head's outline does not count.

use super::frame::{HEIGHT, WIDTH, places};
use super::view::View;
use crate::colour::linear;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

/// Mean gradient where 3 by 3 Sobel filters run over luminance from 0 to 255; 0 where no background is seen.
pub(super) fn native(view: &View<'_>) -> f64 {
    let frame = view.frame();
    let background = wear(&wear(&frame.background));
    let levels: Vec<f64> = frame.pixels.iter().map(|pixel| luminance(pixel.unwrap_or_default())).collect();
    let (mut sum, mut count) = (0.0, 0_u32);
    for (row, line) in background.chunks_exact(WIDTH).enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, is_background)| **is_background) {
            sum += gradient(&levels, column, row);
            count += 1;
        }
    }
    sum / f64::from(count.max(1))
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid { h: 190.0, a: 1.0, s: -1.0, x0: 10.0, w: 100.0 }.score(native)
}

/// Leaves only what has all its eight neighbours.
fn wear(kept: &[bool]) -> Vec<bool> {
    let whole = |column: usize, row: usize| {
        (row.saturating_sub(1)..=row + 1).all(|y| {
            (column.saturating_sub(1)..=column + 1)
                .all(|x| x < WIDTH && y < HEIGHT && kept.get(y * WIDTH + x) == Some(&true))
        })
    };
    places().map(|(column, row)| whole(column, row)).collect()
}

/// Luminance from 0 to 255 in linear light.
fn luminance(pixel: [f32; 3]) -> f64 {
    let light = |value: f32| linear().get(value as usize).copied().unwrap_or(1.0);
    let [r, g, b] = pixel.map(light);
    f64::from(255.0 * (0.2126 * r + 0.7152 * g + 0.0722 * b))
}

/// Length of the 3 by 3 Sobel gradient; the edge repeats.
fn gradient(levels: &[f64], column: usize, row: usize) -> f64 {
    let at = |dx: usize, dy: usize| {
        let x = (column + dx).saturating_sub(1).min(WIDTH - 1);
        let y = (row + dy).saturating_sub(1).min(HEIGHT - 1);
        levels.get(y * WIDTH + x).copied().unwrap_or_default()
    };
    let across = at(2, 0) + 2.0 * at(2, 1) + at(2, 2) - at(0, 0) - 2.0 * at(0, 1) - at(0, 2);
    let down = at(0, 2) + 2.0 * at(1, 2) + at(2, 2) - at(0, 0) - 2.0 * at(1, 0) - at(2, 0);
    across.hypot(down)
}
