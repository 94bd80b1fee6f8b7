//! The driver against an emulated reader, under faults, and on a recorded session.
#![cfg(test)]

mod emulator; // A reader that sends a code now and then, at the speed of its line.
mod reading; // Codes, faults, the recording.
