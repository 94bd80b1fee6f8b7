//! Finding printers on the bus.

use crate::printer::Printer;
use tram_biometric::Origin;
use tram_device::transport::nusb::{self, Selector};
use tram_device::{Device, DeviceError, DeviceKind, Factory, Listing, UsbId};

const DRIVER: &str = "magicard";
/// The families whose language this is. Makers and resellers name them differently, so the numbers count.
const IDS: &[UsbId] = &[
    UsbId { vendor: 0x0c1f, product: 0x1800, model: "Magicard Tango 2e/Rio 2e" },
    UsbId { vendor: 0x0c1f, product: 0x4800, model: "Magicard Enduro" },
    UsbId { vendor: 0x0c1f, product: 0x880a, model: "Magicard Enduro+" },
];
const MAGICARD: Selector = Selector::Table(IDS);

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Magicard;

impl Factory for Magicard {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        nusb::find(MAGICARD)
            .into_iter()
            .map(|found| Listing {
                kind: DeviceKind::CardPrinter,
                origin: origin(found.model, found.serial),
                port: found.port,
                access: found.access,
            })
            .collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let (found, wire) = nusb::open(MAGICARD, &listing.port)?;
        let origin = origin(found.model, found.serial);
        if origin != listing.origin {
            let detail = format!("another printer is at {} now", listing.port);
            return Err(DeviceError::Gone { detail });
        }
        let endpoints = wire.bulk_pair()?;
        Ok(Device::CardPrinter(Box::new(Printer::open(wire, endpoints, origin)?)))
    }
}

fn origin(model: String, serial: String) -> Origin {
    Origin { driver: DRIVER.to_owned(), model, serial, is_virtual: false }
}
