//! The driver against an emulated pad, under faults, and on a recorded session.
#![cfg(test)]

mod emulator; // A pad made from what is known of its reports, without the driver's code.
mod writing; // Strokes, faults, the recording.
