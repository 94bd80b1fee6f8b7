//! What NFIQ 2 measures in blocks, and the histograms it makes of that.

#![allow(clippy::indexing_slicing)] // Profiles have the lengths of the arrays they come from.

use super::blocks::{Blocks, Gradient, SIDE, gradient, moments};
use crate::template::Minutia;
use std::f64::consts::TAU;

/// Upper bounds of the first nine bins.
pub(super) type Bounds = [f64; 9];
pub(super) const FREQUENCY: Bounds = [0.268, 0.304, 0.33, 0.355, 0.38, 0.407, 0.44, 0.50, 1.0];
pub(super) const CLARITY: Bounds = [0.0, 0.70, 0.74, 0.77, 0.79, 0.81, 0.83, 0.85, 0.87];
pub(super) const CERTAINTY: Bounds = [0.337, 0.479, 0.579, 0.655, 0.716, 0.766, 0.81, 0.852, 0.898];
pub(super) const FLOW: Bounds = [0.01715, 0.035, 0.0557, 0.081, 0.115, 0.1718, 0.2569, 0.4758, 0.748];
pub(super) const UNIFORMITY: Bounds = [0.5, 0.667, 0.8, 1.0, 1.25, 1.5, 2.0, 24.0, 30.0];

/// Ten counts, mean and standard deviation.
pub(super) fn histogram(values: Vec<f64>, bounds: &Bounds) -> [f64; 12] {
    let mut out = [0.0; 12];
    for value in &values {
        out[bounds.iter().take_while(|&bound| value >= bound).count()] += 1.0;
    }
    (out[10], out[11]) = moments(values.into_iter());
    out
}

/// Mean of the means of blocks, and mean of the picture.
pub(super) fn means(blocks: &Blocks) -> [f64; 2] {
    let pixels = &blocks.pixels;
    let grid =
        (0..pixels.height).step_by(SIDE).flat_map(|y| (0..pixels.width).step_by(SIDE).map(move |x| (x, y)));
    let of_blocks = grid.map(|(x, y)| mean_of(blocks, x, y));
    [moments(of_blocks).0, blocks.mean]
}

/// Mean of the block that begins at (x, y), clipped to the picture.
fn mean_of(blocks: &Blocks, x: usize, y: usize) -> f64 {
    let pixels = &blocks.pixels;
    let (right, bottom) = ((x + SIDE).min(pixels.width), (y + SIDE).min(pixels.height));
    moments((y..bottom).flat_map(|r| &pixels.row(r)[x..right]).map(|&p| f64::from(p))).0
}

/// How certain the orientation of a block is, 0 to 1; `None` where it is flat.
fn certainty(g: &Gradient) -> Option<f64> {
    let spread = ((g.xx - g.yy).powi(2) + 4.0 * g.xy * g.xy).sqrt();
    let (largest, least) = ((g.xx + g.yy + spread) / 2.0, (g.xx + g.yy - spread) / 2.0);
    (largest > 0.0).then(|| 1.0 - least / largest)
}

/// Features that rest on minutiae: those near their middle, all, those on usual grey, those on certain ridges.
pub(super) fn minutiae(blocks: &Blocks, minutiae: &[Minutia]) -> [f64; 4] {
    let (width, height) = (blocks.pixels.width, blocks.pixels.height);
    let places: Vec<(usize, usize)> = minutiae
        .iter()
        .map(|m| (usize::from(m.x).saturating_sub(blocks.left), usize::from(m.y).saturating_sub(blocks.top)))
        .filter(|&(x, y)| x < width && y < height)
        .collect();
    let count = places.len();
    if count == 0 {
        return [0.0, 0.0, -1.0, -1.0];
    }
    let middle = |axis: fn(&(usize, usize)) -> usize| places.iter().map(axis).sum::<usize>() / count;
    let (cx, cy) = (middle(|p| p.0), middle(|p| p.1));
    let near = places.iter().filter(|(x, y)| x.abs_diff(cx) <= 100 && y.abs_diff(cy) <= 100).count();
    let start = |at: usize| at.saturating_sub(SIDE / 2);
    let usual = |&&(x, y): &&(usize, usize)| {
        let darker = (blocks.mean - mean_of(blocks, start(x), start(y))) / blocks.deviation;
        darker > 0.0 && darker <= 0.5
    };
    let certain = |&&(x, y): &&(usize, usize)| {
        let (x, y) = (start(x).min(width - SIDE), start(y).min(height - SIDE));
        let sure = certainty(&gradient(&blocks.pixels, x, y)).unwrap_or(0.0);
        (sure * 100.0 + 0.5).floor() > 80.0
    };
    let share = |number: usize| number as f64 / count as f64;
    [
        near as f64,
        count as f64,
        share(places.iter().filter(usual).count()),
        share(places.iter().filter(certain).count()),
    ]
}

impl Blocks {
    /// Orientation certainty level of every whole block of the grid.
    pub(super) fn certainty(&self) -> Vec<f64> {
        let (cols, rows) = (self.pixels.width / SIDE, self.pixels.height / SIDE);
        let places = (0..rows).flat_map(|row| (0..cols).map(move |col| (col, row)));
        places.filter_map(|(col, row)| certainty(&gradient(&self.pixels, col * SIDE, row * SIDE))).collect()
    }

    /// Frequency domain analysis: how much of the profile across the ridges is its strongest wave.
    pub(super) fn frequency(&self) -> Vec<f64> {
        let waves: Vec<[(f64, f64); 32]> =
            (1..=16).map(|k| std::array::from_fn(|i| (TAU * (k * i) as f64 / 32.0).sin_cos())).collect();
        self.printed()
            .map(|(col, row)| {
                let lines = self.level(col, row);
                let profile: Vec<f64> =
                    lines.iter().map(|line| line.iter().map(|&p| f64::from(p)).sum::<f64>() / 16.0).collect();
                let amplitude = |wave: &[(f64, f64); 32]| {
                    let dot = |part: fn(&(f64, f64)) -> f64| {
                        profile.iter().zip(wave).map(|(p, w)| p * part(w)).sum::<f64>()
                    };
                    dot(|w| w.0).hypot(dot(|w| w.1))
                };
                strongest_share(&waves.iter().map(amplitude).collect::<Vec<_>>())
            })
            .collect()
    }

    /// Local clarity: how few pixels of ridges and valleys are on the wrong side of the dividing line.
    pub(super) fn clarity(&self) -> Vec<f64> {
        self.printed().map(|(col, row)| clarity(&self.upright(col, row, false))).collect()
    }

    /// Ratios of neighbouring ridge and valley widths.
    pub(super) fn uniformity(&self) -> Vec<f64> {
        self.printed()
            .flat_map(|(col, row)| width_ratios(&Profile::of(&self.upright(col, row, true))))
            .collect()
    }

    /// How much the ridges turn from block to block, above four degrees.
    pub(super) fn flow(&self) -> Vec<f64> {
        let least = 4f64.to_radians();
        let around = |col: usize, row: usize| {
            (row - 1..=row + 1).flat_map(move |r| (col - 1..=col + 1).map(move |c| (c, r)))
        };
        let inner = (1..self.print.height.saturating_sub(1))
            .flat_map(|row| (1..self.print.width.saturating_sub(1)).map(move |col| (col, row)));
        inner
            .filter(|&(col, row)| around(col, row).all(|(c, r)| self.print.at(c, r)))
            .map(|(col, row)| {
                let here = self.normal.at(col, row);
                around(col, row).map(|(c, r)| (self.normal.at(c, r) - here).abs()).sum::<f64>() / 8.0
            })
            .filter(|&turn| turn > least)
            .map(|turn| (turn - least) / 86f64.to_radians())
            .collect()
    }
}

/// The share of the strongest wave and 0.3 of its neighbours in the lower half of the spectrum. The
/// amplitudes are those of the waves 1 to 16; beyond them the spectrum repeats backwards.
fn strongest_share(amplitudes: &[f64]) -> f64 {
    let (mut place, mut peak) = (0, f64::MIN);
    for (i, &amplitude) in amplitudes.iter().enumerate() {
        if amplitude > peak {
            (place, peak) = (i, amplitude);
        }
    }
    if place == 0 {
        return 1.0;
    }
    let after = amplitudes.get(place + 1).unwrap_or(&amplitudes[place - 1]);
    let lower: f64 = amplitudes.iter().take(15).sum();
    (peak + 0.3 * (amplitudes[place - 1] + after)) / lower
}

/// The profile across the ridges and the line that divides ridges from valleys.
struct Profile {
    ridge: [bool; 32],
    line: [f64; 32],
}

impl Profile {
    fn of(rows: &[[u8; 32]]) -> Self {
        let mean: [f64; 32] = std::array::from_fn(|i| {
            rows.iter().map(|row| f64::from(row[i])).sum::<f64>() / rows.len().max(1) as f64
        });
        // Least squares over x = 1 to 32; the sums of x and x² are 528 and 11,440.
        let (n, sum_x, sum_xx) = (32.0, 528.0, 11_440.0);
        let sum_y: f64 = mean.iter().sum();
        let sum_xy: f64 = mean.iter().zip(1..).map(|(y, x)| y * f64::from(x)).sum();
        let slope = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
        let rounded = |value: f64| (value * 1e10).round() / 1e10;
        let (slope, start) = (rounded(slope), rounded((sum_y - slope * sum_x) / n));
        let line: [f64; 32] = std::array::from_fn(|i| (i + 1) as f64 * slope + start);
        Self { ridge: std::array::from_fn(|i| mean[i] < line[i]), line }
    }

    /// Where ridge and valley change among the first `length` columns, counted as NIST does: the last
    /// column before the change.
    fn changes(&self, length: usize) -> Vec<usize> {
        (1..length).filter(|&i| self.ridge[i] != self.ridge[i - 1]).map(|i| i - 1).collect()
    }
}

fn clarity(rows: &[[u8; 32]]) -> f64 {
    let profile = Profile::of(rows);
    let changes = profile.changes(32);
    let Some(&first) = changes.first() else { return 0.0 };
    let mut widths = vec![first];
    widths.extend(changes.windows(2).map(|w| w[1] - w[0]));
    // Summed in twentieths, as NIST's program does: widths at the very limits depend on the rounding.
    let mean_from = |start: usize| {
        let (count, sum) = widths
            .iter()
            .skip(start)
            .step_by(2)
            .fold((0.0, 0.0), |(n, s), &w| (n + 1.0, s + w as f64 / 20.0));
        if count > 0.0 { sum * (1.0 / count) } else { 0.0 }
    };
    let (ridges, valleys) =
        if profile.ridge[0] { (mean_from(0), mean_from(1)) } else { (mean_from(1), mean_from(0)) };
    // Widths a finger can have: 3 to 10 and 2 to 10 pixels at 500 ppi.
    if !(3.0 / 20.0..=0.5).contains(&ridges) || !(0.1..=0.5).contains(&valleys) {
        return 0.0;
    }
    let (mut wrong, mut pixels) = ([0.0; 2], [0.0; 2]);
    for row in rows {
        for ((&level, &line), &ridge) in row.iter().zip(&profile.line).zip(&profile.ridge) {
            let light = f64::from(level) >= line;
            wrong[usize::from(ridge)] += f64::from(u8::from(light == ridge));
            pixels[usize::from(ridge)] += 1.0;
        }
    }
    1.0 - f64::midpoint(wrong[0] / pixels[0], wrong[1] / pixels[1])
}

fn width_ratios(profile: &Profile) -> Vec<f64> {
    let changes = profile.changes(31);
    let (Some(&first), Some(&last)) = (changes.first(), changes.last()) else { return Vec::new() };
    if first + 1 >= last {
        return Vec::new();
    }
    let begins_with_ridge = usize::from(profile.ridge[first + 1]);
    // The first whole width is left out, as in NIST's program, and the rest runs backwards.
    let widths: Vec<f64> = changes.windows(2).skip(1).rev().map(|w| (w[1] - w[0]) as f64).collect();
    let ratios = widths.windows(2).map(|w| w[0] / w[1]).enumerate();
    ratios
        .map(|(i, ratio)| {
            let turned = i >= begins_with_ridge && (i - begins_with_ridge).is_multiple_of(2);
            if turned { 1.0 / ratio } else { ratio }
        })
        .collect()
}
