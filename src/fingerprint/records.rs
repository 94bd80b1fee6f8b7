//! Interchange records, read and written byte for byte. Whatever a valid record holds comes back from
//! reading and writing unchanged; anything else is refused with the offset and the field.
//!
//! | module | holds |
//! | --- | --- |
//! | [`image`] | ISO/IEC 19794-4:2011, finger images |
//! | [`minutiae`] | ISO/IEC 19794-2:2005, finger minutiae |
//! | [`transaction`] | ANSI/NIST-ITL 1-2011, transactions of several records |
//!
//! ISO/IEC 39794-4 and -2, which take the place of the two ISO formats, are not here: they are ASN.1 and XML, and will be
//! written from their own schemas, which were not at hand. Their seam is this: a format is a module whose record type has
//! `from_bytes` and `to_bytes` and gives what others use of it, [`image::Representation`]'s position, impression, sampling
//! rate, compression and data for pictures, and [`Template`](crate::template::Template)'s minutiae for templates. Whoever
//! captures, matches or sends knows only those, so that a new module is all that is to be added.

pub mod image;
pub mod minutiae;
pub mod transaction;

use crate::FingerprintError;

/// Takes big-endian fields off the front of a record.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn wrong(&self, field: &'static str) -> FingerprintError {
        FingerprintError::Record { offset: self.at, field }
    }

    fn bytes(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], FingerprintError> {
        let end = self.at.checked_add(count).ok_or_else(|| self.wrong(field))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| self.wrong(field))?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FingerprintError> {
        let wrong = self.wrong(field);
        self.bytes(N, field)?.try_into().or(Err(wrong))
    }

    fn u8(&mut self, field: &'static str) -> Result<u8, FingerprintError> {
        self.array(field).map(u8::from_be_bytes)
    }

    fn u16(&mut self, field: &'static str) -> Result<u16, FingerprintError> {
        self.array(field).map(u16::from_be_bytes)
    }

    fn u32(&mut self, field: &'static str) -> Result<u32, FingerprintError> {
        self.array(field).map(u32::from_be_bytes)
    }

    /// Takes bytes that must be these.
    fn exactly<const N: usize>(
        &mut self,
        wanted: [u8; N],
        field: &'static str,
    ) -> Result<(), FingerprintError> {
        let wrong = self.wrong(field);
        if self.array(field)? == wanted { Ok(()) } else { Err(wrong) }
    }

    /// The end of the record must be here.
    fn end(&self) -> Result<(), FingerprintError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.wrong("bytes after the end")) }
    }
}
