//! Operations and their answers (ISO 15740:2013, clauses 9 and 10).

use crate::container::{Container, Inbox, Kind, garbage};
use crate::dataset::{DeviceDescription, handles, object_format};
use std::time::Duration;
use tram_device::DeviceError;
use tram_device::transport::{Recipient, Request, RequestKind, TransportError, UsbTransport};

/// An operation without a long answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// A picture of some tens of megabytes over a slow hub.
const PICTURE_PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one read, a multiple of every packet size.
const READ_BYTES: usize = 64 * 1024;
/// Answers to older questions that are passed over before the camera counts as confused.
const MAX_STALE: usize = 16;
/// Reset of a still camera (USB Still Image Capture Device Definition 1.0, clause 5.2.2).
const RESET: u8 = 0x66;

/// Operations of the standard.
pub(crate) mod operation {
    pub(crate) const GET_DEVICE_INFO: u16 = 0x1001;
    pub(crate) const OPEN_SESSION: u16 = 0x1002;
    pub(crate) const GET_OBJECT_HANDLES: u16 = 0x1007;
    pub(crate) const GET_OBJECT_INFO: u16 = 0x1008;
    pub(crate) const GET_OBJECT: u16 = 0x1009;
    pub(crate) const DELETE_OBJECT: u16 = 0x100b;
    pub(crate) const INITIATE_CAPTURE: u16 = 0x100e;
}

/// Responses of the standard.
pub(crate) mod response {
    pub(crate) const OK: u16 = 0x2001;
    pub(crate) const UNSUPPORTED: u16 = 0x2005;
    pub(crate) const BUSY: u16 = 0x2019;
    pub(crate) const SESSION_OPEN: u16 = 0x201e;
}

/// Every storage, of every format, in every folder.
const ANYWHERE: [u32; 3] = [u32::MAX, 0, 0];

/// What came of an operation.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) data: Vec<u8>,
}

impl Answer {
    /// The data of an operation that was done.
    pub(crate) fn done(self, operation: u16) -> Result<Vec<u8>, DeviceError> {
        let detail = || format!("the camera answers {:04x} to operation {operation:04x}", self.code);
        match self.code {
            response::OK => Ok(self.data),
            response::UNSUPPORTED => Err(DeviceError::Unsupported { detail: detail() }),
            response::BUSY => Err(DeviceError::Timeout { detail: detail() }),
            _ => Err(garbage(detail())),
        }
    }
}

/// An open session on any wire.
pub struct Session<T> {
    pub(crate) wire: T,
    out: u8,
    into: u8,
    transaction: u32,
    inbox: Inbox,
}

impl<T: UsbTransport> Session<T> {
    /// Takes over the wire to a camera whose bulk OUT and IN endpoints these are, and opens a session, whatever was
    /// left on the wire before.
    ///
    /// # Errors
    /// When nothing answers, or not as a camera does.
    pub fn open(wire: T, (out, into): (u8, u8)) -> Result<Self, DeviceError> {
        let mut session = Self { wire, out, into, transaction: 0, inbox: Inbox::default() };
        session.restart()?;
        Ok(session)
    }

    /// Begins anew after something went wrong.
    pub(crate) fn restart(&mut self) -> Result<(), DeviceError> {
        self.inbox.clear();
        self.wire.cancel_in(self.into)?;
        let (kind, recipient) = (RequestKind::Class, Recipient::Interface);
        let reset = Request { kind, recipient, request: RESET, value: 0, index: 0 };
        match self.wire.control_out(reset, &[], PATIENCE) {
            // Not every camera knows it, and then there is nothing to reset.
            Ok(()) | Err(TransportError::Stall(_)) => {}
            Err(error) => return Err(error.into()),
        }
        for endpoint in [self.out, self.into] {
            self.wire.clear_halt(endpoint)?;
        }
        // Outside of a session the transaction is 0; the session's own count from 1 (clause 9.3.2).
        self.transaction = 0;
        let answer = self.transact(operation::OPEN_SESSION, &[1], None, PATIENCE)?;
        if answer.code != response::SESSION_OPEN {
            answer.done(operation::OPEN_SESSION)?;
        }
        Ok(())
    }

    /// What the camera can do and what it is called.
    ///
    /// # Errors
    /// When it does not answer, or not as a camera does.
    pub fn describe(&mut self) -> Result<DeviceDescription, DeviceError> {
        DeviceDescription::parse(&self.ask(operation::GET_DEVICE_INFO, &[])?)
    }

    /// Everything the camera has stored.
    ///
    /// # Errors
    /// When it does not answer, or not as a camera does.
    pub fn objects(&mut self) -> Result<Vec<u32>, DeviceError> {
        handles(&self.ask(operation::GET_OBJECT_HANDLES, &ANYWHERE)?)
    }

    /// The code of an object's format (ISO 15740:2013, clause 6.2): 3801 is JPEG.
    ///
    /// # Errors
    /// When it does not answer, or not as a camera does.
    pub fn format(&mut self, handle: u32) -> Result<u16, DeviceError> {
        let said = self.ask(operation::GET_OBJECT_INFO, &[handle])?;
        object_format(&said).ok_or_else(|| garbage("a cut description of a picture".to_owned()))
    }

    /// An object as it is stored.
    ///
    /// # Errors
    /// When it does not answer, or not as a camera does.
    pub fn fetch(&mut self, handle: u32) -> Result<Vec<u8>, DeviceError> {
        let answer = self.transact(operation::GET_OBJECT, &[handle], None, PICTURE_PATIENCE)?;
        answer.done(operation::GET_OBJECT)
    }

    /// An operation whose answer is data, or that it was done.
    pub(crate) fn ask(&mut self, operation: u16, parameters: &[u32]) -> Result<Vec<u8>, DeviceError> {
        self.transact(operation, parameters, None, PATIENCE)?.done(operation)
    }

    /// An operation that takes data.
    pub(crate) fn give(&mut self, operation: u16, data: &[u8]) -> Result<(), DeviceError> {
        self.transact(operation, &[], Some(data), PATIENCE)?.done(operation)?;
        Ok(())
    }

    /// One operation from its command to its response.
    pub(crate) fn transact(
        &mut self,
        operation: u16,
        parameters: &[u32],
        data: Option<&[u8]>,
        patience: Duration,
    ) -> Result<Answer, DeviceError> {
        let deadline = self.wire.now() + patience;
        let transaction = self.transaction;
        self.transaction = self.transaction.wrapping_add(1);
        let command = Container::with_parameters(Kind::Command, operation, transaction, parameters);
        self.wire.bulk_out(self.out, &command.to_bytes(), patience)?;
        if let Some(content) = data {
            let content = content.to_vec();
            let data = Container { kind: Kind::Data, code: operation, transaction, content };
            self.wire.bulk_out(self.out, &data.to_bytes(), patience)?;
        }
        let mut data = None;
        for _ in 0..MAX_STALE {
            let container = self.receive(deadline, operation)?;
            // What is late answers an operation that was given up.
            if container.transaction != transaction {
                continue;
            }
            match container.kind {
                Kind::Data if container.code == operation && data.is_none() => data = Some(container.content),
                Kind::Response => {
                    return Ok(Answer { code: container.code, data: data.unwrap_or_default() });
                }
                Kind::Event => {}
                Kind::Data | Kind::Command => break,
            }
        }
        Err(garbage(format!("something else than the answer to operation {operation:04x}")))
    }

    fn receive(&mut self, deadline: Duration, operation: u16) -> Result<Container, DeviceError> {
        loop {
            if let Some(container) = self.inbox.take()? {
                return Ok(container);
            }
            let left = deadline.saturating_sub(self.wire.now());
            self.wire.submit_in(self.into, READ_BYTES)?;
            let Some(bytes) = self.wire.next_in(self.into, left)? else {
                self.wire.cancel_in(self.into)?;
                return Err(TransportError::Timeout(format!("operation {operation:04x}")).into());
            };
            self.inbox.add(&bytes);
            // A camera that sends nothing but empty packets is none.
            if self.wire.now() >= deadline {
                return Err(TransportError::Timeout(format!("operation {operation:04x}")).into());
            }
        }
    }
}
