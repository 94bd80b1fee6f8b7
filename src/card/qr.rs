//! The contents of the card's QR: fields separated by `|`, in UTF-8.
//!
//! The 2021 card has seven: number, nine-digit number or nothing, name, birth, sex, residence, date of issue. The 2024
//! card adds a cancelled number and, under six, the parents' names; the order of what is added is not published, so a
//! reader keeps everything after the seventh field as it came.

use crate::{CardData, CardError, Part, Sex, mrz::is_personal_number};
use time::{Date, Month};
use unicode_normalization::UnicodeNormalization as _;

/// More than the largest QR holds (version 40, level L: 2,953 bytes).
const MOST_BYTES: usize = 3_000;

/// The text for a card's QR, in NFC.
///
/// # Errors
/// [`CardError::PersonalNumber`], or [`CardError::QrSeparator`] when a field contains `|`.
pub fn compose(card: &CardData) -> Result<String, CardError> {
    if !is_personal_number(&card.personal_number) {
        return Err(CardError::PersonalNumber);
    }
    let mut fields = vec![
        (Part::PersonalNumber, card.personal_number.clone()),
        (Part::OldNumber, card.old_number.clone().unwrap_or_default()),
        (Part::FullName, card.full_name()),
        (Part::BirthDate, digits(card.birth)),
        (Part::Sex, card.sex.vietnamese().to_owned()),
        (Part::Residence, card.residence.clone()),
        (Part::IssueDate, digits(card.issued)),
    ];
    if card.cancelled_number.is_some() || !card.parents.is_empty() {
        fields.push((Part::CancelledNumber, card.cancelled_number.clone().unwrap_or_default()));
        fields.extend(card.parents.iter().map(|parent| (Part::ParentName, parent.clone())));
    }
    if let Some((part, _)) = fields.iter().find(|(_, value)| value.contains('|')) {
        return Err(CardError::QrSeparator(*part));
    }
    let values: Vec<String> = fields.into_iter().map(|(_, value)| value.nfc().collect()).collect();
    Ok(values.join("|"))
}

/// What a scanned card says. Only the number must be readable: the rest is a proposal for the officer to compare.
#[derive(Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The twelve digits of the personal identification number.
    pub personal_number: String,
    /// The nine-digit number of the former card, with its leading zeros.
    pub old_number: Option<String>,
    /// The full name in NFC, as spelled on the card.
    pub full_name: String,
    /// Date of birth, if it is a whole date.
    pub birth: Option<Date>,
    /// Sex, if it is one of the two known words.
    pub sex: Option<Sex>,
    /// Place of residence in NFC.
    pub residence: String,
    /// Date of issue, if it is a whole date.
    pub issued: Option<Date>,
    /// Every field after the seventh, in NFC and otherwise as it came.
    pub extra: Vec<String>,
}

impl std::fmt::Debug for Scanned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scanned { .. }")
    }
}

/// Reads the QR of a card of 2021 or later, as a scanner gives it.
///
/// # Errors
/// [`CardError::QrEncoding`] when the bytes are not UTF-8 or were already mangled on their way,
/// [`CardError::NotACardQr`] for another kind of QR, [`CardError::QrField`] when the number is not twelve digits.
pub fn parse(scanned: &[u8]) -> Result<Scanned, CardError> {
    if scanned.len() > MOST_BYTES {
        return Err(CardError::NotACardQr);
    }
    let text = std::str::from_utf8(scanned).map_err(|_not_utf8| CardError::QrEncoding)?;
    let text: String = text.trim_start_matches('\u{feff}').nfc().collect();
    if is_mangled(&text) {
        return Err(CardError::QrEncoding);
    }
    let mut fields = text.split('|').map(|field| field.trim().to_owned());
    let mut next = || fields.next().ok_or(CardError::NotACardQr);
    let scanned = Scanned {
        personal_number: next()?,
        old_number: Some(next()?).filter(|number| !number.is_empty()),
        full_name: next()?,
        birth: date(&next()?),
        sex: Sex::from_vietnamese(&next()?),
        residence: next()?,
        issued: date(&next()?),
        extra: fields.collect(),
    };
    if is_personal_number(&scanned.personal_number) {
        Ok(scanned)
    } else {
        Err(CardError::QrField(Part::PersonalNumber))
    }
}

/// Signs that UTF-8 was read as a one-byte code page and written as UTF-8 again ("Nguyá»…n"), or that letters were
/// lost: the replacement character, control characters inside the text, or á and Ã before a sign no word has there.
fn is_mangled(text: &str) -> bool {
    let inner = text.trim_end();
    inner.chars().any(|c| c == '\u{fffd}' || c.is_control())
        || inner.contains("á»")
        || inner.contains("áº")
        || inner.contains("Æ°")
        || inner.contains("Ä‘")
}

fn digits(date: Date) -> String {
    format!("{:02}{:02}{:04}", date.day(), u8::from(date.month()), date.year())
}

fn date(ddmmyyyy: &str) -> Option<Date> {
    if ddmmyyyy.len() != 8 || !ddmmyyyy.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let day = ddmmyyyy.get(..2)?.parse().ok()?;
    let month = Month::try_from(ddmmyyyy.get(2..4)?.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(ddmmyyyy.get(4..)?.parse().ok()?, month, day).ok()
}
