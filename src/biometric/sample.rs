//! One captured image with its quality and where it came from (ISO/IEC 2382-37 "biometric sample").

use serde::{Deserialize, Serialize};
use std::fmt;

/// Names one captured sample for ever, on the station and in the packet. Written as 32 hexadecimal digits, since a
/// number of 128 bits does not survive every reader of JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SampleId(pub u128);

impl From<SampleId> for String {
    fn from(id: SampleId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for SampleId {
    type Error = std::num::ParseIntError;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&digits, 16).map(Self)
    }
}

impl fmt::Display for SampleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for SampleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SampleId({self})")
    }
}

/// How good a sample is for its purpose: 0 worst, 100 best (ISO/IEC 29794-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quality(u8);

impl Quality {
    /// A quality; values above 100 become 100.
    pub fn new(score: u8) -> Self {
        Self(score.min(100))
    }

    /// The score, 0 to 100.
    pub fn score(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the bytes of a sample are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// PNG, lossless.
    Png,
    /// Baseline JPEG.
    Jpeg,
    /// WSQ, the FBI's fingerprint compression.
    Wsq,
    /// JPEG 2000.
    Jpeg2000,
}

impl Encoding {
    /// The IANA media type (WSQ has the one NIST uses).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Wsq => "image/x-wsq",
            Self::Jpeg2000 => "image/jp2",
        }
    }
}

/// Which device gave a sample. Said in the packet; a centre in service refuses what is virtual.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The driver's name, such as `uareu`.
    pub driver: String,
    /// The model as the device names itself.
    pub model: String,
    /// The serial number, empty where the device has none.
    pub serial: String,
    /// Whether no real device stood behind it.
    pub is_virtual: bool,
}

/// One captured and encoded image.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Names this sample.
    pub id: SampleId,
    /// How to read `bytes`.
    pub encoding: Encoding,
    /// The encoded image, without any metadata of its own.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pixels per inch, 0 where unknown (portraits).
    pub ppi: u16,
    /// Quality at capture, measured before compression.
    pub quality: Quality,
    /// The device that gave it.
    pub origin: Origin,
}

impl fmt::Debug for Sample {
    /// Everything but the bytes: an image of a person never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample")
            .field("id", &self.id)
            .field("encoding", &self.encoding)
            .field("bytes", &self.bytes.len())
            .field("size", &(self.width, self.height, self.ppi))
            .field("quality", &self.quality)
            .field("origin", &self.origin)
            .finish()
    }
}
