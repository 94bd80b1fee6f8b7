//! Plugs: which device is there, which is open, and how a pulled plug reaches the one who holds the device.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tram_biometric::Origin;
use tram_device::{DeviceError, DeviceKind};

use crate::factory::DRIVER;

/// A state shared between the handle and an open device. Whoever panicked while holding it left it whole: every
/// change is a single assignment.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One device's place on the bus.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) plugged: bool,
    /// Why it cannot be opened, where it cannot.
    pub(crate) refused: Option<DeviceError>,
    /// Counts the times it was plugged in: who opened it before must open it again.
    plugging: u64,
    open: bool,
}

impl Default for Port {
    fn default() -> Self {
        Self { plugged: true, refused: None, plugging: 0, open: false }
    }
}

impl Port {
    pub(crate) fn unplug(&mut self) {
        self.plugged = false;
        self.open = false;
        self.plugging += 1;
    }
}

/// What an open device holds of its port; closing gives it back.
#[derive(Debug)]
pub(crate) struct Plug {
    port: Shared<Port>,
    plugging: u64,
}

impl Plug {
    /// Opens the port.
    pub(crate) fn open(port: &Shared<Port>) -> Result<Self, DeviceError> {
        let mut inside = port.lock();
        if !inside.plugged {
            return Err(gone());
        }
        if let Some(reason) = &inside.refused {
            return Err(reason.clone());
        }
        if inside.open {
            return Err(DeviceError::Busy { detail: "this virtual device is already open".into() });
        }
        inside.open = true;
        let plugging = inside.plugging;
        drop(inside);
        Ok(Self { port: port.clone(), plugging })
    }

    /// Whether the device this was opened on is still there.
    pub(crate) fn check(&self) -> Result<(), DeviceError> {
        let port = self.port.lock();
        if port.plugged && port.plugging == self.plugging { Ok(()) } else { Err(gone()) }
    }

    /// Pulls the plug from inside, as a script may.
    pub(crate) fn pull(&self) -> DeviceError {
        self.port.lock().unplug();
        gone()
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        let mut port = self.port.lock();
        if port.plugging == self.plugging {
            port.open = false;
        }
    }
}

fn gone() -> DeviceError {
    DeviceError::Gone { detail: "the virtual device was unplugged".into() }
}

/// What a virtual device says of itself.
pub(crate) fn origin(kind: DeviceKind) -> Origin {
    let (model, serial) = match kind {
        DeviceKind::FingerReader => ("VIRTUAL slap reader", "VIRTUAL-F1"),
        DeviceKind::Camera => ("VIRTUAL camera", "VIRTUAL-C1"),
        DeviceKind::IrisCamera => ("VIRTUAL iris camera", "VIRTUAL-I1"),
        DeviceKind::CardPrinter => ("VIRTUAL card printer", "VIRTUAL-P1"),
        DeviceKind::CardReader => ("VIRTUAL card reader", "VIRTUAL-R1"),
        DeviceKind::SignaturePad => ("VIRTUAL signature pad", "VIRTUAL-S1"),
        DeviceKind::CodeReader => ("VIRTUAL code reader", "VIRTUAL-B1"),
    };
    Origin { driver: DRIVER.into(), model: model.into(), serial: serial.into(), is_virtual: true }
}

/// What a virtual device says of its firmware.
pub(crate) fn about() -> Vec<(String, String)> {
    vec![("firmware".to_owned(), "TEST-1.0".to_owned())]
}
