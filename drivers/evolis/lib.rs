//! Evolis card printers that speak the language of the Evolis programming guide A5013 (Pebble, Dualys, Quantum,
//! Tattoo and their successors).
//!
//! A card is 1016 lines of 648 pixels at 300 dpi. An RGB picture becomes three colour panels of 32 levels, one black
//! resin panel and a full varnish.
//!
//! Colour jobs are built from the guide and have not met a printer; black ones are proven against jobs of the
//! maker's own driver.
//!
//! | module | holds |
//! | --- | --- |
//! | [`language`] | questions, answers and faults |
//! | [`job`] | the commands of one card |
//! | [`panel`] | an RGB picture to panels |
//!
//! How a job is run and how it ends is the same for every card printer on the bus: [`tram_device::printer_family`].

pub mod job;
pub mod language;
pub mod panel;

/// The driver.
pub type Evolis = tram_device::printer_family::Printers<language::Guide>;

/// An open printer, on any wire.
pub type Printer<T> = tram_device::printer_family::Printer<language::Guide, T>;
