//! The discrete Fourier transform of a square picture whose side is a power of two.
// Indices run over the square's own side.
#![allow(clippy::indexing_slicing)]

use std::f64::consts::TAU;

/// A complex number.
type Complex = (f64, f64);

/// The power at each frequency of `levels`, a square of `side` a side, by rows; frequency zero first. A Hann window takes
/// away what the edges would add.
///
/// A side that is no power of two, or not filled, gives an empty answer.
pub(crate) fn power(levels: &[f32], side: usize) -> Vec<f64> {
    if !side.is_power_of_two() || levels.len() != side * side {
        return Vec::new();
    }
    let mean = levels.iter().map(|level| f64::from(*level)).sum::<f64>() / levels.len() as f64;
    let hann: Vec<f64> =
        (0..side).map(|index| 0.5 - 0.5 * (TAU * (index as f64 + 0.5) / side as f64).cos()).collect();
    let mut values: Vec<Complex> = levels
        .iter()
        .enumerate()
        .map(|(index, level)| ((f64::from(*level) - mean) * hann[index % side] * hann[index / side], 0.0))
        .collect();
    for row in values.chunks_exact_mut(side) {
        transform(row);
    }
    let mut column = vec![(0.0, 0.0); side];
    for x in 0..side {
        for (y, value) in column.iter_mut().enumerate() {
            *value = values[y * side + x];
        }
        transform(&mut column);
        for (y, value) in column.iter().enumerate() {
            values[y * side + x] = *value;
        }
    }
    values.into_iter().map(|(re, im)| re * re + im * im).collect()
}

/// Cooley and Tukey's transform in place; the length is a power of two.
fn transform(values: &mut [Complex]) {
    let length = values.len();
    let bits = length.trailing_zeros();
    for index in 0..length {
        let mirror = index.reverse_bits() >> (usize::BITS - bits).min(usize::BITS - 1);
        if index < mirror && mirror < length {
            values.swap(index, mirror);
        }
    }
    let mut span = 2;
    while span <= length {
        for start in (0..length).step_by(span) {
            for offset in 0..span / 2 {
                let (sin, cos) = (-TAU * offset as f64 / span as f64).sin_cos();
                let (a, b) = (values[start + offset], values[start + offset + span / 2]);
                let turned = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                values[start + offset] = (a.0 + turned.0, a.1 + turned.1);
                values[start + offset + span / 2] = (a.0 - turned.0, a.1 - turned.1);
            }
        }
        span *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_has_its_power_at_its_own_frequency() {
        let side = 32;
        let wave = |index: usize| ((index % side) as f64 * 5.0 / side as f64 * TAU).cos() as f32;
        let levels: Vec<f32> = (0..side * side).map(wave).collect();
        let power = power(&levels, side);
        let strongest = (0..side * side).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap();
        assert!(strongest == 5 || strongest == side - 5, "{strongest}");
    }
}
