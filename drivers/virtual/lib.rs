//! Devices without hardware: a slap fingerprint reader, a portrait camera, an iris camera and a card printer, for demonstration,
//! training and tests. Ordinary drivers behind the ordinary traits, selectable in the product like any other.
//!
//! [`devices`] gives the driver to register and a [`Handle`] that stands for the hands around real devices: it puts a
//! person's fingers on the platen, pulls plugs, takes the ribbon out. What they give comes from `tram-synthetic`
//! and, for the camera, from the demonstration portrait or a folder of pictures.
//!
//! Nothing here can be taken for real: every [`Origin`](tram_biometric::Origin) says `is_virtual`, every model name says VIRTUAL, and so
//! does every file the printer writes.
//!
//! This crate must never know the domain, a screen or a network. It sleeps only inside the calls of the traits, and
//! never longer than they allow.
//!
//! | module | holds |
//! | --- | --- |
//! | [`handle`] | the hands: configuration, scripts, plugs |
//! | [`finger`] | the reader, and what can go wrong on its platen |
//! | [`camera`] | the camera and the shots it is told to show |
//! | [`iris`] | the iris camera and its drawn eyes |
//! | [`portrait`] | the pictures it plays |
//! | [`printer`] | the printer, its stock, and the cards it made |
//! | [`target`] | what a technician lays before the devices, and what is wrong with them; `draw` under it |

pub mod camera;
pub mod finger;
pub mod handle;
pub mod iris;
pub mod portrait;
pub mod printer;
pub mod target;

mod charuco;
mod draw;
mod factory;
mod port;

pub use camera::Shot;
pub use factory::{DRIVER, VirtualFactory, devices};
pub use finger::Trouble;
pub use handle::{Config, Handle, Pace};
pub use iris::IrisTrouble;
pub use portrait::Portrait;
pub use printer::{Ending, PrintedCard};
pub use target::{Defect, Target};
