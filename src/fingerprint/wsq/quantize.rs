//! Scalar quantization: bin widths from subband variances and the wanted bit rate, numbers to bins and back.

#![allow(clippy::indexing_slicing)] // Subbands lie inside the plane they were computed for; tables have 64 entries.

use super::subbands::{Region, Subbands};
use crate::plane::Plane;

/// Subbands in the table of a file; only the first sixty are ever coded.
pub(super) const TABLE: usize = 64;
/// The first subbands of the second and third block.
const BLOCK_STARTS: [usize; 4] = [0, 19, 52, 60];
/// Subbands of less variance are not coded.
const LEAST_VARIANCE: f32 = 1.01;

/// The bins of every subband; a width of zero means it is not coded.
#[derive(Clone)]
pub(super) struct Bins {
    /// Where in a bin its value is restored, 0 to 1.
    pub(super) centre: f32,
    pub(super) width: [f32; TABLE],
    /// The bin around zero.
    pub(super) zero: [f32; TABLE],
}

/// Bins for about `rate` bits a pixel (IAFIS-IC-0110, "quantization").
pub(super) fn bins(plane: &Plane<f32>, subbands: &Subbands, rate: f32) -> Bins {
    let variances = variances(plane, subbands);
    let mut bins = Bins { centre: 0.44, width: [0.0; TABLE], zero: [0.0; TABLE] };
    for (band, &variance) in variances.iter().enumerate() {
        if variance >= LEAST_VARIANCE {
            bins.width[band] = if band < 4 { 1.0 } else { 10.0 / (weight(band) * variance.ln()) };
        }
    }
    let scale = scale(&variances, &bins.width, rate);
    for (width, zero) in bins.width.iter_mut().zip(&mut bins.zero) {
        *width /= scale;
        *zero = 1.2 * *width;
    }
    bins
}

/// The eye's weight of a subband.
fn weight(band: usize) -> f32 {
    match band {
        52 | 56 => 1.32,
        53 | 55 | 58 | 59 => 1.08,
        54 | 57 => 1.42,
        _ => 1.0,
    }
}

/// What all bin widths are divided by so that the bit rate comes out; subbands whose share of bits would
/// be negative are left out one round after the other.
fn scale(variances: &[f32], widths: &[f32; TABLE], rate: f32) -> f32 {
    let share = |band: usize| {
        if band < 4 {
            1.0 / 1024.0
        } else if band < 51 {
            1.0 / 256.0
        } else {
            1.0 / 16.0
        }
    };
    let mut kept: Vec<usize> = (0..variances.len()).filter(|&band| widths[band] > 0.0).collect();
    loop {
        let sum: f32 = kept.iter().map(|&band| share(band)).sum();
        if sum <= 0.0 {
            return 1.0;
        }
        let log: f32 =
            kept.iter().map(|&band| share(band) * (variances[band].sqrt() / widths[band]).ln()).sum();
        let scale = (rate / sum - 1.0).exp2() / 2.5 / (log / sum).exp();
        let before = kept.len();
        kept.retain(|&band| widths[band] / scale < 5.0 * variances[band].sqrt());
        if kept.len() == before {
            return scale;
        }
    }
}

/// Variances of the subbands, over their middle where the picture is busy enough.
fn variances(plane: &Plane<f32>, subbands: &Subbands) -> Vec<f32> {
    let middle = |region: &Region| {
        variance(
            plane,
            Region {
                x: region.x + region.width / 8,
                y: region.y + 9 * region.height / 32,
                width: 3 * region.width / 4,
                height: 7 * region.height / 16,
                ..*region
            },
        )
    };
    let lowest: f32 = subbands.coded.iter().take(4).map(middle).sum();
    if lowest < 20_000.0 {
        subbands.coded.iter().map(|region| variance(plane, *region)).collect()
    } else {
        subbands.coded.iter().map(middle).collect()
    }
}

fn variance(plane: &Plane<f32>, region: Region) -> f32 {
    let (mut sum, mut squares) = (0.0f64, 0.0f64);
    for y in region.y..region.y + region.height {
        let at = y * plane.width + region.x;
        for &value in &plane.cells[at..at + region.width] {
            sum += f64::from(value);
            squares += f64::from(value * value);
        }
    }
    let count = (region.width * region.height) as f64;
    if count < 2.0 { 0.0 } else { ((squares - sum * sum / count) / (count - 1.0)) as f32 }
}

/// The three blocks of quantized numbers.
pub(super) fn blocks(plane: &Plane<f32>, subbands: &Subbands, bins: &Bins) -> [Vec<i16>; 3] {
    std::array::from_fn(|block| {
        let mut numbers = Vec::new();
        for band in BLOCK_STARTS[block]..BLOCK_STARTS[block + 1] {
            let (width, zero) = (bins.width[band], bins.zero[band] / 2.0);
            if width <= 0.0 {
                continue;
            }
            let region = subbands.coded[band];
            let inverse = 1.0 / width;
            for y in region.y..region.y + region.height {
                let at = y * plane.width + region.x;
                let row = &plane.cells[at..at + region.width];
                numbers.extend(row.iter().map(|&value| bin(value, zero, inverse)));
            }
        }
        numbers
    })
}

/// The number of the bin a value falls into, the half width of the bin around zero and the inverse width of
/// the others given.
fn bin(value: f32, zero: f32, inverse: f32) -> i16 {
    let size = value.abs();
    let beyond = ((size - zero) * inverse + 1.0).clamp(0.0, f32::from(i16::MAX));
    let bin = if size <= zero { 0 } else { floor(beyond) };
    let sign = value.to_bits().cast_signed() >> 31;
    ((bin ^ sign) - sign) as i16
}

/// The whole part of a number from 0 to 2²², without the checks of a cast that keep it from being done four abreast.
pub(super) fn floor(value: f32) -> i32 {
    const UNIT: f32 = 8_388_608.0;
    let nearest = value + UNIT;
    (nearest.to_bits() & 0x7f_ffff).cast_signed() - i32::from(nearest - UNIT > value)
}

/// How many numbers a file with these bins holds.
pub(super) fn coded(subbands: &Subbands, bins: &Bins) -> usize {
    let bands = subbands.coded.iter().zip(&bins.width);
    bands.filter(|(_, width)| **width > 0.0).map(|(region, _)| region.width * region.height).sum()
}

/// The plane of wavelet coefficients the numbers stand for.
pub(super) fn restored(numbers: &[i16], subbands: &Subbands, bins: &Bins) -> Plane<f32> {
    let mut plane = Plane::filled(subbands.width, subbands.height, 0.0);
    let mut rest = numbers;
    for (band, region) in subbands.coded.iter().enumerate() {
        let width = bins.width[band];
        if width <= 0.0 || region.width == 0 {
            continue;
        }
        let offset = bins.zero[band] / 2.0 - bins.centre * width;
        for y in region.y..region.y + region.height {
            let (row, after) = rest.split_at(region.width.min(rest.len()));
            rest = after;
            let at = y * plane.width + region.x;
            for (value, &number) in plane.cells[at..at + region.width].iter_mut().zip(row) {
                let size = f32::from(number).abs() * width + offset;
                *value = if number == 0 { 0.0 } else { size.copysign(f32::from(number)) };
            }
        }
    }
    plane
}
