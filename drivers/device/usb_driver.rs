//! What a driver of USB devices writes itself, and what it gets for that: listing, opening, recording, replaying, and
//! the udev rules.

use crate::recording::{Recorder, Recording, Redact, Replay, Tails};
use crate::transport::UsbTransport;
use crate::transport::nusb::{self, Found};
use crate::{Device, DeviceError, DeviceKind, Factory, Listing, Selector};
use std::fmt;
use std::io::Write;
use std::str::FromStr;
use tram_biometric::Origin;

/// A driver of USB devices. Each is a [`Factory`].
pub trait UsbDriver: Send + Sync + fmt::Debug {
    /// The driver's name as it stands in [`Origin::driver`].
    const NAME: &'static str;
    /// What its devices are for.
    const KIND: DeviceKind;
    /// Which devices on the bus are its own.
    const SELECTOR: Selector;

    /// Takes over the wire to a device: the live bus, a recorder in between, or a recording in its place.
    ///
    /// # Errors
    /// Whatever keeps the device from opening.
    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError>;

    /// The driver that replays what [`UsbDriver::redaction`] left of a session.
    fn for_replay() -> Self;

    /// What takes the person out of a recording.
    fn redaction() -> Box<dyn Redact> {
        Box::new(Tails)
    }
}

impl<D: UsbDriver> Factory for D {
    fn driver(&self) -> &'static str {
        D::NAME
    }

    fn list(&self) -> Vec<Listing> {
        let listing = |found: Found| Listing {
            kind: D::KIND,
            origin: origin::<D>(&found),
            port: found.port,
            access: found.access,
        };
        nusb::find(D::SELECTOR).into_iter().map(listing).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let (found, wire) = open_listed::<D>(listing)?;
        self.open_on(wire, &found, listing.origin.clone())
    }

    fn udev_rules(&self) -> Vec<String> {
        D::SELECTOR.udev_rules()
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        let (found, wire) = open_listed::<D>(listing)?;
        let wire = Recorder::new(wire, D::NAME, &found.to_string(), D::redaction(), sink);
        self.open_on(wire, &found, listing.origin.clone())
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let identity: UsbIdentity = recording.about.parse()?;
        let origin = Origin {
            driver: D::NAME.to_owned(),
            model: identity.model.clone(),
            serial: String::new(),
            is_virtual: true,
        };
        D::for_replay().open_on(Replay::new(recording), &identity, origin)
    }
}

/// Opens a device that was listed, unless another one has taken its place.
fn open_listed<D: UsbDriver>(listing: &Listing) -> Result<(UsbIdentity, nusb::NusbTransport), DeviceError> {
    let (found, wire) = nusb::open(D::SELECTOR, &listing.port)?;
    if origin::<D>(&found) != listing.origin {
        let detail = format!("another device is at {} now", listing.port);
        return Err(DeviceError::Gone { detail });
    }
    let (vendor, product) = (found.id.vendor, found.id.product);
    Ok((UsbIdentity { vendor, product, endpoints: wire.endpoints(), model: found.model }, wire))
}

fn origin<D: UsbDriver>(found: &Found) -> Origin {
    Origin {
        driver: D::NAME.to_owned(),
        model: found.model.clone(),
        serial: found.serial.clone(),
        is_virtual: false,
    }
}

/// What is known of a USB device before anybody speaks to it. Without its serial number, which a recording does not
/// need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbIdentity {
    /// idVendor.
    pub vendor: u16,
    /// idProduct.
    pub product: u16,
    /// The addresses of its bulk OUT and IN endpoints; where it has no such pair, 0 and that of its interrupt IN.
    pub endpoints: Option<(u8, u8)>,
    /// What it calls itself, or what the driver's table calls it.
    pub model: String,
}

impl fmt::Display for UsbIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (out, into) = self.endpoints.unwrap_or_default();
        write!(f, "{:04x}:{:04x} {out:02x}/{into:02x} {}", self.vendor, self.product, self.model)
    }
}

impl FromStr for UsbIdentity {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        let read = || {
            let (ids, rest) = text.split_once(' ')?;
            let (endpoints, model) = rest.split_once(' ')?;
            let ((vendor, product), (out, into)) = (ids.split_once(':')?, endpoints.split_once('/')?);
            let pair = (u8::from_str_radix(out, 16).ok()?, u8::from_str_radix(into, 16).ok()?);
            Some(Self {
                vendor: u16::from_str_radix(vendor, 16).ok()?,
                product: u16::from_str_radix(product, 16).ok()?,
                endpoints: (pair != (0, 0)).then_some(pair),
                model: model.to_owned(),
            })
        };
        let detail = || format!("{text:?} is no USB device as a recording names it");
        read().ok_or_else(|| DeviceError::Garbage { detail: detail() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_its_text() {
        for endpoints in [None, Some((0x01, 0x82))] {
            let model = "U.are.U 4500 Reader".to_owned();
            let identity = UsbIdentity { vendor: 0x05ba, product: 0x000a, endpoints, model };
            assert_eq!(identity.to_string().parse(), Ok(identity));
        }
        for wrong in ["", "05ba:000a", "05ba:000a 01 x", "x:y 01/82 TEST"] {
            assert!(wrong.parse::<UsbIdentity>().is_err(), "{wrong}");
        }
    }
}
