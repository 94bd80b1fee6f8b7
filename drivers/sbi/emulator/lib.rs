//! An SBI service that is none: it plays fingers, irises and faces that nobody has, signs them with TEST keys, and
//! misbehaves by script. It is written from the specifications alone, uses nothing of the driver it tests, and has no
//! device behind it.
//!
//! The service itself is a state machine without sockets or clock ([`Service::answer`]); [`Server`] puts it on a port of
//! this machine, and a test with a clock of its own may play its answers as it likes.
//!
//! It must never learn what the driver makes of its answers.
//!
//! | module | holds |
//! | --- | --- |
//! | [`service`] | requests, answers, one capture at a time |
//! | [`device`] | what the device is, and what it says about itself |
//! | [`script`] | what goes wrong, and when |
//! | `spoil` | faults that concern bytes |
//! | [`keys`] | the TEST authority, device keys, signed JSON |
//! | [`records`] | ISO/IEC 19794-4, -5 and -6 around a picture |
//! | [`picture`] | ridges, irises and faces drawn from a seed |
//! | [`server`] | a service on a port of this machine |

pub mod device;
pub mod keys;
pub mod picture;
pub mod records;
pub mod script;
pub mod server;
pub mod service;
mod spoil;

pub use device::{Chain, Device, Modality, Slap, Spec};
pub use keys::{Authority, DeviceKey};
pub use script::{Fault, Trouble, Verb};
pub use server::Server;
pub use service::{Answer, End, Piece, Request, Service};
