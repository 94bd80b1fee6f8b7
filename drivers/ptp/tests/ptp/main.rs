//! The driver against emulated cameras, under faults, and on a recorded session.
#![cfg(test)]

mod emulator; // Cameras made from the standard and from what is public of Canon's.
mod faults; // Randomized fault scripts.
mod recorded; // A recorded session and what must come of it.
mod taking; // Live pictures and stills.
