//! What a card says about its holder: plain values, already decided by the domain.

use crate::{CardError, mrz::Mrz};
use image::RgbImage;
use std::fmt;
use time::Date;
use unicode_normalization::UnicodeNormalization as _;

/// Sex as Vietnamese records and cards know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

impl Sex {
    /// As printed on the card and in its QR.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Male => "Nam",
            Self::Female => "Nữ",
        }
    }

    pub(crate) fn from_vietnamese(text: &str) -> Option<Self> {
        match text.to_lowercase().as_str() {
            "nam" => Some(Self::Male),
            "nữ" | "nu" => Some(Self::Female),
            _ => None,
        }
    }

    pub(crate) fn mrz(self) -> char {
        match self {
            Self::Male => 'M',
            Self::Female => 'F',
        }
    }

    pub(crate) fn from_mrz(text: &str) -> Option<Self> {
        match text {
            "M" => Some(Self::Male),
            "F" => Some(Self::Female),
            _ => None,
        }
    }
}

/// Everything one card shows, on both sides, in its QR and in its machine-readable zone.
#[derive(Clone)]
pub struct CardData {
    /// The twelve digits of the personal identification number.
    pub personal_number: String,
    /// Surname, as in the birth record; may be of several words (Tôn Nữ).
    pub surname: String,
    /// Middle and given names; empty where the record has one word only.
    pub given: String,
    /// Date of birth.
    pub birth: Date,
    /// Sex.
    pub sex: Sex,
    /// Nationality in Vietnamese, as printed.
    pub nationality: String,
    /// Place of residence.
    pub residence: String,
    /// Place of registration of birth.
    pub birth_registration: String,
    /// Date of issue.
    pub issued: Date,
    /// Date of expiry; `None` prints "Không thời hạn".
    pub expiry: Option<Date>,
    /// The nine-digit number of the former card, if the holder had one.
    pub old_number: Option<String>,
    /// A cancelled personal number, if the holder had one.
    pub cancelled_number: Option<String>,
    /// Names of the parents: in the QR of the card for a child under six, else empty.
    pub parents: Vec<String>,
    /// The portrait, upright and of any size, cropped to 2:3 about its centre; `None` on the card of a child under six.
    pub portrait: Option<RgbImage>,
    /// Whether the card is a specimen: everything virtual, synthetic or TEST is, and its pictures say so.
    pub specimen: bool,
}

impl CardData {
    /// Surname and given names, in the order of the record.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.surname, self.given).trim().to_owned()
    }

    /// The card's machine-readable zone.
    ///
    /// # Errors
    /// When the number or the name cannot stand in it.
    pub fn mrz(&self) -> Result<Mrz, CardError> {
        Mrz::new(&self.personal_number, (&self.surname, &self.given), self.birth, self.sex, self.expiry)
    }
}

impl fmt::Debug for CardData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardData").field("specimen", &self.specimen).finish_non_exhaustive()
    }
}

/// Surnames of more than one word, in lower case; longer ones first.
const COMPOUND_SURNAMES: [&str; 8] = [
    "công tằng tôn nữ",
    "công huyền tôn nữ",
    "huyền tôn nữ",
    "tôn nữ",
    "tôn thất",
    "âu dương",
    "hoàng phủ",
    "tư mã",
];

/// A full name as surname and the rest, where a record does not tell them apart: the first word, or a known compound
/// surname. Together they are the name again, with single spaces.
pub fn split_name(full_name: &str) -> (String, String) {
    let words: Vec<String> = full_name.split_whitespace().map(|word| word.nfc().collect()).collect();
    let lower = words.join(" ").to_lowercase();
    let compound = COMPOUND_SURNAMES
        .iter()
        .find(|surname| lower.strip_prefix(**surname).is_some_and(|rest| rest.starts_with(' ')))
        .map_or(1, |surname| surname.split(' ').count());
    let (surname, given) = words.split_at(compound.min(words.len()));
    (surname.join(" "), given.join(" "))
}

/// Day, month and year as Vietnamese papers write them: 05/09/2026.
pub(crate) fn slashed(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), u8::from(date.month()), date.year())
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_split_after_the_surname() {
        for (name, surname, given) in [
            ("Nguyễn Văn An", "Nguyễn", "Văn An"),
            ("TÔN NỮ HOÀNG PHƯƠNG", "TÔN NỮ", "HOÀNG PHƯƠNG"),
            ("Công Tằng Tôn Nữ  Thị Trân", "Công Tằng Tôn Nữ", "Thị Trân"),
            ("Âu Dươngg Lan", "Âu", "Dươngg Lan"),
            ("H'Hen Niê", "H'Hen", "Niê"),
            ("Tôn Nữ", "Tôn", "Nữ"),
            ("Siu", "Siu", ""),
            ("", "", ""),
        ] {
            assert_eq!(super::split_name(name), (surname.to_owned(), given.to_owned()));
        }
    }
}
