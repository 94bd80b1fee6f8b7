//! What was found about a portrait, in the numbers a packet holds.

use crate::portrait::PortraitShot;
use tram_enrollment::{AttackHint, Check, Findings};
use tram_portrait::attack::Hint;
use tram_portrait::{Measure, RuleSet};

/// The names of the checks a shot fails; without a face the face itself.
pub fn failing(shot: &PortraitShot) -> Vec<String> {
    let broken = shot.measures.iter().filter(|measure| !measure.passes);
    let mut failing: Vec<String> = broken.map(|measure| format!("{:?}", measure.kind)).collect();
    if !shot.passes && failing.is_empty() {
        failing.push("Face".to_owned());
    }
    failing
}

/// Every measure of a shot with its limits, the hints, and what the officer still has to confirm by these rules.
pub fn of(shot: &PortraitShot, rules: &RuleSet) -> Findings {
    Findings {
        rules: rules.valid_from.clone(),
        checks: checks(&shot.measures),
        hints: shot.hints.iter().copied().map(hint).collect(),
        to_confirm: rules.confirmations.iter().map(|each| each.key.clone()).collect(),
    }
}

/// Measures as a packet says them.
pub fn checks(measures: &[Measure]) -> Vec<Check> {
    measures.iter().map(check).collect()
}

fn check(measure: &Measure) -> Check {
    Check {
        name: format!("{:?}", measure.kind),
        value: measure.native.is_finite().then(|| thousandths(measure.native)),
        at_least: measure.limit.at_least.map(thousandths),
        at_most: measure.limit.at_most.map(thousandths),
        score: measure.score.score(),
        passes: measure.passes,
    }
}

fn hint(hint: Hint) -> AttackHint {
    AttackHint {
        name: format!("{:?}", hint.kind),
        evidence: thousandths(hint.evidence),
        flagged: hint.flagged,
    }
}

/// Saturating: what a measure says is never near the ends.
fn thousandths(value: f32) -> i64 {
    (f64::from(value) * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use tram_biometric::{Quality, RgbImage};
    use tram_portrait::{Limit, MeasureKind};

    fn shot(measures: Vec<Measure>, passes: bool) -> PortraitShot {
        let image = RgbImage::new(1, 1, vec![0; 3]).expect("fills");
        PortraitShot { image, face: None, measures, passes, hints: Vec::new() }
    }

    #[test]
    fn every_measure_is_said_with_its_limits_and_what_is_left_to_confirm() {
        let limit = Limit { at_least: Some(0.42), at_most: None };
        let measure = |native: f32| {
            let passes = limit.allows(native);
            Measure { kind: MeasureKind::Sharpness, native, score: Quality::new(50), limit, passes }
        };
        let rules = RuleSet::newest().expect("shipped");
        let found = of(&shot(vec![measure(0.3004), measure(f32::NAN)], false), &rules);
        let values: Vec<_> = found.checks.iter().map(|check| (check.value, check.passes)).collect();
        assert_eq!(values, [(Some(300), false), (None, false)]);
        assert_eq!(found.checks[0].at_least, Some(420));
        assert!(found.to_confirm.contains(&"both_ears".to_owned()));
        assert_eq!(failing(&shot(vec![measure(0.3)], false)), ["Sharpness"]);
        assert_eq!(failing(&shot(Vec::new(), false)), ["Face"]);
        assert!(failing(&shot(vec![measure(0.5)], true)).is_empty());
    }
}
