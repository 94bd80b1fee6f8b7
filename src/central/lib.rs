//! The receiving end: takes sealed packets from stations, loses none, and can prove it.
//!
//! A packet is believed when the signatures of a known station and officer verify, stored before it is receipted, and
//! registered once however often it is sent. What is virtual or TEST never enters a centre in service. Barring a
//! station or an officer never destroys what they captured: it is kept and waits for a person's decision.
//!
//! This crate must never know a screen or a device, and its logs never name a person.
//!
//! | module | holds |
//! | --- | --- |
//! | [`centre`] | a centre's folder: keys, register, packets, log |
//! | [`keys`] | its keys and the certificates they sign |
//! | [`database`] | the embedded register |
//! | [`durable`] | files that survive a power cut |
//! | [`merkle`] | the log's tree |
//! | [`reference`](mod@reference) | editions of the reference data |
//! | [`officers`], [`stations`] | who may sign, and who may talk |
//! | [`announce`], [`uploads`], [`intake`], [`orders`] | a packet's way: announced, uploaded, taken in, answered with a card |
//! | [`api`], [`serve`] | HTTP and TLS |
//! | [`metrics`] | counts for those who watch |
//! | [`demo`] | a demonstration centre with its people |
//! | [`cli`] | the command line |

pub mod announce;
pub mod api;
pub mod centre;
pub mod cli;
pub mod database;
pub mod demo;
pub mod durable;
mod error;
pub mod intake;
pub mod keys;
pub mod merkle;
pub mod metrics;
pub mod officers;
pub mod orders;
pub mod reference;
pub mod secret;
pub mod serve;
pub mod stations;
pub mod uploads;

pub use centre::Centre;
pub use error::{CentralError, Refusal};
