//! The desktop application and the command line: the only crate that names concrete drivers, opens files and starts
//! threads.
//!
//! Screens are functions from state to widgets and actions; `tram_workflow::apply` is the one place where state changes;
//! the [`engine`] carries effects out on its threads. The user-interface thread never waits for any of them.
//!
//! | module | holds |
//! | --- | --- |
//! | [`engine`] | the workers: store and keys, devices, sync |
//! | [`home`] | where a station lives on disk, and how it joins a centre |
//! | [`window`], [`screens`] | the window and what the officer sees |
//! | `sets` | the population's extract and reference data as signed sets |
//! | [`headless`] | the same workflow without a window |
//! | [`compose`] | which drivers this station has |
//! | [`command`] | the command line |
//! | [`memory`] | what pictures took goes back to the machine |
//! | [`doctor`] | what is missing on this machine |

mod clock;
pub mod command;
pub mod compose;
pub mod doctor;
pub mod engine;
pub mod headless;
pub mod home;
mod known;
pub mod memory;
mod outbox;
mod pace;
pub mod pictures;
pub mod screens;
mod sets;
pub mod window;
