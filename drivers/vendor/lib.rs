//! Fingerprint readers that only their maker's library can speak to.
//!
//! Such a library is closed: it may crash, hang or take all memory. It is loaded by a process of its own,
//! `tram-vendor-host`, and what happens to that process is "device lost" here, never the end of the station. The two speak
//! in lines over a socket; pictures lie in memory that both see. Every call has its time; the process says that it lives
//! four times a second; one that does neither is ended and started anew, later each time it fails.
//!
//! Around a maker's SDK stands a small library with the functions of `tram_vendor.h`, written for that SDK by whoever has it.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | finding and opening readers through their libraries |
//! | [`reader`] | an open reader |
//! | [`words`] | the lines between the two |
//! | [`dialogue`] | the dialogue with the other process: questions, heartbeat, answers |
//! | `process` | the other process itself, and its end |
//! | [`recorded`] | a session as a recording, and a recording in the process's place |
//! | [`patience`] | how soon a library that failed is tried again |

pub mod dialogue;
pub mod driver;
pub mod patience;
mod process;
pub mod reader;
pub mod recorded;
pub mod words;

pub use driver::Vendor;
pub use reader::Reader;
