//! The findings about one picture as a table that a person or a program reads.
//!
//! Numbers and sentences only, no mesh and no pixels: a report may be kept where a picture may not.

use crate::assessment::Assessment;
use crate::attack;
use crate::face::Face;
use crate::measure::{self, MeasureKind};
use crate::rules::RuleSet;
use serde::Serialize;
use tram_biometric::RgbImage;

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// One measure.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureLine {
    /// What was measured.
    pub measure: MeasureKind,
    /// The value in the measure's own unit.
    pub native: f32,
    /// The value mapped to 0 to 100.
    pub score: u8,
    /// Smallest native value that passes.
    pub at_least: Option<f32>,
    /// Largest native value that passes.
    pub at_most: Option<f32>,
    /// Whether the value lies within.
    pub passes: bool,
    /// What is wrong, where it does not.
    pub wrong: Option<Sentence>,
}

/// One hint of a picture of a picture.
#[derive(Clone, Debug, Serialize)]
pub struct HintLine {
    /// How strong it is, in its own unit.
    pub evidence: f32,
    /// Whether the reviewer is to look.
    pub flagged: bool,
    /// What it is.
    pub hint: Sentence,
}

/// Where the face is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Place {
    /// Right pupil, x and y in pixels.
    pub right_pupil: [f32; 2],
    /// Left pupil.
    pub left_pupil: [f32; 2],
    /// Yaw, pitch and roll in degrees.
    pub pose: [f32; 3],
    /// How sure the networks are, 0 to 1.
    pub confidence: f32,
}

/// Everything that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// The first day of the rules that judged.
    pub rules: String,
    /// Faces, without passers-by.
    pub faces: usize,
    /// Whether there is one face and every rule is kept.
    pub passes: bool,
    /// The lowest score among the measures that have a rule.
    pub overall: u8,
    /// The most important thing to change.
    pub guidance: Option<Sentence>,
    /// Where the largest face is.
    pub face: Option<Place>,
    /// Every measure.
    pub measures: Vec<MeasureLine>,
    /// Hints for the reviewer.
    pub hints: Vec<HintLine>,
    /// What the officer still has to confirm by looking.
    pub to_confirm: Vec<Sentence>,
}

impl Report {
    /// The report of what was found in a picture under some rules.
    pub fn of(image: &RgbImage, found: &Assessment, rules: &RuleSet) -> Self {
        let guidance =
            found.guidance().map(|guidance| Sentence { vi: guidance.vi().into(), en: guidance.en().into() });
        Self {
            width: found.width,
            height: found.height,
            rules: rules.valid_from.clone(),
            faces: found.faces,
            passes: found.passes(),
            overall: measure::overall(&found.measures).score(),
            guidance,
            face: found.face.as_ref().map(place),
            measures: found.measures.iter().map(|measure| line(measure, rules)).collect(),
            hints: found.face.as_ref().map(|face| hints(image, face)).unwrap_or_default(),
            to_confirm: rules
                .confirmations
                .iter()
                .map(|each| Sentence { vi: each.vi.clone(), en: each.en.clone() })
                .collect(),
        }
    }
}

fn place(face: &Face) -> Place {
    let [right, left] = [face.right_eye.pupil, face.left_eye.pupil].map(|pupil| [pupil.x, pupil.y]);
    let pose = [face.pose.yaw, face.pose.pitch, face.pose.roll];
    Place { right_pupil: right, left_pupil: left, pose, confidence: face.confidence }
}

fn line(measure: &measure::Measure, rules: &RuleSet) -> MeasureLine {
    let rule = rules.rule(measure.kind).filter(|_| !measure.passes);
    MeasureLine {
        measure: measure.kind,
        native: measure.native,
        score: measure.score.score(),
        at_least: measure.limit.at_least,
        at_most: measure.limit.at_most,
        passes: measure.passes,
        wrong: rule.map(|rule| Sentence { vi: rule.vi.clone(), en: rule.en.clone() }),
    }
}

fn hints(image: &RgbImage, face: &Face) -> Vec<HintLine> {
    let lines = attack::hints(image, face).into_iter().map(|hint| HintLine {
        evidence: hint.evidence,
        flagged: hint.flagged,
        hint: Sentence { vi: hint.kind.vi().into(), en: hint.kind.en().into() },
    });
    lines.collect()
}
