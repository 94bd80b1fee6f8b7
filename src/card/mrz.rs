//! The machine-readable zone of the Vietnamese identity card: ICAO Doc 9303-5, format TD1, three lines of thirty.
//!
//! ```text
//! IDVNM 204000017 8 022204000017<< 6     document, country, last 9 digits of the number, check, whole number, check
//! 040115 7 M 290115 6 VNM <<<<<<<<<<< 4  birth, check, sex, expiry, check, nationality, optional data, composite
//! NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<         surname, given names
//! ```
//!
//! Position 30 of the first line is taken as the check digit of the twelve-digit number: so on every card seen, but not
//! confirmed by a published text. Readers must therefore not fail on it, and [`Mrz::parse`] does not.

use crate::{CardError, Part, Sex, latin};
use time::{Date, Month};

const LINE: usize = 30;

/// What a card's machine-readable zone says.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// The twelve digits of the personal identification number.
    pub personal_number: String,
    /// Date of birth.
    pub birth: Date,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry; `None` is a card without expiry, written 991231.
    pub expiry: Option<Date>,
    /// Surname in the letters A to Z, components separated by spaces.
    pub surname: String,
    /// Given names in the letters A to Z, possibly truncated.
    pub given: String,
}

impl std::fmt::Debug for Mrz {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mrz { .. }")
    }
}

impl Mrz {
    /// The zone's contents from the record's spelling of the name.
    ///
    /// # Errors
    /// [`CardError::PersonalNumber`], [`CardError::EmptyName`] or [`CardError::Letter`].
    pub fn new(
        personal_number: &str,
        (surname, given): (&str, &str),
        birth: Date,
        sex: Sex,
        expiry: Option<Date>,
    ) -> Result<Self, CardError> {
        if !is_personal_number(personal_number) {
            return Err(CardError::PersonalNumber);
        }
        let surname = latin::components(surname)?.join(" ");
        if surname.is_empty() {
            return Err(CardError::EmptyName);
        }
        let given = latin::components(given)?.join(" ");
        Ok(Self { personal_number: personal_number.to_owned(), birth, sex, expiry, surname, given })
    }

    /// The three printed lines, each of thirty characters A–Z, 0–9 and `<`.
    pub fn lines(&self) -> [String; 3] {
        let number = &self.personal_number;
        let short = number.get(3..).unwrap_or_default();
        let first = format!("IDVNM{short}{}{number}<<{}", check_digit(short), check_digit(number));
        let (birth, expiry) = (mrz_date(Some(self.birth)), mrz_date(self.expiry));
        let (birth, expiry) =
            (format!("{birth}{}", check_digit(&birth)), format!("{expiry}{}", check_digit(&expiry)));
        let optional = "<".repeat(11);
        let composite =
            check_digit(&format!("{}{birth}{expiry}{optional}", first.get(5..).unwrap_or_default()));
        let second = format!("{birth}{}{expiry}VNM{optional}{composite}", self.sex.mrz());
        [first, second, name_line(&self.surname, &self.given)]
    }

    /// Reads a zone: three lines, with or without line ends, in capitals or not.
    ///
    /// `today` decides the century of the birth date, which the zone gives only two digits for.
    ///
    /// # Errors
    /// [`CardError::MrzShape`], [`CardError::MrzCheckDigit`] or [`CardError::MrzField`], each naming what to look at.
    pub fn parse(text: &str, today: Date) -> Result<Self, CardError> {
        let zone: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(3 * LINE + 1)
            .collect::<String>()
            .to_ascii_uppercase();
        if zone.len() != 3 * LINE
            || !zone.bytes().all(|b| b == b'<' || b.is_ascii_digit() || b.is_ascii_uppercase())
        {
            return Err(CardError::MrzShape);
        }
        let field = |line: usize, from: usize, to: usize| {
            zone.get((line - 1) * LINE + from - 1..(line - 1) * LINE + to).unwrap_or_default()
        };
        if field(1, 1, 5) != "IDVNM" {
            return Err(CardError::MrzField(Part::DocumentType));
        }
        let composite = [field(1, 6, 30), field(2, 1, 7), field(2, 9, 15), field(2, 19, 29)].concat();
        for (part, value, digit) in [
            (Part::DocumentNumber, field(1, 6, 14), field(1, 15, 15)),
            (Part::BirthDate, field(2, 1, 6), field(2, 7, 7)),
            (Part::ExpiryDate, field(2, 9, 14), field(2, 15, 15)),
            (Part::WholeZone, &composite, field(2, 30, 30)),
        ] {
            if check_digit(value).to_string() != digit {
                return Err(CardError::MrzCheckDigit(part));
            }
        }
        let personal_number = field(1, 16, 27);
        if !is_personal_number(personal_number) || !personal_number.ends_with(field(1, 6, 14)) {
            return Err(CardError::MrzField(Part::PersonalNumber));
        }
        let name = field(3, 1, 30);
        let (surname, given) = name.split_once("<<").unwrap_or((name, ""));
        Ok(Self {
            personal_number: personal_number.to_owned(),
            birth: birth_date(field(2, 1, 6), today).ok_or(CardError::MrzField(Part::BirthDate))?,
            sex: Sex::from_mrz(field(2, 8, 8)).ok_or(CardError::MrzField(Part::Sex))?,
            expiry: expiry_date(field(2, 9, 14))?,
            surname: surname.replace('<', " ").trim().to_owned(),
            given: given.replace('<', " ").trim().to_owned(),
        })
    }
}

/// The check digit of Doc 9303-3 section 4.9: weights 7, 3, 1; A is 10, Z is 35, `<` is 0.
pub fn check_digit(field: &str) -> u32 {
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    field
        .chars()
        .map(value)
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(value, weight)| value * weight)
        .sum::<u32>()
        % 10
}

/// Whether `text` is twelve digits; the number has no check digit of its own.
pub(crate) fn is_personal_number(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The third line, truncated as Doc 9303-5 section 4.2.3 asks: at least one letter of a given name remains, and a
/// truncated line ends in a letter, which is how a reader knows that something may be missing.
fn name_line(surname: &str, given: &str) -> String {
    let mut surname = surname.replace(' ', "<");
    let given: Vec<&str> = given.split(' ').filter(|part| !part.is_empty()).collect();
    if given.is_empty() {
        surname.truncate(LINE);
        return format!("{surname:<<LINE$}");
    }
    surname.truncate(LINE - 3);
    let mut line = format!("{}<<", surname.trim_end_matches('<'));
    for (index, part) in given.iter().enumerate() {
        if index > 0 {
            // A component that starts beyond the line takes its initial's place from the one before it.
            if line.len() >= LINE - 1 {
                if line.len() == LINE - 1 {
                    line.pop();
                    line.push('<');
                    line.extend(part.chars().take(1));
                }
                break;
            }
            line.push('<');
        }
        line.push_str(part);
    }
    line.truncate(LINE);
    format!("{line:<<LINE$}")
}

fn mrz_date(date: Option<Date>) -> String {
    date.map_or_else(
        || "991231".to_owned(),
        |date| format!("{:02}{:02}{:02}", date.year().rem_euclid(100), u8::from(date.month()), date.day()),
    )
}

/// Year within the century, month and day of six digits.
fn parts(digits: &str) -> Option<(i32, Month, u8)> {
    let number = |range| digits.get(range).and_then(|text: &str| text.parse::<u8>().ok());
    Some((number(0..2)?.into(), Month::try_from(number(2..4)?).ok()?, number(4..6)?))
}

/// A birth date is never after today.
fn birth_date(digits: &str, today: Date) -> Option<Date> {
    let (year, month, day) = parts(digits)?;
    let century = today.year() - today.year().rem_euclid(100);
    let date = Date::from_calendar_date(century + year, month, day).ok();
    match date.filter(|&date| date <= today) {
        Some(date) => Some(date),
        None => Date::from_calendar_date(century - 100 + year, month, day).ok(),
    }
}

/// Cards with an expiry were first issued in 2016, so every year is of this century; 991231 is a card without one.
fn expiry_date(digits: &str) -> Result<Option<Date>, CardError> {
    if digits == "991231" {
        return Ok(None);
    }
    let date =
        parts(digits).and_then(|(year, month, day)| Date::from_calendar_date(2000 + year, month, day).ok());
    date.map(Some).ok_or(CardError::MrzField(Part::ExpiryDate))
}
