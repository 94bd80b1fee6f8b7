//! The driver against an emulated reader, under faults, and on a recorded session.
#![cfg(test)]

mod emulator; // A reader that sends a code now and then, at the speed of its line.
mod keyboard; // A reader that types, made from the HID specification.
mod reading; // Codes, faults, the recording.
mod typing; // The same of the reader that types.
