//! Personal numbers, old numbers and dossier numbers.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::Date;

/// Số định danh cá nhân: 12 digits that say the place of birth registration, the century with the sex, and the year of birth.
/// There is no check digit, only plausibility.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PersonalNumber([u8; 12]);

impl PersonalNumber {
    /// The number written as 12 digits; spaces and dots between them are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        digits(text)?.try_into().ok().map(Self)
    }

    /// The three digits of the place of birth registration.
    pub fn place_code(self) -> String {
        self.text().chars().take(3).collect()
    }

    /// The year of birth the number says.
    pub fn birth_year(self) -> i32 {
        let [_, _, _, century_sex, tens, ones, ..] = self.0;
        1900 + i32::from(century_sex / 2) * 100 + i32::from(tens) * 10 + i32::from(ones)
    }

    /// Whether the number says female (an odd century digit).
    pub fn is_female(self) -> bool {
        let [_, _, _, century_sex, ..] = self.0;
        century_sex % 2 == 1
    }

    /// The 12 digits.
    pub fn text(self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// For places where others may look: the year and place stay, the six serial digits do not.
    pub fn masked(self) -> String {
        let text = self.text();
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
        format!("{} {} {} ······", part(0, 3), part(3, 4), part(4, 6))
    }
}

impl fmt::Debug for PersonalNumber {
    /// Never the number: personal data does not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalNumber(…)")
    }
}

/// Whether this is an old number of 9 digits (CMND). It has no structure; leading zeros count.
pub fn is_old_number(text: &str) -> bool {
    digits(text).is_some_and(|digits| digits.len() == 9)
}

fn digits(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '.' | '-'))
        .map(|c| c.to_digit(10).map(|digit| digit as u8))
        .collect()
}

/// A dossier's number: unit, day of reception, running number (Circular 01/2018/TT-VPCP, article 19).
/// Running numbers come from a block of the station's own, so that stations without network never collide.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DossierNumber(String);

impl DossierNumber {
    /// A number such as `G01.822.054-261122-890028`.
    pub fn new(unit: &str, received_on: Date, running: u32) -> Self {
        let (year, month, day) = received_on.to_calendar_date();
        Self(format!("{unit}-{:02}{:02}{day:02}-{running:06}", year.rem_euclid(100), u8::from(month)))
    }

    /// The number as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DossierNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_personal_number_says_place_sex_and_year() {
        let number = PersonalNumber::parse("022 194 012345").expect("12 digits");
        assert_eq!(number.place_code(), "022");
        assert_eq!((number.birth_year(), number.is_female()), (1994, true));
        assert_eq!(number.masked(), "022 1 94 ······");
        assert_eq!(PersonalNumber::parse("001206000001").map(PersonalNumber::birth_year), Some(2006));
        for wrong in ["", "02219401234", "0221940123456", "02219401234x"] {
            assert_eq!(PersonalNumber::parse(wrong), None);
        }
    }

    #[test]
    fn a_dossier_number_names_unit_day_and_place_in_the_block() {
        let number = DossierNumber::new("G01.822.054", date!(2026 - 11 - 22), 890_028);
        assert_eq!(number.as_str(), "G01.822.054-261122-890028");
    }
}
