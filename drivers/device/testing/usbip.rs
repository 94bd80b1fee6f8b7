//! An emulated device on a real USB stack: a USB/IP server that the kernel's `vhci_hcd` attaches.
//!
//! One device, one client at a time, in real time. Speaks version 1.1.1 of the protocol as
//! `Documentation/usb/usbip_protocol.rst` of the kernel has it: numbers big-endian, device identifier `1-1`.

use super::UsbDevice;
use crate::transport::{Recipient, Request, RequestKind};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

const VERSION: u16 = 0x0111;
const LIST_REQUEST: u16 = 0x8005;
const IMPORT_REQUEST: u16 = 0x8003;
const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const HEADER_BYTES: usize = 48;
const MAX_TRANSFER_BYTES: usize = 16 * 1024 * 1024;
const TICK: Duration = Duration::from_millis(1);
const FULL_SPEED: u32 = 2;

// Linux error numbers.
const STALL: i32 = -32;
const UNLINKED: i32 = -104;

/// What the host learns of a device by enumerating it.
#[derive(Clone, Debug)]
pub struct Descriptors {
    /// The device descriptor, 18 bytes.
    pub device: [u8; 18],
    /// The configuration descriptor with all that belongs to it.
    pub configuration: Vec<u8>,
    /// String descriptors, the first of them number 1.
    pub strings: Vec<String>,
    /// The report descriptor of a HID device; of others, nothing.
    pub reports: Vec<u8>,
}

impl Descriptors {
    fn get(&self, value: u16) -> Option<Vec<u8>> {
        let [kind, index] = value.to_be_bytes();
        match (kind, index) {
            (1, _) => Some(self.device.to_vec()),
            (2, _) => Some(self.configuration.clone()),
            (0x22, 0) if !self.reports.is_empty() => Some(self.reports.clone()),
            (3, 0) => Some(vec![4, 3, 0x09, 0x04]),
            (3, index) => {
                let text = self.strings.get(usize::from(index) - 1)?;
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                Some([vec![units.len() as u8 + 2, 3], units].concat())
            }
            _ => None,
        }
    }

    /// The description of the protocol: path, identifier, numbers, speed, identity.
    fn describe(&self) -> Vec<u8> {
        let mut bytes = b"/sys/devices/emulated/1-1".to_vec();
        bytes.resize(256, 0);
        bytes.extend(b"1-1");
        bytes.resize(256 + 32, 0);
        bytes.extend([1, 2, FULL_SPEED].iter().flat_map(|n: &u32| n.to_be_bytes()));
        let [_, _, _, _, class, subclass, protocol, _, v0, v1, p0, p1, b0, b1, ..] = self.device;
        // Descriptors are little-endian, the protocol is not.
        bytes.extend([v1, v0, p1, p0, b1, b0, class, subclass, protocol, 1, 1, 1]);
        bytes
    }
}

/// Serves `device` to one client after the other, for ever.
///
/// # Errors
/// When the listener fails; what goes wrong with one client ends that client.
pub fn serve(
    listener: &TcpListener,
    descriptors: &Descriptors,
    device: &mut impl UsbDevice,
) -> io::Result<()> {
    let began = Instant::now();
    loop {
        let (client, _) = listener.accept()?;
        client.set_nodelay(true)?;
        // A client that hangs up in the middle is one that unplugged.
        let _ = Session { client, descriptors, device: &mut *device, began, reads: BTreeMap::new() }.run();
    }
}

struct Session<'a, D> {
    client: TcpStream,
    descriptors: &'a Descriptors,
    device: &'a mut D,
    began: Instant,
    /// Sequence number, endpoint and length of each waiting read, in the order they came.
    reads: BTreeMap<u32, (u8, usize)>,
}

impl<D: UsbDevice> Session<'_, D> {
    fn run(&mut self) -> io::Result<()> {
        let mut request = [0; 8];
        self.client.read_exact(&mut request)?;
        match u16::from_be_bytes([request[2], request[3]]) {
            LIST_REQUEST => {
                let head =
                    [VERSION.to_be_bytes(), 5_u16.to_be_bytes(), [0; 2], [0; 2], [0; 2], [0, 1]].concat();
                self.client
                    .write_all(&[head, self.descriptors.describe(), vec![0xff, 0xff, 0xff, 0]].concat())
            }
            IMPORT_REQUEST => {
                self.client.read_exact(&mut [0; 32])?;
                let head = [VERSION.to_be_bytes(), 3_u16.to_be_bytes(), [0; 2], [0; 2]].concat();
                self.client.write_all(&[head, self.descriptors.describe()].concat())?;
                self.transfer()
            }
            _ => Err(ErrorKind::InvalidData.into()),
        }
    }

    fn transfer(&mut self) -> io::Result<()> {
        self.client.set_read_timeout(Some(TICK))?;
        let (mut incoming, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
        loop {
            match self.client.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(count) => incoming.extend_from_slice(piece.get(..count).unwrap_or_default()),
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
            while let Some(used) = self.command(&incoming)? {
                incoming.drain(..used);
            }
            self.serve_reads()?;
        }
    }

    /// Obeys the first command, if it is whole; returns its length.
    fn command(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        let Some((header, rest)) = bytes.split_at_checked(HEADER_BYTES) else { return Ok(None) };
        let word = |at: usize| -> u32 {
            let bytes = header.get(4 * at..4 * at + 4).and_then(|b| b.try_into().ok()).unwrap_or_default();
            u32::from_be_bytes(bytes)
        };
        let (command, sequence, is_in, endpoint) = (word(0), word(1), word(3) == 1, word(4) as u8);
        if command == UNLINK {
            let status = if self.reads.remove(&word(5)).is_some() { UNLINKED } else { 0 };
            self.answer(4, sequence, status, 0, &[])?;
            return Ok(Some(HEADER_BYTES));
        }
        let length = word(6) as usize;
        if command != SUBMIT || length > MAX_TRANSFER_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        let data = if is_in { &[] } else { rest.get(..length).unwrap_or_default() };
        if !is_in && data.len() < length {
            return Ok(None);
        }
        let setup = header.get(40..48).and_then(|b| b.try_into().ok()).unwrap_or_default();
        let now = self.began.elapsed();
        match (endpoint, is_in) {
            (0, _) => match self.control(setup, data, now) {
                Some(answer) if is_in => {
                    let answer = answer.get(..length).unwrap_or(&answer);
                    self.answer(3, sequence, 0, answer.len(), answer)?;
                }
                Some(_) => self.answer(3, sequence, 0, length, &[])?,
                None => self.answer(3, sequence, STALL, 0, &[])?,
            },
            (_, true) => drop(self.reads.insert(sequence, (0x80 | endpoint, length))),
            (_, false) => {
                let status = if self.device.receive(endpoint, data, now) { 0 } else { STALL };
                self.answer(3, sequence, status, length, &[])?;
            }
        }
        Ok(Some(HEADER_BYTES + data.len()))
    }

    fn control(&mut self, setup: [u8; 8], data: &[u8], now: Duration) -> Option<Vec<u8>> {
        let [kind, request, v0, v1, i0, i1, l0, l1] = setup;
        let value = u16::from_le_bytes([v0, v1]);
        let recipient = match kind & 0x1f {
            0 => Recipient::Device,
            1 => Recipient::Interface,
            _ => Recipient::Endpoint,
        };
        let kind_of = match kind >> 5 & 3 {
            0 => RequestKind::Standard,
            1 => RequestKind::Class,
            _ => RequestKind::Vendor,
        };
        match (kind_of, request) {
            (RequestKind::Standard, 6) => self.descriptors.get(value),
            (RequestKind::Standard, 0) => Some(vec![0, 0]),
            (RequestKind::Standard, _) => Some(Vec::new()),
            _ => {
                let index = u16::from_le_bytes([i0, i1]);
                let length = (kind & 0x80 != 0).then(|| u16::from_le_bytes([l0, l1]));
                self.device.control(
                    Request { kind: kind_of, recipient, request, value, index },
                    data,
                    length,
                    now,
                )
            }
        }
    }

    fn serve_reads(&mut self) -> io::Result<()> {
        let now = self.began.elapsed();
        for (sequence, (endpoint, length)) in self.reads.clone() {
            if let Some(data) = self.device.send(endpoint, length, now) {
                self.reads.remove(&sequence);
                self.answer(3, sequence, 0, data.len(), &data)?;
            }
        }
        Ok(())
    }

    fn answer(
        &mut self,
        command: u32,
        sequence: u32,
        status: i32,
        count: usize,
        data: &[u8],
    ) -> io::Result<()> {
        let words = [command, sequence, 0, 0, 0, status as u32, count as u32, 0, 0, 0, 0, 0];
        let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_be_bytes).collect();
        bytes.extend_from_slice(data);
        self.client.write_all(&bytes)
    }
}
