//! Spatial frequency response from a slanted edge (ISO 12233).
//!
//! The edge is located row by row by the centroid of its derivative and fitted with a line; pixels are put by their
//! distance from that line into bins of a quarter pixel (edge spread function), its derivative (line spread function) is
//! windowed and transformed, and the transform divided by its value at frequency zero and by what binning and
//! differencing take away. Frequencies in cycles per pixel.
// Indices run over bins counted here.
#![allow(clippy::indexing_slicing)]

use crate::fit::line;
use crate::statistics::{mean, quantile};
use crate::{CalibrationError, Plane};
use std::f64::consts::{PI, TAU};

/// Bins to a pixel.
const OVERSAMPLING: f64 = 4.0;
/// How far from the edge pixels are looked at, at most.
const FARTHEST: f64 = 24.0;
/// Smallest difference between the two sides, in levels.
const CONTRAST: f64 = 20.0;

/// The response of a device to ever finer detail.
#[derive(Clone, Debug)]
pub struct Sfr {
    /// Line spread function, a value every quarter pixel.
    line_spread: Vec<f64>,
}

impl Sfr {
    /// Measures an edge that stands nearly upright in `area`, off the vertical by 2° to 20°; transpose the plane for one
    /// that lies.
    ///
    /// # Errors
    /// [`CalibrationError::NoEdge`] says what the area lacks.
    pub fn of(area: &Plane) -> Result<Self, CalibrationError> {
        let area = area.without_specks(25.0);
        if area.width() < 16 || area.height() < 16 {
            return Err(CalibrationError::NoEdge("the area is smaller than 16 pixels"));
        }
        let (offset, slope) = locate(&area)?;
        if !(0.03..0.37).contains(&slope.abs()) {
            return Err(CalibrationError::NoEdge("the edge is not between 2° and 20° off the vertical"));
        }
        let (width, height) = (area.width() as f64, area.height() as f64);
        let room = |y: f64| (offset + slope * y).min(width - 1.0 - offset - slope * y);
        let widest = room(0.0).min(room(height - 1.0)).min(FARTHEST);
        if widest < 5.0 {
            return Err(CalibrationError::NoEdge("the edge stands too near to the border"));
        }
        let wide = edge_spread(&area, offset, slope, widest);
        let half = (2.0 * rise(&wide)? + 2.0).clamp(5.0, widest);
        let spread = edge_spread(&area, offset, slope, half);
        Ok(Self { line_spread: line_spread(&spread, half, trend(&wide, half, widest)) })
    }

    /// The response at a frequency in cycles per pixel; 1 at 0.
    pub fn at(&self, frequency: f64) -> f64 {
        let transform = |frequency: f64| {
            let (mut re, mut im) = (0.0, 0.0);
            for (index, value) in self.line_spread.iter().enumerate() {
                let (sin, cos) = (TAU * frequency * index as f64 / OVERSAMPLING).sin_cos();
                re += value * cos;
                im += value * sin;
            }
            re.hypot(im)
        };
        let narrow = PI * frequency / OVERSAMPLING;
        let sinc = if narrow < 1e-9 { 1.0 } else { narrow.sin() / narrow };
        transform(frequency) / transform(0.0) / (sinc * sinc)
    }

    /// The frequency at which the response first falls to `level`, in cycles per pixel; 1 when it does not before.
    ///
    /// A straight line of the logarithm against the square of the frequency, which a Gaussian blur follows exactly, is
    /// laid through the responses from half as much again to 60 % of `level`: noise of one frequency does not move the
    /// answer.
    pub fn frequency_at(&self, level: f64) -> f64 {
        let responses = (1..=200).map(|index| 0.005 * f64::from(index)).map(|f| (f, self.at(f)));
        let falling: Vec<_> = responses.take_while(|(_, response)| *response > 0.6 * level).collect();
        let Some(first) = falling.iter().position(|(_, response)| *response < level) else { return 1.0 };
        let start = falling
            .iter()
            .take(first)
            .rposition(|(_, response)| *response > 1.5 * level)
            .map_or(0, |at| at + 1);
        let near = falling.iter().skip(start).map(|(f, response)| (f * f, response.ln()));
        match line(near) {
            Some((offset, slope)) if slope < 0.0 => ((level.ln() - offset) / slope).max(0.0).sqrt(),
            _ => falling.get(first).map_or(1.0, |(f, _)| *f),
        }
    }
}

/// The edge's column as offset + slope · row.
fn locate(area: &Plane) -> Result<(f64, f64), CalibrationError> {
    let (width, height) = (area.width(), area.height());
    let side = |from: usize, to: usize| {
        mean(
            (0..height)
                .flat_map(|y| (from..to).map(move |x| (x, y)))
                .map(|(x, y)| f64::from(area.at(x as isize, y as isize))),
        )
    };
    let contrast = side(width - width / 6, width) - side(0, width / 6);
    if contrast.abs() < CONTRAST {
        return Err(CalibrationError::NoEdge("the two sides are nearly equally bright"));
    }
    let unfit = CalibrationError::NoEdge("no line goes through it");
    let mut found = ((width as f64 - 1.0) / 2.0, 0.0);
    // First the whole row, then ever closer to the line found before.
    for reach in [width as f64, width as f64 / 3.0, 8.0, 6.0] {
        let centroids = (0..height).filter_map(|y| {
            let middle = found.0 + found.1 * y as f64;
            let (mut weight, mut sum) = (0.0, 0.0);
            for x in 0..width - 1 {
                let here = x as f64 + 0.5;
                let far = (here - middle).abs() / reach;
                if far < 1.0 {
                    let (x, y) = (x as isize, y as isize);
                    let step = f64::from(area.at(x + 1, y) - area.at(x, y)) * contrast.signum();
                    let window = 0.5 + 0.5 * (PI * far).cos();
                    weight += step * window;
                    sum += step * window * here;
                }
            }
            (weight > 0.2 * contrast.abs())
                .then(|| (y as f64, sum / weight))
                .filter(|(_, x)| (0.0..width as f64).contains(x))
        });
        let centroids: Vec<_> = centroids.collect();
        if centroids.len() * 2 < height {
            return Err(CalibrationError::NoEdge("most rows show no edge"));
        }
        found = line(centroids).ok_or_else(|| unfit.clone())?;
    }
    Ok(found)
}

/// The level every quarter pixel across the edge, from `-half` to `half`.
fn edge_spread(area: &Plane, offset: f64, slope: f64, half: f64) -> Vec<f64> {
    let across = 1.0 / slope.hypot(1.0);
    let mut bins = vec![Vec::new(); (2.0 * half * OVERSAMPLING).floor() as usize];
    for y in 0..area.height() {
        for x in 0..area.width() {
            let distance = (x as f64 - offset - slope * y as f64) * across;
            let bin = ((distance + half) * OVERSAMPLING).floor();
            if bin >= 0.0
                && let Some(bin) = bins.get_mut(bin as usize)
            {
                bin.push((distance, f64::from(area.at(x as isize, y as isize))));
            }
        }
    }
    let points: Vec<(f64, f64)> = bins.iter().filter_map(|bin| common(bin)).collect();
    // An edge that moves by a simple fraction of a pixel from row to row fills its bins off their middles.
    (0..bins.len()).map(|index| between(&points, place(index, half))).collect()
}

/// The mean place and level of what lies within some deviations of the median level: without dead pixels.
fn common(bin: &[(f64, f64)]) -> Option<(f64, f64)> {
    let mut levels: Vec<f64> = bin.iter().map(|(_, level)| *level).collect();
    let median = quantile(&mut levels, 0.5);
    for level in &mut levels {
        *level = (*level - median).abs();
    }
    let farthest = 5.0 * quantile(&mut levels, 0.5) + 5.0;
    let inner = || bin.iter().filter(|(_, level)| (level - median).abs() <= farthest);
    (!bin.is_empty()).then(|| (mean(inner().map(|(x, _)| *x)), mean(inner().map(|(_, level)| *level))))
}

/// The level at a place, on the line from the point before it to the point behind it.
fn between(points: &[(f64, f64)], at: f64) -> f64 {
    let behind = points.partition_point(|(x, _)| *x < at).clamp(1, points.len().max(2) - 1);
    match (points.get(behind - 1), points.get(behind)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (at - a.0) / (b.0 - a.0),
        _ => points.first().map_or(0.0, |(_, level)| *level),
    }
}

/// The distance over which the edge rises from 10 % to 90 %, in pixels.
fn rise(spread: &[f64]) -> Result<f64, CalibrationError> {
    let end = (spread.len() / 8).max(1);
    let (low, high) =
        (mean(spread[..end].iter().copied()), mean(spread[spread.len() - end..].iter().copied()));
    let share = |level: f64| (level - low) / (high - low);
    let begins = spread.iter().rposition(|level| share(*level) < 0.1);
    let ends = spread.iter().position(|level| share(*level) > 0.9);
    let (Some(begins), Some(ends)) = (begins, ends) else {
        return Err(CalibrationError::NoEdge("the edge does not rise within the area"));
    };
    Ok((ends as f64 - begins as f64).abs() / OVERSAMPLING)
}

/// The slope that uneven light gives both sides, in levels per pixel: of what lies farther than `half` from the edge; 0
/// when that is too little to tell.
fn trend(wide: &[f64], half: f64, widest: f64) -> f64 {
    if widest - half < 4.0 {
        return 0.0;
    }
    let points = || wide.iter().enumerate().map(|(index, level)| (place(index, widest), *level));
    let slope =
        |side: f64| line(points().filter(|(far, _)| far * side > half)).map_or(0.0, |(_, slope)| slope);
    f64::midpoint(slope(-1.0), slope(1.0))
}

/// The distance from the edge of the middle of a bin.
fn place(index: usize, half: f64) -> f64 {
    (index as f64 + 0.5) / OVERSAMPLING - half
}

/// The derivative of the edge without the trend, windowed.
fn line_spread(spread: &[f64], half: f64, trend: f64) -> Vec<f64> {
    (1..spread.len())
        .map(|index| {
            let far = f64::midpoint(place(index, half), place(index - 1, half)).abs() / half;
            // Flat over the inner half, then falling: a window over the whole would itself sharpen the edge.
            let window = if far < 0.5 { 1.0 } else { 0.5 + 0.5 * (PI * (far - 0.5) * 2.0).cos() };
            (spread[index] - spread[index - 1] - trend / OVERSAMPLING) * window
        })
        .collect()
}
