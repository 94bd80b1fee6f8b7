//! Finding devices and opening them.

use crate::{Camera, CardPrinter, DeviceError, FingerReader};
use std::fmt;
use tram_biometric::Origin;

/// What a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceKind {
    /// A fingerprint reader.
    FingerReader,
    /// A portrait camera.
    Camera,
    /// A card printer.
    CardPrinter,
}

/// Whether a listed device can be opened now.
#[derive(Clone, Debug)]
pub enum Access {
    /// It can be opened.
    Ready,
    /// It is there but cannot be opened, and why.
    Refused(DeviceError),
}

/// One device a driver can see.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What it is for.
    pub kind: DeviceKind,
    /// Driver, model, serial number, and whether it is virtual.
    pub origin: Origin,
    /// Where it is plugged in, in words of the driver: a bus path, a device file, a URL.
    pub port: String,
    /// Whether it can be opened.
    pub access: Access,
}

/// An open device of one of the kinds.
pub enum Device {
    /// A fingerprint reader.
    FingerReader(Box<dyn FingerReader>),
    /// A portrait camera.
    Camera(Box<dyn Camera>),
    /// A card printer.
    CardPrinter(Box<dyn CardPrinter>),
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FingerReader(_) => "Device::FingerReader",
            Self::Camera(_) => "Device::Camera",
            Self::CardPrinter(_) => "Device::CardPrinter",
        })
    }
}

/// A driver: lists the devices it knows and opens them.
pub trait Factory: Send + Sync + fmt::Debug {
    /// The driver's name as it stands in [`Origin::driver`].
    fn driver(&self) -> &'static str;

    /// Every device this driver can see now. A bus that cannot be read lists nothing.
    fn list(&self) -> Vec<Listing>;

    /// Opens a device that was listed.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when it is no longer there, and whatever else keeps it from opening.
    fn open(&self, listing: &Listing) -> Result<Device, DeviceError>;
}
