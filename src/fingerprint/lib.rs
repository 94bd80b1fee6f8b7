//! Fingerprints as pure algorithms over grey images: how good a print is, where the fingers of a slap
//! lie, what its minutiae are, and whether two prints come from one finger.
//!
//! This crate must never know a device, a file, a clock, a screen or a person: pictures and bytes go in,
//! measures, templates and bytes come out, and the same input gives the same output everywhere.
//!
//! | module | holds |
//! | --- | --- |
//! | [`quality`] | a live measure of one finger, and what is wrong with it |
//! | [`live`] | the frames of a preview: moved, turned, dirty platen, the last finger's ghost |
//! | [`roll`] | the frames of a rolled finger as one picture |
//! | [`nfiq2`] | NFIQ 2: usefulness for matching, 0 to 100 |
//! | [`records`] | ISO/IEC 19794-4:2011 and 19794-2:2005, ANSI/NIST-ITL transactions |
//! | [`segment`] | the fingers of a slap: count, boxes, rotation, positions |
//! | [`template`] | the minutiae of a finger and their compact bytes |
//! | [`matching`] | 1:1 comparison of templates |
//! | [`identification`] | 1:N search in a gallery |
//! | [`sequence`] | swapped and repeated fingers in one enrollment |
//! | [`wsq`] | the FBI's wavelet compression of fingerprints |
//! | [`tiff`] | the pictures of fingerprint databases |
//! | [`rates`] | error rates of comparisons |

mod arithmetic;
#[cfg(test)]
mod drawn;
mod error;
mod extraction;
pub mod identification;
pub mod live;
pub mod matching;
pub mod nfiq2;
mod plane;
pub mod quality;
pub mod rates;
pub mod records;
mod ridges;
pub mod roll;
pub mod segment;
pub mod sequence;
mod sweep;
pub mod template;
pub mod tiff;
pub mod wsq;

pub use error::FingerprintError;
