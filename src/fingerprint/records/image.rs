//! Finger image records, ISO/IEC 19794-4:2011.

use super::Fields;
use crate::FingerprintError;

/// A record of one or more finger images.
#[derive(Clone, PartialEq, Eq)]
pub struct ImageRecord {
    /// Whether representations carry certification blocks.
    pub certified: bool,
    /// How many different positions the record shows.
    pub positions: u8,
    /// The images.
    pub representations: Vec<Representation>,
}

/// A quality score and who gave it by which algorithm (CBEFF identifiers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QualityBlock {
    /// 0 to 100, 255 when it could not be computed.
    pub score: u8,
    /// Vendor of the algorithm.
    pub vendor: u16,
    /// The algorithm.
    pub algorithm: u16,
}

/// One image with its header.
#[derive(Clone, PartialEq, Eq)]
pub struct Representation {
    /// Year (two bytes), month, day, hour, minute, second, millisecond (two bytes); 0xff where unknown.
    pub captured: [u8; 9],
    /// Code of table 3: 0 unknown, 1 optical TIR, …
    pub technology: u8,
    /// CBEFF identifier of the device's vendor.
    pub device_vendor: u16,
    /// The vendor's number of the device type.
    pub device_type: u16,
    /// Qualities, in the order they were given.
    pub qualities: Vec<QualityBlock>,
    /// Certification blocks of three bytes, only in a certified record.
    pub certificates: Vec<[u8; 3]>,
    /// Position code of table 7.
    pub position: u8,
    /// Number of this representation of the position.
    pub number: u8,
    /// 1 pixels an inch, 2 pixels a centimetre.
    pub scale_units: u8,
    /// Sampling rates of the scan, across and down, then of the image.
    pub sampling_rates: [u16; 4],
    /// Bits a pixel.
    pub bit_depth: u8,
    /// Code of table 9: 0 raw, 1 packed, 2 WSQ, 3 JPEG, 4 lossy and 5 lossless JPEG 2000, 6 PNG.
    pub compression: u8,
    /// Impression code of table 8.
    pub impression: u8,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// The image as `compression` says.
    pub data: Vec<u8>,
    /// Segmentation, annotation and comment blocks after the image, as they came.
    pub extended: Vec<u8>,
}

const HEADER: usize = 16;

impl ImageRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// [`FingerprintError::Record`] with the offset and the field that is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        let mut fields = Fields::of(bytes);
        fields.exactly(*b"FIR\0", "format identifier")?;
        fields.exactly(*b"020\0", "version")?;
        if fields.u32("record length")? as usize != bytes.len() {
            return Err(FingerprintError::Record { offset: 8, field: "record length" });
        }
        let count = fields.u16("number of representations")?;
        let certified = match fields.u8("certification flag")? {
            0 => false,
            1 => true,
            _ => return Err(FingerprintError::Record { offset: 14, field: "certification flag" }),
        };
        let positions = fields.u8("number of positions")?;
        if count == 0 {
            return Err(FingerprintError::Record { offset: 12, field: "number of representations" });
        }
        // Not reserved by the count: it may lie, the bytes cannot.
        let representations =
            (0..count).map(|_| Representation::read(&mut fields, certified)).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { certified, positions, representations })
    }

    /// The bytes of the record.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body: Vec<u8> =
            self.representations.iter().flat_map(|one| one.to_bytes(self.certified)).collect();
        let mut out = b"FIR\x00020\0".to_vec();
        out.extend(((HEADER + body.len()) as u32).to_be_bytes());
        out.extend((self.representations.len() as u16).to_be_bytes());
        out.extend([u8::from(self.certified), self.positions]);
        out.extend(body);
        out
    }
}

impl Representation {
    fn read(fields: &mut Fields<'_>, certified: bool) -> Result<Self, FingerprintError> {
        let start = fields.at;
        let length = fields.u32("representation length")? as usize;
        let captured = fields.array("capture date")?;
        let technology = fields.u8("capture technology")?;
        let (device_vendor, device_type) = (fields.u16("device vendor")?, fields.u16("device type")?);
        let count = fields.u8("number of qualities")?;
        let qualities = (0..count).map(|_| quality(fields)).collect::<Result<_, _>>()?;
        let count = if certified { fields.u8("number of certificates")? } else { 0 };
        let certificates =
            (0..count).map(|_| fields.array("certificate")).collect::<Result<_, FingerprintError>>()?;
        let (position, number) = (fields.u8("position")?, fields.u8("representation number")?);
        let scale_units = fields.u8("scale units")?;
        let mut sampling_rates = [0; 4];
        for rate in &mut sampling_rates {
            *rate = fields.u16("sampling rate")?;
        }
        let (bit_depth, compression) = (fields.u8("bit depth")?, fields.u8("compression")?);
        let impression = fields.u8("impression")?;
        let (width, height) = (fields.u16("width")?, fields.u16("height")?);
        let size = fields.u32("image length")? as usize;
        let data = fields.bytes(size, "image")?.to_vec();
        let read = fields.at - start;
        let rest = length
            .checked_sub(read)
            .ok_or(FingerprintError::Record { offset: start, field: "representation length" })?;
        let extended = fields.bytes(rest, "extended data")?.to_vec();
        Ok(Self {
            captured,
            technology,
            device_vendor,
            device_type,
            qualities,
            certificates,
            position,
            number,
            scale_units,
            sampling_rates,
            bit_depth,
            compression,
            impression,
            width,
            height,
            data,
            extended,
        })
    }

    fn to_bytes(&self, certified: bool) -> Vec<u8> {
        let mut out = vec![0; 4];
        out.extend(self.captured);
        out.push(self.technology);
        out.extend(self.device_vendor.to_be_bytes());
        out.extend(self.device_type.to_be_bytes());
        out.push(self.qualities.len() as u8);
        for block in &self.qualities {
            out.push(block.score);
            out.extend(block.vendor.to_be_bytes());
            out.extend(block.algorithm.to_be_bytes());
        }
        if certified {
            out.push(self.certificates.len() as u8);
            out.extend(self.certificates.iter().flatten());
        }
        out.extend([self.position, self.number, self.scale_units]);
        out.extend(self.sampling_rates.iter().flat_map(|rate| rate.to_be_bytes()));
        out.extend([self.bit_depth, self.compression, self.impression]);
        out.extend(self.width.to_be_bytes());
        out.extend(self.height.to_be_bytes());
        out.extend((self.data.len() as u32).to_be_bytes());
        out.extend(&self.data);
        out.extend(&self.extended);
        let length = (out.len() as u32).to_be_bytes();
        out.splice(..4, length);
        out
    }
}

fn quality(fields: &mut Fields<'_>) -> Result<QualityBlock, FingerprintError> {
    let (score, vendor) = (fields.u8("quality score")?, fields.u16("quality vendor")?);
    Ok(QualityBlock { score, vendor, algorithm: fields.u16("quality algorithm")? })
}

impl std::fmt::Debug for Representation {
    /// Sizes only: an image of a person never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { position, width, height, compression, data, .. } = self;
        write!(
            f,
            "Representation(position {position}, {width}x{height}, compression {compression}, {} bytes)",
            data.len()
        )
    }
}

impl std::fmt::Debug for ImageRecord {
    /// As [`Representation`]'s.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ImageRecord").field(&self.representations).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(certified: bool) -> ImageRecord {
        let one = Representation {
            captured: [7, 0xea, 11, 22, 8, 30, 0, 0, 0],
            technology: 1,
            device_vendor: 0x1234,
            device_type: 1,
            qualities: vec![QualityBlock { score: 71, vendor: 15, algorithm: 2 }],
            certificates: if certified { vec![[0, 1, 2]] } else { vec![] },
            position: 2,
            number: 0,
            scale_units: 1,
            sampling_rates: [500; 4],
            bit_depth: 8,
            compression: 0,
            impression: 0,
            width: 3,
            height: 2,
            data: vec![1, 2, 3, 4, 5, 6],
            extended: vec![0, 3, 0, 6, b'o', b'k'],
        };
        ImageRecord {
            certified,
            positions: 1,
            representations: vec![one.clone(), Representation { number: 1, ..one }],
        }
    }

    #[test]
    fn records_come_back_byte_for_byte() {
        for certified in [false, true] {
            let bytes = record(certified).to_bytes();
            assert_eq!(ImageRecord::from_bytes(&bytes).expect("reads").to_bytes(), bytes);
        }
    }

    proptest! {
        #[test]
        fn damaged_records_are_refused_without_panic(at in any::<usize>(), to in any::<u8>(), cut in any::<usize>()) {
            let mut bytes = record(true).to_bytes();
            let length = bytes.len();
            bytes[at % length] = to;
            if let Ok(read) = ImageRecord::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes.clone());
            }
            bytes.truncate(cut % length);
            prop_assert!(ImageRecord::from_bytes(&bytes).is_err());
        }
    }
}
