//! What a portrait must be, as dated reference data: limits change by circular, not by release.

use crate::PortraitError;
use crate::iris::IrisMeasureKind;
use crate::measure::MeasureKind;
use serde::Deserialize;
use std::sync::LazyLock;

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
    /// What no measure can tell and the officer confirms.
    pub confirmations: Vec<Confirmation>,
    /// One rule for each limited measure of an iris, the most telling first.
    pub iris: Vec<IrisRule>,
}

/// One limit of an iris with the sentence for whoever breaks it.
#[derive(Clone, Debug, Deserialize)]
pub struct IrisRule {
    /// What is limited.
    pub measure: IrisMeasureKind,
    /// The limit, in the measure's unit.
    #[serde(flatten)]
    pub limit: Limit,
    /// What is wrong when the limit is broken, in Vietnamese.
    pub vi: String,
    /// What is wrong when the limit is broken, in English.
    pub en: String,
}

/// Something the officer confirms by looking.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Names it in the packet, such as `bare_head`.
    pub key: String,
    /// What must be so, in Vietnamese.
    pub vi: String,
    /// What must be so, in English.
    pub en: String,
    /// On what grounds it may be waived; empty where never.
    pub exceptions: Vec<Exception>,
}

/// Why a confirmation may be waived for one applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// What the applicant's religion asks to be worn.
    Religious,
    /// A bandage, an illness, an aid that cannot be taken off.
    Medical,
}

/// One limit with the sentence for whoever breaks it.
#[derive(Clone, Debug, Deserialize)]
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
    /// Whether a native value passes. What could not be measured passes only where nothing is asked.
    pub fn allows(&self, native: f32) -> bool {
        self.at_least.is_none_or(|least| native >= least) && self.at_most.is_none_or(|most| native <= most)
    }
}

#[derive(Deserialize)]
struct File {
    set: Vec<RuleSet>,
}

impl RuleSet {
    /// The newest rules shipped with the station.
    pub fn newest() -> Result<Self, PortraitError> {
        shipped()?.last().cloned().ok_or_else(|| PortraitError::Rules("no rules at all".to_owned()))
    }

    /// The shipped rules that are in force from exactly this day on; what a finding names.
    pub fn named(valid_from: &str) -> Option<&'static Self> {
        shipped().ok()?.iter().find(|set| set.valid_from == valid_from)
    }

    /// The shipped rules in force on a day `YYYY-MM-DD`; before the first set, the first set.
    pub fn on(day: &str) -> Result<Self, PortraitError> {
        shipped()?;
        Self::in_force(day).map_or_else(Self::newest, |set| Ok(set.clone()))
    }

    /// The same without a copy; `None` where the file is damaged.
    pub fn in_force(day: &str) -> Option<&'static Self> {
        let sets = shipped().ok()?;
        sets.iter().rev().find(|set| set.valid_from.as_str() <= day).or_else(|| sets.first())
    }

    /// The rule about a measure, if there is one.
    pub fn rule(&self, measure: MeasureKind) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.measure == measure)
    }
}

/// All shipped sets, oldest first; read once.
static SETS: LazyLock<Result<Vec<RuleSet>, String>> = LazyLock::new(|| {
    let mut file: File = toml::from_str(SHIPPED).map_err(|error| error.message().to_owned())?;
    file.set.sort_by(|a, b| a.valid_from.cmp(&b.valid_from));
    Ok(file.set)
});

fn shipped() -> Result<&'static [RuleSet], PortraitError> {
    SETS.as_deref().map_err(|reason| PortraitError::Rules(reason.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_rule_can_be_broken_and_says_so_in_two_languages() {
        for set in shipped().unwrap() {
            assert!(set.rules.len() >= 10 && set.confirmations.len() >= 4);
            for rule in &set.rules {
                assert_ne!(rule.limit, Limit::default(), "{:?} limits nothing", rule.measure);
                assert!(!rule.limit.allows(f32::NAN));
                assert!(!rule.vi.is_empty() && !rule.en.is_empty());
            }
            for rule in &set.iris {
                assert_ne!(rule.limit, Limit::default(), "{:?} limits nothing", rule.measure);
                assert!(!rule.vi.is_empty() && !rule.en.is_empty());
            }
        }
    }

    #[test]
    fn a_day_before_all_rules_has_the_first() {
        assert_eq!(RuleSet::on("1999-01-01").unwrap().valid_from, "2024-07-01");
        assert_eq!(RuleSet::on("2026-11-22").unwrap().valid_from, "2024-07-01");
    }
}
