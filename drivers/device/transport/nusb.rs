//! The live USB bus, through nusb.

use super::{Clock, Recipient, Request, RequestKind, TransportError, UsbTransport, node_access};
use crate::{Access, DeviceError, Selector, UsbId, udev_rule};
use ::nusb::descriptors::TransferType;
use ::nusb::transfer::{
    Buffer, Bulk, BulkOrInterrupt, ControlIn, ControlOut, In, Interrupt, Out, TransferError,
};
use ::nusb::{DeviceInfo, Endpoint, ErrorKind, Interface, InterfaceInfo, MaybeFuture};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// USB printers (USB Device Class Definition for Printing Devices 1.1).
const PRINTER_CLASS: u8 = 7;
/// Still cameras (USB Still Image Capture Device Definition 1.0).
const STILL_IMAGE: (u8, u8, u8) = (6, 1, 1);
/// Keyboards that a BIOS can read too (HID 1.11, 4.1 to 4.3).
const KEYBOARD: (u8, u8, u8) = (3, 1, 1);

/// Bytes of one bulk OUT transfer. The kernel needs each in one piece of memory.
const OUT_CHUNK_BYTES: usize = 16 * 1024;

/// How long a cancelled transfer may take to come back before the device counts as gone.
const CANCEL_PATIENCE: Duration = Duration::from_secs(1);

/// The device's line, if it is one of the driver's, and the interface to claim.
fn select(selector: Selector, info: &DeviceInfo) -> Option<(UsbId, u8)> {
    let (vendor, product) = (info.vendor_id(), info.product_id());
    match selector {
        Selector::Table(table) => {
            table.iter().find(|id| (id.vendor, id.product) == (vendor, product)).map(|id| (*id, 0))
        }
        Selector::Printer { maker } => {
            let interface = info.interfaces().find(|interface| interface.class() == PRINTER_CLASS)?;
            let is_maker = info.manufacturer_string().is_some_and(|name| name.starts_with(maker));
            is_maker.then_some((UsbId { vendor, product, model: maker }, interface.interface_number()))
        }
        Selector::Keyboard { makers } => {
            let is_keyboard = |i: &InterfaceInfo| (i.class(), i.subclass(), i.protocol()) == KEYBOARD;
            let interface = info.interfaces().find(|interface| is_keyboard(interface))?;
            let is_maker = makers.iter().any(|id| id.vendor == vendor);
            is_maker
                .then_some((UsbId { vendor, product, model: "code reader" }, interface.interface_number()))
        }
        Selector::StillCamera => {
            let is_still = |i: &InterfaceInfo| (i.class(), i.subclass(), i.protocol()) == STILL_IMAGE;
            let interface = info.interfaces().find(|interface| is_still(interface))?;
            Some((UsbId { vendor, product, model: "camera" }, interface.interface_number()))
        }
    }
}

/// A driver's device on the bus.
#[derive(Clone, Debug)]
pub struct Found {
    /// The table's line.
    pub id: UsbId,
    /// What the device calls itself, or the table's name for it.
    pub model: String,
    /// The serial number, empty where it has none.
    pub serial: String,
    /// Where it is plugged in: `usb:` bus `-` port chain, the same again after it is plugged in again.
    pub port: String,
    /// Whether the operating system lets us open it.
    pub access: Access,
    interface: u8,
    info: DeviceInfo,
}

/// Every device on the bus that is the driver's. A bus that cannot be read has none.
pub fn find(selector: Selector) -> Vec<Found> {
    let Ok(devices) = ::nusb::list_devices().wait() else { return Vec::new() };
    devices
        .filter_map(|info| {
            let (id, interface) = select(selector, &info)?;
            Some(Found {
                id,
                model: info.product_string().map_or(id.model, str::trim).to_owned(),
                serial: info.serial_number().unwrap_or_default().trim().to_owned(),
                port: port_name(&info),
                access: node_access(&node(&info), || udev_rule(&id)),
                interface,
                info,
            })
        })
        .collect()
}

/// Opens the device at `port` and claims its interface; a kernel driver that holds it gets it back afterwards.
///
/// # Errors
/// [`DeviceError::Gone`] when it is no longer there, [`DeviceError::PermissionDenied`] with the udev rule that mends
/// it, [`DeviceError::Busy`] when another program holds it.
pub fn open(selector: Selector, port: &str) -> Result<(Found, NusbTransport), DeviceError> {
    let found = find(selector)
        .into_iter()
        .find(|found| found.port == port)
        .ok_or_else(|| DeviceError::Gone { detail: format!("nothing this driver knows is at {port}") })?;
    let refused = |error: &::nusb::Error| open_error(&found.id, error);
    let device = found.info.open().wait().map_err(|e| refused(&e))?;
    let interface = device.detach_and_claim_interface(found.interface).wait().map_err(|e| refused(&e))?;
    Ok((found, NusbTransport { interface, reads: BTreeMap::new(), opened: Instant::now() }))
}

fn port_name(info: &DeviceInfo) -> String {
    let chain: Vec<String> = info.port_chain().iter().map(u8::to_string).collect();
    format!("usb:{}-{}", info.bus_id(), chain.join("."))
}

fn node(info: &DeviceInfo) -> PathBuf {
    format!("/dev/bus/usb/{:03}/{:03}", info.busnum(), info.device_address()).into()
}

fn open_error(id: &UsbId, error: &::nusb::Error) -> DeviceError {
    let detail = format!("{}: {error}", id.model);
    match error.kind() {
        ErrorKind::PermissionDenied => DeviceError::PermissionDenied { detail: udev_rule(id) },
        ErrorKind::Busy => DeviceError::Busy { detail },
        ErrorKind::Unsupported => DeviceError::Unsupported { detail },
        _ => DeviceError::Gone { detail },
    }
}

/// One claimed interface on the live bus.
pub struct NusbTransport {
    interface: Interface,
    reads: BTreeMap<u8, Box<dyn QueuedRead>>,
    opened: Instant,
}

impl NusbTransport {
    /// The addresses of the first bulk OUT and the first bulk IN endpoint, else 0 and the first interrupt IN.
    ///
    /// `None` when the interface has neither.
    pub fn endpoints(&self) -> Option<(u8, u8)> {
        let first = |kind: TransferType, is_in: bool| {
            self.interface
                .descriptor()?
                .endpoints()
                .find(|e| e.transfer_type() == kind && (e.address() & 0x80 != 0) == is_in)
                .map(|e| e.address())
        };
        let bulk = first(TransferType::Bulk, false).zip(first(TransferType::Bulk, true));
        bulk.or_else(|| Some((0, first(TransferType::Interrupt, true)?)))
    }

    fn reads(&mut self, endpoint: u8) -> Result<&mut Box<dyn QueuedRead>, TransportError> {
        if !self.reads.contains_key(&endpoint) {
            let opened: Box<dyn QueuedRead> = match self.interface.endpoint::<Interrupt, In>(endpoint) {
                Ok(interrupt) => Box::new(interrupt),
                Err(_) => Box::new(self.interface.endpoint::<Bulk, In>(endpoint).map_err(|e| lost(&e))?),
            };
            self.reads.insert(endpoint, opened);
        }
        self.reads.get_mut(&endpoint).ok_or_else(|| TransportError::Gone(format!("endpoint {endpoint:02x}")))
    }
}

impl Clock for NusbTransport {
    fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        thread::sleep(pause);
    }
}

impl UsbTransport for NusbTransport {
    fn control_out(
        &mut self,
        request: Request,
        data: &[u8],
        timeout: Duration,
    ) -> Result<(), TransportError> {
        let (control_type, recipient) = (control_type(request.kind), recipient(request.recipient));
        let Request { request: number, value, index, .. } = request;
        let setup = ControlOut { control_type, recipient, request: number, value, index, data };
        self.interface.control_out(setup, timeout).wait().map_err(|e| failed(e, &request.to_string()))
    }

    fn control_in(
        &mut self,
        request: Request,
        length: u16,
        timeout: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let (control_type, recipient) = (control_type(request.kind), recipient(request.recipient));
        let Request { request: number, value, index, .. } = request;
        let setup = ControlIn { control_type, recipient, request: number, value, index, length };
        self.interface.control_in(setup, timeout).wait().map_err(|e| failed(e, &request.to_string()))
    }

    fn submit_in(&mut self, endpoint: u8, length: usize) -> Result<(), TransportError> {
        self.reads(endpoint)?.submit(length);
        Ok(())
    }

    fn next_in(&mut self, endpoint: u8, timeout: Duration) -> Result<Option<Vec<u8>>, TransportError> {
        self.reads(endpoint)?
            .next(timeout)
            .transpose()
            .map_err(|e| failed(e, &format!("a read on {endpoint:02x}")))
    }

    fn cancel_in(&mut self, endpoint: u8) -> Result<(), TransportError> {
        if self.reads(endpoint)?.cancel() {
            Ok(())
        } else {
            Err(TransportError::Gone(format!("a cancelled read on {endpoint:02x} did not come back")))
        }
    }

    fn bulk_out(&mut self, endpoint: u8, data: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let mut writes = self.interface.endpoint::<Bulk, Out>(endpoint).map_err(|e| lost(&e))?;
        let deadline = Instant::now() + timeout;
        for chunk in data.chunks(OUT_CHUNK_BYTES) {
            writes.submit(Buffer::from(chunk.to_vec()));
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(done) = writes.wait_next_complete(left) else {
                writes.cancel_all();
                while writes.pending() > 0 && writes.wait_next_complete(CANCEL_PATIENCE).is_some() {}
                return Err(TransportError::Timeout(format!("a write on {endpoint:02x}")));
            };
            done.status.map_err(|e| failed(e, &format!("a write on {endpoint:02x}")))?;
        }
        Ok(())
    }

    fn clear_halt(&mut self, endpoint: u8) -> Result<(), TransportError> {
        if endpoint & 0x80 != 0 {
            return self.reads(endpoint)?.clear_halt().map_err(|e| lost(&e));
        }
        let mut writes = self.interface.endpoint::<Bulk, Out>(endpoint).map_err(|e| lost(&e))?;
        writes.clear_halt().wait().map_err(|e| lost(&e))
    }
}

/// An IN endpoint of either type.
trait QueuedRead: Send {
    fn submit(&mut self, length: usize);
    fn next(&mut self, timeout: Duration) -> Option<Result<Vec<u8>, TransferError>>;
    /// Whether everything queued came back.
    fn cancel(&mut self) -> bool;
    fn clear_halt(&mut self) -> Result<(), ::nusb::Error>;
}

impl<T: BulkOrInterrupt> QueuedRead for Endpoint<T, In> {
    fn submit(&mut self, length: usize) {
        self.submit(Buffer::new(length));
    }

    fn next(&mut self, timeout: Duration) -> Option<Result<Vec<u8>, TransferError>> {
        if self.pending() == 0 {
            return Some(Err(TransferError::InvalidArgument));
        }
        let completion = self.wait_next_complete(timeout)?;
        Some(completion.into_result().map(Buffer::into_vec))
    }

    fn cancel(&mut self) -> bool {
        self.cancel_all();
        while self.pending() > 0 {
            if self.wait_next_complete(CANCEL_PATIENCE).is_none() {
                return false;
            }
        }
        true
    }

    fn clear_halt(&mut self) -> Result<(), ::nusb::Error> {
        Endpoint::clear_halt(self).wait()
    }
}

/// An unplugged device shows as `Disconnected`, as `Fault` or as an unknown code, depending on the moment.
fn failed(error: TransferError, what: &str) -> TransportError {
    match error {
        TransferError::Cancelled => TransportError::Timeout(what.to_owned()),
        TransferError::Stall => TransportError::Stall(what.to_owned()),
        _ => TransportError::Gone(format!("{what}: {error}")),
    }
}

fn lost(error: &::nusb::Error) -> TransportError {
    TransportError::Gone(error.to_string())
}

fn control_type(kind: RequestKind) -> ::nusb::transfer::ControlType {
    match kind {
        RequestKind::Standard => ::nusb::transfer::ControlType::Standard,
        RequestKind::Class => ::nusb::transfer::ControlType::Class,
        RequestKind::Vendor => ::nusb::transfer::ControlType::Vendor,
    }
}

fn recipient(recipient: Recipient) -> ::nusb::transfer::Recipient {
    match recipient {
        Recipient::Device => ::nusb::transfer::Recipient::Device,
        Recipient::Interface => ::nusb::transfer::Recipient::Interface,
        Recipient::Endpoint => ::nusb::transfer::Recipient::Endpoint,
    }
}
