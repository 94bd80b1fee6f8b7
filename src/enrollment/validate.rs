//! Plausibility of what was typed. An error keeps the dossier from being sealed; a warning is shown and kept.

use crate::applicant::{Applicant, Field};
use crate::number::{PersonalNumber, is_old_number};
use crate::reference::ReferenceData;
use time::Date;
use tram_biometric::Language;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// Required and empty.
    Empty,
    /// Not 12 digits.
    NotTwelveDigits,
    /// Not 9 digits.
    NotNineDigits,
    /// No date of the calendar.
    NoDate,
    /// A birth date in the future.
    Future,
    /// A birth date more than 130 years ago.
    TooLongAgo,
    /// A name with digits or signs that names do not have, or of one word only.
    NotAName,
    /// A commune the unit tree does not have.
    UnknownUnit,
    /// Neither male nor female.
    NotASex,
    /// The number's year is not the year of birth.
    NumberYearDiffers,
    /// The number's sex is not the sex given.
    NumberSexDiffers,
    /// The number's place code is in no list. A warning: lists change.
    UnknownPlaceCode,
}

impl Problem {
    /// Whether the dossier can still be sealed.
    pub fn is_warning(self) -> bool {
        matches!(self, Self::UnknownPlaceCode)
    }

    /// What the officer reads under the field.
    pub fn sentence(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Empty => ("Cần nhập mục này", "This field is needed"),
            Self::NotTwelveDigits => ("Số định danh có đúng 12 chữ số", "The number has exactly 12 digits"),
            Self::NotNineDigits => ("Số CMND cũ có đúng 9 chữ số", "The old number has exactly 9 digits"),
            Self::NoDate => {
                ("Ngày không có trong lịch, nhập ngày/tháng/năm", "No such date; type day/month/year")
            }
            Self::Future => ("Ngày sinh không thể ở tương lai", "A birth date cannot be in the future"),
            Self::TooLongAgo => ("Ngày sinh cách đây hơn 130 năm", "The birth date is over 130 years ago"),
            Self::NotAName => {
                ("Họ tên cần ít nhất hai chữ, không có số", "A name has two words or more, no digits")
            }
            Self::UnknownUnit => ("Chọn một xã, phường trong danh sách", "Choose a commune from the list"),
            Self::NotASex => ("Chọn nam hoặc nữ", "Choose male or female"),
            Self::NumberYearDiffers => {
                ("Năm sinh không khớp với số định danh", "The year of birth does not fit the number")
            }
            Self::NumberSexDiffers => {
                ("Giới tính không khớp với số định danh", "The sex does not fit the number")
            }
            Self::UnknownPlaceCode => {
                ("Mã nơi khai sinh trong số không có trong danh mục", "The number's place code is in no list")
            }
        };
        language.pick(vi, en)
    }
}

/// Reads a date as officers type it: `12/03/1994`, `12-3-1994`, `12031994`, or the stored `1994-03-12`.
pub fn parse_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.', ' ']).collect();
    let (day, month, year) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*day, *month, *year),
        [day, month, year] if year.len() == 4 => (*day, *month, *year),
        [run] if run.len() == 8 => (run.get(..2)?, run.get(2..4)?, run.get(4..)?),
        _ => return None,
    };
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// A date as officers read it: `12/03/1994`.
pub fn show_date(date: Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    format!("{day:02}/{:02}/{year:04}", u8::from(month))
}

/// Whole years between two days.
pub fn age_on(birth: Date, day: Date) -> i32 {
    let had_birthday = (day.month() as u8, day.day()) >= (birth.month() as u8, birth.day());
    day.year() - birth.year() - i32::from(!had_birthday)
}

/// Everything wrong with the applicant's fields, in the order of the form.
pub fn problems(applicant: &Applicant, reference: &ReferenceData, today: Date) -> Vec<(Field, Problem)> {
    Field::ALL
        .into_iter()
        .filter_map(|field| check(applicant, field, reference, today).map(|problem| (field, problem)))
        .collect()
}

/// What is wrong with one field, if anything.
pub fn check(applicant: &Applicant, field: Field, reference: &ReferenceData, today: Date) -> Option<Problem> {
    let value = applicant.value(field);
    if value.is_empty() {
        return field.is_required().then_some(Problem::Empty);
    }
    match field {
        Field::PersonalNumber => check_number(applicant, value, reference),
        Field::OldNumber => (!is_old_number(value)).then_some(Problem::NotNineDigits),
        Field::FullName => (!is_name(value)).then_some(Problem::NotAName),
        Field::BirthDate => check_birth(value, today),
        Field::Sex => (!matches!(value, "male" | "female")).then_some(Problem::NotASex),
        Field::ResidenceUnit => reference.units().get(value).is_none().then_some(Problem::UnknownUnit),
        _ => None,
    }
}

fn check_number(applicant: &Applicant, value: &str, reference: &ReferenceData) -> Option<Problem> {
    let Some(number) = PersonalNumber::parse(value) else { return Some(Problem::NotTwelveDigits) };
    let birth = parse_date(applicant.value(Field::BirthDate));
    if birth.is_some_and(|birth| birth.year() != number.birth_year()) {
        return Some(Problem::NumberYearDiffers);
    }
    let sex = applicant.value(Field::Sex);
    if !sex.is_empty() && (sex == "female") != number.is_female() {
        return Some(Problem::NumberSexDiffers);
    }
    (!reference.has_number_place(&number.place_code())).then_some(Problem::UnknownPlaceCode)
}

fn check_birth(value: &str, today: Date) -> Option<Problem> {
    match parse_date(value) {
        None => Some(Problem::NoDate),
        Some(birth) if birth > today => Some(Problem::Future),
        Some(birth) if age_on(birth, today) > 130 => Some(Problem::TooLongAgo),
        Some(_) => None,
    }
}

fn is_name(value: &str) -> bool {
    value.split_whitespace().count() >= 2
        && value.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.' | '’'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn dates_are_read_as_officers_type_them() {
        for typed in ["12/03/1994", "12-3-1994", "12.03.1994", "12031994", "1994-03-12", " 12 03 1994"] {
            assert_eq!(parse_date(typed), Some(date!(1994 - 03 - 12)), "{typed}");
        }
        for wrong in ["", "31/02/1994", "1203199", "12/03", "a/b/1994", "12/03/94"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        assert_eq!(age_on(date!(2012 - 11 - 23), date!(2026 - 11 - 22)), 13);
        assert_eq!(age_on(date!(2012 - 11 - 22), date!(2026 - 11 - 22)), 14);
    }
}
