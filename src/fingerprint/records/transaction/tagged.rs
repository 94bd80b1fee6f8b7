//! Records of numbered text fields: `14.001:…`, separated by the group separator, ended by the file separator.

use super::{FILE, GROUP, RECORD, UNIT, decimal};
use crate::FingerprintError;

/// The field that holds an image: it goes to the end of the record and may hold separators.
const IMAGE: u16 = 999;
/// Field numbers have three digits since 2000, two before.
const DIGITS: usize = 3;

/// A record of text fields.
#[derive(Clone, PartialEq, Eq)]
pub struct Tagged {
    kind: u8,
    fields: Vec<Field>,
}

/// A field as it stands in the record.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Its number within the record.
    pub number: u16,
    /// How many digits the number is written with.
    digits: usize,
    /// What follows the colon, separators of subfields and items included.
    pub value: Vec<u8>,
}

impl Tagged {
    /// A record that holds its length only.
    pub fn new(kind: u8) -> Self {
        let mut empty = Self { kind, fields: Vec::new() };
        empty.set(1, b"0");
        empty
    }

    /// The number of the record type.
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// All fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The value of a field.
    pub fn value(&self, number: u16) -> Option<&[u8]> {
        self.fields.iter().find(|field| field.number == number).map(|field| field.value.as_slice())
    }

    /// The value of a field as text.
    pub fn text(&self, number: u16) -> Option<&str> {
        std::str::from_utf8(self.value(number)?).ok()
    }

    /// The subfields of a field, each as its items.
    pub fn items(&self, number: u16) -> impl Iterator<Item = Vec<&[u8]>> {
        let subfields = self.value(number).into_iter().flat_map(|value| value.split(|&byte| byte == RECORD));
        subfields.map(|subfield| subfield.split(|&byte| byte == UNIT).collect())
    }

    /// Sets a field, in its place by number, and the length of the record, field 1.
    pub fn set(&mut self, number: u16, value: &[u8]) {
        let place = self.fields.partition_point(|field| field.number < number);
        let new = Field { number, digits: DIGITS, value: value.to_vec() };
        match self.fields.get_mut(place) {
            Some(field) if field.number == number => field.value = new.value,
            _ => self.fields.insert(place, new),
        }
        // The length counts its own digits: two rounds settle it.
        for _ in 0..2 {
            let length = self.to_bytes().len();
            if let Some(first) = self.fields.first_mut() {
                let before = first.value.len();
                let mut text = length.to_string();
                if text.len() != before {
                    text = (length + text.len() - before).to_string();
                }
                first.value = text.into_bytes();
            }
        }
    }

    /// Where a field begins in the bytes of the record; their length when it is not there.
    pub(super) fn offset_of(&self, number: u16) -> usize {
        self.fields
            .iter()
            .take_while(|field| field.number != number)
            .map(|f| f.to_bytes(self.kind).len() + 1)
            .sum()
    }

    /// The bytes of the record.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let fields: Vec<Vec<u8>> = self.fields.iter().map(|field| field.to_bytes(self.kind)).collect();
        let mut out = fields.join(&GROUP);
        out.push(FILE);
        out
    }

    /// Reads the record of this type that begins at `start`.
    pub(super) fn read(bytes: &[u8], start: usize, kind: u8) -> Result<Self, FingerprintError> {
        let wrong = |offset, field| FingerprintError::Record { offset, field };
        let whole = bytes.get(start..).unwrap_or_default();
        let first = Field::number(whole, kind, start)?;
        if first.number != 1 {
            return Err(wrong(start, "record length"));
        }
        let after_tag = first.tag_length(kind);
        let text = whole.get(after_tag..).unwrap_or_default();
        let text = text.split(|&byte| byte == GROUP || byte == FILE).next().unwrap_or_default();
        let length = decimal(text).ok_or_else(|| wrong(start + after_tag, "record length"))?;
        let record = whole.get(..length).and_then(<[u8]>::split_last);
        let Some((&FILE, content)) = record else { return Err(wrong(start + after_tag, "record length")) };

        let (mut fields, mut at): (Vec<Field>, usize) = (Vec::new(), 0);
        loop {
            let rest = content.get(at..).unwrap_or_default();
            let mut field = Field::number(rest, kind, start + at)?;
            if fields.iter().any(|before| before.number == field.number) {
                return Err(wrong(start + at, "field given twice"));
            }
            let tag = field.tag_length(kind);
            let value = rest.get(tag..).unwrap_or_default();
            let end = value.iter().position(|&byte| byte == GROUP || byte == FILE);
            let end = end.filter(|_| field.number != IMAGE).unwrap_or(value.len());
            field.value = value.get(..end).unwrap_or_default().to_vec();
            fields.push(field);
            at += tag + end;
            match content.get(at) {
                None => return Ok(Self { kind, fields }),
                Some(&GROUP) => at += 1,
                Some(_) => return Err(wrong(start + at, "end of record before its length")),
            }
        }
    }
}

impl Field {
    /// A field without its value, from the tag that `bytes` begin with; they lie at `offset`.
    fn number(bytes: &[u8], kind: u8, offset: usize) -> Result<Self, FingerprintError> {
        let wrong = FingerprintError::Record { offset, field: "field number" };
        let tag = bytes.iter().take(8).position(|&byte| byte == b':').and_then(|end| bytes.get(..end));
        let mut parts = tag.unwrap_or_default().split(|&byte| byte == b'.');
        let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong);
        };
        let number =
            decimal(after).and_then(|number| u16::try_from(number).ok()).filter(|&number| number > 0);
        match number {
            Some(number) if before == kind.to_string().as_bytes() => {
                Ok(Self { number, digits: after.len(), value: Vec::new() })
            }
            _ => Err(wrong),
        }
    }

    /// Bytes up to and with the colon.
    fn tag_length(&self, kind: u8) -> usize {
        kind.to_string().len() + 1 + self.digits + 1
    }

    fn to_bytes(&self, kind: u8) -> Vec<u8> {
        let mut out = format!("{kind}.{:0width$}:", self.number, width = self.digits).into_bytes();
        out.extend(&self.value);
        out
    }
}
