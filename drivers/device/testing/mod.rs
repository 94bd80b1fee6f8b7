//! What tests put between a driver and an emulated device. Ships with the crate, so that every driver's tests,
//! the lab, and a driver written elsewhere can use it; no product code does.
//!
//! | module | holds |
//! | --- | --- |
//! | [`emulated`] | a wire of emulated time to an emulated device |
//! | [`faults`] | a wire that misbehaves by script |
//! | [`usbip`] | an emulated device on the kernel's USB stack |

pub mod emulated;
pub mod faults;
pub mod usbip;

pub use emulated::{EmulatedBytes, EmulatedUsb, SerialDevice, UsbDevice};
pub use faults::{Fault, Faulty};
