//! Invented people and their fingers, for demonstration, training and tests.
//!
//! Everything grows from a seed: the same seed gives the same citizen with the same ten fingers on every machine,
//! so a test, a demonstration and a centre can agree on people who do not exist. No data of a real person is used.
//!
//! This crate must never know a device, a file, a clock, a screen or a database, and nothing it makes may be taken
//! for real: see [`person`] for how invented citizens are told from others.
//!
//! | module | holds |
//! | --- | --- |
//! | [`person`] | invented citizens for a population extract |

mod names;
mod places;
mod random;

pub mod person;

pub use person::{Person, Sex, people};
