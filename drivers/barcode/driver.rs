//! Readers at configured serial ports.

use crate::reader::Reader;
use tram_biometric::Origin;
use tram_device::recording::{Redact, Source};
use tram_device::serial_driver::{SerialDriver, SerialPorts};
use tram_device::transport::ByteTransport;
use tram_device::{Device, DeviceError, DeviceKind};

/// The driver.
pub type Barcode = SerialPorts<CodeLine>;

/// A line on which a reader sends what it reads.
#[derive(Clone, Copy, Debug)]
pub struct CodeLine;

impl SerialDriver for CodeLine {
    const NAME: &'static str = "barcode";
    const KIND: DeviceKind = DeviceKind::CodeReader;
    const MODEL: &'static str = "serial code reader";
    /// As delivered by most makers; on a USB line the speed means nothing. A reader says nothing by itself, so that it
    /// works at a speed cannot be tried.
    const BAUDS: &'static [u32] = &[9_600];

    fn open_on<T: ByteTransport + 'static>(wire: T, origin: Origin) -> Result<Device, DeviceError> {
        Ok(Device::CodeReader(Box::new(Reader::new(wire, origin))))
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(Redaction)
    }
}

/// Takes what a code says out of a session: letters become X and digits 0, so that its shape stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Redaction;

impl Redact for Redaction {
    fn came(&mut self, _source: Source, data: &mut [u8]) {
        for byte in data {
            *byte = match *byte {
                b'0'..=b'9' => b'0',
                b'\r' | b'\n' | b'|' | b'<' => *byte,
                _ => b'X',
            };
        }
    }
}
