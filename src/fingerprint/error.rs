//! The one error of this crate.

/// Why bytes were refused or a picture could not be encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FingerprintError {
    /// The bytes of a template are cut short, of another version, or out of range.
    #[error("not a fingerprint template of this version: {field} at byte {offset}")]
    Template {
        /// Where the reading stopped.
        offset: usize,
        /// What was being read.
        field: &'static str,
    },
    /// The bytes are not a WSQ image, or a damaged one.
    #[error("not a readable WSQ image: {field} at byte {offset}")]
    Wsq {
        /// Where the reading stopped.
        offset: usize,
        /// What was being read.
        field: &'static str,
    },
    /// The bytes are not a record of the expected standard, or a damaged one.
    #[error("not a valid interchange record: {field} at byte {offset}")]
    Record {
        /// Where the field begins.
        offset: usize,
        /// The field that is wrong.
        field: &'static str,
    },
    /// The picture is larger than what this library agrees to hold in memory.
    #[error("a picture of {width} by {height} pixels is larger than this library reads or writes")]
    TooLarge {
        /// Width in pixels, as claimed.
        width: u32,
        /// Height in pixels, as claimed.
        height: u32,
    },
}
