//! The driver with a library of C that crashes, hangs and leaks on command, and with an emulated process under faults.
#![cfg(test)]

mod emulator; // The process, as far as its lines go.
mod faults; // Randomized fault scripts, the recording.
mod toy; // The library, compiled, and what comes of each of its manners.
