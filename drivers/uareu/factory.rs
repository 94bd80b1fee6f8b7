//! Finding readers on the bus and opening them.

use crate::reader::{Reader, Seeds};
use std::fmt;
use std::sync::Arc;
use tram_biometric::Origin;
use tram_device::transport::nusb::{self, Selector};
use tram_device::{Device, DeviceError, DeviceKind, Factory, Listing, UsbId};

const DRIVER: &str = "uareu";

const DIGITAL_PERSONA: u16 = 0x05ba;
const MICROSOFT: u16 = 0x045e;

/// Every reader this driver knows.
pub const IDS: &[UsbId] = &[
    UsbId { vendor: DIGITAL_PERSONA, product: 0x0007, model: "U.are.U 4000" },
    UsbId { vendor: DIGITAL_PERSONA, product: 0x0008, model: "U.are.U 4000" },
    UsbId { vendor: DIGITAL_PERSONA, product: 0x000a, model: "U.are.U 4000B/4500" },
    UsbId { vendor: MICROSOFT, product: 0x00bd, model: "Microsoft Fingerprint Reader" },
    UsbId { vendor: MICROSOFT, product: 0x00ca, model: "Microsoft Fingerprint Reader v2" },
];

/// The Microsoft reader v2 wants a challenge answered and its sensor sits the other way up.
pub(crate) fn is_microsoft_v2(id: &UsbId) -> bool {
    (id.vendor, id.product) == (MICROSOFT, 0x00ca)
}

/// The driver.
pub struct Uareu {
    seeds: Seeds,
}

impl Uareu {
    /// A driver that scrambles pictures on the bus with these seeds.
    pub fn new(seeds: Seeds) -> Self {
        Self { seeds }
    }
}

impl fmt::Debug for Uareu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uareu")
    }
}

impl Factory for Uareu {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        nusb::find(Selector::Table(IDS))
            .into_iter()
            .map(|found| Listing {
                kind: DeviceKind::FingerReader,
                origin: origin(found.model, found.serial),
                port: found.port,
                access: found.access,
            })
            .collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let (found, wire) = nusb::open(Selector::Table(IDS), &listing.port)?;
        let origin = origin(found.model, found.serial);
        if origin != listing.origin {
            let detail = format!("another reader is at {} now", listing.port);
            return Err(DeviceError::Gone { detail });
        }
        let reader = Reader::open(wire, &found.id, origin, Arc::clone(&self.seeds))?;
        Ok(Device::FingerReader(Box::new(reader)))
    }
}

fn origin(model: String, serial: String) -> Origin {
    Origin { driver: DRIVER.to_owned(), model, serial, is_virtual: false }
}
