//! Modules at configured serial ports.

use crate::reader::Reader;
use crate::redaction::Redaction;
use tram_biometric::Origin;
use tram_device::recording::Redact;
use tram_device::serial_driver::{SerialDriver, SerialPorts};
use tram_device::transport::ByteTransport;
use tram_device::{Device, DeviceError, DeviceKind};

/// The driver.
pub type Zfm = SerialPorts<Module>;

/// A module of the family.
#[derive(Clone, Copy, Debug)]
pub struct Module;

impl SerialDriver for Module {
    const NAME: &'static str = "zfm";
    const KIND: DeviceKind = DeviceKind::FingerReader;
    const MODEL: &'static str = "ZFM serial fingerprint module";
    /// As delivered, and what people set them to.
    const BAUDS: &'static [u32] = &[57_600, 115_200, 9_600];

    fn open_on<T: ByteTransport + 'static>(wire: T, origin: Origin) -> Result<Device, DeviceError> {
        Ok(Device::FingerReader(Box::new(Reader::open(wire, origin)?)))
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(Redaction::default())
    }
}
