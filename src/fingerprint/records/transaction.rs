//! ANSI/NIST-ITL 1-2011 transactions in traditional encoding: a Type-1 record that lists the others, and these.
//! What is valid comes back byte for byte, older versions' two-digit field numbers included.
//!
//! | module | holds |
//! | --- | --- |
//! | `tagged` | records of numbered text fields: Type-1, -2, -9, -10 and above |
//! | `binary` | records of fixed binary fields: Type-3 to -8 |
//! | `images` | the fingerprint images of Type-4 and Type-14 |

mod binary;
mod images;
mod tagged;

use crate::FingerprintError;

pub use binary::Binary;
pub use images::{Compression, FingerImage};
pub use tagged::{Field, Tagged};

/// Between records, fields, subfields and items.
const FILE: u8 = 0x1c;
const GROUP: u8 = 0x1d;
const RECORD: u8 = 0x1e;
const UNIT: u8 = 0x1f;
/// More records than any transaction of two hands, two irises and a face has.
const MOST_RECORDS: usize = 1000;

/// A transaction.
#[derive(Clone, PartialEq, Eq)]
pub struct Transaction {
    header: Tagged,
    records: Vec<Record>,
}

/// A record after the first.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// Type-2, -9, -10 and above.
    Tagged(Tagged),
    /// Type-3 to -8.
    Binary(Binary),
}

impl Record {
    /// The number of the record type.
    pub fn kind(&self) -> u8 {
        match self {
            Self::Tagged(record) => record.kind(),
            Self::Binary(record) => record.kind,
        }
    }

    /// The information designation character: which of the records of the transaction this is.
    pub fn idc(&self) -> Option<u8> {
        match self {
            Self::Tagged(record) => record.text(2)?.parse().ok(),
            Self::Binary(record) => Some(record.idc),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Tagged(record) => record.to_bytes(),
            Self::Binary(record) => record.to_bytes(),
        }
    }
}

impl Transaction {
    /// An empty transaction of version 0502 with these fields of Type-1: type of transaction (1.004), date as
    /// year, month and day (1.005), destination (1.007), origin (1.008) and control number (1.009). The native
    /// scanning and nominal resolution say 500 ppi.
    pub fn new(kind: &str, date: &str, destination: &str, origin: &str, control: &str) -> Self {
        let mut header = Tagged::new(1);
        let texts = [(2, "0502"), (4, kind), (5, date), (7, destination), (8, origin), (9, control)];
        for (number, text) in texts.into_iter().chain([(11, "19.69"), (12, "19.69")]) {
            header.set(number, text.as_bytes());
        }
        let mut empty = Self { header, records: Vec::new() };
        empty.list();
        empty
    }

    /// The Type-1 record.
    pub fn header(&self) -> &Tagged {
        &self.header
    }

    /// The records after the first, in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Appends a record and lists it in the first.
    pub fn push(&mut self, record: Record) {
        self.records.push(record);
        self.list();
    }

    /// Writes the list of records, field 1.003.
    fn list(&mut self) {
        let pairs = self.records.iter().map(|record| (record.kind(), record.idc().unwrap_or(0)));
        let pairs: Vec<String> = pairs.map(|(kind, idc)| format!("\u{1e}{kind}\u{1f}{idc:02}")).collect();
        let list = format!("1\u{1f}{}{}", self.records.len(), pairs.concat());
        self.header.set(3, list.as_bytes());
    }

    /// Reads a transaction.
    ///
    /// # Errors
    /// [`FingerprintError::Record`] with the offset and the field that is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        let header = Tagged::read(bytes, 0, 1)?;
        let listed = listed(&header)?;
        let mut at = header.to_bytes().len();
        let mut records = Vec::new();
        for (kind, idc) in listed {
            let record = match kind {
                3..=8 => Record::Binary(Binary::read(bytes, at, kind)?),
                _ => Record::Tagged(Tagged::read(bytes, at, kind)?),
            };
            if record.idc() != Some(idc) {
                return Err(FingerprintError::Record {
                    offset: at,
                    field: "IDC other than in the list of records",
                });
            }
            at += record.to_bytes().len();
            records.push(record);
        }
        if at == bytes.len() {
            Ok(Self { header, records })
        } else {
            Err(FingerprintError::Record { offset: at, field: "bytes after the last record" })
        }
    }

    /// The bytes of the transaction.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.header.to_bytes();
        for record in &self.records {
            out.extend(record.to_bytes());
        }
        out
    }
}

/// The types and numbers of the records after the first, as field 1.003 lists them.
fn listed(header: &Tagged) -> Result<Vec<(u8, u8)>, FingerprintError> {
    let wrong = || FingerprintError::Record { offset: header.offset_of(3), field: "list of records (1.003)" };
    let pairs: Option<Vec<(u8, usize)>> = header
        .items(3)
        .map(|items| match items.as_slice() {
            [kind, number] => Some((decimal(kind)?.try_into().ok()?, decimal(number)?)),
            _ => None,
        })
        .collect();
    let pairs = pairs.ok_or_else(wrong)?;
    let Some(((1, count), rest)) = pairs.split_first() else { return Err(wrong()) };
    if *count != rest.len() || *count > MOST_RECORDS {
        return Err(wrong());
    }
    let record = |&(kind, idc): &(u8, usize)| Some((kind, u8::try_from(idc).ok()?)).filter(|_| kind >= 2);
    rest.iter().map(|pair| record(pair).ok_or_else(wrong)).collect()
}

/// A number in ASCII digits.
fn decimal(text: &[u8]) -> Option<usize> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| digits)?.parse().ok()
}

impl std::fmt::Debug for Transaction {
    /// The kinds of records only: what they say of a person never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.records.iter().map(Record::kind)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn transaction() -> Transaction {
        let mut whole = Transaction::new("CAR", "20261122", "TEST0CENTRE", "TEST0STATION", "TEST-1");
        let mut text = Tagged::new(2);
        text.set(2, b"00");
        text.set(3, b"DOMAIN\x1fTEST\x1eSECOND");
        whole.push(Record::Tagged(text));
        let image = FingerImage {
            idc: 1,
            impression: 0,
            source: "TEST0STATION".into(),
            captured: "20261122".into(),
            position: 2,
            width: 4,
            height: 2,
            ppi: 500,
            compression: Compression::None,
            quality: Some(71),
            data: vec![1, 2, 0x1c, 0x1d, 0x1e, 0x1f, 7, 8],
        };
        whole.push(image.to_tagged());
        whole.push(FingerImage { idc: 2, quality: None, ..image }.to_fixed());
        whole
    }

    #[test]
    fn what_is_built_reads_back_byte_for_byte_and_says_the_same() {
        let whole = transaction();
        let bytes = whole.to_bytes();
        let read = Transaction::from_bytes(&bytes).expect("reads");
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.header().text(3), Some("1\u{1f}3\u{1e}2\u{1f}00\u{1e}14\u{1f}01\u{1e}4\u{1f}02"));
        let images: Vec<FingerImage> =
            read.records().iter().filter_map(|record| FingerImage::of(record).expect("sound")).collect();
        let [first, second] = images.as_slice() else { panic!("{} images", images.len()) };
        assert_eq!((first.quality, first.position, first.ppi), (Some(71), 2, 500));
        assert_eq!((&first.data, &second.data), (&second.data, &vec![1, 2, 0x1c, 0x1d, 0x1e, 0x1f, 7, 8]));
        assert_eq!(read.records()[0].kind(), 2);
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_place() {
        let bytes = transaction().to_bytes();
        let mut longer = bytes.clone();
        longer.push(0);
        let field = |bytes: &[u8]| match Transaction::from_bytes(bytes) {
            Err(FingerprintError::Record { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field(&longer), "bytes after the last record");
        let changed = |from: &str, to: &str| {
            let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("is there");
            let mut bytes = bytes.clone();
            bytes.splice(at..at + from.len(), to.bytes());
            bytes
        };
        assert_eq!(field(&changed("1\u{1f}3\u{1e}", "1\u{1f}4\u{1e}")), "list of records (1.003)");
        assert_eq!(field(&changed("14\u{1f}01", "14\u{1f}03")), "IDC other than in the list of records");
        assert_eq!(field(&changed("14.004:", "14.003:")), "field given twice");
        assert_eq!(field(&changed("14.004:", "13.004:")), "field number");
    }

    proptest! {
        #[test]
        fn damaged_transactions_are_refused_without_panic(at in any::<usize>(), to in any::<u8>(), cut in any::<usize>()) {
            let mut bytes = transaction().to_bytes();
            let length = bytes.len();
            bytes[at % length] = to;
            if let Ok(read) = Transaction::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes.clone());
                for record in read.records() {
                    let _ = FingerImage::of(record);
                }
            }
            bytes.truncate(cut % length);
            prop_assert!(Transaction::from_bytes(&bytes).is_err());
        }
    }
}
