//! The driver: lists the devices behind SBI services and opens them, by serial number, on whatever port they are.

use crate::bus::{Bus, Loopback};
use crate::holds::Holds;
use crate::identity::{DigitalId, Environment, Kind};
use crate::iris::Irises;
use crate::reader::Reader;
use crate::session::Session;
use crate::site::Site;
use crate::sweep::{Found, Sweep};
use crate::tape::{Played, Recorded, without_pictures};
use crate::{DeviceInfo, SbiError};
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tram_biometric::Origin;
use tram_device::recording::Recording;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

pub(crate) const DRIVER: &str = "sbi";

/// The driver.
pub struct Sbi<B: Bus = Loopback> {
    bus: Arc<B>,
    site: Arc<Site>,
    sweep: Mutex<Sweep>,
    holds: Holds,
}

impl Sbi {
    /// The driver of the services on this machine.
    pub fn new(site: Site) -> Self {
        Self::on(Loopback::default(), site)
    }
}

impl<B: Bus> Sbi<B> {
    /// The driver on another bus.
    pub fn on(bus: B, site: Site) -> Self {
        let (bus, site) = (Arc::new(bus), Arc::new(site));
        Self { bus, site, sweep: Mutex::default(), holds: Holds::default() }
    }

    /// Opens the device of a kind with this serial number, on any port.
    ///
    /// # Errors
    /// [`SbiError::Gone`] when no service has it, [`SbiError::Busy`] when it is open, and why it cannot be used.
    pub fn open_device(&self, kind: Kind, serial: &str) -> Result<Session<B>, SbiError> {
        self.open_found(serial, |id| id.kind == kind && id.serial == serial)
    }

    fn open_found(&self, name: &str, wanted: impl Fn(&DigitalId) -> bool) -> Result<Session<B>, SbiError> {
        let mut found: Vec<Found> = self.look().into_iter().filter(|device| wanted(&device.id)).collect();
        // A device that proves who it is comes before one that only claims to be it.
        found.sort_by_key(|device| device.info.is_err());
        let Some(Found { info, .. }) = found.into_iter().next() else {
            return Err(SbiError::Gone(format!("no service has the device {name}")));
        };
        let info = info?;
        let hold = self.holds.take(&info.id.serial, info.port)?;
        Ok(Session::new(Arc::clone(&self.bus), Arc::clone(&self.site), info, hold))
    }

    /// The devices that can be used now.
    pub fn devices(&self) -> Vec<DeviceInfo> {
        self.look().into_iter().filter_map(|device| device.info.ok()).collect()
    }

    fn look(&self) -> Vec<Found> {
        let in_use = self.holds.ports();
        let mut sweep = self.sweep.lock().unwrap_or_else(PoisonError::into_inner);
        sweep.look(&*self.bus, &self.site, &in_use)
    }

    /// A device of any environment but the one in service is a trial, and says so in every packet.
    fn origin(&self, id: &DigitalId) -> Origin {
        Origin {
            driver: DRIVER.to_owned(),
            model: format!("{} {}", id.make, id.model).trim().to_owned(),
            serial: id.serial.clone(),
            is_virtual: self.site.environment != Environment::Production,
        }
    }

    fn listing(&self, found: &Found) -> Listing {
        let kind = match found.id.kind {
            Kind::Finger => DeviceKind::FingerReader,
            Kind::Face => DeviceKind::Camera,
            Kind::Iris => DeviceKind::IrisCamera,
        };
        let access = match (&found.info, kind) {
            (Err(error), _) => Access::Refused(error.clone().into()),
            (Ok(_), DeviceKind::Camera) => Access::Refused(portrait_comes_finished()),
            (Ok(_), _) => Access::Ready,
        };
        let port = format!("127.0.0.1:{}", found.port);
        Listing { kind, origin: self.origin(&found.id), port, access }
    }
}

/// An open device as the contract has it.
fn device<B: Bus>(origin: Origin, session: Session<B>) -> Device {
    match session.device().id.kind {
        Kind::Iris => Device::IrisCamera(Box::new(Irises::new(origin, session))),
        _ => Device::FingerReader(Box::new(Reader::new(origin, session))),
    }
}

/// A camera of the contract gives video that may be kept; the video of a face device carries the device's own marks,
/// and only what it captures itself is a portrait.
fn portrait_comes_finished() -> DeviceError {
    SbiError::Unsupported("a portrait as live video, only as a finished capture".to_owned()).into()
}

impl<B: Bus> fmt::Debug for Sbi<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sbi({})", self.site.environment)
    }
}

impl<B: Bus> Factory for Sbi<B> {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    fn list(&self) -> Vec<Listing> {
        self.look().iter().map(|found| self.listing(found)).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let kind = match listing.kind {
            DeviceKind::FingerReader => Kind::Finger,
            DeviceKind::IrisCamera => Kind::Iris,
            _ => return Err(portrait_comes_finished()),
        };
        let session = self.open_device(kind, &listing.origin.serial)?;
        Ok(device(self.origin(&session.device().id), session))
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        let (bus, site) = Recorded::new(Arc::clone(&self.bus), &self.site, without_pictures, sink);
        Sbi::on(bus, site).open(listing)
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let (bus, site) = Played::new(&recording)?;
        let driver = Sbi::on(bus, site);
        let session = driver.open_found("of the recording", |id| id.kind != Kind::Face)?;
        let origin = Origin { is_virtual: true, ..driver.origin(&session.device().id) };
        Ok(device(origin, session))
    }
}
