//! Magicard card printers of the Enduro and Rio/Tango family, single-sided.
//!
//! A card is 1016 lines of 672 dots, of which the picture takes the middle 648. An RGB picture becomes three planes of
//! 64 levels, sent as six bit planes a line, and one of black resin.
//!
//! The language is known from public drivers and has not met a printer. Of a card that Gutenprint prints no dot differs
//! (`tests/magicard/gutenprint.rs`).
//!
//! | module | holds |
//! | --- | --- |
//! | [`language`] | questions and answers |
//! | [`job`] | the bytes of one card |
//!
//! How a job is run and how it ends is the same for every card printer on the bus: [`tram_device::printer_family`].

pub mod job;
pub mod language;

/// The driver.
pub type Magicard = tram_device::printer_family::Printers<language::Enduro>;

/// An open printer, on any wire.
pub type Printer<T> = tram_device::printer_family::Printer<language::Enduro, T>;
