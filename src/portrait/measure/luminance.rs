//! Light on the face (29794-5): mean, variance, exposure, dynamic range, uniformity.

use super::zone::Zone;
use super::{MeasureKind, Value};
use crate::mapping::{Sigmoid, quality, sigmoid};

pub(super) fn all(zone: &Zone) -> [Value; 6] {
    let mut histogram = [0_u32; 256];
    let mut sides = [[0_u32; 256]; 2];
    for (column, luminance) in zone.skin() {
        let level = (luminance * 255.0).round().clamp(0.0, 255.0) as usize;
        let side = usize::from(column as f32 >= zone.middle);
        for bins in [Some(&mut histogram), sides.get_mut(side)].into_iter().flatten() {
            if let Some(bin) = bins.get_mut(level) {
                *bin += 1;
            }
        }
    }
    let share = shares(&histogram);
    let mean: f64 = share.iter().zip(0_u8..=255).map(|(p, level)| p * f64::from(level) / 255.0).sum();
    let variance: f64 =
        share.iter().zip(0_u8..=255).map(|(p, level)| p * (f64::from(level) / 255.0 - mean).powi(2)).sum();
    let entropy: f64 = share.iter().filter(|p| **p > 0.0).map(|p| -p * p.log2()).sum();
    let dark: f64 = share.iter().take(26).sum();
    let bright: f64 = share.iter().skip(247).sum();
    let [right, left] = sides.map(|side| shares(&side));
    let common: f64 = right.iter().zip(&left).map(|(a, b)| a.min(*b)).sum();
    let under = Sigmoid { h: 120.0, a: 0.832, s: -1.0, x0: 0.92, w: 0.05 };
    [
        (
            MeasureKind::LuminanceMean,
            mean,
            quality(100.0 * sigmoid(mean, 0.2, 0.05) * (1.0 - sigmoid(mean, 0.8, 0.05))),
        ),
        (
            MeasureKind::LuminanceVariance,
            variance,
            quality(100.0 * (std::f64::consts::PI * 60.0 * variance / (60.0 * variance + 1.0)).sin()),
        ),
        (MeasureKind::UnderExposurePrevention, dark, under.score(dark)),
        (MeasureKind::OverExposurePrevention, bright, quality(1.0 / (bright + 0.01))),
        (MeasureKind::DynamicRange, entropy, quality(12.5 * entropy)),
        (MeasureKind::IlluminationUniformity, common, quality(100.0 * common.powf(0.3))),
    ]
}

fn shares(histogram: &[u32; 256]) -> [f64; 256] {
    let total = histogram.iter().sum::<u32>().max(1);
    histogram.map(|count| f64::from(count) / f64::from(total))
}
