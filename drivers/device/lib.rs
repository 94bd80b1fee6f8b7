//! The contract every driver fulfils: how devices are found and opened, what they give, and how they fail.
//!
//! A driver is a [`Factory`] that lists what it can see (also what cannot be opened, with the reason) and opens
//! it as one of the device kinds. What only some devices can do is an optional trait reached from the device
//! (`Camera::stills`), never a flag. Calls block for at most the timeout they are given: each open device
//! has a thread of its own in the application.
//!
//! A driver speaks to its device through a [`transport`], so that a [`recording`] can take the wire's place.
//!
//! `examples/toy_driver.rs` is a whole driver in under a hundred lines, and `lab/run` puts drivers on a real kernel.
//!
//! This crate must never know a concrete device, the domain, or a screen.
//!
//! | module | holds |
//! | --- | --- |
//! | [`factory`] | listing and opening, device kinds |
//! | [`finger`] | fingerprint readers and their frames |
//! | [`camera`] | video and still cameras |
//! | [`card_reader`] | readers of smart cards |
//! | [`code_reader`] | readers of bar codes and machine-readable zones |
//! | [`iris`] | iris cameras |
//! | [`printer`] | card printers, jobs, consumables |
//! | [`error`] | what went wrong and what a person can do about it |
//! | [`transport`] | the wire: USB and byte streams behind traits, with the clock; the live bus |
//! | [`recording`] | what went over a wire as text, recorded and replayed |
//! | [`printer_family`] | what card printers on USB bulk endpoints have in common |
//! | [`signature_pad`] | signature pads and the places of the pen |
//! | [`session`] | trying a device out |
//! | [`rescan`] | devices that come and go, also without udevd |
//! | [`usb_id`] | drivers' tables of USB devices and their udev rules |
//! | `usb_driver` | what a driver of USB devices writes itself, and what it gets for that |
//! | `serial_driver` | the same for devices on serial lines |
//! | [`testing`] | emulated wires and faults by script |

pub mod camera;
pub mod card_reader;
pub mod code_reader;
pub mod error;
pub mod factory;
pub mod finger;
pub mod iris;
pub mod printer;
pub mod printer_family;
pub mod recording;
pub mod rescan;
#[cfg(feature = "serial")]
pub mod serial_driver;
pub mod session;
pub mod signature_pad;
pub mod testing;
pub mod transport;
#[cfg(feature = "usb")]
pub mod usb_driver;
pub mod usb_id;

pub use camera::{Camera, CameraControl, CameraControls, StillCamera, VideoFrame};
pub use card_reader::CardReader;
pub use code_reader::CodeReader;
pub use error::{DeviceError, PrinterFault};
pub use factory::{Access, Device, DeviceKind, Factory, Listing};
pub use finger::{FingerFrame, FingerReader, FingerRequest};
pub use iris::{IrisCamera, IrisFrame, IrisPicture};
pub use printer::{
    CardEncoding, CardJob, CardPrinter, EncodingStation, PrintStage, Printed, PrinterStatus, PrinterUpkeep,
};
pub use rescan::{Change, Rescan};
pub use signature_pad::{PenPoint, SignaturePad};
pub use usb_id::{Selector, UsbId, serial_udev_rule, udev_rule};
