//! Finding cameras on the bus and opening them.

use crate::camera::PtpCamera;
use crate::redaction::Redaction;
use tram_biometric::Origin;
use tram_device::recording::Redact;
use tram_device::transport::UsbTransport;
use tram_device::usb_driver::{UsbDriver, UsbIdentity};
use tram_device::{Device, DeviceError, DeviceKind, Selector};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ptp;

impl UsbDriver for Ptp {
    const NAME: &'static str = "ptp";
    const KIND: DeviceKind = DeviceKind::Camera;
    const SELECTOR: Selector = Selector::StillCamera;

    fn open_on<T: UsbTransport + 'static>(
        &self,
        wire: T,
        identity: &UsbIdentity,
        origin: Origin,
    ) -> Result<Device, DeviceError> {
        let endpoints = identity.endpoints.ok_or_else(|| DeviceError::Unsupported {
            detail: "the camera has no pair of bulk endpoints".to_owned(),
        })?;
        Ok(Device::Camera(Box::new(PtpCamera::open(wire, endpoints, origin)?)))
    }

    fn for_replay() -> Self {
        Self
    }

    fn redaction() -> Box<dyn Redact> {
        Box::new(Redaction::default())
    }
}
