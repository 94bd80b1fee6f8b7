//! The driver: lists the devices and opens them.

use crate::camera::VirtualCamera;
use crate::finger::VirtualReader;
use crate::handle::{Config, Handle};
use crate::iris::VirtualIrisCamera;
use crate::port::{Plug, origin};
use crate::printer::VirtualPrinter;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

/// The driver's name.
pub const DRIVER: &str = "virtual";

/// The devices and their ports.
const DEVICES: [(DeviceKind, &str); 4] = [
    (DeviceKind::FingerReader, "virtual:finger"),
    (DeviceKind::Camera, "virtual:camera"),
    (DeviceKind::IrisCamera, "virtual:iris"),
    (DeviceKind::CardPrinter, "virtual:printer"),
];

/// The driver to register, and the handle that moves its devices.
///
/// ```
/// use tram_device::{Device, DeviceKind, Factory as _};
///
/// let (driver, hands) = tram_virtual::devices(tram_virtual::Config::immediate("/tmp/cards"));
/// hands.put_person(7);
/// let listing = driver.list().into_iter().find(|listing| listing.kind == DeviceKind::FingerReader).unwrap();
/// assert!(matches!(driver.open(&listing), Ok(Device::FingerReader(_))));
/// ```
pub fn devices(config: Config) -> (VirtualFactory, Handle) {
    let handle = Handle::new(config);
    (VirtualFactory { handle: handle.clone() }, handle)
}

/// The virtual driver. Made by [`devices`].
#[derive(Debug)]
pub struct VirtualFactory {
    handle: Handle,
}

impl Factory for VirtualFactory {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        DEVICES
            .into_iter()
            .filter_map(|(kind, address)| {
                let port = self.handle.port(kind)?.lock();
                let access = port.refused.clone().map_or(Access::Ready, Access::Refused);
                port.plugged.then(|| Listing { kind, origin: origin(kind), port: address.into(), access })
            })
            .collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        if listing.origin.driver != DRIVER {
            return Err(DeviceError::Gone { detail: format!("{} is not a virtual device", listing.port) });
        }
        let none = || DeviceError::Unsupported { detail: format!("there is no virtual {:?}", listing.kind) };
        let plug = Plug::open(self.handle.port(listing.kind).ok_or_else(none)?)?;
        Ok(match listing.kind {
            DeviceKind::FingerReader => {
                Device::FingerReader(Box::new(VirtualReader::new(plug, &self.handle)))
            }
            DeviceKind::Camera => Device::Camera(Box::new(VirtualCamera::new(plug, &self.handle)?)),
            DeviceKind::IrisCamera => {
                Device::IrisCamera(Box::new(VirtualIrisCamera::new(plug, &self.handle)))
            }
            DeviceKind::CardPrinter => Device::CardPrinter(Box::new(VirtualPrinter::new(plug, &self.handle))),
            DeviceKind::CardReader | DeviceKind::SignaturePad | DeviceKind::CodeReader => return Err(none()),
        })
    }
}
