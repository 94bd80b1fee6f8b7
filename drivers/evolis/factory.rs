//! Finding printers on the bus.

use crate::printer::Printer;
use tram_biometric::Origin;
use tram_device::transport::nusb::{self, Selector};
use tram_device::{Device, DeviceError, DeviceKind, Factory, Listing};

const DRIVER: &str = "evolis";
const EVOLIS: Selector = Selector::Printer { maker: "Evolis" };

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evolis;

impl Factory for Evolis {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        nusb::find(EVOLIS)
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
        let (found, wire) = nusb::open(EVOLIS, &listing.port)?;
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
