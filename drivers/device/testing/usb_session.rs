//! A session with an emulated USB device, recorded as at a station.

use super::{EmulatedUsb, UsbDevice};
use crate::DeviceError;
use crate::recording::{Recorder, Recording, Redact};
use crate::session::{self, Trial};
use crate::usb_driver::{UsbDriver, UsbIdentity};
use std::time::Duration;
use tram_biometric::Origin;

/// How long an emulated finger may take to come, in emulated time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Records a session with an emulated USB device, as it is recorded at a station: what came, and the recording.
///
/// # Errors
/// When the device does not open.
pub fn usb_session<D: UsbDriver>(
    driver: &D,
    identity: &UsbIdentity,
    redaction: Box<dyn Redact>,
    device: impl UsbDevice + 'static,
    trial: Trial,
) -> Result<(Vec<String>, Recording), DeviceError> {
    let (model, serial) = (identity.model.clone(), String::new());
    let origin = Origin { driver: D::NAME.to_owned(), model, serial, is_virtual: true };
    session::record(driver, trial, PATIENCE, |sink| {
        let wire = EmulatedUsb::new(device);
        driver.open_on(Recorder::new(wire, D::NAME, &identity.to_string(), redaction, sink), identity, origin)
    })
}
