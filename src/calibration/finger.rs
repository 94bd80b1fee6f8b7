//! Measurements of fingerprint readers.
//!
//! Levels are 0 black to 255 white, ridges dark on light, as readers deliver them.

pub mod flat_field;
pub mod geometry;
pub mod noise;
pub mod platen;
pub mod resolution;
pub mod sine;
pub mod tone;
pub mod uniformity;
