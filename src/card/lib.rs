//! Card products and the papers that go with them: what an identity card shows on its two sides, in its QR and in its
//! machine-readable zone, and the appointment slip a citizen takes home.
//!
//! Everything here is a function from plain values to pixels and bytes: the same values always give the same bytes.
//! This crate must never know a device, a file, a network, a clock or a key. The QR of a slip is signed by the caller.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`data`] | what a card says about its holder |
//! | [`mrz`] | the machine-readable zone, ICAO Doc 9303-5 TD1: composed and read |
//! | `latin` | Vietnamese names in the letters A to Z, Doc 9303-3 |
//! | [`qr`] | the contents of the card's QR: composed and read |
//! | [`symbol`] | a QR symbol as modules and as a picture |
//! | [`template`], `render` | card products as files; drawing one side |
//! | [`job`] | both faces of one card, for a printer driver |
//! | [`slip`], `slip_layout`, `money` | the appointment slip: what it says, where it stands, amounts in words |
//! | [`paper`] | certificates of calibration and test cards: a page drawn piece by piece |
//! | [`picture`] | PNG and JPEG bytes |
//! | `sheet`, `font`, `gpos`, `fit` | a drawing in millimetres, typefaces, text that never overflows its box |
//! | `raster`, `pdf` | a sheet as pixels, and as a PDF |
//! | `specimen` | the mark on everything that is not a real document |

pub mod data;
mod error;
mod fit;
mod font;
mod gpos;
pub mod job;
mod latin;
mod money;
pub mod mrz;
pub mod paper;
mod pdf;
pub mod picture;
pub mod qr;
mod raster;
mod render;
mod sheet;
pub mod slip;
mod slip_layout;
mod specimen;
pub mod symbol;
pub mod template;

pub use data::{CardData, Sex};
pub use error::{CardError, Part};
pub use job::PrintJob;
pub use mrz::Mrz;
pub use slip::{Bilingual, Captured, Slip, SlipData, SlipLanguage};
pub use symbol::Symbol;
pub use template::{Side, Template};
