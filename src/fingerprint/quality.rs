//! A live measure of one finger: how good it is, and what the matter is.
//!
//! Simple and quick enough for every frame of a preview: area, contrast, regularity and coherence of the
//! ridges, and how much of the skin is dark. The score is their product on a scale of 0 to 100.

use crate::plane::Plane;
use crate::ridges::{CELL, RidgeField};
use tram_biometric::{GrayImage, Quality};

/// What is wrong with a print. The sentence for the officer lives with the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Problem {
    /// No ridges in the picture.
    NoFinger,
    /// Faint and small contact.
    TooLittlePressure,
    /// Only a part of the finger pad touched.
    Partial,
    /// The finger lies at the edge of the picture.
    OffCentre,
    /// Ridges are broken and pale: dry skin.
    TooDry,
    /// Ridges run together: wet skin or too much pressure.
    TooWet,
    /// Ridges are blurred: the finger moved, or the platen is dirty.
    Unclear,
    /// The finger moves ([`crate::live`] alone can tell).
    Moved,
    /// The finger lies turned (likewise).
    Rotated,
    /// There is dirt on the platen (likewise).
    DirtyPlaten,
    /// The platen still shows the last finger (likewise).
    Ghost,
}

/// The measure of one finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FingerQuality {
    /// 0 worst to 100 best.
    pub score: Quality,
    /// Area with ridges, in square millimetres.
    pub area_mm2: f32,
    /// Difference between dark and light in the finger, 0 to 1.
    pub contrast: f32,
    /// Mean distance between ridges in pixels, 0 where there is no finger.
    pub ridge_period_px: f32,
    /// How well neighbouring ridges run in parallel, 0 to 1.
    pub coherence: f32,
    /// How regular the ridges are, 0 to 1.
    pub regularity: f32,
    /// Share of the finger that is dark, 0 to 1: low is dry, high is wet.
    pub dark_share: f32,
    /// Distance of the finger's middle from the picture's, as a share of half the picture.
    pub off_centre: f32,
}

/// Below this there is no finger, square millimetres.
const NO_FINGER_MM2: f32 = 25.0;
/// A plain print of an adult's fingertip covers this much.
const SMALL_MM2: f32 = 90.0;
const FULL_MM2: f32 = 160.0;

impl FingerQuality {
    /// The one thing to mend first, or `None` when the print is good.
    pub fn problem(&self) -> Option<Problem> {
        let small = self.area_mm2 < SMALL_MM2;
        if self.area_mm2 < NO_FINGER_MM2 {
            Some(Problem::NoFinger)
        } else if small && self.contrast < 0.35 {
            Some(Problem::TooLittlePressure)
        } else if self.off_centre > 0.45 {
            Some(Problem::OffCentre)
        } else if small {
            Some(Problem::Partial)
        } else if self.dark_share > 0.62 {
            Some(Problem::TooWet)
        } else if self.dark_share < 0.22 && self.regularity < 0.65 {
            Some(Problem::TooDry)
        } else if self.regularity < 0.5 || self.coherence < 0.35 || self.contrast < 0.2 {
            Some(Problem::Unclear)
        } else {
            None
        }
    }
}

/// Measures one finger, about 500 ppi, ridges dark.
pub fn assess(image: &GrayImage) -> FingerQuality {
    measure(image, &RidgeField::of(image))
}

pub(crate) fn measure(image: &GrayImage, field: &RidgeField) -> FingerQuality {
    let cells = field.finger.cells.iter().filter(|&&on| on).count() as f32;
    let mean = |values: &Plane<f32>| {
        let inside = values.cells.iter().zip(&field.finger.cells).filter(|(_, on)| **on);
        inside.map(|(value, _)| value).sum::<f32>() / cells.max(1.0)
    };
    let cell_mm = CELL as f32 * 25.4 / 500.0;
    let area_mm2 = cells * cell_mm * cell_mm;
    let Tones { contrast, dark_share } = Tones::of(image, &field.finger);
    let (coherence, regularity) = (mean(&field.coherence), mean(&field.regularity));
    let score = if area_mm2 < NO_FINGER_MM2 {
        0.0
    } else {
        let well_inked = 1.0 - ((dark_share - 0.43).abs() / 0.4).powi(2);
        let clear = 1.35 * (regularity * 0.83).min(1.0) * (coherence * 1.2).min(1.0);
        (area_mm2 / FULL_MM2).min(1.0).sqrt() * clear * well_inked.max(0.2) * (contrast * 2.0).min(1.0).sqrt()
    };
    FingerQuality {
        score: Quality::new((100.0 * score).round() as u8),
        area_mm2,
        contrast,
        ridge_period_px: if cells > 0.0 { mean(&field.period) } else { 0.0 },
        coherence,
        regularity,
        dark_share,
        off_centre: off_centre(&field.finger),
    }
}

/// The greys of the finger.
struct Tones {
    contrast: f32,
    dark_share: f32,
}

impl Tones {
    fn of(image: &GrayImage, finger: &Plane<bool>) -> Self {
        let mut histogram = [0u32; 256];
        for (y, row) in (0..image.height()).map(|y| (y as usize, image.row(y))) {
            let cells = finger.row((y / CELL).min(finger.height - 1));
            for (pixels, _) in row.chunks(CELL).zip(cells).filter(|(_, on)| **on) {
                for &level in pixels {
                    if let Some(count) = histogram.get_mut(usize::from(level)) {
                        *count += 1;
                    }
                }
            }
        }
        let total: u32 = histogram.iter().sum();
        let level_below = |share: f32| {
            let mut left = (share * total as f32) as i64;
            let place = histogram.iter().position(|&count| {
                left -= i64::from(count);
                left < 0
            });
            place.unwrap_or(255)
        };
        let (dark, light) = (level_below(0.05), level_below(0.95));
        let middle = usize::midpoint(dark, light);
        let below: u32 = histogram.iter().take(middle).sum();
        Self {
            contrast: light.saturating_sub(dark) as f32 / 255.0,
            dark_share: below as f32 / total.max(1) as f32,
        }
    }
}

fn off_centre(finger: &Plane<bool>) -> f32 {
    let (mut x, mut y, mut count) = (0.0f32, 0.0f32, 0.0f32);
    for (i, _) in finger.cells.iter().enumerate().filter(|(_, on)| **on) {
        x += (i % finger.width) as f32 + 0.5;
        y += (i / finger.width) as f32 + 0.5;
        count += 1.0;
    }
    if count < 1.0 {
        return 0.0;
    }
    let (half_width, half_height) = (finger.width as f32 / 2.0, finger.height as f32 / 2.0);
    let off_x = (x / count / half_width - 1.0).abs();
    let off_y = (y / count / half_height - 1.0).abs();
    off_x.max(off_y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    #[test]
    fn a_clear_finger_is_good_and_every_fault_has_its_name() {
        let finger = Drawn::finger(1, 24);
        let faded = |factor: f32, shift: f32| {
            let image = finger.image();
            GrayImage::from_fn(image.width(), image.height(), 500, |x, y| {
                (f32::from(image.get(x, y).unwrap_or(255)) * factor + shift) as u8
            })
        };
        let small = Drawn { half_width: 55.0, half_height: 70.0, ..finger.clone() };
        let cases = [
            (finger.image(), None),
            (GrayImage::from_fn(300, 380, 500, |_, _| 240), Some(Problem::NoFinger)),
            (small.placed(300, 380, (150.0, 190.0), 0.0), Some(Problem::Partial)),
            (finger.placed(520, 380, (390.0, 190.0), 0.0), Some(Problem::OffCentre)),
            (faded(0.15, 200.0), Some(Problem::Unclear)),
        ];
        for (image, problem) in cases {
            let quality = assess(&image);
            assert_eq!(quality.problem(), problem, "{quality:?}");
        }
        let clear = assess(&finger.image());
        assert!(clear.score.score() > 60, "{clear:?}");
        assert!((clear.ridge_period_px - 9.0).abs() < 0.7, "{clear:?}");
    }
}
