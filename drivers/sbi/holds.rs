//! Which devices are open, and which still work off a capture that was left: a device captures for one at a time, and
//! the protocol has no way to call a capture off.

use crate::SbiError;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Shared by a driver and the devices it opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holds(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    /// Serial number and port.
    open: Vec<(String, u16)>,
    /// Until when a device may work on a capture that was left, by serial number, in the time of the bus.
    left_until: BTreeMap<String, Duration>,
}

impl Holds {
    /// No holder leaves anything half done, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ports of open devices. Some services answer one question at a time, so these are not asked who they are.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.lock().open.iter().map(|(_, port)| *port).collect()
    }

    /// Takes a device for one holder.
    pub(crate) fn take(&self, serial: &str, port: u16) -> Result<Hold, SbiError> {
        let mut held = self.lock();
        if held.open.iter().any(|(open, _)| open == serial) {
            return Err(SbiError::Busy);
        }
        held.open.push((serial.to_owned(), port));
        Ok(Hold { holds: self.clone(), serial: serial.to_owned() })
    }
}

/// One open device; dropping it closes it.
#[derive(Debug)]
pub(crate) struct Hold {
    holds: Holds,
    serial: String,
}

impl Hold {
    /// A capture was left, which the device may work on until then.
    pub(crate) fn leave_capture(&self, until: Duration) {
        self.holds.lock().left_until.insert(self.serial.clone(), until);
    }

    /// Whether the device may still be at work on a capture that was left.
    pub(crate) fn works_on_left(&self, now: Duration) -> bool {
        self.holds.lock().left_until.get(&self.serial).is_some_and(|until| now < *until)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.holds.lock().open.retain(|(serial, _)| *serial != self.serial);
    }
}
