//! A gallery as bytes, finger after finger, big-endian: number of 8 bytes, count of codes, codes of 12 + 1 + 4 bytes
//! (words, direction, x, y), length of the template in 2 bytes, template.

use super::Gallery;
use super::codes::{Code, MOST};
use crate::FingerprintError;
use crate::template::Template;

/// The bytes of one finger.
pub(super) fn write(gallery: &Gallery, place: usize) -> Vec<u8> {
    let (Some(id), Some(template)) = (gallery.ids.get(place), gallery.templates.get(place)) else {
        return Vec::new();
    };
    let codes = gallery.codes.codes(place);
    let mut out = id.to_be_bytes().to_vec();
    out.push(codes.len() as u8);
    for code in codes {
        out.extend(code.words.iter().flat_map(|word| word.to_be_bytes()));
        out.push(code.direction);
        out.extend(code.place.0.to_be_bytes());
        out.extend(code.place.1.to_be_bytes());
    }
    let template = template.to_bytes();
    out.extend((template.len() as u16).to_be_bytes());
    out.extend(template);
    out
}

/// Reads all fingers.
pub(super) fn read(bytes: &[u8]) -> Result<Gallery, FingerprintError> {
    let (mut gallery, mut reader) = (Gallery::new(), Reader { bytes, at: 0 });
    while reader.at < bytes.len() {
        reader.finger(&mut gallery)?;
    }
    Ok(gallery)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], FingerprintError> {
        let wrong = FingerprintError::Template { offset: self.at, field };
        let taken = self.bytes.get(self.at..self.at + count).ok_or(wrong)?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FingerprintError> {
        let wrong = FingerprintError::Template { offset: self.at, field };
        self.take(N, field)?.try_into().or(Err(wrong))
    }

    fn code(&mut self) -> Result<Code, FingerprintError> {
        let mut word = || self.array("code").map(u32::from_be_bytes);
        let words = [word()?, word()?, word()?];
        let [direction] = self.array("code")?;
        let place = (u16::from_be_bytes(self.array("code")?), u16::from_be_bytes(self.array("code")?));
        Ok(Code { words, direction, place })
    }

    fn finger(&mut self, gallery: &mut Gallery) -> Result<(), FingerprintError> {
        let id = u64::from_be_bytes(self.array("number")?);
        let [count] = self.array("count of codes")?;
        if usize::from(count) > MOST {
            return Err(FingerprintError::Template { offset: self.at - 1, field: "count of codes" });
        }
        let codes: Vec<Code> = (0..count).map(|_| self.code()).collect::<Result<_, _>>()?;
        let length = usize::from(u16::from_be_bytes(self.array("length of the template")?));
        let start = self.at;
        let template = Template::from_bytes(self.take(length, "template")?).map_err(|error| match error {
            FingerprintError::Template { offset, field } => {
                FingerprintError::Template { offset: start + offset, field }
            }
            other => other,
        })?;
        gallery.ids.push(id);
        gallery.codes.add_codes(codes.into_iter());
        gallery.templates.push(template);
        Ok(())
    }
}
