//! The receiving end: takes sealed packets from stations, loses none, and can prove it.
//!
//! A packet is believed when the signatures of a known station and officer verify, stored before it is receipted, and
//! registered once however often it is sent. Its fingers are looked for among all others, and no card is ordered before a
//! person has compared the two where they are somebody else's. What is virtual or TEST never enters a centre in service. Barring a
//! station or an officer never destroys what they captured: it is kept and waits for a person's decision.
//!
//! This crate must never know a screen or a device, and its logs never name a person.
//!
//! | module | holds |
//! | --- | --- |
//! | [`centre`] | a centre's folder: keys, register, packets, log |
//! | [`keys`] | its keys and the certificates they sign |
//! | [`database`] | the register, embedded or on a server |
//! | [`durable`] | files that survive a power cut |
//! | `blobs`, [`s3`] | where packets stay: files, or a bucket |
//! | [`merkle`], [`journal`], [`tiles`] | the log's tree, the log in the register, the log as others watch it |
//! | [`inspection`], [`backup`] | everything held against itself; a copy of everything |
//! | [`reference`](mod@reference) | editions of the reference data |
//! | [`population`] | the extract that stations search |
//! | [`officers`], [`stations`] | who may sign, and who may talk |
//! | `keyring`, `demands` | whose keys are whose and what makes them doubtful; what the rules demand of a packet |
//! | [`announce`], [`uploads`], [`intake`], [`clearance`], [`orders`] | a packet's way: announced, uploaded, taken in, searched, answered with a card |
//! | [`matcher`] | templates under numbers, and who they may be; it never sees a name |
//! | [`acts`], [`deeds`] | what nobody at the centre does alone, and what was done at stations beside their dossiers |
//! | [`adjudication`], [`adjudicators`], [`desk`], [`pictures`] | two enrollments compared by a person, who decides, and where |
//! | [`api`], [`serve`], `silence` | HTTP and TLS, and clients that say nothing |
//! | [`osia`] | the OSIA interfaces, for other systems |
//! | [`metrics`], `stages` | counts for those who watch, and where the time goes |
//! | [`demo`] | a demonstration centre with its people |
//! | [`cli`] | the command line |

pub mod acts;
pub mod adjudication;
pub mod adjudicators;
pub mod announce;
pub mod api;
pub mod backup;
mod blobs;
pub mod centre;
pub mod clearance;
pub mod cli;
pub mod courier;
pub mod database;
pub mod deeds;
mod demands;
pub mod demo;
pub mod desk;
pub mod durable;
mod error;
pub mod inspection;
pub mod intake;
pub mod journal;
mod keyring;
pub mod keys;
mod late;
pub mod matcher;
pub mod merkle;
pub mod metrics;
pub mod officers;
pub mod orders;
pub mod osia;
pub mod pictures;
pub mod population;
pub mod reference;
pub mod s3;
pub mod secret;
pub mod serve;
mod silence;
mod stages;
pub mod stations;
pub mod tiles;
pub mod uploads;

pub use centre::Centre;
pub use error::{CentralError, Refusal};
