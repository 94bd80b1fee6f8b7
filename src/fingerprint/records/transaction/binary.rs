//! Records of fixed binary fields: a length of four bytes, the IDC, and what the type says.

use crate::FingerprintError;

/// A record of Type-3 to Type-8.
#[derive(Clone, PartialEq, Eq)]
pub struct Binary {
    /// The number of the record type.
    pub kind: u8,
    /// The information designation character.
    pub idc: u8,
    /// Everything after it.
    pub content: Vec<u8>,
}

impl Binary {
    /// Length and IDC.
    const HEADER: usize = 5;

    pub(super) fn read(bytes: &[u8], start: usize, kind: u8) -> Result<Self, FingerprintError> {
        let wrong = FingerprintError::Record { offset: start, field: "record length" };
        let rest = bytes.get(start..).unwrap_or_default();
        let Some((length, _)) = rest.split_first_chunk::<4>() else { return Err(wrong) };
        let whole = rest.get(..u32::from_be_bytes(*length) as usize).ok_or_else(|| wrong.clone())?;
        match whole.split_first_chunk::<{ Self::HEADER }>() {
            Some(([_, _, _, _, idc], content)) => Ok(Self { kind, idc: *idc, content: content.to_vec() }),
            None => Err(wrong),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = ((Self::HEADER + self.content.len()) as u32).to_be_bytes().to_vec();
        out.push(self.idc);
        out.extend(&self.content);
        out
    }
}
