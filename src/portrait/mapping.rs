//! From native values to scores of 0 to 100, as ISO/IEC 29794-5 maps them.

use tram_biometric::Quality;

/// A sigmoid mapping `h * (a + s * S(x))` with `S(x) = 1 / (1 + exp((x0 - x) / w))`, rounded and kept within 0 to 100.
#[derive(Clone, Copy)]
pub(crate) struct Sigmoid {
    /// Height.
    pub(crate) h: f64,
    /// Offset.
    pub(crate) a: f64,
    /// Sign and share of the sigmoid.
    pub(crate) s: f64,
    /// Where the sigmoid is one half.
    pub(crate) x0: f64,
    /// How wide its slope is.
    pub(crate) w: f64,
}

impl Sigmoid {
    /// A rising sigmoid from 0 to 100.
    pub(crate) const fn rising(x0: f64, w: f64) -> Self {
        Self { h: 100.0, a: 0.0, s: 1.0, x0, w }
    }

    /// A falling sigmoid from 100 to 0.
    pub(crate) const fn falling(x0: f64, w: f64) -> Self {
        Self { h: 100.0, a: 1.0, s: -1.0, x0, w }
    }

    /// The score of a native value.
    pub(crate) fn score(self, native: f64) -> Quality {
        quality(self.h * (self.a + self.s * sigmoid(native, self.x0, self.w)))
    }
}

/// `1 / (1 + exp((x0 - x) / w))`.
pub(crate) fn sigmoid(x: f64, x0: f64, w: f64) -> f64 {
    1.0 / (1.0 + ((x0 - x) / w).exp())
}

/// A score rounded and kept within 0 to 100; what could not be measured scores 0.
pub(crate) fn quality(score: f64) -> Quality {
    Quality::new(score.round().clamp(0.0, 100.0) as u8)
}
