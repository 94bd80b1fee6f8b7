//! The measures, one small file each, aligned with the components of ISO/IEC 29794-5:2025.
//!
//! "Aligned" means the same formulas and mappings on landmarks of another model; this is no claim of conformance.
//! What is our own measure, because the standard's needs a network that cannot be had, says so in its file. Not measured
//! at all: the unified quality score.

mod background_uniformity;
mod card_frame;
mod centring;
mod compression_artifacts;
mod crop_margins;
mod dynamic_range;
mod expression_neutrality;
mod eyes_open;
mod eyes_visible;
mod face_occlusion;
mod frame;
mod glasses;
mod head_coverings;
mod head_pose;
mod head_size;
mod illumination_uniformity;
mod inter_eye_distance;
mod luminance_mean;
mod luminance_variance;
mod mouth_closed;
mod mouth_occlusion;
mod natural_colour;
mod over_exposure;
mod sharpness;
mod single_face_present;
mod skin;
mod under_exposure;
mod view;
mod words;

use crate::detector::Detection;
use crate::engine::Stage;
use crate::face::Face;
use crate::rules::{Limit, RuleSet};
use serde::{Deserialize, Serialize};
use tram_biometric::{Quality, RgbImage};
use view::View;

/// What is measured. Names after ISO/IEC 29794-5:2025 where it has the component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs)] // Each has its own file, which says all.
pub enum MeasureKind {
    SingleFacePresent,
    InterEyeDistance,
    HeadSize,
    CardFrame,
    Centring,
    LeftwardCrop,
    RightwardCrop,
    MarginAbove,
    MarginBelow,
    HeadPoseYaw,
    HeadPosePitch,
    HeadPoseRoll,
    LuminanceMean,
    LuminanceVariance,
    UnderExposurePrevention,
    OverExposurePrevention,
    DynamicRange,
    IlluminationUniformity,
    NaturalColour,
    BackgroundUniformity,
    Sharpness,
    CompressionArtifacts,
    EyesOpen,
    MouthClosed,
    ExpressionNeutrality,
    EyesVisible,
    MouthOcclusionPrevention,
    FaceOcclusionPrevention,
    NoHeadCoverings,
    NoGlasses,
}

/// How a measure is taken from a view, and how its native value becomes a score.
type Method = (MeasureKind, fn(&View<'_>) -> f64, fn(f64) -> Quality);

/// Every measure, in the order of [`MeasureKind`].
const METHODS: [Method; 30] = {
    use MeasureKind as Kind;
    [
        (Kind::SingleFacePresent, single_face_present::native, single_face_present::score),
        (Kind::InterEyeDistance, inter_eye_distance::native, inter_eye_distance::score),
        (Kind::HeadSize, head_size::native, head_size::score),
        (Kind::CardFrame, card_frame::native, card_frame::score),
        (Kind::Centring, centring::native, centring::score),
        (Kind::LeftwardCrop, crop_margins::leftward, crop_margins::sideways_score),
        (Kind::RightwardCrop, crop_margins::rightward, crop_margins::sideways_score),
        (Kind::MarginAbove, crop_margins::above, crop_margins::above_score),
        (Kind::MarginBelow, crop_margins::below, crop_margins::below_score),
        (Kind::HeadPoseYaw, head_pose::yaw, head_pose::score),
        (Kind::HeadPosePitch, head_pose::pitch, head_pose::score),
        (Kind::HeadPoseRoll, head_pose::roll, head_pose::score),
        (Kind::LuminanceMean, luminance_mean::native, luminance_mean::score),
        (Kind::LuminanceVariance, luminance_variance::native, luminance_variance::score),
        (Kind::UnderExposurePrevention, under_exposure::native, under_exposure::score),
        (Kind::OverExposurePrevention, over_exposure::native, over_exposure::score),
        (Kind::DynamicRange, dynamic_range::native, dynamic_range::score),
        (Kind::IlluminationUniformity, illumination_uniformity::native, illumination_uniformity::score),
        (Kind::NaturalColour, natural_colour::native, natural_colour::score),
        (Kind::BackgroundUniformity, background_uniformity::native, background_uniformity::score),
        (Kind::Sharpness, sharpness::native, sharpness::score),
        (Kind::CompressionArtifacts, compression_artifacts::native, compression_artifacts::score),
        (Kind::EyesOpen, eyes_open::native, eyes_open::score),
        (Kind::MouthClosed, mouth_closed::native, mouth_closed::score),
        (Kind::ExpressionNeutrality, expression_neutrality::native, expression_neutrality::score),
        (Kind::EyesVisible, eyes_visible::native, eyes_visible::score),
        (Kind::MouthOcclusionPrevention, mouth_occlusion::native, mouth_occlusion::score),
        (Kind::FaceOcclusionPrevention, face_occlusion::native, face_occlusion::score),
        (Kind::NoHeadCoverings, head_coverings::native, head_coverings::score),
        (Kind::NoGlasses, glasses::native, glasses::score),
    ]
};

/// One measure of one picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// What was measured.
    pub kind: MeasureKind,
    /// The value in the measure's own unit.
    pub native: f32,
    /// The value mapped to 0 to 100.
    pub score: Quality,
    /// The range of native values that pass; without any side the measure only informs.
    pub limit: Limit,
    /// Whether the native value lies within the limit.
    pub passes: bool,
}

impl Measure {
    /// Whether the value fails by lying above its range.
    pub fn is_too_high(&self) -> bool {
        self.limit.at_most.is_some_and(|most| self.native > most)
    }
}

/// How good a portrait is as a whole: the lowest score among the measures that the rules limit. Luminance does not count,
/// because its score falls with the darkness of the skin; what is merely shown does not count either.
pub fn overall(measures: &[Measure]) -> Quality {
    let counts =
        |measure: &&Measure| measure.limit != Limit::default() && measure.kind != MeasureKind::LuminanceMean;
    measures.iter().filter(counts).map(|measure| measure.score).min().unwrap_or_default()
}

/// What costs most and changes least while somebody sits before a camera.
const SLOW: [MeasureKind; 2] = [MeasureKind::BackgroundUniformity, MeasureKind::NoHeadCoverings];

/// Every measure of a face, judged by the rules; the slow ones are taken over from what is carried from an earlier frame.
pub(crate) fn all(
    image: &RgbImage,
    detections: &[Detection],
    face: &Face,
    rules: &RuleSet,
    carried: &[Measure],
    done: &mut dyn FnMut(Stage),
) -> Vec<Measure> {
    let view = View::new(image, face, detections);
    done(Stage::View);
    let earlier = |kind| carried.iter().find(|measure| measure.kind == kind && SLOW.contains(&kind)).copied();
    METHODS
        .into_iter()
        .map(|(kind, native, score)| {
            earlier(kind).unwrap_or_else(|| {
                let value = native(&view);
                done(Stage::Measure(kind));
                let (native, limit) =
                    (value as f32, rules.rule(kind).map(|rule| rule.limit).unwrap_or_default());
                Measure { kind, native, score: score(value), limit, passes: limit.allows(native) }
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
