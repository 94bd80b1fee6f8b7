//! A figure beside its limits: the verdict, and the sentence for the technician.

use crate::limits::{Basis, DeviceClass, Limit, Limits};
use crate::quantity::{Measurement, Quantity};
use crate::remedy::remedy;
use serde::{Deserialize, Serialize};
use tram_biometric::Language;

/// One measured figure with the limits it was held against. Fields stand in the order in which deterministic CBOR sorts
/// them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// How far the source may be trusted.
    pub basis: Basis,
    /// In the quantity's unit.
    pub value: f64,
    /// Where the limits are from.
    pub source: String,
    /// Largest value that passes.
    pub at_most: Option<f64>,
    /// Smallest value that passes.
    pub at_least: Option<f64>,
    /// What was measured.
    pub quantity: Quantity,
}

impl Finding {
    /// A value beside its limit.
    pub(crate) fn new(value: f64, limit: &Limit) -> Self {
        Self {
            basis: limit.basis,
            value,
            source: limit.source.clone(),
            at_most: limit.at_most,
            at_least: limit.at_least,
            quantity: limit.quantity,
        }
    }

    /// Whether the figure is within its limits. What is not a number is not.
    pub fn passes(&self) -> bool {
        self.value.is_finite()
            && self.at_least.is_none_or(|least| self.value >= least)
            && self.at_most.is_none_or(|most| self.value <= most)
    }

    /// What was measured, whether it passes, and if not what to do.
    pub fn sentence(&self, language: Language) -> String {
        let figure = |value: f64| {
            let digits = if value.abs() >= 100.0 { 1 } else { 3 };
            let text = format!("{value:.digits$}");
            language.pick(text.replace('.', ","), text)
        };
        let unit = match self.quantity.unit() {
            "" => String::new(),
            "levels" => language.pick(" mức", " levels").to_owned(),
            "°" => "°".to_owned(),
            unit => format!(" {unit}"),
        };
        let range = match (self.at_least, self.at_most) {
            (Some(least), Some(most)) => {
                let (least, most) = (figure(least), figure(most));
                language.pick(format!("cho phép {least} đến {most}"), format!("allowed {least} to {most}"))
            }
            (Some(least), None) => language
                .pick(format!("cho phép từ {}", figure(least)), format!("allowed from {}", figure(least))),
            (None, Some(most)) => language
                .pick(format!("cho phép đến {}", figure(most)), format!("allowed up to {}", figure(most))),
            (None, None) => language.pick("không giới hạn", "not limited").to_owned(),
        };
        let name = capital(self.quantity.name(language));
        let value = figure(self.value);
        if self.passes() {
            let passed = language.pick("đạt", "passed");
            format!("{name}: {value}{unit} ({range}) – {passed}.")
        } else {
            let (failed, advice) = (language.pick("không đạt", "failed"), remedy(self, language));
            format!("{name}: {value}{unit} ({range}) – {failed}: {advice}.")
        }
    }
}

/// With a capital letter at the beginning of a sentence.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// All findings about one device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// In the order of the limits file.
    pub findings: Vec<Finding>,
    /// Required figures that were not measured.
    pub missing: Vec<Quantity>,
}

impl Verdict {
    /// Holds figures against the limits of a class. Figures without a limit are not part of it; where one was measured
    /// several times, each must pass.
    pub fn of(class: DeviceClass, measured: &[Measurement], limits: &Limits) -> Self {
        let mut verdict = Self::default();
        for limit in limits.of(class) {
            let figures = || measured.iter().filter(|figure| figure.quantity == limit.quantity);
            verdict.findings.extend(figures().map(|figure| Finding::new(figure.value, limit)));
            if figures().next().is_none() && limit.required {
                verdict.missing.push(limit.quantity);
            }
        }
        verdict
    }

    /// Whether the device may be used: everything required was measured, and everything measured passes.
    pub fn passes(&self) -> bool {
        self.missing.is_empty() && !self.findings.is_empty() && self.findings.iter().all(Finding::passes)
    }

    /// What keeps the device from being used, a sentence each.
    pub fn complaints(&self, language: Language) -> Vec<String> {
        let failed = self
            .findings
            .iter()
            .filter(|finding| !finding.passes())
            .map(|finding| finding.sentence(language));
        let missing = self.missing.iter().map(|quantity| {
            let name = capital(quantity.name(language));
            language.pick(format!("{name}: chưa đo."), format!("{name}: not measured."))
        });
        failed.chain(missing).collect()
    }
}
