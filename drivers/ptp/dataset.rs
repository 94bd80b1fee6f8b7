//! What a camera says of itself and its pictures (ISO 15740:2013, clause 5): numbers little-endian, arrays and strings
//! with their count before them.

use crate::container::garbage;
use tram_device::DeviceError;

/// The most entries of an array that are believed.
const MAX_ENTRIES: usize = 100_000;

/// Reads a dataset field by field; `None` when it is cut off.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }

    fn array<E>(&mut self, entry: impl Fn(&mut Self) -> Option<E>) -> Option<Vec<E>> {
        let count = self.u32()? as usize;
        if count > MAX_ENTRIES {
            return None;
        }
        (0..count).map(|_| entry(self)).collect()
    }

    /// UTF-16 with its count of units, the closing zero among them (clause 5.3.4).
    fn string(&mut self) -> Option<String> {
        let count = self.u8()?;
        let units: Option<Vec<u16>> = (0..count).map(|_| self.u16()).collect();
        let text = String::from_utf16_lossy(&units?);
        Some(text.trim_end_matches('\0').chars().filter(|c| !c.is_control()).collect())
    }
}

/// What a camera can do and what it is called (clause 5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceDescription {
    /// Who defined what the standard does not: 11 is Canon.
    pub extension: u32,
    /// Codes of the operations it knows.
    pub operations: Vec<u16>,
    /// Who made it.
    pub maker: String,
    /// What it is called.
    pub model: String,
    /// Firmware.
    pub version: String,
    /// Serial number.
    pub serial: String,
}

impl DeviceDescription {
    /// Reads the dataset.
    ///
    /// # Errors
    /// [`DeviceError::Garbage`] when it is cut off.
    pub fn parse(bytes: &[u8]) -> Result<Self, DeviceError> {
        let mut fields = Fields::new(bytes);
        let mut read = || {
            fields.u16()?;
            let extension = fields.u32()?;
            fields.u16()?;
            fields.string()?;
            fields.u16()?;
            let operations = fields.array(Fields::u16)?;
            // Events, properties, formats captured, formats of pictures.
            for _ in 0..4 {
                fields.array(Fields::u16)?;
            }
            let [maker, model, version, serial] =
                [fields.string()?, fields.string()?, fields.string()?, fields.string()?];
            Some(Self { extension, operations, maker, model, version, serial })
        };
        read().ok_or_else(|| garbage("a description of itself that is cut off".to_owned()))
    }

    /// Whether the camera knows an operation.
    pub fn knows(&self, operation: u16) -> bool {
        self.operations.contains(&operation)
    }
}

/// A list of handles (clause 5.3.1).
///
/// # Errors
/// [`DeviceError::Garbage`] when it is cut off.
pub fn handles(bytes: &[u8]) -> Result<Vec<u32>, DeviceError> {
    let list = Fields::new(bytes).array(Fields::u32);
    list.ok_or_else(|| garbage("a list that is cut off".to_owned()))
}

/// The format of an object out of what is said of it (clause 5.5.3).
pub(crate) fn object_format(bytes: &[u8]) -> Option<u16> {
    let mut fields = Fields::new(bytes);
    fields.u32()?;
    fields.u16()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_description_is_read_and_a_cut_one_refused() {
        let mut bytes = vec![100, 0, 11, 0, 0, 0, 100, 0, 0, 0, 0];
        bytes.extend([2, 0, 0, 0, 0x01, 0x10, 0x0e, 0x10]);
        bytes.extend([0; 16]);
        for text in ["Maker", "Modell é", "1.0", "TEST"] {
            let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
            bytes.push(units.len() as u8);
            bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        }
        let read = DeviceDescription::parse(&bytes).expect("whole");
        assert_eq!((read.extension, read.operations.as_slice()), (11, &[0x1001, 0x100e][..]));
        assert_eq!((read.model.as_str(), read.serial.as_str()), ("Modell é", "TEST"));
        for cut in 0..bytes.len() {
            assert!(DeviceDescription::parse(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = DeviceDescription::parse(&bytes);
            let _ = handles(&bytes);
            let _ = object_format(&bytes);
        }
    }
}
