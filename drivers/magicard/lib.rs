//! Magicard card printers of the Enduro and Rio/Tango family, single-sided.
//!
//! A card is 1016 lines of 672 dots, of which the picture takes the middle 648. An RGB picture becomes three planes of
//! 64 levels, sent as six bit planes a line, and one of black resin. The printer counts its cards, and that count is
//! what says that a card is out.
//!
//! The language is known from public drivers and has not met a printer; where on the 672 dots the picture belongs is an
//! assumption until a printed card is measured.
//!
//! | module | holds |
//! | --- | --- |
//! | [`factory`] | finding printers on the bus |
//! | [`printer`] | status, printing, how a job ends |
//! | [`job`] | the bytes of one card |
//! | `query` | one question and its answer |

pub mod factory;
pub mod job;
pub mod printer;
mod query;

pub use factory::Magicard;
pub use printer::Printer;
