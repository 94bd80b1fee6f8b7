//! A picture as floating-point levels, for measuring.
// Indices run over the plane's own size.
#![allow(clippy::indexing_slicing)]

use crate::CalibrationError;
use crate::statistics::quantile;
use tram_biometric::{GrayImage, Rect, RgbImage};

/// Levels of one channel by rows. Coordinates are of pixel centres: (0, 0) is the middle of the first pixel.
#[derive(Clone, Debug)]
pub struct Plane {
    width: usize,
    height: usize,
    levels: Vec<f32>,
}

impl Plane {
    /// The grey levels of a picture, 0 to 255.
    pub fn of_gray(image: &GrayImage) -> Self {
        let levels = image.pixels().iter().map(|level| f32::from(*level)).collect();
        Self { width: image.width() as usize, height: image.height() as usize, levels }
    }

    /// The luminance of a colour picture in its own encoding, 0 to 255: for finding things and for edges.
    pub fn of_rgb(image: &RgbImage) -> Self {
        let luma = |pixel: &[u8; 3]| {
            let [r, g, b] = pixel.map(f32::from);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let levels = image.pixels().as_chunks().0.iter().map(luma).collect();
        Self { width: image.width() as usize, height: image.height() as usize, levels }
    }

    /// The mean of pictures of one size.
    ///
    /// # Errors
    /// [`CalibrationError::Frames`] for no picture at all, or pictures of different sizes.
    pub fn mean(images: &[GrayImage]) -> Result<Self, CalibrationError> {
        let (first, rest) = images.split_first().ok_or(CalibrationError::Frames)?;
        let mut mean = Self::of_gray(first);
        for image in rest {
            if (image.width(), image.height()) != (first.width(), first.height()) {
                return Err(CalibrationError::Frames);
            }
            mean.levels.iter_mut().zip(image.pixels()).for_each(|(sum, level)| *sum += f32::from(*level));
        }
        mean.levels.iter_mut().for_each(|sum| *sum /= images.len() as f32);
        Ok(mean)
    }

    /// From a level for each place `(x, y)`.
    pub fn from_fn(width: usize, height: usize, level: impl Fn(usize, usize) -> f32) -> Self {
        let levels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| level(x, y)).collect();
        Self { width, height, levels }
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Levels by rows.
    pub fn levels(&self) -> &[f32] {
        &self.levels
    }

    pub(crate) fn same_size(&self, other: &Self) -> Result<(), CalibrationError> {
        let fits = (self.width, self.height) == (other.width, other.height);
        if fits { Ok(()) } else { Err(CalibrationError::Frames) }
    }

    /// The level of a pixel; beyond the border, that of the nearest one.
    pub(crate) fn at(&self, x: isize, y: isize) -> f32 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.levels[y * self.width + x]
    }

    /// The level between pixels, linear in both directions.
    pub(crate) fn between(&self, (x, y): (f64, f64)) -> f64 {
        let (left, top) = (x.floor(), y.floor());
        let (across, along) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let row = |y: isize| {
            let (here, next) = (f64::from(self.at(left, y)), f64::from(self.at(left + 1, y)));
            here + (next - here) * across
        };
        let (above, below) = (row(top), row(top + 1));
        above + (below - above) * along
    }

    /// The median of the 5 × 5 pixels around a place.
    pub(crate) fn median_around(&self, x: isize, y: isize) -> f64 {
        let around = (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (x + dx, y + dy)));
        let mut levels: Vec<f64> = around.map(|(x, y)| f64::from(self.at(x, y))).collect();
        quantile(&mut levels, 0.5)
    }

    /// Rows become columns.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.height, self.width, |x, y| self.levels[x * self.width + y])
    }

    /// The part inside `area`, clipped to the picture; `None` when nothing is left.
    pub fn crop(&self, area: Rect) -> Option<Self> {
        let (x0, y0) = (area.x as usize, area.y as usize);
        let right = (x0 + area.width as usize).min(self.width);
        let bottom = (y0 + area.height as usize).min(self.height);
        (x0 < right && y0 < bottom).then(|| {
            Self::from_fn(right - x0, bottom - y0, |x, y| self.levels[(y0 + y) * self.width + x0 + x])
        })
    }

    /// Pixels darker or brighter than all their neighbours by more than `step` become the nearest neighbour's level:
    /// dead pixels and specks of dust must not pull a centroid.
    pub(crate) fn without_specks(&self, step: f32) -> Self {
        Self::from_fn(self.width, self.height, |x, y| {
            let (x, y) = (x as isize, y as isize);
            let here = self.at(x, y);
            // Nearly every pixel is like the one beside it.
            if x > 0 && (here - self.at(x - 1, y)).abs() <= step {
                return here;
            }
            let (mut lowest, mut highest) = (f32::MAX, f32::MIN);
            for (dx, dy) in AROUND {
                let level = self.at(x + dx, y + dy);
                // At the border a pixel would be its own neighbour.
                if (x + dx).clamp(0, self.width as isize - 1) == x + dx
                    && (y + dy).clamp(0, self.height as isize - 1) == y + dy
                {
                    lowest = lowest.min(level);
                    highest = highest.max(level);
                }
            }
            if here < lowest - step {
                lowest
            } else if here > highest + step {
                highest
            } else {
                here
            }
        })
    }

    /// Mean over a square of `2 * radius + 1` pixels a side around each pixel, cut at the border.
    pub(crate) fn box_mean(&self, radius: usize) -> Self {
        let stride = self.width + 1;
        let mut sums = vec![0.0_f64; stride * (self.height + 1)];
        for y in 0..self.height {
            let mut row = 0.0;
            for x in 0..self.width {
                row += f64::from(self.levels[y * self.width + x]);
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
            }
        }
        Self::from_fn(self.width, self.height, |x, y| {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
            let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(self.height));
            let sum =
                sums[bottom * stride + right] - sums[top * stride + right] - sums[bottom * stride + left]
                    + sums[top * stride + left];
            (sum / ((right - left) * (bottom - top)) as f64) as f32
        })
    }

    /// Upright squares of about `side` pixels that fill the plane; at least one.
    pub(crate) fn squares(&self, side: usize) -> Vec<Rect> {
        let count = |length: usize| (length / side.max(1)).max(1);
        let (columns, rows) = (count(self.width), count(self.height));
        let cut = |index: usize, of: usize, length: usize| (index * length / of) as u32;
        let mut squares = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (cut(column, columns, self.width), cut(row, rows, self.height));
                squares.push(Rect {
                    x,
                    y,
                    width: cut(column + 1, columns, self.width) - x,
                    height: cut(row + 1, rows, self.height) - y,
                });
            }
        }
        squares
    }
}

/// The eight neighbours of a pixel.
const AROUND: [(isize, isize); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
