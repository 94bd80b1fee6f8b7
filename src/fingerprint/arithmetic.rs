//! Functions of single numbers that are called millions of times: no more exact than needed, without a call.

#![allow(clippy::inline_always)] // See `sweep`.

use std::f32::consts::{LN_2, LOG2_E, TAU};

/// Where the last bit of a number of 24 bits counts one: what is added to it becomes whole.
const UNIT: f32 = 12_582_912.0;

/// The nearest whole number, for what is below four million.
#[inline(always)]
fn nearest(value: f32) -> f32 {
    (value + UNIT) - UNIT
}

/// An angle in radians, turned into ±π.
#[inline(always)]
pub(crate) fn wrapped(angle: f32) -> f32 {
    angle - TAU * nearest(angle / TAU)
}

/// e to the power of `value`, to five digits; the ends of its range stand for what lies beyond.
#[inline(always)]
pub(crate) fn exp(value: f32) -> f32 {
    let value = value.clamp(-80.0, 80.0);
    let doublings = value * LOG2_E + UNIT;
    let rest = value - (doublings - UNIT) * LN_2;
    let mut series = 1.0 / 720.0;
    for divisor in [120.0, 24.0, 6.0, 2.0, 1.0, 1.0f32] {
        series = series * rest + 1.0 / divisor;
    }
    // The lowest bits of the sum are the whole number; a conversion would be done one by one.
    series * f32::from_bits((doublings.to_bits() << 23).wrapping_add(127 << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_angles_are_as_exact_as_said() {
        for i in -8000..8000i16 {
            let value = f32::from(i) / 100.0;
            let (ours, right) = (exp(value), value.exp());
            assert!((ours / right - 1.0).abs() < 1e-5, "{value}: {ours} for {right}");
            let turned = wrapped(value);
            assert!(turned.abs() <= 3.15 && (turned.sin() - value.sin()).abs() < 1e-4, "{value}: {turned}");
        }
    }
}
