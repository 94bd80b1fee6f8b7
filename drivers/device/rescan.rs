//! Noticing that devices come and go, by looking again.
//!
//! The operating system announces devices only where udevd runs, which a kiosk or a container may not have, so
//! the station looks by itself every second or two; an announcement only makes it look sooner.

use crate::{Access, Factory, Listing};
use std::mem;

/// What happened to a device between two looks.
#[derive(Clone, Debug)]
pub enum Change {
    /// It was plugged in.
    Arrived(Listing),
    /// It is the same device, but whether it can be opened changed.
    AccessChanged(Listing),
    /// It was unplugged.
    Left(Listing),
}

/// Remembers which devices there were.
#[derive(Debug, Default)]
pub struct Rescan {
    seen: Vec<Listing>,
}

impl Rescan {
    /// Looks at every driver's devices and says what changed: departures first, so that a device that was plugged
    /// from one port into another leaves before it arrives.
    ///
    /// Asks every driver, which may take some milliseconds: never call it on the user interface's thread.
    pub fn look<'a>(&mut self, drivers: impl IntoIterator<Item = &'a dyn Factory>) -> Vec<Change> {
        self.compare(drivers.into_iter().flat_map(Factory::list).collect())
    }

    /// Makes the next look report this device as arrived again. For a device that did not open: it may have been on
    /// its way out, and its successor at the same port looks just like it.
    pub fn forget(&mut self, listing: &Listing) {
        self.seen.retain(|seen| !is_same(seen, listing));
    }

    /// The devices of the last look.
    pub fn devices(&self) -> &[Listing] {
        &self.seen
    }

    fn compare(&mut self, now: Vec<Listing>) -> Vec<Change> {
        let before = mem::replace(&mut self.seen, now);
        let left = before.iter().filter(|old| !self.seen.iter().any(|new| is_same(old, new)));
        let left = left.cloned().map(Change::Left);
        let came = self.seen.iter().filter_map(|new| match before.iter().find(|old| is_same(old, new)) {
            None => Some(Change::Arrived(new.clone())),
            Some(old) if refusal(old) != refusal(new) => Some(Change::AccessChanged(new.clone())),
            Some(_) => None,
        });
        left.chain(came).collect()
    }
}

/// Two devices may carry the same serial number, so the port belongs to what makes a device the same.
fn is_same(a: &Listing, b: &Listing) -> bool {
    (a.kind, &a.origin, &a.port) == (b.kind, &b.origin, &b.port)
}

fn refusal(listing: &Listing) -> Option<&crate::DeviceError> {
    match &listing.access {
        Access::Ready => None,
        Access::Refused(error) => Some(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceError, DeviceKind};
    use tram_biometric::Origin;

    fn reader(port: &str, access: Access) -> Listing {
        let (driver, model, serial) = ("toy".to_owned(), "Toy".to_owned(), "SAME".to_owned());
        let origin = Origin { driver, model, serial, is_virtual: true };
        Listing { kind: DeviceKind::FingerReader, origin, port: port.to_owned(), access }
    }

    fn words(changes: &[Change]) -> Vec<String> {
        changes
            .iter()
            .map(|change| match change {
                Change::Arrived(l) => format!("+{}", l.port),
                Change::AccessChanged(l) => format!("~{}", l.port),
                Change::Left(l) => format!("-{}", l.port),
            })
            .collect()
    }

    #[test]
    fn devices_of_one_serial_number_are_told_apart_by_their_port() {
        let refused = || Access::Refused(DeviceError::Busy { detail: String::new() });
        let mut rescan = Rescan::default();
        for (now, expected) in [
            (vec![reader("1", Access::Ready), reader("2", Access::Ready)], vec!["+1", "+2"]),
            (vec![reader("1", Access::Ready), reader("2", Access::Ready)], vec![]),
            (vec![reader("2", refused())], vec!["-1", "~2"]),
            (vec![reader("3", Access::Ready)], vec!["-2", "+3"]),
        ] {
            assert_eq!(words(&rescan.compare(now)), expected);
        }
        rescan.forget(&reader("3", Access::Ready));
        assert_eq!(words(&rescan.compare(vec![reader("3", Access::Ready)])), ["+3"]);
    }
}
