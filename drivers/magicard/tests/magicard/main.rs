//! The driver against an emulated printer that reads every job dot by dot.
#![cfg(test)]

mod emulator; // A printer made from what is known of the language, without the driver's code.
mod gutenprint; // The same card as a driver prints it that we did not write.
mod printing; // Cards, faults, how jobs end.
mod recorded; // A recorded session and what must come of it.
