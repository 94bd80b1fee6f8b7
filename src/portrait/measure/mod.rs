//! The measures, one small file each, aligned with the components of ISO/IEC 29794-5:2025.
//!
//! "Aligned" means the same formulas and mappings on landmarks of another model; this is no claim of conformance.
//! What is our own measure, because the standard's needs a network that cannot be had, says so in its file.

mod eyes_open;
mod geometry;
mod head_pose;
mod luminance;
mod mouth_closed;
mod sharpness;
mod zone;

use crate::Limit;
use crate::detector::Detection;
use crate::face::Face;
use crate::rules::RuleSet;
use serde::{Deserialize, Serialize};
use tram_biometric::{Quality, RgbImage};

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
    HeadPoseYaw,
    HeadPosePitch,
    HeadPoseRoll,
    LuminanceMean,
    LuminanceVariance,
    UnderExposurePrevention,
    OverExposurePrevention,
    DynamicRange,
    IlluminationUniformity,
    Sharpness,
    EyesOpen,
    MouthClosed,
}

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

/// A native value with its score, before rules are applied.
type Value = (MeasureKind, f64, Quality);

/// Every measure of the largest face, judged by the rules. Empty without a face.
pub(crate) fn all(
    image: &RgbImage,
    detections: &[Detection],
    face: Option<&Face>,
    rules: &RuleSet,
) -> Vec<Measure> {
    let Some(face) = face else { return Vec::new() };
    let zone = zone::Zone::of(image, face);
    let mut values = vec![
        geometry::single_face_present(detections),
        geometry::inter_eye_distance(face),
        geometry::head_size(face, image),
        geometry::card_frame(face, image),
    ];
    values.extend(head_pose::all(face));
    values.extend(luminance::all(&zone));
    values.extend([sharpness::of(&zone), eyes_open::of(face), mouth_closed::of(face)]);
    values.into_iter().map(|value| judge(value, rules)).collect()
}

fn judge((kind, native, score): Value, rules: &RuleSet) -> Measure {
    let limit = rules.rule(kind).map(|rule| rule.limit).unwrap_or_default();
    let native = native as f32;
    Measure { kind, native, score, limit, passes: limit == Limit::default() || limit.allows(native) }
}
