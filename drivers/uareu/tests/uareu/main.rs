//! The driver against real readers as recorded, an emulated reader, and a wire that misbehaves.
#![cfg(test)]

mod emulated; // One known way a reader works or differs.
mod emulator; // A reader made from its protocol, without the driver's code.
mod faults; // Randomized fault scripts.
mod replay; // Recordings of real readers, to the pixel.
mod usbmon; // Reads the recordings.
