//! `DigitalPersona` U.are.U 4000, 4000B and 4500 fingerprint readers, and the Microsoft readers built from them.
//!
//! An optical single-finger reader of 384 by 290 pixels at 512 ppi. It reports when a finger is put down and
//! lifted, and gives one scrambled picture for each touch. Rolled fingers and slaps are beyond it.
//!
//! The driver knows the reader's registers and nothing of who is captured or why.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | finding readers on the bus and opening them |
//! | [`reader`] | arming, capturing and disarming an open reader |
//! | `wake` | bringing a reader from any power state to ready |
//! | `registers` | the reader's registers, modes and events |
//! | `picture` | from what the reader sends to an upright picture with dark ridges |
//! | `cipher` | the scrambling of pictures, and the challenge of the Microsoft reader v2 |
//! | `redaction` | a session without the finger |

mod cipher;
pub mod driver;
mod picture;
pub mod reader;
mod redaction;
mod registers;
mod wake;

pub use driver::{IDS, Uareu};
pub use reader::{Reader, Seeds};
