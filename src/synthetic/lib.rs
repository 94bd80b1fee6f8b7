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
//! | [`finger`] | masters: fingers nobody has |
//! | [`impression`] | what one touch leaves of a finger |
//! | [`minutiae`] | the truth about where ridges end and split |
//! | [`roll`] | the frames of a finger rolled from nail to nail |
//! | [`sketch`] | fingers as templates only, for galleries of a hundred thousand |
//! | [`slap`](mod@slap) | several fingers on one platen, with the truth about where they lie |

mod names;
mod noise;
mod orientation;
mod places;
mod random;
mod ridges;

pub mod finger;
pub mod impression;
pub mod minutiae;
pub mod person;
pub mod roll;
pub mod sketch;
pub mod slap;

pub use finger::{Master, PPI};
pub use impression::ImpressionParams;
pub use minutiae::Minutia;
pub use orientation::Class;
pub use person::{Person, Sex, people};
pub use roll::RollParams;
pub use sketch::Sketch;
pub use slap::{SLAP_SIZE, Slap, SlapParams, slap};
