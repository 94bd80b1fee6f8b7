//! The devices thread: looks for devices, chooses the one in use for each kind, tells what changed.

use super::Outlet;
use super::ledger::Ledger;
use super::vault::Placed;
use crate::clock::now;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tram_biometric::Origin;
use tram_calibration::DeviceClass;
use tram_device::session;
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing, PrinterStatus};
use tram_workflow::Action;
use tram_workflow::lists::{DeviceLog, DeviceRow, DeviceState, Reach, Trial};

/// Devices are looked for this often; no announcement of the operating system is needed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a person may take to put a finger on, or a card in, when a device is tried.
const TRIAL_PATIENCE: Duration = Duration::from_secs(10);
/// The kinds of which the station uses one device.
const USED: [DeviceKind; 5] = [
    DeviceKind::FingerReader,
    DeviceKind::Camera,
    DeviceKind::IrisCamera,
    DeviceKind::CardPrinter,
    DeviceKind::CodeReader,
];

/// Every driver of this station. The only place that names them is the composition in `crate::compose`.
pub type Drivers = Arc<Vec<Box<dyn Factory>>>;

/// What the device threads share: which device is in use, and what is known of it.
#[derive(Clone)]
pub struct Bench {
    drivers: Drivers,
    ledger: Ledger,
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
    /// What was learned of each device, by driver and port.
    logs: BTreeMap<(String, String), DeviceLog>,
}

impl Known {
    fn log(&mut self, listing: &Listing) -> &mut DeviceLog {
        self.logs.entry((listing.origin.driver.clone(), listing.port.clone())).or_default()
    }

    fn failed(&mut self, listing: &Listing, error: &DeviceError) {
        let log = self.log(listing);
        log.failures += 1;
        log.last_failure = Some((OffsetDateTime::now_utc(), error.clone()));
    }
}

impl Bench {
    /// A bench over these drivers.
    pub fn new(drivers: Drivers) -> Self {
        Self { drivers, ledger: Ledger::default(), known: Arc::default() }
    }

    /// Which devices may be used.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the device in use for a kind, if its certificate holds or a supervisor allows it.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when there is none, [`DeviceError::Uncalibrated`] when it may not be used.
    pub fn open(&self, kind: DeviceKind) -> Result<(Device, Listing), DeviceError> {
        let listing = self.known().in_use.get(&kind).cloned();
        if let Some(listing) = &listing {
            self.ledger.allow(&listing.origin, now().date())?;
        }
        self.open_any(kind)
    }

    /// Opens the device in use for a kind, whatever its certificate says: to look at it, not to use it.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when there is none.
    pub(super) fn open_any(&self, kind: DeviceKind) -> Result<(Device, Listing), DeviceError> {
        let listing = self.known().in_use.get(&kind).cloned();
        let Some(listing) = listing else {
            return Err(DeviceError::Gone { detail: "no such device is plugged in".into() });
        };
        let device = self.open_listing(&listing)?;
        self.known().log(&listing).about = device.about();
        Ok((device, listing))
    }

    fn open_listing(&self, listing: &Listing) -> Result<Device, DeviceError> {
        self.driver(listing)?.open(listing)
    }

    /// The first device of a kind that is listed, in use or not.
    pub(super) fn listed(&self, kind: DeviceKind) -> Option<Origin> {
        self.known().listings.iter().find(|row| row.kind == kind).map(|row| row.origin.clone())
    }

    /// Opens the first device of a kind that is listed.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when there is none, or why it cannot be opened.
    pub(super) fn open_listed(&self, kind: DeviceKind) -> Result<Device, DeviceError> {
        let listing = self.known().listings.iter().find(|row| row.kind == kind).cloned();
        let gone = || DeviceError::Gone { detail: "no such device is plugged in".into() };
        let listing = listing.ok_or_else(gone)?;
        match &listing.access {
            Access::Ready => self.open_listing(&listing),
            Access::Refused(error) => Err(error.clone()),
        }
    }

    /// The devices in use that have a procedure, and whose limits they have.
    pub(super) fn placed(&self) -> Vec<Placed> {
        let known = self.known();
        let class = |kind: DeviceKind| match kind {
            DeviceKind::FingerReader if known.reach.slaps => Some(DeviceClass::SlapReader),
            DeviceKind::FingerReader => Some(DeviceClass::FingerReader),
            DeviceKind::Camera => Some(DeviceClass::Camera),
            DeviceKind::CardPrinter => Some(DeviceClass::CardPrinter),
            DeviceKind::IrisCamera => Some(DeviceClass::IrisCamera),
            _ => None,
        };
        let placed = known.in_use.iter();
        placed.filter_map(|(kind, listing)| Some((*kind, class(*kind)?, listing.origin.clone()))).collect()
    }

    fn driver(&self, listing: &Listing) -> Result<&dyn Factory, DeviceError> {
        let named = self.drivers.iter().find(|factory| factory.driver() == listing.origin.driver);
        named.map(AsRef::as_ref).ok_or_else(|| DeviceError::Unsupported {
            detail: format!("no driver {}", listing.origin.driver),
        })
    }

    /// Lets a listed device do its work once and keeps what came, and the session in `recording` where one is wanted.
    pub fn try_out(&self, driver: &str, port: &str, recording: Option<&Path>) {
        let is_meant = |listing: &&Listing| listing.origin.driver == driver && listing.port == port;
        let Some(listing) = self.known().listings.iter().find(is_meant).cloned() else { return };
        self.known().log(&listing).trial = Some(Trial::Running);
        let outcome = match recording {
            None => self.try_once(&listing),
            Some(file) => self.record_once(&listing, file),
        };
        let came = outcome.unwrap_or_else(|error| vec![format!("error: {error}")]);
        let worked = !came.iter().any(|line| line.starts_with("error"));
        let recording = recording.filter(|file| file.exists()).map(Path::to_owned);
        self.known().log(&listing).trial = Some(Trial::Ended { came, worked, recording });
    }

    fn try_once(&self, listing: &Listing) -> Result<Vec<String>, DeviceError> {
        let mut device = self.open_listing(listing)?;
        self.known().log(listing).about = device.about();
        Ok(session::try_out(&mut device, session::Trial::Look, TRIAL_PATIENCE))
    }

    fn record_once(&self, listing: &Listing, file: &Path) -> Result<Vec<String>, DeviceError> {
        let driver = self.driver(listing)?;
        let open = |sink| driver.record(listing, sink);
        let (came, recording) = session::record(driver, session::Trial::Look, TRIAL_PATIENCE, open)?;
        std::fs::write(file, recording.to_text())
            .map_err(|error| DeviceError::Unsupported { detail: format!("{}: {error}", file.display()) })?;
        Ok(came)
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
            Some(trouble) => {
                let is_news = known.trouble.get(&kind) != Some(&trouble);
                if let Some(listing) = known.in_use.get(&kind).filter(|_| is_news).cloned() {
                    known.failed(&listing, &trouble);
                }
                known.trouble.insert(kind, trouble)
            }
            None => known.trouble.remove(&kind),
        };
    }

    /// Looks at every driver's devices and chooses. Real devices come before virtual ones; a device in use stays in
    /// use while it can be opened.
    pub fn look(&self) {
        let listings: Vec<Listing> = self.drivers.iter().flat_map(|factory| factory.list()).collect();
        let mut known = self.known();
        for kind in USED {
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
        let today = now().date();
        let row = |listing: &Listing| {
            let in_use = known.in_use.get(&listing.kind).is_some_and(|used| is_same(used, listing));
            let refused = in_use.then(|| self.ledger.allow(&listing.origin, today).err()).flatten();
            let failed = known.trouble.get(&listing.kind).filter(|_| in_use).cloned().or(refused);
            let state = match (&listing.access, failed) {
                (Access::Refused(error), _) => DeviceState::Failed(error.clone()),
                (Access::Ready, Some(error)) => DeviceState::Failed(error),
                (Access::Ready, None) => DeviceState::Ready,
            };
            DeviceRow {
                kind: listing.kind,
                origin: listing.origin.clone(),
                port: listing.port.clone(),
                in_use,
                state,
                reach: if in_use { known.reach } else { Reach::default() },
                log: known
                    .logs
                    .get(&(listing.origin.driver.clone(), listing.port.clone()))
                    .cloned()
                    .unwrap_or_default(),
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
        match bench.open_any(DeviceKind::FingerReader) {
            Ok((Device::FingerReader(reader), _)) => bench.set_reach(super::fingers::reach(reader.as_ref())),
            Ok(_) => {}
            // The finger thread has it open already, and has told its reach.
            Err(_) => return,
        }
    }
    *asked = reader;
}
