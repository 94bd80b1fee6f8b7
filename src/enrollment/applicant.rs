//! The applicant: fields with their source, so that the officer sees what was known, read or typed.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tram_biometric::Language;

/// One thing asked about an applicant, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Số định danh cá nhân: 12 digits.
    PersonalNumber,
    /// Số CMND cũ: 9 digits.
    OldNumber,
    /// Full name as on the birth certificate.
    FullName,
    /// Date of birth, `YYYY-MM-DD`.
    BirthDate,
    /// `male` or `female`.
    Sex,
    /// ISO 3166 alpha-3.
    Nationality,
    /// Ethnic group, in words.
    Ethnicity,
    /// Religion, in words.
    Religion,
    /// Place of birth registration, in words.
    BirthPlace,
    /// Place of residence: the commune's code in the unit tree.
    ResidenceUnit,
    /// Place of residence: house, street, hamlet.
    ResidenceDetail,
    /// Own telephone number.
    Phone,
}

impl Field {
    /// Every field in the order of the form.
    pub const ALL: [Self; 12] = [
        Self::PersonalNumber,
        Self::OldNumber,
        Self::FullName,
        Self::BirthDate,
        Self::Sex,
        Self::Nationality,
        Self::Ethnicity,
        Self::Religion,
        Self::BirthPlace,
        Self::ResidenceUnit,
        Self::ResidenceDetail,
        Self::Phone,
    ];

    /// What stands above the field.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::PersonalNumber => ("Số định danh cá nhân", "Personal identification number"),
            Self::OldNumber => ("Số CMND cũ", "Old identity number"),
            Self::FullName => ("Họ, chữ đệm và tên khai sinh", "Full name"),
            Self::BirthDate => ("Ngày sinh", "Date of birth"),
            Self::Sex => ("Giới tính", "Sex"),
            Self::Nationality => ("Quốc tịch", "Nationality"),
            Self::Ethnicity => ("Dân tộc", "Ethnic group"),
            Self::Religion => ("Tôn giáo", "Religion"),
            Self::BirthPlace => ("Nơi đăng ký khai sinh", "Place of birth registration"),
            Self::ResidenceUnit => ("Xã, phường nơi cư trú", "Commune of residence"),
            Self::ResidenceDetail => ("Số nhà, đường, thôn bản", "House, street, hamlet"),
            Self::Phone => ("Điện thoại", "Telephone"),
        };
        language.pick(vi, en)
    }

    /// Whether a dossier cannot be sealed without it.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::OldNumber | Self::Religion | Self::ResidenceDetail | Self::Phone)
    }
}

/// Where a field's value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The local extract of the population database.
    Register,
    /// The QR code of an existing card.
    CardQr,
    /// Typed by the officer.
    Typed,
}

impl Source {
    /// What stands beside the field.
    pub fn label(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Register => ("CSDL dân cư", "population database"),
            Self::CardQr => ("mã QR trên thẻ", "QR on the card"),
            Self::Typed => ("cán bộ nhập", "typed by the officer"),
        };
        language.pick(vi, en)
    }
}

/// A field's value and how it came to be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The value in the field's own form, NFC.
    pub value: String,
    /// Where it came from.
    pub source: Source,
    /// Why it was changed, when it replaces what a register or a card said.
    pub reason: Option<String>,
    /// What the register or the card said before the change.
    pub replaced: Option<String>,
}

impl std::fmt::Debug for FieldValue {
    /// Source only: personal data never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldValue").field("source", &self.source).finish_non_exhaustive()
    }
}

/// The applicant as far as the dossier knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    fields: BTreeMap<Field, FieldValue>,
}

impl Applicant {
    /// A field's value, empty where nothing is known.
    pub fn value(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", |known| known.value.as_str())
    }

    /// A field with its source.
    pub fn field(&self, field: Field) -> Option<&FieldValue> {
        self.fields.get(&field)
    }

    /// Every known field in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &FieldValue)> {
        self.fields.iter().map(|(field, value)| (*field, value))
    }

    /// Whether changing this field to `value` by hand needs a reason: it replaces what a register or card said.
    pub fn needs_reason(&self, field: Field, value: &str) -> bool {
        self.fields.get(&field).is_some_and(|known| {
            let said = match known.source {
                Source::Typed => known.replaced.as_deref(),
                Source::Register | Source::CardQr => Some(known.value.as_str()),
            };
            said.is_some_and(|said| said != value)
        })
    }

    /// Sets a field; an empty value from a register or card leaves the field unknown.
    pub fn set(&mut self, field: Field, value: String, source: Source, reason: Option<String>) {
        if value.is_empty() && source != Source::Typed {
            return;
        }
        let replaced = self.fields.get(&field).and_then(|known| match known.source {
            Source::Typed => known.replaced.clone(),
            Source::Register | Source::CardQr if source == Source::Typed => Some(known.value.clone()),
            Source::Register | Source::CardQr => None,
        });
        self.fields.insert(field, FieldValue { value, source, reason, replaced });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_of_the_register_asks_for_a_reason_and_keeps_what_was_there() {
        let mut applicant = Applicant::default();
        assert!(!applicant.needs_reason(Field::FullName, "Lò Thị Mẩy"));
        applicant.set(Field::FullName, "Lò Thị Mấy".into(), Source::Register, None);
        assert!(applicant.needs_reason(Field::FullName, "Lò Thị Mẩy"));
        assert!(!applicant.needs_reason(Field::FullName, "Lò Thị Mấy"));

        applicant.set(Field::FullName, "Lò Thị Mẩy".into(), Source::Typed, Some("giấy khai sinh".into()));
        applicant.set(Field::FullName, "Lò Thị Mây".into(), Source::Typed, Some("giấy khai sinh".into()));
        let known = applicant.field(Field::FullName).expect("set");
        assert_eq!(known.replaced.as_deref(), Some("Lò Thị Mấy"));
        assert!(!applicant.needs_reason(Field::FullName, "Lò Thị Mấy"), "back to the register needs none");
    }
}
