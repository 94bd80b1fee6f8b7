//! Signed sets: the population extract, the reference data and the application itself, published as a TUF repository
//! (The Update Framework 1.0) and taken from a folder, whoever brought it: a mirror over the network or a USB stick.
//!
//! A repository is a folder. Its targets are named by their digests, so that a new edition shares with the one before
//! whatever did not change, and a station fetches only the rest. Nothing in it is believed before the threshold of keys
//! has verified; an older edition is never taken for a newer one.
//!
//! | module | holds |
//! | --- | --- |
//! | [`ceremony`] | the keys, and the root that names them |
//! | [`publish`] | a new edition |
//! | [`catalogue`] | what a repository says, verified |
//! | [`edition`] | the same for callers without a runtime |
//! | [`mirror`] | the files of a repository that are missing here |
//! | [`take`] | a set of files as an edition has it |
//! | [`slots`] | two versions of the application, and the way back |
//!
//! This crate knows nothing of stations, centres or persons, and no other crate uses the cryptography it brings.

pub mod catalogue;
pub mod ceremony;
mod durable;
pub mod edition;
mod error;
pub mod mirror;
pub mod publish;
pub mod slots;
pub mod take;

pub use error::UpdateError;
