//! Soft edges and noise for the targets before the virtual devices.

/// `SplitMix64` (Steele, Lea, Flood 2014): the same noise for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Nearly Gaussian with deviation 1: the sum of four even ones of 16 bits each.
    pub(crate) fn normal(&mut self) -> f64 {
        let bits = self.bits();
        let parts = [bits & 0xffff, (bits >> 16) & 0xffff, (bits >> 32) & 0xffff, bits >> 48];
        let sum: f64 = parts.into_iter().map(|part| part as f64 / 65_536.0).sum();
        // Four twelfths of variance.
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

/// A level as a pixel.
pub(crate) fn clamped(level: f64) -> u8 {
    level.round().clamp(0.0, 255.0) as u8
}

/// How much of an edge blurred by a Gaussian of deviation `sigma` is passed at a distance: 0 before, 1 behind it
/// (Abramowitz and Stegun, 7.1.26).
pub(crate) fn passed(distance: f64, sigma: f64) -> f64 {
    let x = distance / (sigma * std::f64::consts::SQRT_2);
    if x.abs() > 3.2 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let polynomial = ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t
        + 0.254_829_592)
        * t;
    let erf = (1.0 - polynomial * (-x * x).exp()).copysign(x);
    0.5 + 0.5 * erf
}

/// Dark dots in columns and rows, blurred; 0 on a dot, 1 beside it. The first dot stands at (0, 0).
pub(crate) fn dots((u, v): (f64, f64), pitch: f64, (columns, rows): (u32, u32), sigma: f64) -> f64 {
    let near = |at: f64, count: u32| (at / pitch).round().clamp(0.0, f64::from(count - 1)) * pitch;
    let far = (u - near(u, columns)).hypot(v - near(v, rows));
    passed(far - pitch / 4.0, sigma)
}

/// How much of an upright area lies under a blurred place: 0 outside, 1 inside.
pub(crate) fn covered((u, v): (f64, f64), [x, y, width, height]: [f64; 4], sigma: f64) -> f64 {
    let across = passed(u - x, sigma) * passed(x + width - u, sigma);
    if across == 0.0 { 0.0 } else { across * passed(v - y, sigma) * passed(y + height - v, sigma) }
}
