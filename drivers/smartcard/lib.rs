//! Smart cards in PC/SC readers: readers and cards that come and go, and commands of any length to whatever a card can
//! take.
//!
//! A reader gives and takes single APDUs ([`tram_device::CardReader`]); [`exchange`] makes whole commands of them after
//! ISO/IEC 7816-4: extended length where the card says that it has it, else command chaining, GET RESPONSE for answers
//! in pieces.
//!
//! This crate must never know what is on a card, nor hold a key of one.
//!
//! | module | holds |
//! | --- | --- |
//! | [`reader`] | readers and cards, through PC/SC |
//! | [`recorded`] | a session as a recording, and a recording in a card's place |
//! | [`apdu`] | commands and responses as bytes |
//! | [`atr`] | what a card says of itself when it gets power |
//! | [`exchange`](mod@exchange) | one command and its whole answer |

pub mod apdu;
pub mod atr;
pub mod exchange;
pub mod reader;
pub mod recorded;

pub use apdu::{Command, Response};
pub use atr::Capabilities;
pub use exchange::{CardError, exchange};
pub use reader::Pcsc;
