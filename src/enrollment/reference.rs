//! All dated rules together. Authored as TOML and CSV, carried to stations as one signed bundle.

use crate::Enrollment;
use crate::calendar::Calendar;
use crate::policy::CapturePolicy;
use crate::practice::{Matter, Practice};
use crate::procedure::Procedure;
use crate::unit::{Unit, UnitIndex};
use serde::{Deserialize, Serialize};
use time::Date;

/// Why reference data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The rules are no TOML of the expected shape.
    #[error("the rules file cannot be read: {0}")]
    Rules(#[from] toml::de::Error),
    /// A line of the units list is not `code,name,province`.
    #[error("line {line} of the units list is not code, name and province")]
    Units {
        /// Counted from 1.
        line: usize,
    },
    /// A procedure names a policy that is not there.
    #[error("procedure {procedure} names the capture policy {policy}, which is not there")]
    NoSuchPolicy {
        /// The procedure's code.
        procedure: String,
        /// The policy's id.
        policy: String,
    },
}

/// A place code of personal numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPlace {
    /// Three digits.
    pub code: String,
    /// The province as it was called.
    pub name: String,
}

/// What a bundle carries, in the form it is carried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Counts up with every edition.
    pub edition: u32,
    /// Procedures, several editions of one side by side.
    pub procedures: Vec<Procedure>,
    /// Capture policies.
    pub policies: Vec<CapturePolicy>,
    /// Ways of working.
    #[serde(default)]
    pub practices: Vec<Practice>,
    /// Days off.
    pub holidays: Vec<Date>,
    /// Place codes of personal numbers.
    pub number_places: Vec<NumberPlace>,
    /// Ethnic groups, in the order of the official list.
    pub ethnic_groups: Vec<String>,
    /// Religions.
    pub religions: Vec<String>,
    /// Why a field that a register filled may be changed; the officer chooses one.
    pub edit_reasons: Vec<Phrase>,
    /// Why an applicant may not sign; the officer chooses one.
    #[serde(default)]
    pub unsigned_reasons: Vec<Phrase>,
    /// The consent the applicant gives, shown in full on the check page.
    pub consent: Phrase,
    /// Communes.
    #[serde(default)]
    pub units: Vec<Unit>,
}

/// A phrase in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Phrase {
    /// The text in the language asked for.
    pub fn text(&self, language: tram_biometric::Language) -> &str {
        language.pick(&self.vi, &self.en)
    }
}

/// Rules with their look-ups.
#[derive(Clone, Debug, Default)]
pub struct ReferenceData {
    rules: Rules,
    calendar: Calendar,
    units: UnitIndex,
}

impl ReferenceData {
    /// Rules checked and indexed.
    ///
    /// # Errors
    /// [`ReferenceError::NoSuchPolicy`].
    pub fn new(rules: Rules) -> Result<Self, ReferenceError> {
        for procedure in &rules.procedures {
            if !rules.policies.iter().any(|policy| policy.id == procedure.policy) {
                return Err(ReferenceError::NoSuchPolicy {
                    procedure: procedure.code.clone(),
                    policy: procedure.policy.clone(),
                });
            }
        }
        let calendar = Calendar::new(rules.holidays.iter().copied());
        let units = UnitIndex::new(rules.units.iter().cloned());
        Ok(Self { rules, calendar, units })
    }

    /// Rules as they are authored: a TOML file, and a CSV of `code,name,province` with a heading.
    ///
    /// # Errors
    /// Says which file and where.
    pub fn parse(rules_toml: &str, units_csv: &str) -> Result<Self, ReferenceError> {
        let mut rules: Rules = toml::from_str(rules_toml)?;
        for (index, line) in units_csv.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            let mut cells = line.splitn(3, ',');
            let (Some(code), Some(name), Some(province)) = (cells.next(), cells.next(), cells.next()) else {
                return Err(ReferenceError::Units { line: index + 1 });
            };
            rules.units.push(Unit { code: code.into(), name: name.into(), province: province.into() });
        }
        Self::new(rules)
    }

    /// The rules in the form they are carried.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Communes with type-ahead.
    pub fn units(&self) -> &UnitIndex {
        &self.units
    }

    /// Working days.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The procedures in force on a day.
    pub fn procedures_on(&self, day: Date) -> impl Iterator<Item = &Procedure> {
        self.rules
            .procedures
            .iter()
            .filter(move |procedure| holds(procedure.valid_from, procedure.valid_to, day))
    }

    /// The edition of a procedure in force on a day.
    pub fn procedure(&self, code: &str, day: Date) -> Option<&Procedure> {
        self.procedures_on(day).find(|procedure| procedure.code == code)
    }

    /// The edition of a capture policy in force on a day.
    pub fn policy(&self, id: &str, day: Date) -> Option<&CapturePolicy> {
        self.rules
            .policies
            .iter()
            .find(|policy| policy.id == id && holds(policy.valid_from, policy.valid_to, day))
    }

    /// The way of working in force on a day.
    pub fn practice(&self, day: Date) -> Option<&Practice> {
        self.rules.practices.iter().find(|practice| holds(practice.valid_from, practice.valid_to, day))
    }

    /// What of a dossier a supervisor must sign for too, by the rules of the day it was received.
    pub fn second_person(&self, enrollment: &Enrollment) -> Vec<Matter> {
        let practice = self.practice(enrollment.received_at.date());
        let matters = practice.map(|practice| practice.second_person.as_slice()).unwrap_or_default();
        matters.iter().copied().filter(|matter| matter.concerns(enrollment)).collect()
    }

    /// Whether a supervisor must sign for this too, by the rules of a day.
    pub fn asks_second_person(&self, matter: Matter, day: Date) -> bool {
        self.practice(day).is_some_and(|practice| practice.second_person.contains(&matter))
    }

    /// Whether the list of place codes has this one; every code is taken where there is no list.
    pub fn has_number_place(&self, code: &str) -> bool {
        self.rules.number_places.is_empty() || self.rules.number_places.iter().any(|place| place.code == code)
    }
}

fn holds(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}
