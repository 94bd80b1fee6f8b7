//! Administrative units and their type-ahead.

use crate::name::fold;
use serde::{Deserialize, Serialize};

/// A commune, ward or special zone (xã, phường, đặc khu) with its province.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Five digits.
    pub code: String,
    /// With its kind, such as `Xã Quảng La`.
    pub name: String,
    /// The province or city, such as `Quảng Ninh`.
    pub province: String,
}

impl Unit {
    /// As it is written in an address.
    pub fn address(&self) -> String {
        format!("{}, {}", self.name, self.province)
    }
}

/// Units with their search keys, made once.
#[derive(Clone, Debug, Default)]
pub struct UnitIndex {
    units: Vec<(String, Unit)>,
}

impl UnitIndex {
    /// An index over these units.
    pub fn new(units: impl IntoIterator<Item = Unit>) -> Self {
        Self { units: units.into_iter().map(|unit| (fold(&unit.address()), unit)).collect() }
    }

    /// The unit with this code.
    pub fn get(&self, code: &str) -> Option<&Unit> {
        self.units.iter().map(|(_, unit)| unit).find(|unit| unit.code == code)
    }

    /// At most `most` units in which every typed word begins some word; diacritics and order do not matter.
    /// Those whose own name begins with what was typed come first.
    pub fn suggest(&self, typed: &str, most: usize) -> Vec<&Unit> {
        let typed = fold(typed);
        let words: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(bool, &str, &Unit)> = self
            .units
            .iter()
            .filter(|(key, _)| words.iter().all(|word| has_word_starting(key, word)))
            .map(|(key, unit)| (!own_name(key).starts_with(&typed), key.as_str(), unit))
            .collect();
        hits.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        hits.into_iter().take(most).map(|(_, _, unit)| unit).collect()
    }
}

fn has_word_starting(key: &str, prefix: &str) -> bool {
    key.split([' ', ',']).any(|word| word.starts_with(prefix))
}

/// The key without the kind of unit in front.
fn own_name(key: &str) -> &str {
    ["xa ", "phuong ", "dac khu "].iter().find_map(|kind| key.strip_prefix(kind)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_without_diacritics_finds_the_commune() {
        let unit = |code: &str, name: &str, province: &str| Unit {
            code: code.into(),
            name: name.into(),
            province: province.into(),
        };
        let index = UnitIndex::new([
            unit("07060", "Xã Quảng La", "Quảng Ninh"),
            unit("06862", "Đặc khu Vân Đồn", "Quảng Ninh"),
            unit("02530", "Xã Lâm Bình", "Tuyên Quang"),
        ]);
        let codes = |typed| index.suggest(typed, 5).iter().map(|unit| unit.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes("quang la"), ["07060", "02530"], "the own name first");
        assert_eq!(codes("quang"), ["07060", "06862", "02530"]);
        assert_eq!(codes("don quang ninh"), ["06862"]);
        assert!(codes("").is_empty());
    }
}
