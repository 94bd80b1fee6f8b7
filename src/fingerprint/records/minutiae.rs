//! Finger minutiae records, ISO/IEC 19794-2:2005, record format.

use super::Fields;
use crate::FingerprintError;
use crate::template::{MinutiaKind, Template};

/// A record of the minutiae of one or more fingers.
#[derive(Clone, PartialEq, Eq)]
pub struct MinutiaeRecord {
    /// Certification of the equipment (four bits) and its type (twelve).
    pub equipment: u16,
    /// Width of the image in pixels.
    pub width: u16,
    /// Height of the image in pixels.
    pub height: u16,
    /// Pixels a centimetre, across and down; 197 for 500 ppi.
    pub resolution: (u16, u16),
    /// The header's last byte.
    pub reserved: u8,
    /// The views.
    pub views: Vec<View>,
}

/// One view of a finger.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// Position code of ISO/IEC 19794-2:2005, table 2.
    pub position: u8,
    /// Number of the view (high four bits) and impression code (low four).
    pub number_and_impression: u8,
    /// 0 to 100.
    pub quality: u8,
    /// The minutiae.
    pub minutiae: Vec<Recorded>,
    /// Ridge counts, cores, deltas and vendors' data, as they came.
    pub extended: Vec<u8>,
}

/// One minutia as the record holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// 0 other, 1 ridge ending, 2 bifurcation; two bits.
    pub kind: u8,
    /// From the left edge, pixels, 14 bits.
    pub x: u16,
    /// The two bits before y, which the standard reserves.
    pub reserved: u8,
    /// From the top edge, pixels, 14 bits.
    pub y: u16,
    /// 256 steps a turn, counter-clockwise from the right.
    pub angle: u8,
    /// 1 to 100, 0 where not said.
    pub quality: u8,
}

const HEADER: usize = 24;
/// Coordinates have 14 bits, a view 255 minutiae.
const FURTHEST: u16 = 0x3fff;
const MOST: usize = 255;

impl MinutiaeRecord {
    /// The record of one live-scan finger at 500 ppi.
    pub fn of(template: &Template, position: u8, quality: u8, (width, height): (u16, u16)) -> Self {
        let minutiae = template.minutiae().iter().take(MOST).map(|minutia| Recorded {
            kind: if minutia.kind == MinutiaKind::Ending { 1 } else { 2 },
            x: minutia.x.min(FURTHEST),
            reserved: 0,
            y: minutia.y.min(FURTHEST),
            angle: minutia.angle,
            quality: minutia.quality.max(1),
        });
        let minutiae = minutiae.collect();
        let view = View { position, number_and_impression: 0, quality, minutiae, extended: Vec::new() };
        Self { equipment: 0, width, height, resolution: (197, 197), reserved: 0, views: vec![view] }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`FingerprintError::Record`] with the offset and the field that is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        let mut fields = Fields::of(bytes);
        fields.exactly(*b"FMR\0", "format identifier")?;
        fields.exactly(*b" 20\0", "version")?;
        if fields.u32("record length")? as usize != bytes.len() {
            return Err(FingerprintError::Record { offset: 8, field: "record length" });
        }
        let equipment = fields.u16("capture equipment")?;
        let (width, height) = (fields.u16("width")?, fields.u16("height")?);
        let resolution = (fields.u16("resolution")?, fields.u16("resolution")?);
        let (count, reserved) = (fields.u8("number of views")?, fields.u8("reserved byte")?);
        let views = (0..count).map(|_| View::read(&mut fields)).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { equipment, width, height, resolution, reserved, views })
    }

    /// The bytes of the record.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body: Vec<u8> = self.views.iter().flat_map(View::to_bytes).collect();
        let mut out = b"FMR\0 20\0".to_vec();
        out.extend(((HEADER + body.len()) as u32).to_be_bytes());
        for number in [self.equipment, self.width, self.height, self.resolution.0, self.resolution.1] {
            out.extend(number.to_be_bytes());
        }
        out.extend([self.views.len() as u8, self.reserved]);
        out.extend(body);
        out
    }
}

impl View {
    fn read(fields: &mut Fields<'_>) -> Result<Self, FingerprintError> {
        let [position, number_and_impression, quality, count] = fields.array("view header")?;
        let minutiae = (0..count).map(|_| Recorded::read(fields)).collect::<Result<_, _>>()?;
        let length = usize::from(fields.u16("length of extended data")?);
        let extended = fields.bytes(length, "extended data")?.to_vec();
        Ok(Self { position, number_and_impression, quality, minutiae, extended })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out =
            vec![self.position, self.number_and_impression, self.quality, self.minutiae.len() as u8];
        out.extend(self.minutiae.iter().flat_map(|minutia| minutia.to_bytes()));
        out.extend((self.extended.len() as u16).to_be_bytes());
        out.extend(&self.extended);
        out
    }
}

impl Recorded {
    fn read(fields: &mut Fields<'_>) -> Result<Self, FingerprintError> {
        let (x, y) = (fields.u16("minutia x")?, fields.u16("minutia y")?);
        let [angle, quality] = fields.array("minutia angle and quality")?;
        let top = |word: u16| (word >> 14) as u8;
        Ok(Self { kind: top(x), x: x & FURTHEST, reserved: top(y), y: y & FURTHEST, angle, quality })
    }

    fn to_bytes(self) -> [u8; 6] {
        let word = |top: u8, value: u16| (u16::from(top) << 14 | (value & FURTHEST)).to_be_bytes();
        let ([a, b], [c, d]) = (word(self.kind, self.x), word(self.reserved, self.y));
        [a, b, c, d, self.angle, self.quality]
    }
}

impl std::fmt::Debug for MinutiaeRecord {
    /// Counts only: minutiae of a person never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts: Vec<usize> = self.views.iter().map(|view| view.minutiae.len()).collect();
        write!(f, "MinutiaeRecord({}x{}, views of {counts:?} minutiae)", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static RECORD: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let template = crate::template::extract(&Drawn::finger(4, 20).image());
        MinutiaeRecord::of(&template, 2, 80, (300, 380)).to_bytes()
    });

    #[test]
    fn a_template_becomes_a_record_that_reads_back() {
        let read = MinutiaeRecord::from_bytes(&RECORD).expect("reads");
        assert!(read.views[0].minutiae.len() >= 17);
        assert_eq!(read.to_bytes(), *RECORD);
    }

    proptest! {
        #[test]
        fn damaged_records_are_refused_without_panic(at in any::<usize>(), to in any::<u8>(), cut in any::<usize>()) {
            let mut bytes = RECORD.clone();
            let length = bytes.len();
            bytes[at % length] = to;
            if let Ok(read) = MinutiaeRecord::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes.clone());
            }
            bytes.truncate(cut % length);
            prop_assert!(MinutiaeRecord::from_bytes(&bytes).is_err());
        }
    }
}
