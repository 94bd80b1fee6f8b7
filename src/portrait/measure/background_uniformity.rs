//! Background uniformity (29794-5): mean length of the luminance gradient over the background.
//!
//! The formula and mapping are the standard's; what is background is found our way, because the standard's face parsing
//! network cannot be had. Colours along the left, right and upper edge of the card's frame are learned as background, those
//! of the face, the hair above it and the chest below as foreground; every other pixel goes with the colours it is
//! likelier to come from. Edges of what was found are worn away by two pixels, so that the head's outline does not count.

use super::view::View;
use crate::colour::linear;
use crate::crop;
use crate::mapping::Sigmoid;
use crate::patch::{Border, sample};
use tram_biometric::Quality;

/// The frame is looked at this many pixels wide and high: four for each millimetre on the card.
const WIDTH: usize = 80;
const HEIGHT: usize = 120;
/// Learned as background: the outermost pixels at the sides, and at the top.
const EDGE: usize = 6;
/// The sides count as background only above the shoulders, this share of the height down.
const SHOULDERS: f32 = 0.5;
/// Levels of each colour channel that are told apart.
const LEVELS: usize = 8;

/// Mean gradient where 3 by 3 Sobel filters run over luminance from 0 to 255; 0 where no background is seen.
pub(super) fn native(view: &View<'_>) -> f64 {
    let pixels = look(view);
    let background = wear(&wear(&classify(view, &pixels)));
    let levels: Vec<f64> = pixels.iter().map(|pixel| luminance(pixel.unwrap_or_default())).collect();
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

/// The card's frame, coarsely; `None` beyond the picture.
fn look(view: &View<'_>) -> Vec<Option<[f32; 3]>> {
    let frame = crop::CARD.frame(view.face);
    let (width, height) = (view.image.width() as f32, view.image.height() as f32);
    // Four readings a pixel, so that fine noise does not pass for structure.
    let quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
    places()
        .map(|(column, row)| {
            let mut sum = [0.0; 3];
            for (dx, dy) in quarters {
                let at = frame.at((column as f32 + dx) / WIDTH as f32, (row as f32 + dy) / HEIGHT as f32);
                if !(at.x >= 0.0 && at.y >= 0.0 && at.x < width && at.y < height) {
                    return None;
                }
                let pixel = sample(view.image, at.x, at.y, Border::Nearest);
                sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value / 4.0);
            }
            Some(sum)
        })
        .collect()
}

fn places() -> impl Iterator<Item = (usize, usize)> {
    (0..HEIGHT).flat_map(|row| (0..WIDTH).map(move |column| (column, row)))
}

/// Which pixels are background.
fn classify(view: &View<'_>, pixels: &[Option<[f32; 3]>]) -> Vec<bool> {
    // How often each colour was seen: as foreground, as background. One in advance, so that none is impossible.
    let mut seen = vec![[1.0_f32; 2]; LEVELS * LEVELS * LEVELS];
    let mut totals = [0.0_f32; 2];
    let kinds: Vec<_> = places().map(|(column, row)| known(view, column, row)).collect();
    for (pixel, kind) in pixels.iter().zip(&kinds) {
        let (Some(pixel), Some(is_background)) = (pixel, kind) else { continue };
        let kind = usize::from(*is_background);
        if let Some(count) = seen.get_mut(bin(*pixel)).and_then(|counts| counts.get_mut(kind)) {
            *count += 1.0;
        }
        if let Some(total) = totals.get_mut(kind) {
            *total += 1.0;
        }
    }
    let [foreground_total, background_total] = totals.map(|total| total.max(1.0));
    pixels
        .iter()
        .zip(kinds)
        .map(|(pixel, kind)| match (pixel, kind) {
            (None, _) => false,
            (_, Some(is_background)) => is_background,
            (Some(pixel), None) => seen.get(bin(*pixel)).is_some_and(|[foreground, background]| {
                background / background_total > foreground / foreground_total
            }),
        })
        .collect()
}

fn bin(pixel: [f32; 3]) -> usize {
    pixel.iter().fold(0, |bin, value| bin * LEVELS + ((*value as usize) * LEVELS / 256).min(LEVELS - 1))
}

/// Whether a place is certainly background (true) or certainly not (false), by where it lies in the frame.
fn known(view: &View<'_>, column: usize, row: usize) -> Option<bool> {
    let face = view.face;
    // T in pixels of this look; the frame centres the eyes.
    let t = HEIGHT as f32 * face.eye_to_chin() / crop::CARD.frame(face).height();
    let x = (column as f32 + 0.5 - WIDTH as f32 / 2.0) / t;
    let y = (row as f32 + 0.5 - HEIGHT as f32 * (1.0 - crop::CARD.eyes_above)) / t;
    let in_face = (x / 0.62).powi(2) + ((y - 0.15) / 0.9).powi(2) < 1.0;
    let in_chest = y > 1.15 && x.abs() < 0.3;
    let in_margin = !(EDGE..WIDTH - EDGE).contains(&column);
    if in_face || in_chest {
        Some(false)
    } else if row < EDGE / 2 || (in_margin && y < SHOULDERS) {
        Some(true)
    } else {
        None
    }
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
