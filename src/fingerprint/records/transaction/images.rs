//! Fingerprint images: Type-4 at 500 ppi with a binary header, Type-14 with text fields.

use super::{Binary, Record, Tagged, decimal};
use crate::FingerprintError;

/// How the image of a record is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// A byte a pixel.
    None,
    /// WSQ.
    Wsq,
    /// JPEG, baseline.
    Jpeg,
    /// JPEG, lossless.
    JpegLossless,
    /// JPEG 2000, lossy.
    Jpeg2000,
    /// JPEG 2000, lossless.
    Jpeg2000Lossless,
    /// PNG.
    Png,
}

impl Compression {
    /// By code of Type-4 (table 15).
    const ALL: [Self; 7] = [
        Self::None,
        Self::Wsq,
        Self::Jpeg,
        Self::JpegLossless,
        Self::Jpeg2000,
        Self::Jpeg2000Lossless,
        Self::Png,
    ];

    /// The label of Type-14.
    fn label(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Wsq => "WSQ20",
            Self::Jpeg => "JPEGB",
            Self::JpegLossless => "JPEGL",
            Self::Jpeg2000 => "JP2",
            Self::Jpeg2000Lossless => "JP2L",
            Self::Png => "PNG",
        }
    }

    fn of_label(label: &str) -> Option<Self> {
        match label {
            "WSQ" => Some(Self::Wsq),
            _ => Self::ALL.into_iter().find(|one| one.label() == label),
        }
    }
}

/// The image of one finger or slap.
#[derive(Clone, PartialEq, Eq)]
pub struct FingerImage {
    /// Which record of the transaction it is.
    pub idc: u8,
    /// Impression code (table 7): 0 live-scan plain, 1 live-scan rolled, 2 and 3 the same from a card.
    pub impression: u8,
    /// Who captured it (14.004); Type-4 does not say.
    pub source: String,
    /// Year, month and day (14.005); Type-4 does not say.
    pub captured: String,
    /// Position code (table 8): 1 to 10 fingers, 13 to 15 slaps, 11 and 12 plain thumbs, 0 unknown.
    pub position: u8,
    /// Width in pixels, as the record says.
    pub width: u16,
    /// Height in pixels, as the record says.
    pub height: u16,
    /// Pixels an inch; 500 in Type-4.
    pub ppi: u16,
    /// How `data` is compressed.
    pub compression: Compression,
    /// NFIQ 2, 0 to 100 (14.024); Type-4 does not say.
    pub quality: Option<u8>,
    /// The image.
    pub data: Vec<u8>,
}

/// Vendor and algorithm of NFIQ 2 as CBEFF numbers them.
const NFIQ2: &str = "000F\u{1f}18";

impl FingerImage {
    /// As a record of Type-14.
    pub fn to_tagged(&self) -> Record {
        let mut record = Tagged::new(14);
        let two = |number: u8| format!("{number:02}");
        let texts = [
            (2, two(self.idc)),
            (3, self.impression.to_string()),
            (4, self.source.clone()),
            (5, self.captured.clone()),
            (6, self.width.to_string()),
            (7, self.height.to_string()),
            (8, "1".into()),
            (9, self.ppi.to_string()),
            (10, self.ppi.to_string()),
            (11, self.compression.label().into()),
            (12, "8".into()),
            (13, self.position.to_string()),
        ];
        for (number, text) in texts {
            record.set(number, text.as_bytes());
        }
        if let Some(quality) = self.quality {
            record.set(24, format!("{}\u{1f}{quality}\u{1f}{NFIQ2}", self.position).as_bytes());
        }
        record.set(999, &self.data);
        Record::Tagged(record)
    }

    /// As a record of Type-4.
    pub fn to_fixed(&self) -> Record {
        // Positions: the one, and five that are none.
        let mut content = vec![self.impression, self.position, 255, 255, 255, 255, 255, 0];
        content.extend(self.width.to_be_bytes());
        content.extend(self.height.to_be_bytes());
        content.push(Compression::ALL.iter().position(|one| *one == self.compression).unwrap_or(0) as u8);
        content.extend(&self.data);
        Record::Binary(Binary { kind: 4, idc: self.idc, content })
    }

    /// The image of a record of Type-4 or Type-14; `None` for records of other types.
    ///
    /// # Errors
    /// [`FingerprintError::Record`] with the field that is wrong and its offset in the record.
    pub fn of(record: &Record) -> Result<Option<Self>, FingerprintError> {
        match record {
            Record::Tagged(record) if record.kind() == 14 => Self::of_tagged(record).map(Some),
            Record::Binary(record) if record.kind == 4 => Self::of_fixed(record).map(Some),
            _ => Ok(None),
        }
    }

    fn of_tagged(record: &Tagged) -> Result<Self, FingerprintError> {
        let wrong = |number, field| FingerprintError::Record { offset: record.offset_of(number), field };
        let number = |field: u16, name| {
            let first = record.items(field).next().and_then(|items| decimal(items.first()?));
            first.and_then(|value| u16::try_from(value).ok()).ok_or_else(|| wrong(field, name))
        };
        let code = |field: u16, name| {
            number(field, name).and_then(|value| u8::try_from(value).map_err(|_large| wrong(field, name)))
        };
        let text = |field: u16| record.text(field).unwrap_or_default().to_owned();
        let ppi = match number(8, "scale units (14.008)")? {
            1 => number(9, "pixel scale (14.009)")?,
            2 => (f32::from(number(9, "pixel scale (14.009)")?) * 2.54).round() as u16,
            _ => return Err(wrong(8, "scale units (14.008)")),
        };
        let quality = record.items(24).next().and_then(|items| decimal(items.get(1)?));
        let compression = record.text(11).and_then(Compression::of_label);
        Ok(Self {
            idc: code(2, "IDC (14.002)")?,
            impression: code(3, "impression (14.003)")?,
            source: text(4),
            captured: text(5),
            width: number(6, "width (14.006)")?,
            height: number(7, "height (14.007)")?,
            ppi,
            compression: compression.ok_or_else(|| wrong(11, "compression (14.011)"))?,
            position: code(13, "position (14.013)")?,
            quality: quality.and_then(|value| u8::try_from(value).ok()).filter(|&value| value <= 100),
            data: record.value(999).ok_or_else(|| wrong(999, "image (14.999)"))?.to_vec(),
        })
    }

    fn of_fixed(record: &Binary) -> Result<Self, FingerprintError> {
        let wrong = |offset, field| FingerprintError::Record { offset, field };
        let Some((header, data)) = record.content.split_first_chunk::<13>() else {
            return Err(wrong(5, "header of a Type-4 record"));
        };
        let [impression, position, _, _, _, _, _, _resolution, w0, w1, h0, h1, code] = *header;
        let compression = Compression::ALL.get(usize::from(code)).copied();
        Ok(Self {
            idc: record.idc,
            impression,
            source: String::new(),
            captured: String::new(),
            position,
            width: u16::from_be_bytes([w0, w1]),
            height: u16::from_be_bytes([h0, h1]),
            ppi: 500,
            compression: compression.ok_or_else(|| wrong(17, "compression of a Type-4 record"))?,
            quality: None,
            data: data.to_vec(),
        })
    }
}

impl std::fmt::Debug for FingerImage {
    /// Sizes only: an image of a person never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { position, width, height, compression, data, .. } = self;
        write!(f, "FingerImage(position {position}, {width}x{height}, {compression:?}, {} bytes)", data.len())
    }
}
