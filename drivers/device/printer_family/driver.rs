//! Finding printers on the bus.

use super::{Language, Printer};
use crate::transport::UsbTransport;
use crate::usb_driver::{UsbDriver, UsbIdentity};
use crate::{Device, DeviceError, DeviceKind, Selector};
use std::fmt;
use std::marker::PhantomData;
use tram_biometric::Origin;

/// The driver of every printer that speaks `L`.
pub struct Printers<L>(PhantomData<fn() -> L>);

impl<L> Default for Printers<L> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<L: Language> fmt::Debug for Printers<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Printers({})", L::DRIVER)
    }
}

impl<L: Language> UsbDriver for Printers<L> {
    const NAME: &'static str = L::DRIVER;
    const KIND: DeviceKind = DeviceKind::CardPrinter;
    const SELECTOR: Selector = L::PRINTERS;

    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError> {
        let endpoints = identity.endpoints.ok_or_else(|| DeviceError::Unsupported {
            detail: "the printer has no pair of bulk endpoints".to_owned(),
        })?;
        Ok(Device::CardPrinter(Box::new(Printer::<L, T>::open(wire, endpoints, origin)?)))
    }

    fn for_replay() -> Self {
        Self::default()
    }
}
