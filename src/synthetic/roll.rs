//! A finger rolled from nail to nail, as the frames a streaming reader gives while it rolls.

use crate::finger::Master;
use crate::impression::ImpressionParams;
use tram_biometric::GrayImage;

/// How a finger is rolled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RollParams {
    /// How it touches; `touched` and `contact` are the roll's own.
    pub touch: ImpressionParams,
    /// How many frames the reader takes, at least 2.
    pub frames: u32,
    /// How far the finger slides over the platen on the way instead of rolling, pixels right; 0 rolls cleanly, 20 smears.
    pub slip: f32,
}

impl Default for RollParams {
    /// A clean roll in 15 frames on a platen of 1.6 by 1.5 inches.
    fn default() -> Self {
        let touch = ImpressionParams { size: (800, 750), ..ImpressionParams::default() };
        Self { touch, frames: 15, slip: 0.0 }
    }
}

/// How far to each side of the middle the finger rolls, px on a finger of middle size.
const SWING: f32 = 150.0;

impl Master {
    /// The frames of one roll from the left side to the right. A finger that rolls does not slide: each part of the
    /// skin touches the platen in one place only, so the frames of a clean roll fit over one another.
    pub fn roll(&self, params: &RollParams) -> Vec<GrayImage> {
        let steps = params.frames.max(2) - 1;
        (0..=steps)
            .map(|step| {
                let share = step as f32 / steps as f32;
                self.impression(&ImpressionParams {
                    touched: ((2.0 * share - 1.0) * SWING * self.scale, 0.0),
                    contact: (0.55, 1.1),
                    shift: (params.touch.shift.0 + params.slip * share, params.touch.shift.1),
                    ..params.touch
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_biometric::FingerPosition;

    /// Places dark in both of two frames, as a share of those dark in the one with fewer.
    fn common(a: &GrayImage, b: &GrayImage) -> f32 {
        let dark = |image: &GrayImage| image.pixels().iter().map(|level| *level < 120).collect::<Vec<_>>();
        let (a, b) = (dark(a), dark(b));
        let both = a.iter().zip(&b).filter(|(a, b)| **a && **b).count();
        let fewer = a.iter().filter(|dark| **dark).count().min(b.iter().filter(|dark| **dark).count());
        both as f32 / fewer.max(1) as f32
    }

    #[test]
    fn frames_of_a_clean_roll_fit_over_one_another_and_those_of_a_slip_do_not() {
        let master = Master::grow(6, FingerPosition::LeftMiddle);
        let clean = master.roll(&RollParams { frames: 8, ..RollParams::default() });
        assert!(common(&clean[3], &clean[4]) > 0.6, "{}", common(&clean[3], &clean[4]));
        assert!(common(&clean[0], &clean[7]) < 0.05, "the two sides do not overlap");
        let slid = master.roll(&RollParams { frames: 8, slip: 36.0, ..RollParams::default() });
        assert!(common(&slid[3], &slid[4]) < common(&clean[3], &clean[4]) - 0.15);
    }
}
