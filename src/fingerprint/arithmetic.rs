//! Functions of single numbers that are called millions of times: no more exact than needed, without a call.

use std::f32::consts::{LN_2, LOG2_E, TAU};

/// The nearest whole number, for what is below four million.
fn nearest(value: f32) -> f32 {
    // Where the last bit of a number of 24 bits counts one.
    const UNIT: f32 = 12_582_912.0;
    (value + UNIT) - UNIT
}

/// An angle in radians, turned into ±π.
pub(crate) fn wrapped(angle: f32) -> f32 {
    angle - TAU * nearest(angle / TAU)
}

/// e to the power of `value`, to five digits; the ends of its range stand for what lies beyond.
pub(crate) fn exp(value: f32) -> f32 {
    let halvings = nearest(value.clamp(-80.0, 80.0) * LOG2_E);
    let rest = value.clamp(-80.0, 80.0) - halvings * LN_2;
    let mut series = 1.0 / 720.0;
    for divisor in [120.0, 24.0, 6.0, 2.0, 1.0, 1.0f32] {
        series = series * rest + 1.0 / divisor;
    }
    series * f32::from_bits(((halvings as i32 + 127) << 23).cast_unsigned())
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
