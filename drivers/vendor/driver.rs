//! Finding and opening readers through their libraries.

use crate::dialogue::{Dialogue, Host, confused};
use crate::patience::Patience;
use crate::process::Process;
use crate::reader::Reader;
use crate::recorded::{Recorded, port_and_model};
use crate::words::{Answer, Request, failure};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::recording::{Recording, Replay};
use tram_device::{Access, Device, DeviceError, DeviceKind, Factory, Listing};

pub(crate) const DRIVER: &str = "vendor";
/// How long a library may look for its readers.
const LIST_PATIENCE: Duration = Duration::from_secs(1);

/// The driver of what the libraries at these places can speak to.
pub struct Vendor {
    program: PathBuf,
    libraries: Vec<Library>,
}

/// One library, with the process that looks for its readers.
struct Library {
    path: PathBuf,
    lister: Mutex<Option<Dialogue<Process>>>,
    patience: Arc<Mutex<Patience>>,
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.libraries.iter().map(|library| &library.path)).finish()
    }
}

impl Vendor {
    /// A driver that lets `program` load these libraries, each in a process of its own.
    pub fn new(program: PathBuf, libraries: impl IntoIterator<Item = PathBuf>) -> Self {
        let library = |path| Library { path, lister: Mutex::default(), patience: Arc::default() };
        Self { program, libraries: libraries.into_iter().map(library).collect() }
    }
}

impl Library {
    fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn patience(&self) -> MutexGuard<'_, Patience> {
        self.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a process, unless the library failed so often that it must be left alone for a while.
    fn start<H: Host>(
        &self,
        program: &Path,
        wrap: impl FnOnce(Process) -> H,
    ) -> Result<Dialogue<H>, DeviceError> {
        let pause = self.patience().pause(Instant::now());
        if pause > Duration::ZERO {
            let detail = format!("{} failed and is started again in {pause:.1?}", self.name());
            return Err(DeviceError::Gone { detail });
        }
        Process::start(program, &self.path)
            .and_then(|process| Dialogue::start(wrap(process)))
            .inspect_err(|_| self.patience().lost(Instant::now()))
    }

    /// Model, serial number and port of each reader.
    fn readers(&self, program: &Path) -> Result<Vec<[String; 3]>, DeviceError> {
        let mut lister = self.lister.lock().unwrap_or_else(PoisonError::into_inner);
        let mut process = match lister.take() {
            Some(process) => process,
            None => self.start(program, |process| process)?,
        };
        let found = look(&mut process).inspect_err(|_| self.patience().lost(Instant::now()))?;
        *lister = Some(process);
        Ok(found)
    }

    fn listing(&self, [model, serial, port]: [String; 3], access: Access) -> Listing {
        let origin = Origin { driver: DRIVER.to_owned(), model, serial, is_virtual: false };
        // A library that lists nothing has no port but itself.
        let port = if port.is_empty() { self.name() } else { format!("{}:{port}", self.name()) };
        Listing { kind: DeviceKind::FingerReader, origin, port, access }
    }
}

fn look(process: &mut Dialogue<Process>) -> Result<Vec<[String; 3]>, DeviceError> {
    let mut found = Vec::new();
    let mut answer = process.ask(&Request::List, LIST_PATIENCE)?;
    loop {
        match answer {
            Answer::Device(device) => found.push(device),
            Answer::Done { .. } => return Ok(found),
            Answer::Failed(result) => return Err(failure(result, "list")),
            other => return Err(confused(&other)),
        }
        answer = process.answer(LIST_PATIENCE, "list")?;
    }
}

impl Vendor {
    /// Opens a listed reader through whatever is put around its process, which is told the port.
    fn open_on<H: Host + 'static>(
        &self,
        listing: &Listing,
        wrap: impl FnOnce(Process, &str) -> H,
    ) -> Result<Device, DeviceError> {
        let meant = self.libraries.iter().find_map(|library| {
            let port = listing.port.strip_prefix(&library.name())?.strip_prefix(':')?;
            Some((library, port))
        });
        let (library, port) =
            meant.ok_or_else(|| DeviceError::Gone { detail: format!("no library for {}", listing.port) })?;
        let process = library.start(&self.program, |process| wrap(process, port))?;
        let patience = Arc::clone(&library.patience);
        let reader = Reader::open(process, port, listing.origin.clone(), patience)
            .inspect_err(|_| library.patience().lost(Instant::now()))?;
        Ok(Device::FingerReader(Box::new(reader)))
    }
}

impl Factory for Vendor {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    /// Every library's readers; a library that fails is listed itself, with the reason.
    fn list(&self) -> Vec<Listing> {
        let of = |library: &Library| match library.readers(&self.program) {
            Ok(readers) => {
                readers.into_iter().map(|reader| library.listing(reader, Access::Ready)).collect::<Vec<_>>()
            }
            Err(error) => {
                vec![library.listing([library.name(), String::new(), String::new()], Access::Refused(error))]
            }
        };
        self.libraries.iter().flat_map(of).collect()
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        self.open_on(listing, |process, _| process)
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        self.open_on(listing, |process, port| Recorded::new(process, port, &listing.origin.model, sink))
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        let (port, model) = port_and_model(&recording.about);
        let (driver, port, model) = (DRIVER.to_owned(), port.to_owned(), model.to_owned());
        let origin = Origin { driver, model, serial: String::new(), is_virtual: true };
        let process = Dialogue::start(Replay::new(recording))?;
        Ok(Device::FingerReader(Box::new(Reader::open(process, &port, origin, Arc::default())?)))
    }
}
