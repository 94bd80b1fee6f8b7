//! What a driver of devices on serial lines writes itself, and what it gets for that: listing, opening at the right speed,
//! recording, replaying, and the udev rules.
//!
//! A serial line does not say what hangs on it, and a greeting would confuse what else might: a driver only touches the
//! ports it is told.

use crate::recording::{Recorder, Recording, Redact, Replay, Tails};
use crate::transport::serial::SerialTransport;
use crate::transport::{ByteTransport, node_access};
use crate::{Device, DeviceError, DeviceKind, Factory, Listing, serial_udev_rule};
use std::fmt;
use std::io::Write;
use std::marker::PhantomData;
use std::path::PathBuf;
use tram_biometric::Origin;

/// A kind of device on a serial line.
pub trait SerialDriver: Send + Sync + 'static {
    /// The driver's name as it stands in [`Origin::driver`].
    const NAME: &'static str;
    /// What its devices are for.
    const KIND: DeviceKind;
    /// What people call them.
    const MODEL: &'static str;
    /// The speeds they are found at, the likeliest first.
    const BAUDS: &'static [u32];

    /// Takes over the line to a device: the live line, a recorder in between, or a recording in its place.
    ///
    /// # Errors
    /// Whatever keeps the device from opening; at a wrong speed a device that answers is silent, or answers garbage.
    fn open_on<T: ByteTransport + 'static>(wire: T, origin: Origin) -> Result<Device, DeviceError>;

    /// What takes the person out of a recording.
    fn redaction() -> Box<dyn Redact> {
        Box::new(Tails)
    }
}

/// The driver of the devices of kind `D` at these ports.
pub struct SerialPorts<D> {
    ports: Vec<PathBuf>,
    kind: PhantomData<fn() -> D>,
}

impl<D> SerialPorts<D> {
    /// A driver for what hangs on these ports, such as `/dev/ttyUSB0`.
    pub fn new(ports: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { ports: ports.into_iter().collect(), kind: PhantomData }
    }
}

impl<D: SerialDriver> fmt::Debug for SerialPorts<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialPorts({}, {:?})", D::NAME, self.ports)
    }
}

impl<D: SerialDriver> SerialPorts<D> {
    /// Opens the device at the first speed it works at.
    fn open_at(&self, listing: &Listing) -> Result<(Device, PathBuf, u32), DeviceError> {
        let port = self.ports.iter().find(|port| port.display().to_string() == listing.port);
        let none = || DeviceError::Gone { detail: format!("nothing is configured at {}", listing.port) };
        let port = port.ok_or_else(none)?;
        let mut last = none();
        for baud in D::BAUDS {
            match D::open_on(SerialTransport::open(port, *baud)?, listing.origin.clone()) {
                Ok(device) => return Ok((device, port.clone(), *baud)),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

fn origin<D: SerialDriver>(is_virtual: bool) -> Origin {
    let (driver, model) = (D::NAME.to_owned(), D::MODEL.to_owned());
    Origin { driver, model, serial: String::new(), is_virtual }
}

impl<D: SerialDriver> Factory for SerialPorts<D> {
    fn driver(&self) -> &'static str {
        D::NAME
    }

    fn list(&self) -> Vec<Listing> {
        let listing = |port: &PathBuf| Listing {
            kind: D::KIND,
            origin: origin::<D>(false),
            port: port.display().to_string(),
            access: node_access(port, || {
                format!("{}: add the station's user to group dialout", port.display())
            }),
        };
        self.ports.iter().map(listing).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        Ok(self.open_at(listing)?.0)
    }

    fn udev_rules(&self) -> Vec<String> {
        self.ports.iter().filter_map(|port| serial_udev_rule(port)).collect()
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        // The speed is found first: what was tried at a wrong one belongs to no session.
        let (device, port, baud) = self.open_at(listing)?;
        drop(device);
        let wire = SerialTransport::open(&port, baud)?;
        D::open_on(Recorder::new(wire, D::NAME, D::MODEL, D::redaction(), sink), listing.origin.clone())
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        D::open_on(Replay::new(recording), origin::<D>(true))
    }
}
