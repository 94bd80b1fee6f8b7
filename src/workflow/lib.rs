//! The station without a screen: [`State`], [`Action`], [`Effect`], and [`apply`], the one place where state changes.
//!
//! The window, the headless flow, the simulation and the tests run this same code. A screen shows a [`State`] and
//! gives [`Action`]s; `apply` changes the state and names the [`Effect`]s that workers carry out; what they
//! bring comes back as actions. `apply` is pure: time comes in with [`Action::Tick`], identities with
//! the results of effects.
//!
//! This crate must never know egui, a file, a database, a device or a thread.
//!
//! | module | holds |
//! | --- | --- |
//! | [`state`] | everything the screens show |
//! | [`dossier`] | the open dossier, step by step |
//! | [`lists`] | rows of the worklist, outbox, devices and card orders |
//! | [`bench`] | the technician's bench and the morning test |
//! | [`action`] | what people do and what workers bring |
//! | [`effect`] | what workers are asked to do |
//! | [`officer`](mod@officer) | a scripted officer: the headless flow and the tests |
//! | [`sentence`] | the one sentence in the middle of the screen |

pub mod action;
mod apply;
pub mod bench;
pub mod dossier;
pub mod effect;
pub mod lists;
pub mod officer;
pub mod secret;
pub mod sentence;
pub mod state;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use apply::apply;
pub use dossier::Dossier;
pub use effect::Effect;
pub use secret::Secret;
pub use state::{Officer, Screen, Session, State, Station};
