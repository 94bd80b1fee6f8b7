//! The driver against an SBI service of our own that shares no code with it.
#![cfg(test)]

mod captures; // Each modality, dialect, key and way to chain, as it should be.
mod discovery; // Who is listed, and why not.
mod faults; // Randomized fault scripts, as a table.
mod loopback; // On real ports.
mod recorded; // A recorded finger played again.
mod schemas; // Messages of both sides against the published schemas.
mod slaps; // Slaps from data.
mod world; // Services on a bus with a clock of its own.
