//! Measurements of card printers, from a scan of a printed test card under a black lid.

pub mod alignment;
pub mod curve;
