//! What was found about a portrait, as its packet tells a reviewer: every measure with the limits it was held to, hints of a
//! picture of a picture, and what the officer confirmed by looking.

use serde::{Deserialize, Serialize};
use tram_biometric::Language;

/// One measure. Numbers are thousandths of the measure's own unit, so that two packets of the same are the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    /// The measure's name, such as `Sharpness`.
    pub name: String,
    /// What was measured; `None` where it could not be.
    pub value: Option<i64>,
    /// Smallest value that passes.
    pub at_least: Option<i64>,
    /// Largest value that passes.
    pub at_most: Option<i64>,
    /// The value mapped to 0 to 100.
    pub score: u8,
    /// Whether it passes.
    pub passes: bool,
}

/// A hint that a picture stood before the camera instead of a person. It refuses nobody; a reviewer looks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttackHint {
    /// What was looked for, such as `moire`.
    pub name: String,
    /// How strong it is, in thousandths of its own unit.
    pub evidence: i64,
    /// Whether it is strong enough to be looked at.
    pub flagged: bool,
}

/// Everything that was found about one portrait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Findings {
    /// The first day of the rules that judged, `YYYY-MM-DD`.
    pub rules: String,
    /// Every measure.
    pub checks: Vec<Check>,
    /// What was looked for, found or not.
    pub hints: Vec<AttackHint>,
    /// What no measure can tell and the officer confirms, by the names of the rules.
    pub to_confirm: Vec<String>,
}

impl Findings {
    /// Whether nothing was examined.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The hints a reviewer is to look at.
    pub fn flagged(&self) -> impl Iterator<Item = &AttackHint> {
        self.hints.iter().filter(|hint| hint.flagged)
    }
}

/// On what grounds something the officer would confirm is waived for one applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiverGround {
    /// What the applicant's religion asks to be worn.
    Religious,
    /// A bandage, an illness, an aid that cannot be taken off.
    Medical,
}

impl WaiverGround {
    /// What the officer reads.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Religious => ("Vì tôn giáo", "On religious grounds"),
            Self::Medical => ("Vì lý do y tế", "On medical grounds"),
        };
        language.pick(vi, en)
    }
}

/// Something that is not so, and why it is taken all the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Waiver {
    /// What, by the name of the rules, such as `bare_head`.
    pub key: String,
    /// On what grounds.
    pub ground: WaiverGround,
    /// In the officer's words.
    pub note: String,
}
