//! What befalls a device as a whole, whatever its driver: plugged in later, held by another program, not permitted, beside
//! another of the same serial number, gone with its hub in the middle of its work. The device is emulated and opened by its
//! driver on an emulated bus; the station's part, looking once a second and opening what it may, is [`Rescan`]'s.

use super::faults::{Fault, FaultTable, Noise};
use crate::session::{Trial, try_out};
use crate::{Access, Change, Device, DeviceError, DeviceKind, Factory, Listing, Rescan};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tram_biometric::{Language, Origin};

/// How long a finger or a frame may take, in the emulated time of the device.
const PATIENCE: Duration = Duration::from_secs(30);
/// The latest look, one a second, at which a mishap begins, the longest it lasts, and how long the script goes on.
const LATEST: u32 = 3;
const LONGEST: u32 = 4;
const AFTER: u32 = 2;
/// Of the transfers of a session, at which of them its hub goes at the latest.
const TRANSFERS: u32 = 30;
const PORTS: [&str; 2] = ["TEST 1-1", "TEST 1-2"];

/// What befalls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    PluggedLater,
    Busy,
    NoPermission,
    SameSerial,
    HubGone,
}

impl Mishap {
    const ALL: [Self; 5] =
        [Self::PluggedLater, Self::Busy, Self::NoPermission, Self::SameSerial, Self::HubGone];

    fn name(self) -> &'static str {
        match self {
            Self::PluggedLater => "plugged later",
            Self::Busy => "busy",
            Self::NoPermission => "no permission",
            Self::SameSerial => "same serial",
            Self::HubGone => "hub gone",
        }
    }

    /// What is to be seen while it lasts.
    fn there(self) -> Vec<(&'static str, Option<DeviceError>)> {
        let ([first, second], detail) = (PORTS, || "by script".to_owned());
        match self {
            Self::PluggedLater | Self::HubGone => Vec::new(),
            Self::Busy => vec![(first, Some(DeviceError::Busy { detail: detail() }))],
            Self::NoPermission => vec![(first, Some(DeviceError::PermissionDenied { detail: detail() }))],
            Self::SameSerial => vec![(first, None), (second, None)],
        }
    }
}

/// A driver's devices on the emulated bus.
struct Bus<F> {
    driver: &'static str,
    kind: DeviceKind,
    open: F,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    there: Vec<(&'static str, Option<DeviceError>)>,
    /// What the wire of the next device to be opened suffers.
    fault: Option<(usize, Fault)>,
    opened: Vec<String>,
}

impl<F> fmt::Debug for Bus<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bus({})", self.driver)
    }
}

impl<F> Bus<F> {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Fn(Option<(usize, Fault)>) -> Result<Device, DeviceError> + Send + Sync> Factory for Bus<F> {
    fn driver(&self) -> &'static str {
        self.driver
    }

    fn list(&self) -> Vec<Listing> {
        let words = [self.driver, "TEST device", "SAME"];
        let listing = |(port, refusal): &(&str, Option<DeviceError>)| {
            let [driver, model, serial] = words.map(str::to_owned);
            let origin = Origin { driver, model, serial, is_virtual: true };
            let access = refusal.clone().map_or(Access::Ready, Access::Refused);
            Listing { kind: self.kind, origin, port: (*port).to_owned(), access }
        };
        self.seen().there.iter().map(listing).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        let mut seen = self.seen();
        seen.opened.push(listing.port.clone());
        let fault = seen.fault.take();
        drop(seen);
        (self.open)(fault)
    }
}

/// Lets random mishaps befall a driver's device, and counts what the station was at when each struck. `open` opens the
/// driver on a new emulated device, whose wire suffers the fault.
///
/// # Errors
/// Which mishap kept the station from a device that was there, or gave it a wrong result.
pub fn under_mishaps(
    driver: &'static str,
    kind: DeviceKind,
    scripts: usize,
    open: impl Fn(Option<(usize, Fault)>) -> Result<Device, DeviceError> + Send + Sync,
) -> Result<FaultTable, String> {
    let mut device = open(None).map_err(|error| error.to_string())?;
    let expected = try_out(&mut device, Trial::Look, PATIENCE);
    drop(device);
    let bus = Bus { driver, kind, open, seen: Mutex::default() };
    let (mut table, mut draw) = (FaultTable::default(), Noise::new(0x00b5_1ca7));
    for mishap in Mishap::ALL.into_iter().cycle().take(scripts) {
        let first = if mishap == Mishap::PluggedLater { 0 } else { draw.below(LATEST + 1) };
        let looks = (first, first + 1 + draw.below(LONGEST));
        let fault = (draw.below(TRANSFERS) as usize, Fault::Unplug);
        script(&bus, mishap, looks, fault, &expected)
            .map_err(|why| format!("{driver}, {} at looks {looks:?}, {fault:?}: {why}", mishap.name()))?;
        table.count_named(mishap.name(), if first == 0 { "not yet seen" } else { "at work" });
    }
    Ok(table)
}

/// One script: `mishap` strikes from one look on and is over at the other; at each look the station works with its device
/// if it may.
fn script<F: Fn(Option<(usize, Fault)>) -> Result<Device, DeviceError> + Send + Sync>(
    bus: &Bus<F>,
    mishap: Mishap,
    (first, over): (u32, u32),
    fault: (usize, Fault),
    expected: &[String],
) -> Result<(), String> {
    let mut rescan = Rescan::default();
    for look in 0..over + AFTER {
        let strikes = (first..over).contains(&look);
        let goes_now = mishap == Mishap::HubGone && look + 1 == first;
        *bus.seen() = Seen {
            there: if strikes { mishap.there() } else { vec![(PORTS[0], None)] },
            fault: goes_now.then_some(fault),
            opened: Vec::new(),
        };
        for change in rescan.look([bus as &dyn Factory]) {
            speaks(&change)?;
        }
        let usable = rescan.devices().iter().find(|listing| matches!(listing.access, Access::Ready)).cloned();
        let must_work = !strikes || mishap == Mishap::SameSerial;
        if usable.is_some() != must_work {
            return Err(format!("at look {look} usable: {usable:?}"));
        }
        let Some(usable) = usable else { continue };
        let came = match bus.open(&usable) {
            Ok(mut device) => try_out(&mut device, Trial::Look, PATIENCE),
            Err(error) => vec![format!("error: {error}")],
        };
        let is_lost = goes_now && came.last().is_some_and(|line| line.starts_with("error"));
        if came != expected && !is_lost {
            return Err(format!("at look {look} came {came:?}"));
        }
        if bus.seen().opened != [PORTS[0]] {
            return Err(format!("at look {look} another device was opened"));
        }
    }
    Ok(())
}

/// Whoever cannot use a device is told why in a sentence of either language.
fn speaks(change: &Change) -> Result<(), String> {
    let (Change::Arrived(listing) | Change::AccessChanged(listing)) = change else { return Ok(()) };
    let Access::Refused(error) = &listing.access else { return Ok(()) };
    let advice = [Language::Vietnamese, Language::English].map(|language| error.advice(language));
    if advice.iter().any(|sentence| sentence.split(' ').count() < 5) {
        return Err(format!("no sentence says what to do about {error:?}"));
    }
    Ok(())
}
