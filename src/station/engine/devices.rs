//! The devices thread: looks for devices, chooses the one in use for each kind, tells what changed.

use super::Outlet;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing, PrinterStatus};
use tram_workflow::Action;
use tram_workflow::lists::{DeviceRow, DeviceState, Reach};

/// Devices are looked for this often; no announcement of the operating system is needed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Every driver of this station. The only place that names them is the composition in `crate::compose`.
pub type Drivers = Arc<Vec<Box<dyn Factory>>>;

/// What the device threads share: which device is in use, and what is known of it.
#[derive(Clone)]
pub struct Bench {
    drivers: Drivers,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    listings: Vec<Listing>,
    in_use: BTreeMap<DeviceKind, Listing>,
    reach: Reach,
    printer: Option<PrinterStatus>,
    /// Why the device in use failed last, until it works again.
    trouble: BTreeMap<DeviceKind, DeviceError>,
}

impl Bench {
    /// A bench over these drivers.
    pub fn new(drivers: Drivers) -> Self {
        Self { drivers, known: Arc::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the device in use for a kind.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when there is none.
    pub fn open(&self, kind: DeviceKind) -> Result<(Device, Listing), DeviceError> {
        let listing = self.known().in_use.get(&kind).cloned();
        let Some(listing) = listing else {
            return Err(DeviceError::Gone { detail: "no such device is plugged in".into() });
        };
        let factory = self.drivers.iter().find(|factory| factory.driver() == listing.origin.driver);
        let Some(factory) = factory else {
            return Err(DeviceError::Unsupported { detail: format!("no driver {}", listing.origin.driver) });
        };
        Ok((factory.open(&listing)?, listing))
    }

    /// What the fingerprint reader in use can take.
    pub fn set_reach(&self, reach: Reach) {
        self.known().reach = reach;
    }

    /// What the printer in use says.
    pub fn set_printer(&self, status: Option<PrinterStatus>) {
        self.known().printer = status;
    }

    /// The device in use failed, or works again.
    pub fn set_trouble(&self, kind: DeviceKind, trouble: Option<DeviceError>) {
        let mut known = self.known();
        match trouble {
            Some(trouble) => known.trouble.insert(kind, trouble),
            None => known.trouble.remove(&kind),
        };
    }

    /// Looks at every driver's devices and chooses. Real devices come before virtual ones; a device in use stays in
    /// use while it can be opened.
    pub fn look(&self) {
        let listings: Vec<Listing> = self.drivers.iter().flat_map(|factory| factory.list()).collect();
        let mut known = self.known();
        for kind in [DeviceKind::FingerReader, DeviceKind::Camera, DeviceKind::CardPrinter] {
            let usable =
                || listings.iter().filter(|row| row.kind == kind && matches!(row.access, Access::Ready));
            let stays = known.in_use.get(&kind).and_then(|used| usable().find(|row| is_same(row, used)));
            let chosen = stays.or_else(|| usable().min_by_key(|row| row.origin.is_virtual)).cloned();
            match chosen {
                Some(listing) => known.in_use.insert(kind, listing),
                None => known.in_use.remove(&kind),
            };
        }
        known.listings = listings;
    }

    /// The rows the screens show.
    pub fn rows(&self) -> Vec<DeviceRow> {
        let known = self.known();
        let row = |listing: &Listing| {
            let in_use = known.in_use.get(&listing.kind).is_some_and(|used| is_same(used, listing));
            let failed = known.trouble.get(&listing.kind).filter(|_| in_use);
            let state = match (&listing.access, failed) {
                (Access::Refused(error), _) | (Access::Ready, Some(error)) => {
                    DeviceState::Failed(error.clone())
                }
                (Access::Ready, None) => DeviceState::Ready,
            };
            DeviceRow {
                kind: listing.kind,
                origin: listing.origin.clone(),
                port: listing.port.clone(),
                in_use,
                state,
                reach: if in_use { known.reach } else { Reach::default() },
                printer: known.printer.clone().filter(|_| in_use && listing.kind == DeviceKind::CardPrinter),
            }
        };
        known.listings.iter().map(row).collect()
    }
}

fn is_same(a: &Listing, b: &Listing) -> bool {
    (a.kind, &a.origin, &a.port) == (b.kind, &b.origin, &b.port)
}

/// The thread's work: look, ask the reader what it can take once, tell what changed, until the outlet closes.
pub(super) fn run(bench: &Bench, outlet: &Outlet) {
    let mut told = None;
    let mut asked: Option<Listing> = None;
    loop {
        bench.look();
        ask_reach(bench, &mut asked);
        let rows = bench.rows();
        if told.as_ref() != Some(&rows) {
            if !outlet.send(Action::Devices(rows.clone())) {
                return;
            }
            told = Some(rows);
        }
        if outlet.wait_closed(LOOK_EVERY) {
            return;
        }
    }
}

/// A reader that just came is opened once to learn its reach, before any capture needs it.
fn ask_reach(bench: &Bench, asked: &mut Option<Listing>) {
    let reader = bench.known().in_use.get(&DeviceKind::FingerReader).cloned();
    let same = match (&reader, &*asked) {
        (Some(now), Some(before)) => is_same(now, before),
        (None, None) => true,
        _ => false,
    };
    if same {
        return;
    }
    if reader.is_some() {
        match bench.open(DeviceKind::FingerReader) {
            Ok((Device::FingerReader(reader), _)) => bench.set_reach(super::fingers::reach(reader.as_ref())),
            Ok(_) => {}
            // The finger thread has it open already, and has told its reach.
            Err(_) => return,
        }
    }
    *asked = reader;
}
