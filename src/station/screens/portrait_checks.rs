//! What was measured of a portrait, at its side: by requirement, and every measure with its limit; what the officer confirms by
//! looking; what a reviewer is to look at.

use super::desk::{Ask, Desk};
use super::text;
use egui::{Key, Ui};
use tram_biometric::Language;
use tram_capture::findings;
use tram_enrollment::{Check, Findings, PortraitAttempt};
use tram_portrait::attack::HintKind;
use tram_portrait::{Confirmation, MeasureKind, RuleSet};
use tram_theme::tokens::space;
use tram_theme::{Button, Card, Choice, Measure, Shortcut, Status, notice, text as type_};
use tram_workflow::{Action, Dossier};

/// What is known of the picture in front of the officer: of the newest frame while the camera runs, else of what was taken.
fn checks(dossier: &Dossier) -> Vec<Check> {
    if dossier.portrait.running {
        return findings::checks(&dossier.portrait.view.measures);
    }
    dossier.enrollment.portrait().map(|taken| taken.findings.checks.clone()).unwrap_or_default()
}

/// What the picture must be, each requirement with its worst measure; F8 shows every measure instead.
pub(super) fn requirements_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let checks = checks(dossier);
    let shows_all = desk.local.shows_measures;
    Card::titled(desk.say(text::REQUIREMENTS)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS + 2.0;
        if shows_all {
            every_measure_ui(ui, desk, &checks);
        } else {
            groups_ui(ui, desk, dossier, &checks);
        }
        let label = desk.say(if shows_all { text::FEWER_MEASURES } else { text::EVERY_MEASURE });
        let button = Button::quiet(label).shortcut(Shortcut::key(Key::F8));
        if button.activated(ui) {
            desk.local.shows_measures = !shows_all;
        }
    });
}

fn groups_ui(ui: &mut Ui, desk: &Desk<'_>, dossier: &Dossier, checks: &[Check]) {
    let taken = dossier.enrollment.portrait().filter(|_| !dossier.portrait.running);
    for (requirement, names) in text::PORTRAIT_GROUPS {
        let of_group = |name: &str| names.contains(&name);
        let limited = checks.iter().filter(|check| check.at_least.is_some() || check.at_most.is_some());
        let worst =
            limited.filter(|check| of_group(&check.name)).min_by_key(|check| (check.passes, check.score));
        let (status, word) = match (worst, taken) {
            // Whether there is one face is no limited measure: without one nothing else is measured.
            (None, None) if !checks.is_empty() => (Status::Good, desk.say(text::PASSES).to_owned()),
            (Some(worst), _) => {
                let (status, word) = verdict(worst);
                (status, format!("{} · {}", desk.say(word), worst.score))
            }
            (None, Some(taken)) if taken.failing.iter().any(|name| of_group(name)) => {
                (Status::Attention, desk.say(text::FAILS).to_owned())
            }
            (None, Some(_)) => (Status::Good, desk.say(text::PASSES).to_owned()),
            (None, None) => (Status::Neutral, desk.say(text::NOT_MEASURED).to_owned()),
        };
        Measure::new(desk.say(requirement), status, &word).show(ui);
    }
}

fn verdict(check: &Check) -> (Status, text::Text) {
    if check.passes { (Status::Good, text::PASSES) } else { (Status::Attention, text::FAILS) }
}

/// Every measure with its value and limit; those without a limit only inform.
fn every_measure_ui(ui: &mut Ui, desk: &Desk<'_>, checks: &[Check]) {
    if checks.is_empty() {
        type_::muted(ui, desk.say(text::NOT_MEASURED));
    }
    for check in checks {
        let kind = MeasureKind::all().find(|kind| format!("{kind:?}") == check.name);
        let name = kind.map_or(check.name.as_str(), |kind| desk.language().pick(kind.vi(), kind.en()));
        let is_limited = check.at_least.is_some() || check.at_most.is_some();
        let status = if is_limited { verdict(check).0 } else { Status::Neutral };
        Measure::new(name, status, &value(check, kind.map_or("", MeasureKind::unit), desk.language()))
            .show(ui);
    }
}

/// A value with its unit and its limit, such as `0,38 ≥ 0,42`.
fn value(check: &Check, unit: &str, language: Language) -> String {
    let number = |thousandths: i64| {
        // As many figures as limits have, and no more than a person reads.
        let decimals = match thousandths.unsigned_abs() {
            0..1_000 => 3,
            1_000..10_000 => 2,
            10_000..100_000 => 1,
            _ => 0,
        };
        let text = format!("{:.decimals$}", thousandths as f64 / 1000.0);
        language.pick(text.replace('.', ","), text)
    };
    let measured = check.value.map_or_else(|| "–".to_owned(), number);
    let limit = match (check.at_least, check.at_most) {
        (None, None) => String::new(),
        (Some(least), None) => format!(" · ≥ {}", number(least)),
        (None, Some(most)) => format!(" · ≤ {}", number(most)),
        (Some(least), Some(most)) => format!(" · {} … {}", number(least), number(most)),
    };
    format!("{measured}{unit}{limit}")
}

/// The rules a portrait was judged by.
fn rules(findings: &Findings) -> Option<&'static RuleSet> {
    RuleSet::named(&findings.rules)
}

/// What the officer has to confirm of a taken portrait, by the rules it was judged by.
pub(super) fn confirmations(taken: &PortraitAttempt) -> Vec<&'static Confirmation> {
    let asked = &taken.findings.to_confirm;
    let known = rules(&taken.findings).map(|rules| rules.confirmations.as_slice()).unwrap_or_default();
    known.iter().filter(|each| asked.contains(&each.key)).collect()
}

/// What no measure can tell: the officer looks and confirms with one key, or waives with grounds.
pub(super) fn confirm_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let Some(taken) = dossier.enrollment.portrait().filter(|_| !dossier.portrait.running) else { return };
    let language = desk.language();
    let asked = confirmations(taken);
    if asked.is_empty() {
        return;
    }
    Card::titled(desk.say(text::CONFIRM_TITLE)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let waived = taken.confirmed.as_deref().unwrap_or_default();
        let lines = asked.iter().filter(|each| waived.iter().all(|waiver| waiver.key != each.key));
        let lines: Vec<&str> = lines.map(|each| language.pick(each.vi.as_str(), each.en.as_str())).collect();
        let (lines, done) = (lines.join("\n"), taken.confirmed.is_some());
        let choice = Choice::tick(desk.say(text::CONFIRM), done).detail(&lines);
        if choice.shortcut(Shortcut::key(Key::F4)).chosen(ui) && !done {
            desk.act(Action::ConfirmPortrait(Vec::new()));
        }
        for waiver in waived {
            let what = asked.iter().find(|each| each.key == waiver.key);
            let what =
                what.map_or(waiver.key.as_str(), |each| language.pick(each.vi.as_str(), each.en.as_str()));
            let words = format!("{what}: {}, {}", waiver.ground.label(language).to_lowercase(), waiver.note);
            notice(ui, Status::Attention, &words);
        }
        if !done && asked.iter().any(|each| !each.exceptions.is_empty()) {
            let waive = Button::quiet(desk.say(text::WAIVE)).shortcut(Shortcut::key(Key::F6));
            if waive.activated(ui) {
                desk.ask(Ask::Waive(super::waiver::WaiverForm::default()));
            }
        }
    });
}

/// Hints of a picture of a picture, for whoever reviews; they refuse nobody.
pub(super) fn hints_ui(ui: &mut Ui, desk: &Desk<'_>, taken: Option<&PortraitAttempt>) {
    for hint in taken.iter().flat_map(|taken| taken.findings.flagged()) {
        let kind = HintKind::ALL.into_iter().find(|kind| format!("{kind:?}") == hint.name);
        let words = kind.map_or(hint.name.as_str(), |kind| desk.language().pick(kind.vi(), kind.en()));
        let said = format!("{}: {words} ({})", desk.say(text::HINT), hint.evidence as f64 / 1000.0);
        notice(ui, Status::Attention, &said);
    }
}
