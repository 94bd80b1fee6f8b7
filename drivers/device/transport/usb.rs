//! USB as drivers need it: control requests, queued reads and bulk writes.

use super::{Clock, TransportError};
use std::fmt;
use std::time::Duration;

/// Who defines a control request (USB 2.0 table 9-2, bits 6 and 5 of bmRequestType).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RequestKind {
    /// The USB standard.
    Standard = 0,
    /// The device class.
    Class = 1,
    /// The vendor.
    Vendor = 2,
}

/// What a control request is for (USB 2.0 table 9-2, bits 4 to 0 of bmRequestType).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Recipient {
    /// The device as a whole.
    Device = 0,
    /// One interface.
    Interface = 1,
    /// One endpoint.
    Endpoint = 2,
}

/// A control request without its direction and data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who defines it.
    pub kind: RequestKind,
    /// What it is for.
    pub recipient: Recipient,
    /// bRequest.
    pub request: u8,
    /// wValue.
    pub value: u16,
    /// wIndex.
    pub index: u16,
}

impl Request {
    /// bmRequestType without the direction bit.
    pub fn request_type(self) -> u8 {
        (self.kind as u8) << 5 | self.recipient as u8
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x} {:02x} {:04x} {:04x}", self.request_type(), self.request, self.value, self.index)
    }
}

/// One claimed interface of an open USB device.
///
/// Reads are queued and fetched apart, because devices send events while the host is busy with something else:
/// a read that is queued is served whatever the host does in between. A time-out of [`UsbTransport::next_in`]
/// leaves the read queued; every other call has ended, one way or the other, when it returns.
pub trait UsbTransport: Clock + Send {
    /// Sends a control request with `data`.
    ///
    /// # Errors
    /// [`TransportError::Stall`] when the device does not know the request, and the others.
    fn control_out(&mut self, request: Request, data: &[u8], timeout: Duration)
    -> Result<(), TransportError>;

    /// Asks for at most `length` bytes; the device may send fewer.
    ///
    /// # Errors
    /// [`TransportError::Stall`] when the device does not know the request, and the others.
    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        timeout: Duration,
    ) -> Result<Vec<u8>, TransportError>;

    /// Queues a read of at most `length` bytes, a multiple of the packet size, on an IN endpoint (address ≥ 0x80).
    ///
    /// # Errors
    /// When the endpoint does not exist or the device is gone.
    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError>;

    /// What the oldest queued read of this endpoint brought, or `None` when nothing came within `timeout`.
    ///
    /// # Errors
    /// When the read failed, or none is queued.
    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError>;

    /// Takes back every queued read of this endpoint, so that a late answer cannot pass for the next one.
    ///
    /// # Errors
    /// When the device is gone.
    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError>;

    /// Sends all of `data` to a bulk OUT endpoint.
    ///
    /// # Errors
    /// [`TransportError::Timeout`] when the device does not take it all in time; how much it took is then unknown.
    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError>;

    /// Ends a stall of this endpoint.
    ///
    /// # Errors
    /// When the device is gone.
    fn clear_halt(&mut self, endpoint: u8) -> Result<(), TransportError>;
}

/// A borrowed transport is one too, so that whoever lends it has it back afterwards.
impl<T: UsbTransport + ?Sized> UsbTransport for &mut T {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        timeout: Duration,
    ) -> Result<(), TransportError> {
        (**self).control_out(request, data, timeout)
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        (**self).control_in(request, length, timeout)
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        (**self).submit_in(endpoint, length)
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        (**self).next_in(endpoint, timeout)
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        (**self).cancel_in(endpoint)
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError> {
        (**self).bulk_out(endpoint, data, timeout)
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), TransportError> {
        (**self).clear_halt(endpoint)
    }
}
