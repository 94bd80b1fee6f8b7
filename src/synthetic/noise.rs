//! Smooth chance over the plane: the same seed gives the same field, asked at any place in any order.

use crate::random::mix;

/// Value noise: random values on a square lattice, smoothly joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    seed: u64,
    /// Lattice cells per unit of length.
    frequency: f32,
}

impl Noise {
    /// A field whose hills are about `wavelength` apart.
    pub(crate) fn new(seed: u64, wavelength: f32) -> Self {
        Self { seed: mix(seed), frequency: 2.0 / wavelength.max(0.01) }
    }

    /// The value at (x, y), between -1 and 1.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x * self.frequency, y * self.frequency);
        let (column, row) = (floor(x), floor(y));
        let (u, v) = (smooth(x - column as f32), smooth(y - row as f32));
        let upper = mixed(self.corner(column, row), self.corner(column.wrapping_add(1), row), u);
        let lower = mixed(
            self.corner(column, row.wrapping_add(1)),
            self.corner(column.wrapping_add(1), row.wrapping_add(1)),
            u,
        );
        mixed(upper, lower, v)
    }

    /// The lattice value of a corner: a short hash, because whole pictures ask for it many times a pixel.
    fn corner(&self, column: i32, row: i32) -> f32 {
        let place = (column as u32).wrapping_mul(0x9E37_79B1) ^ (row as u32).wrapping_mul(0x85EB_CA77);
        let hash = (u64::from(place) ^ self.seed).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (hash >> 40) as f32 * (2.0 / (1u32 << 24) as f32) - 1.0
    }
}

/// Rounds down. `f32::floor` is a call into the mathematics library on processors as old as the ones we build for.
pub(crate) fn floor(value: f32) -> i32 {
    let cut = value as i32;
    cut.saturating_sub(i32::from(value < cut as f32))
}

fn mixed(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// 0 below `low`, 1 above `high`, a smooth step between.
pub(crate) fn step(low: f32, high: f32, value: f32) -> f32 {
    smooth(((value - low) / (high - low)).clamp(0.0, 1.0))
}
