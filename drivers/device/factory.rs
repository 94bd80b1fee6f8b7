//! Finding devices and opening them.

use crate::recording::Recording;
use crate::{
    Camera, CardPrinter, CardReader, CodeReader, DeviceError, FingerReader, IrisCamera, SignaturePad,
};
use std::fmt;
use std::io::Write;
use tram_biometric::Origin;

/// What a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceKind {
    /// A fingerprint reader.
    FingerReader,
    /// A portrait camera.
    Camera,
    /// An iris camera.
    IrisCamera,
    /// A card printer.
    CardPrinter,
    /// A reader of smart cards.
    CardReader,
    /// A signature pad.
    SignaturePad,
    /// A reader of bar codes, QR codes and machine-readable zones.
    CodeReader,
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
    /// An iris camera.
    IrisCamera(Box<dyn IrisCamera>),
    /// A card printer.
    CardPrinter(Box<dyn CardPrinter>),
    /// A reader of smart cards.
    CardReader(Box<dyn CardReader>),
    /// A signature pad.
    SignaturePad(Box<dyn SignaturePad>),
    /// A reader of codes.
    CodeReader(Box<dyn CodeReader>),
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FingerReader(_) => "Device::FingerReader",
            Self::Camera(_) => "Device::Camera",
            Self::IrisCamera(_) => "Device::IrisCamera",
            Self::CardPrinter(_) => "Device::CardPrinter",
            Self::CardReader(_) => "Device::CardReader",
            Self::SignaturePad(_) => "Device::SignaturePad",
            Self::CodeReader(_) => "Device::CodeReader",
        })
    }
}

impl Device {
    /// What the device says of itself; of some kinds, nothing.
    pub fn about(&self) -> Vec<(String, String)> {
        match self {
            Self::FingerReader(reader) => reader.about(),
            Self::Camera(camera) => camera.about(),
            Self::CardPrinter(printer) => printer.about(),
            Self::IrisCamera(camera) => camera.about(),
            Self::CardReader(_) | Self::SignaturePad(_) | Self::CodeReader(_) => Vec::new(),
        }
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

    /// The lines of `/etc/udev/rules.d` that let the station open this driver's devices.
    fn udev_rules(&self) -> Vec<String> {
        Vec::new()
    }

    /// Opens a device and writes what goes over its wire to `sink`, without the person (see [`crate::recording`]),
    /// until the device is dropped.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] where the driver has no wire of its own, and those of [`Factory::open`].
    fn record(&self, _listing: &Listing, _sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        Err(unrecorded(self.driver()))
    }

    /// Opens the device of a recording: the driver speaks to what was recorded.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] where the driver has no wire of its own, [`DeviceError::Garbage`] when the
    /// recording is not one of this driver's.
    fn replay(&self, _recording: Recording) -> Result<Device, DeviceError> {
        Err(unrecorded(self.driver()))
    }
}

fn unrecorded(driver: &str) -> DeviceError {
    DeviceError::Unsupported { detail: format!("driver {driver} has no wire of its own to record") }
}
