//! The card's frame, looked at coarsely: what lies around the face, and which of it is background.
//!
//! Colours along the left, right and upper edge of the frame are learned as background, those of the face, the hair above
//! it and the chest below as foreground; every other pixel goes with the colours it is likelier to come from. Ours: the
//! standard's face parsing network cannot be had.

use super::view::View;
use crate::crop;
use crate::patch::{Border, sample};

/// The frame is looked at this many pixels wide and high: four for each millimetre on the card.
pub(super) const WIDTH: usize = 80;
pub(super) const HEIGHT: usize = 120;
/// Learned as background: the outermost pixels at the sides, and at the top.
const EDGE: usize = 6;
/// The sides count as background only above the shoulders, this share of the height down.
const SHOULDERS: f32 = 0.5;
/// Levels of each colour channel that are told apart.
const LEVELS: usize = 8;

/// The frame, row by row.
pub(super) struct FrameLook {
    /// sRGB from 0 to 255; `None` beyond the picture.
    pub(super) pixels: Vec<Option<[f32; 3]>>,
    /// Whether a pixel is background.
    pub(super) background: Vec<bool>,
    /// Whether a pixel has a colour that the frame's edges have too: what is neither of the face nor of the edges, a hat
    /// perhaps, is not taken for background here.
    pub(super) like_edges: Vec<bool>,
}

impl FrameLook {
    pub(super) fn of(view: &View<'_>) -> Self {
        let pixels = look(view);
        let seen = Seen::of(view, &pixels);
        let background = seen.classify(&pixels);
        let like_edges = pixels.iter().map(|pixel| pixel.is_some_and(|pixel| seen.at_edges(pixel))).collect();
        Self { pixels, background, like_edges }
    }
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

pub(super) fn places() -> impl Iterator<Item = (usize, usize)> {
    (0..HEIGHT).flat_map(|row| (0..WIDTH).map(move |column| (column, row)))
}

/// Which colours were seen where it is certain what they belong to.
struct Seen {
    /// Whether a place is certainly background, or certainly not, by where it lies.
    kinds: Vec<Option<bool>>,
    /// How often each colour was seen: as foreground, as background. One in advance, so that none is impossible.
    counts: Vec<[f32; 2]>,
    totals: [f32; 2],
}

impl Seen {
    fn of(view: &View<'_>, pixels: &[Option<[f32; 3]>]) -> Self {
        let mut counts = vec![[1.0_f32; 2]; LEVELS * LEVELS * LEVELS];
        let mut totals = [0.0_f32; 2];
        let kinds: Vec<_> = places().map(|(column, row)| known(view, column, row)).collect();
        for (pixel, kind) in pixels.iter().zip(&kinds) {
            let (Some(pixel), Some(is_background)) = (pixel, kind) else { continue };
            let kind = usize::from(*is_background);
            if let Some(count) = counts.get_mut(bin(*pixel)).and_then(|counts| counts.get_mut(kind)) {
                *count += 1.0;
            }
            if let Some(total) = totals.get_mut(kind) {
                *total += 1.0;
            }
        }
        Self { kinds, counts, totals: totals.map(|total| total.max(1.0)) }
    }

    fn classify(&self, pixels: &[Option<[f32; 3]>]) -> Vec<bool> {
        let [foreground_total, background_total] = self.totals;
        pixels
            .iter()
            .zip(&self.kinds)
            .map(|(pixel, kind)| match (pixel, kind) {
                (None, _) => false,
                (_, Some(is_background)) => *is_background,
                (Some(pixel), None) => {
                    self.counts.get(bin(*pixel)).is_some_and(|[foreground, background]| {
                        background / background_total > foreground / foreground_total
                    })
                }
            })
            .collect()
    }

    fn at_edges(&self, pixel: [f32; 3]) -> bool {
        self.counts.get(bin(pixel)).is_some_and(|[_, background]| *background > 1.0)
    }
}

fn bin(pixel: [f32; 3]) -> usize {
    pixel.iter().fold(0, |bin, value| bin * LEVELS + ((*value as usize) * LEVELS / 256).min(LEVELS - 1))
}

/// A place of the frame from the eyes' middle, in T, upright with the eyes.
pub(super) fn from_eyes(view: &View<'_>, column: usize, row: usize) -> (f32, f32) {
    // T in pixels of this look; the frame centres the eyes.
    let t = HEIGHT as f32 * view.face.eye_to_chin() / crop::CARD.frame(view.face).height();
    let x = (column as f32 + 0.5 - WIDTH as f32 / 2.0) / t;
    (x, (row as f32 + 0.5 - HEIGHT as f32 * (1.0 - crop::CARD.eyes_above)) / t)
}

/// Whether a place is certainly background (true) or certainly not (false), by where it lies in the frame.
fn known(view: &View<'_>, column: usize, row: usize) -> Option<bool> {
    let (x, y) = from_eyes(view, column, row);
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
