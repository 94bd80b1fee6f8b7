//! Prints drawn from a formula, for tests: parallel ridges with dislocations whose places are known.
//!
//! A dislocation of charge ±1 adds the angle around it to the phase of the ridges, which is exactly a ridge
//! that begins there; nothing here comes from a person.

use std::f32::consts::TAU;
use tram_biometric::GrayImage;

/// Ridge period of every drawn print, pixels.
const PERIOD: f32 = 9.0;

/// A print: an ellipse of ridges around the middle of its own frame.
#[derive(Clone)]
pub(crate) struct Drawn {
    /// x, y and charge; the origin is the middle of the finger.
    pub(crate) dislocations: Vec<(f32, f32, f32)>,
    pub(crate) half_width: f32,
    pub(crate) half_height: f32,
}

impl Drawn {
    /// A finger with `count` dislocations that depend on `seed` alone, at least 22 pixels apart.
    pub(crate) fn finger(seed: u64, count: usize) -> Self {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 24) as f32
        };
        let mut finger = Self { dislocations: Vec::new(), half_width: 120.0, half_height: 160.0 };
        while finger.dislocations.len() < count {
            let (x, y) = ((random() - 0.5) * 190.0, (random() - 0.5) * 250.0);
            let inside = (x / 95.0f32).powi(2) + (y / 135.0f32).powi(2) < 1.0;
            if inside && finger.dislocations.iter().all(|d| (d.0 - x).hypot(d.1 - y) > 22.0) {
                let charge = if finger.dislocations.len().is_multiple_of(2) { 1.0 } else { -1.0 };
                finger.dislocations.push((x, y, charge));
            }
        }
        finger
    }

    /// The level of a point of the finger's own frame, `None` beside it.
    pub(crate) fn level(&self, x: f32, y: f32) -> Option<u8> {
        if (x / self.half_width).powi(2) + (y / self.half_height).powi(2) > 1.0 {
            return None;
        }
        let bent = 12.0 * (x / 80.0).cos();
        let mut phase = TAU * (y + bent) / PERIOD;
        for (dx, dy, charge) in &self.dislocations {
            phase += charge * (y - dy).atan2(x - dx);
        }
        Some((125.0 - 95.0 * phase.cos()) as u8)
    }

    /// The picture with the finger's middle at (cx, cy), turned clockwise by `degrees`.
    pub(crate) fn placed(&self, width: u32, height: u32, (cx, cy): (f32, f32), degrees: f32) -> GrayImage {
        let (sin, cos) = degrees.to_radians().sin_cos();
        GrayImage::from_fn(width, height, 500, |x, y| {
            let (dx, dy) = (x as f32 - cx, y as f32 - cy);
            self.level(dx * cos + dy * sin, dy * cos - dx * sin).unwrap_or(245)
        })
    }

    /// The picture of the finger alone, upright.
    pub(crate) fn image(&self) -> GrayImage {
        self.placed(300, 380, (150.0, 190.0), 0.0)
    }
}
