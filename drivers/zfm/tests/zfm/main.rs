//! The driver against an emulated module: on an emulated line, on a pseudo-terminal, and under fault scripts; and the
//! emulator against a client that others wrote.
#![cfg(test)]

mod adafruit; // Adafruit's Python client on the emulator.
mod emulator; // A module made from its manual, without the driver's code.
mod faults; // Randomized fault scripts.
mod line; // The dialogue in emulated time.
mod recorded; // A recorded touch and its picture.
mod terminal; // The emulator behind a pseudo-terminal, and the driver on it.
