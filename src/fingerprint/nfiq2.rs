//! NFIQ 2: how useful a print is for matching, by NIST's published definitions (NISTIR 8382) and NIST's
//! own forest (version 2.3, "plain, TIR and ink").
//!
//! 65 features describe the picture in blocks of 32 pixels; four rest on minutiae, for which NIST uses
//! `FingerJetFX` and this crate its own. The picture must be upright, 500 ppi, ridges dark.
//!
//! | module | holds |
//! | --- | --- |
//! | `blocks` | the crop, the blocks, their gradients and rotated middles |
//! | `measures` | frequency, clarity, uniformity, certainty and flow of the blocks |
//! | `region` | the region of interest and its coherence |
//! | `forest` | a hundred trees that vote |

mod blocks;
mod forest;
mod measures;
mod region;

use crate::template::Minutia;
use blocks::Blocks;
use tram_biometric::{GrayImage, Quality};

/// How many features the forest takes.
pub const FEATURES: usize = 69;

/// The score and what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Nfiq2 {
    /// 0 worst to 100 best.
    pub score: Quality,
    /// The features in the order of [`feature_name`].
    pub features: [f32; FEATURES],
}

/// NIST's name of a feature, `None` beyond the last.
pub fn feature_name(index: usize) -> Option<String> {
    let histogram = |prefix: &str, at: usize| match at {
        10 => format!("{prefix}Mean"),
        11 => format!("{prefix}StdDev"),
        bin => format!("{prefix}{bin}"),
    };
    Some(match index {
        0..=11 => histogram("FDA_Bin10_", index),
        12 => "FingerJetFX_MinCount_COMMinRect200x200".into(),
        13 => "FingerJetFX_MinutiaeCount".into(),
        14 => "FJFXPos_Mu_MinutiaeQuality_2".into(),
        15 => "FJFXPos_OCL_MinutiaeQuality_80".into(),
        16 => "ImgProcROIArea_Mean".into(),
        17..=28 => histogram("LCS_Bin10_", index - 17),
        29 => "MMB".into(),
        30 => "Mu".into(),
        31..=42 => histogram("OCL_Bin10_", index - 31),
        43..=54 => histogram("OF_Bin10_", index - 43),
        55 => "OrientationMap_ROIFilter_CoherenceRel".into(),
        56 => "OrientationMap_ROIFilter_CoherenceSum".into(),
        57..=68 => histogram("RVUP_Bin10_", index - 57),
        _ => return None,
    })
}

/// Assesses one finger with the minutiae found in it. `None` when the picture is smaller than a block
/// or larger than NFIQ 2 takes after its white margins are cut off (800 × 1000).
pub fn assess(image: &GrayImage, minutiae: &[Minutia]) -> Option<Nfiq2> {
    let blocks = Blocks::of(image)?;
    let region = region::of(&blocks);
    let mut features = Vec::with_capacity(FEATURES);
    features.extend(measures::histogram(blocks.frequency(), &measures::FREQUENCY));
    features.extend(measures::minutiae(&blocks, minutiae));
    features.push(region.mean);
    features.extend(measures::histogram(blocks.clarity(), &measures::CLARITY));
    features.extend(measures::means(&blocks));
    features.extend(measures::histogram(blocks.certainty(), &measures::CERTAINTY));
    features.extend(measures::histogram(blocks.flow(), &measures::FLOW));
    features.extend([region.coherence_mean, region.coherence_sum]);
    features.extend(measures::histogram(blocks.uniformity(), &measures::UNIFORMITY));
    let features: [f32; FEATURES] =
        features.iter().map(|&value| value as f32).collect::<Vec<_>>().try_into().ok()?;
    Some(Nfiq2 { score: Quality::new(forest::votes(&features)), features })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::template::extract;

    #[test]
    fn a_print_scores_above_noise() {
        let finger = Drawn::finger(2, 30);
        let clear = finger.image();
        let mut state = 1u32;
        let noisy = GrayImage::from_fn(clear.width(), clear.height(), 500, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let level = clear.get(x, y).unwrap_or(255);
            level / 8 + (state >> 25) as u8 + 80
        });
        let score = |image: &GrayImage| assess(image, extract(image).minutiae()).map(|a| a.score);
        assert!(score(&clear) > score(&noisy), "{:?} {:?}", score(&clear), score(&noisy));
    }

    #[test]
    fn pictures_it_is_not_made_for_have_no_score() {
        for (width, height) in [(10, 300), (900, 400), (1, 1)] {
            assert_eq!(assess(&GrayImage::from_fn(width, height, 500, |x, y| (x * y) as u8), &[]), None);
        }
        let blank = GrayImage::from_fn(300, 300, 500, |_, _| 200);
        assert!(assess(&blank, &[]).is_some_and(|found| found.score.score() < 50));
        assert_eq!((0..80).filter_map(feature_name).count(), FEATURES);
    }
}
