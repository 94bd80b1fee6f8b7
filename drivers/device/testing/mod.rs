//! What tests put between a driver and an emulated device. Ships with the crate, so that every driver's tests,
//! the lab, and a driver written elsewhere can use it; no product code does.
//!
//! | module | holds |
//! | --- | --- |
//! | [`emulated`] | a wire of emulated time to an emulated device |
//! | [`faults`] | a wire that misbehaves by script |
//! | [`gadget`] | an emulated device at the far end of a kernel gadget |
//! | [`lab`] | what a driver does in the hardware lab |
//! | [`presence`] | what befalls a device as a whole: unplugged, held, refused, doubled |
//! | [`printing`] | card printers under faults: no blank is lost unseen |
//! | [`recordings`] | recordings that a driver keeps with its tests |
//! | `usb_session` | a session with an emulated USB device, recorded as at a station |
//! | [`usbip`] | an emulated device on the kernel's USB stack |

pub mod emulated;
pub mod faults;
pub mod gadget;
pub mod lab;
pub mod presence;
pub mod printing;
pub mod recordings;
#[cfg(feature = "usb")]
pub mod usb_session;
pub mod usbip;

pub use emulated::{EmulatedBytes, EmulatedUsb, SerialDevice, UsbDevice};
pub use faults::{Fault, FaultTable, Faulty};
pub use presence::under_mishaps;
#[cfg(feature = "usb")]
pub use usb_session::usb_session;
