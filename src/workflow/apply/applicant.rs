//! The applicant: found, scanned or typed in, each field with its source and the reason of a change.

use super::{capture, journal};
use crate::action::Action;
use crate::dossier::{Citizen, Found};
use crate::effect::Effect;
use crate::state::{Screen, State};
use std::collections::BTreeMap;
use tram_biometric::Language;
use tram_enrollment::reference::Phrase;
use tram_enrollment::{Event, Field, PersonalNumber, Source, Step, name, validate};

/// Communes offered while one is typed.
const MOST_UNITS: usize = 8;

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Search(query) => search(state, query),
        Action::Mark(index) => {
            if let Some(dossier) = &mut state.dossier {
                dossier.search.marked = index;
            }
            Vec::new()
        }
        Action::Take(index) => {
            let chosen = state.dossier.as_ref().and_then(|dossier| match &dossier.search.found {
                Found::Citizens(citizens) => citizens.get(index).cloned(),
                _ => None,
            });
            chosen.map(|citizen| take(state, citizen)).unwrap_or_default()
        }
        Action::TypeIn => {
            let fields = BTreeMap::from([(Field::Nationality, "VNM".to_owned())]);
            take(state, Citizen { fields, source: Source::Typed })
        }
        Action::ScanCode(start) => capture::scan_code(state, start),
        Action::Scanned(bytes) => scanned(state, &bytes),
        Action::CodeRead(bytes) => code_read(state, &bytes),
        Action::Typed(field, text) => {
            typed(state, field, text);
            Vec::new()
        }
        Action::FieldEntered(field) => {
            let known = state.dossier.as_ref().and_then(|dossier| dossier.enrollment.field);
            if known == Some(field) {
                return Vec::new();
            }
            journal(state, Event::FieldEntered { field }, Vec::new())
        }
        Action::Commit(field) => commit(state, field),
        Action::Reason(reason) => reason_given(state, reason),
        _ => Vec::new(),
    }
}

fn search(state: &mut State, query: String) -> Vec<Effect> {
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    let asked = name::tidy(&query);
    dossier.search.query = query;
    dossier.search.marked = 0;
    if asked.is_empty() {
        dossier.search.found = Found::Nothing;
        return Vec::new();
    }
    if !matches!(dossier.search.found, Found::Citizens(_)) {
        dossier.search.found = Found::Loading;
    }
    vec![Effect::Search(asked)]
}

/// The register answered. An answer to an older question is not shown.
pub(super) fn found(state: &mut State, query: &str, found: Result<Vec<Citizen>, Phrase>) -> Vec<Effect> {
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    if name::tidy(&dossier.search.query) != query {
        return Vec::new();
    }
    dossier.search.found = match found {
        Ok(citizens) => Found::Citizens(citizens),
        Err(trouble) => Found::Failed(trouble),
    };
    Vec::new()
}

fn take(state: &mut State, citizen: Citizen) -> Vec<Effect> {
    if let Some(dossier) = &mut state.dossier {
        dossier.form = crate::dossier::Form { is_open: true, ..Default::default() };
        dossier.search = crate::dossier::Search::default();
    }
    let Citizen { fields, source } = citizen;
    journal(state, Event::FieldsFilled { fields, source }, Vec::new())
}

/// A reader may read at any moment. What it read fills the form where the station looks for the citizen, and nowhere else
/// does it touch anything.
fn code_read(state: &mut State, bytes: &[u8]) -> Vec<Effect> {
    let looks = state.screen == Screen::Dossier
        && state.dossier.as_ref().is_some_and(|dossier| {
            let enrollment = &dossier.enrollment;
            dossier.is_open()
                && enrollment.step == Step::Applicant
                && enrollment.applicant.fields().next().is_none()
                && dossier.form.typing.is_empty()
        });
    if looks {
        return scanned(state, bytes);
    }
    state.notice(
        "Máy quét vừa đọc một mã: mã chỉ được dùng ở bước tìm công dân, không có gì thay đổi",
        "The reader read a code: it counts where the citizen is looked for; nothing changed",
        false,
    );
    Vec::new()
}

/// A card was scanned: what it says fills the form.
fn scanned(state: &mut State, bytes: &[u8]) -> Vec<Effect> {
    let by_camera = state.dossier.as_ref().is_some_and(|dossier| dossier.scan.is_some());
    let mut effects = capture::stop(state);
    let card = match tram_card::qr::parse(bytes) {
        Ok(card) => card,
        Err(error) => {
            state.notice(error.advice(Language::Vietnamese), error.advice(Language::English), true);
            // The card may be held again, or another.
            effects.extend(if by_camera { capture::scan_code(state, true) } else { Vec::new() });
            return effects;
        }
    };
    let sex = card.sex.map(|sex| match sex {
        tram_card::Sex::Male => "male".to_owned(),
        tram_card::Sex::Female => "female".to_owned(),
    });
    let fields = [
        (Field::PersonalNumber, Some(card.personal_number)),
        (Field::OldNumber, card.old_number),
        (Field::FullName, Some(card.full_name)),
        (Field::BirthDate, card.birth.map(|birth| birth.to_string())),
        (Field::Sex, sex),
        (Field::Nationality, Some("VNM".to_owned())),
        (Field::ResidenceDetail, Some(card.residence)),
    ];
    let fields = fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect();
    effects.extend(take(state, Citizen { fields, source: Source::CardQr }));
    effects
}

fn typed(state: &mut State, field: Field, text: String) {
    let reference = state.reference.clone();
    let Some(dossier) = state.dossier.as_mut().filter(|dossier| dossier.is_open()) else { return };
    if field == Field::ResidenceUnit {
        dossier.form.units = reference.units().suggest(&text, MOST_UNITS).into_iter().cloned().collect();
    }
    dossier.form.typing.insert(field, text);
}

/// The stored form of what was typed: dates as `YYYY-MM-DD`, numbers without spaces, a commune as its code.
fn stored(state: &State, field: Field, text: &str) -> String {
    let text = name::tidy(text);
    match field {
        Field::BirthDate => validate::parse_date(&text).map_or(text, |date| date.to_string()),
        Field::PersonalNumber => PersonalNumber::parse(&text).map_or(text, PersonalNumber::text),
        Field::OldNumber | Field::Phone => text.replace([' ', '.', '-'], ""),
        Field::ResidenceUnit if state.reference.units().get(&text).is_none() => {
            match state.reference.units().suggest(&text, 2).as_slice() {
                [only] => only.code.clone(),
                _ => text,
            }
        }
        _ => text,
    }
}

/// Keeps what is being typed as far as it needs no reason, and leaves the fields open.
pub(super) fn keep_typing(state: &mut State) -> Vec<Effect> {
    let Some(dossier) = &state.dossier else { return Vec::new() };
    let changed: Vec<(Field, String)> = dossier
        .form
        .typing
        .iter()
        .map(|(field, text)| (*field, stored(state, *field, text)))
        .filter(|(field, value)| {
            let applicant = &dossier.enrollment.applicant;
            applicant.value(*field) != value && !applicant.needs_reason(*field, value)
        })
        .collect();
    changed.into_iter().flat_map(|(field, value)| set(state, field, value, None)).collect()
}

/// Keeps a field that was left. A change of what a register or card said waits for its reason.
fn commit(state: &mut State, field: Field) -> Vec<Effect> {
    let Some(text) = state.dossier.as_mut().and_then(|dossier| dossier.form.typing.remove(&field)) else {
        return Vec::new();
    };
    let value = stored(state, field, &text);
    let Some(dossier) = &mut state.dossier else { return Vec::new() };
    dossier.form.units.clear();
    let applicant = &dossier.enrollment.applicant;
    if applicant.value(field) == value {
        Vec::new()
    } else if applicant.needs_reason(field, &value) {
        dossier.form.asks_reason = Some((field, value));
        Vec::new()
    } else {
        set(state, field, value, None)
    }
}

pub(super) fn commit_all(state: &mut State) -> Vec<Effect> {
    let fields: Vec<Field> =
        state.dossier.iter().flat_map(|dossier| dossier.form.typing.keys().copied()).collect();
    let mut effects = Vec::new();
    for field in fields {
        if state.dossier.as_ref().is_some_and(|dossier| dossier.form.asks_reason.is_some()) {
            break;
        }
        effects.extend(commit(state, field));
    }
    effects
}

fn reason_given(state: &mut State, reason: Option<String>) -> Vec<Effect> {
    let Some((field, value)) = state.dossier.as_mut().and_then(|dossier| dossier.form.asks_reason.take())
    else {
        return Vec::new();
    };
    match reason.map(|reason| name::tidy(&reason)) {
        Some(reason) if !reason.is_empty() => set(state, field, value, Some(reason)),
        _ => Vec::new(),
    }
}

fn set(state: &mut State, field: Field, value: String, reason: Option<String>) -> Vec<Effect> {
    journal(state, Event::FieldSet { field, value, source: Source::Typed, reason }, Vec::new())
}
