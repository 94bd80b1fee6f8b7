//! What a portrait must be, as dated reference data: limits change by circular, not by release.

use crate::PortraitError;
use crate::measure::MeasureKind;
use serde::Deserialize;

const SHIPPED: &str = include_str!("../../assets/reference/portrait_rules.toml");

/// The rules in force from a certain day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// First day of validity, `YYYY-MM-DD`.
    pub valid_from: String,
    /// The text the rules rest on.
    pub basis: String,
    /// One rule for each limited measure.
    pub rules: Vec<Rule>,
}

/// One limit with the sentence for whoever breaks it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What is limited.
    pub measure: MeasureKind,
    /// The limit, in the measure's native unit.
    #[serde(flatten)]
    pub limit: Limit,
    /// What is wrong when the limit is broken, in Vietnamese.
    pub vi: String,
    /// What is wrong when the limit is broken, in English.
    pub en: String,
}

/// The range of native values that pass. A side that is absent does not limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Limit {
    /// Smallest value that passes.
    pub at_least: Option<f32>,
    /// Largest value that passes.
    pub at_most: Option<f32>,
}

impl Limit {
    /// Whether a native value passes. What could not be measured does not.
    pub fn allows(&self, native: f32) -> bool {
        !native.is_nan()
            && self.at_least.is_none_or(|least| native >= least)
            && self.at_most.is_none_or(|most| native <= most)
    }
}

#[derive(Deserialize)]
struct File {
    set: Vec<RuleSet>,
}

impl RuleSet {
    /// The newest rules shipped with the station.
    pub fn newest() -> Result<Self, PortraitError> {
        shipped()?.pop().ok_or_else(|| PortraitError::Rules("no rules at all".to_owned()))
    }

    /// The shipped rules in force on a day `YYYY-MM-DD`; before the first set, the first set.
    pub fn on(day: &str) -> Result<Self, PortraitError> {
        let mut sets = shipped()?;
        let index = sets.iter().rposition(|set| set.valid_from.as_str() <= day).unwrap_or(0);
        if index < sets.len() { Ok(sets.swap_remove(index)) } else { Self::newest() }
    }

    /// The rule about a measure, if there is one.
    pub fn rule(&self, measure: MeasureKind) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.measure == measure)
    }
}

/// All shipped sets, oldest first.
fn shipped() -> Result<Vec<RuleSet>, PortraitError> {
    let mut file: File =
        toml::from_str(SHIPPED).map_err(|error| PortraitError::Rules(error.message().to_owned()))?;
    file.set.sort_by(|a, b| a.valid_from.cmp(&b.valid_from));
    Ok(file.set)
}
