//! Tethered still cameras that speak PTP (ISO 15740) over USB: the picture of any of them, and the live picture and the
//! release of Canon EOS cameras.
//!
//! A picture is fetched from the camera and deleted there: no citizen's portrait stays on a memory card.
//!
//! Canon's operations are known from public drivers and have not met a camera; the standard's own are proven on QEMU's
//! MTP device.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | finding cameras on the bus and opening them |
//! | [`camera`] | an open camera: live pictures, stills |
//! | [`session`] | operations and their answers |
//! | `eos` | what only Canon EOS cameras have |
//! | [`dataset`] | what a camera says of itself and its pictures, byte by byte |
//! | `container` | the frames of the USB transport |
//! | `picture` | JPEG to RGB within bounds |
//! | `redaction` | a session without the person |

pub mod camera;
mod container;
pub mod dataset;
pub mod driver;
mod eos;
mod picture;
mod redaction;
pub mod session;

pub use camera::PtpCamera;
pub use driver::Ptp;
pub use session::Session;
