//! Modules at configured serial ports.

use crate::reader::Reader;
use crate::redaction::Redaction;
use std::io::Write;
use std::path::PathBuf;
use tram_biometric::Origin;
use tram_device::recording::{Recorder, Recording, Replay};
use tram_device::transport::node_access;
use tram_device::transport::serial::SerialTransport;
use tram_device::{Device, DeviceError, DeviceKind, Factory, Listing, serial_udev_rule};

const DRIVER: &str = "zfm";
/// The speeds modules are found at: as delivered, and what people set them to.
const BAUDS: [u32; 3] = [57_600, 115_200, 9_600];

/// The driver. It only touches the ports it is told: a greeting would confuse what else may be on a serial line.
#[derive(Debug)]
pub struct Zfm {
    ports: Vec<PathBuf>,
}

impl Zfm {
    /// A driver for the modules at these ports, such as `/dev/ttyUSB0`.
    pub fn new(ports: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { ports: ports.into_iter().collect() }
    }

    fn reader_at(&self, listing: &Listing) -> Result<Reader<SerialTransport>, DeviceError> {
        let port =
            self.ports.iter().find(|port| port.display().to_string() == listing.port).ok_or_else(|| {
                DeviceError::Gone { detail: format!("no module is configured at {}", listing.port) }
            })?;
        let mut last = DeviceError::Gone { detail: format!("nothing answers at {}", listing.port) };
        for baud in BAUDS {
            match Reader::open(SerialTransport::open(port, baud)?, origin()) {
                Ok(reader) => return Ok(reader),
                // At a wrong speed a module is silent, or its answer is garbage.
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Factory for Zfm {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        let listing = |port: &PathBuf| Listing {
            kind: DeviceKind::FingerReader,
            origin: origin(),
            port: port.display().to_string(),
            access: node_access(port, || {
                format!("{}: add the station's user to group dialout", port.display())
            }),
        };
        self.ports.iter().map(listing).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        Ok(Device::FingerReader(Box::new(self.reader_at(listing)?)))
    }

    fn udev_rules(&self) -> Vec<String> {
        self.ports.iter().filter_map(|port| serial_udev_rule(port)).collect()
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        // The speed is found first: a recorder cannot be taken off a port that has the wrong one.
        let wire = self.reader_at(listing)?.into_wire();
        let wire = Recorder::new(wire, DRIVER, &origin().model, Box::new(Redaction::default()), sink);
        Ok(Device::FingerReader(Box::new(Reader::open(wire, origin())?)))
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let origin = Origin { is_virtual: true, ..origin() };
        Ok(Device::FingerReader(Box::new(Reader::open(Replay::new(recording), origin)?)))
    }
}

fn origin() -> Origin {
    Origin {
        driver: DRIVER.to_owned(),
        model: "ZFM serial fingerprint module".to_owned(),
        serial: String::new(),
        is_virtual: false,
    }
}
