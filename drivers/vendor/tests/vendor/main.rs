//! The driver with a library of C that crashes, hangs and leaks on command.
#![cfg(test)]

mod toy; // The library, compiled, and what comes of each of its manners.
