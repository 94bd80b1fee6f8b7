//! The wire between a driver and its device, behind traits: a live bus, a recording, or an emulator under a
//! fault script take each other's place without the driver noticing.
//!
//! A transport also carries the clock of its wire. A driver never asks the operating system for the time and
//! never sleeps by itself, so a replay runs at once and a test of time-outs takes no time.

pub mod bytes;
#[cfg(any(feature = "usb", feature = "serial"))]
mod node;
#[cfg(feature = "usb")]
pub mod nusb;
#[cfg(feature = "serial")]
pub mod serial;
pub mod usb;

use crate::DeviceError;
use std::time::Duration;

pub use bytes::ByteTransport;
#[cfg(any(feature = "usb", feature = "serial"))]
pub use node::node_access;
pub use usb::{Recipient, Request, RequestKind, UsbTransport};

/// The clock of one wire.
pub trait Clock {
    /// Monotonic time since the wire was opened.
    fn now(&self) -> Duration;

    /// Waits. On a recording or an emulator time only passes in name.
    fn sleep(&mut self, pause: Duration);
}

impl<T: Clock + ?Sized> Clock for &mut T {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn sleep(&mut self, pause: Duration) {
        (**self).sleep(pause);
    }
}

/// Why bytes did not go over the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The device left the bus, or the bus with it. The transport is of no more use.
    #[error("the device left the bus ({0})")]
    Gone(String),
    /// No answer within the time given. What was late has been cancelled and will not come as another answer.
    #[error("no answer in time to {0}")]
    Timeout(String),
    /// The device refused the request (USB STALL).
    #[error("the device refused {0}")]
    Stall(String),
    /// What the driver asked is not what stands in the recording.
    #[error("the driver left the recording: {0}")]
    Diverged(String),
}

impl From<TransportError> for DeviceError {
    fn from(error: TransportError) -> Self {
        let detail = error.to_string();
        match error {
            TransportError::Gone(_) => Self::Gone { detail },
            TransportError::Timeout(_) => Self::Timeout { detail },
            TransportError::Stall(_) | TransportError::Diverged(_) => Self::Garbage { detail },
        }
    }
}
