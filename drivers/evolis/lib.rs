//! Evolis card printers that speak the language of the Evolis programming guide A5013 (Pebble, Dualys, Quantum,
//! Tattoo and their successors).
//!
//! A card is 1016 lines of 648 pixels at 300 dpi. An RGB picture becomes three colour panels of 32 levels, one black
//! resin panel and a full varnish. The printer counts its cards, and that count is what says that a card is out:
//! when it cannot be read after a blank was moved, the ending is doubtful and a person must look.
//!
//! Colour jobs are built from the guide and have not met a printer; black ones are proven against jobs of the
//! maker's own driver.
//!
//! | module | holds |
//! | --- | --- |
//! | [`factory`] | finding printers on the bus |
//! | [`printer`] | status, printing, how a job ends |
//! | [`job`] | the commands of one card |
//! | [`panel`] | an RGB picture to panels |
//! | `dialogue` | one command and its answer |

mod dialogue;
pub mod factory;
pub mod job;
pub mod panel;
pub mod printer;

pub use factory::Evolis;
pub use printer::Printer;
