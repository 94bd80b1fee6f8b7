//! The driver against an emulated printer that decodes every job, and the emulator against the maker's own jobs.
#![cfg(test)]

mod emulator; // A printer made from the guide, without the driver's code.
mod printing; // Cards, faults, how jobs end.
mod raster; // Panels as the guide packs and compresses them.
mod recorded; // A recorded session and what must come of it.
mod vendor; // Jobs of the maker's driver.
