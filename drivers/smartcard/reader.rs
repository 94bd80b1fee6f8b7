//! Readers and cards, through PC/SC.

use crate::recorded::{Played, Recorded};
use pcsc::{Card, Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use std::ffi::{CStr, CString};
use std::fmt;
use std::io::Write;
use std::time::Duration;
use tram_biometric::Origin;
use tram_device::recording::Recording;
use tram_device::{Access, CardReader, Device, DeviceError, DeviceKind, Factory, Listing};

pub(crate) const DRIVER: &str = "pcsc";

/// The driver: every reader that PC/SC knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pcsc;

impl Factory for Pcsc {
    fn driver(&self) -> &'static str {
        DRIVER
    }

    /// A machine without pcscd has no readers; one whose pcscd refuses us has one that says so.
    fn list(&self) -> Vec<Listing> {
        let listing = |name: &str, access| Listing {
            kind: DeviceKind::CardReader,
            origin: origin(name),
            port: name.to_owned(),
            access,
        };
        match readers() {
            Ok(names) => names.iter().map(|name| listing(&name.to_string_lossy(), Access::Ready)).collect(),
            Err(Error::NoService | Error::ServiceStopped | Error::NoReadersAvailable) => Vec::new(),
            Err(error) => vec![listing("PC/SC", Access::Refused(failed(error)))],
        }
    }

    fn open(&self, listing: &Listing) -> Result<Device, DeviceError> {
        Ok(Device::CardReader(Box::new(Reader::open(&listing.port)?)))
    }

    fn record(&self, listing: &Listing, sink: Box<dyn Write + Send>) -> Result<Device, DeviceError> {
        Ok(Device::CardReader(Box::new(Recorded::new(Reader::open(&listing.port)?, sink))))
    }

    fn replay(&self, recording: Recording) -> Result<Device, DeviceError> {
        Ok(Device::CardReader(Box::new(Played::new(recording))))
    }
}

fn readers() -> Result<Vec<CString>, Error> {
    Context::establish(Scope::User)?.list_readers_owned()
}

fn origin(name: &str) -> Origin {
    // vsmartcard's readers have no card but one a test gives them.
    let is_virtual = name.starts_with("Virtual PCD");
    Origin { driver: DRIVER.to_owned(), model: name.to_owned(), serial: String::new(), is_virtual }
}

/// An open reader.
pub struct Reader {
    context: Context,
    name: CString,
    origin: Origin,
    card: Option<Card>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.origin.model)
    }
}

impl Reader {
    /// Opens the reader that PC/SC calls so. A card need not be there yet.
    ///
    /// # Errors
    /// [`DeviceError::Gone`] when there is none, [`DeviceError::PermissionDenied`] when pcscd lets us not.
    pub fn open(name: &str) -> Result<Self, DeviceError> {
        let gone = || DeviceError::Gone { detail: format!("no reader {name}") };
        let context = Context::establish(Scope::User).map_err(failed)?;
        let known = context.list_readers_owned().map_err(failed)?;
        let found = known.into_iter().find(|known| known.to_bytes() == name.as_bytes()).ok_or_else(gone)?;
        Ok(Self { context, name: found, origin: origin(name), card: None })
    }

    /// Waits until a card is in the reader; whether one came.
    fn await_present(&self, timeout: Duration) -> Result<bool, Error> {
        let mut states = [ReaderState::new(self.name.as_c_str(), State::UNAWARE)];
        // Without a known state the first look comes back at once.
        self.context.get_status_change(Duration::ZERO, &mut states)?;
        while !has_card(&states) {
            let [state] = &mut states;
            state.sync_current_state();
            match self.context.get_status_change(timeout, &mut states) {
                Ok(()) => {}
                Err(Error::Timeout) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Power for the card, for us alone: nobody may speak in between while it is written.
    fn connect(&mut self, name: &CStr) -> Result<Vec<u8>, Error> {
        let card = self.context.connect(name, ShareMode::Exclusive, Protocols::ANY)?;
        let atr = card.status2_owned()?.atr().to_vec();
        self.card = Some(card);
        Ok(atr)
    }
}

fn has_card(states: &[ReaderState]) -> bool {
    states.iter().any(|state| {
        let now = state.event_state();
        now.contains(State::PRESENT) && !now.contains(State::MUTE)
    })
}

impl CardReader for Reader {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn await_card(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, DeviceError> {
        if let Some(card) = &self.card {
            match card.status2_owned() {
                Ok(status) => return Ok(Some(status.atr().to_vec())),
                Err(Error::ReaderUnavailable | Error::UnknownReader | Error::NoService) => {
                    return Err(failed(Error::ReaderUnavailable));
                }
                Err(_) => self.card = None,
            }
        }
        if !self.await_present(timeout).map_err(failed)? {
            return Ok(None);
        }
        match self.connect(&self.name.clone()) {
            Ok(atr) => Ok(Some(atr)),
            // Taken out again before it had power.
            Err(Error::NoSmartcard | Error::RemovedCard) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, DeviceError> {
        let Some(card) = &self.card else {
            return Err(DeviceError::NoCard { detail: "none was awaited".to_owned() });
        };
        let mut answer = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
        let outcome = card.transmit(apdu, &mut answer).map(<[u8]>::len);
        match outcome {
            Ok(length) => {
                answer.truncate(length);
                Ok(answer)
            }
            Err(error) => {
                // Whatever it was, the next card begins anew.
                self.card = None;
                Err(failed(error))
            }
        }
    }
}

impl Drop for Reader {
    /// A card loses its power, and with it whatever was opened on it.
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            // A card that is gone has none anyway.
            let _ = card.disconnect(Disposition::UnpowerCard);
        }
    }
}

fn failed(error: Error) -> DeviceError {
    let detail = error.to_string();
    match error {
        Error::NoSmartcard | Error::RemovedCard | Error::ResetCard | Error::UnpoweredCard => {
            DeviceError::NoCard { detail }
        }
        Error::SharingViolation => DeviceError::Busy { detail },
        Error::SecurityViolation => DeviceError::PermissionDenied {
            detail: format!(
                "{detail}: pcscd's polkit rule must allow the station's user access_pcsc and access_card"
            ),
        },
        Error::Timeout => DeviceError::Timeout { detail },
        Error::UnresponsiveCard | Error::UnsupportedCard | Error::ProtoMismatch | Error::CommDataLost => {
            DeviceError::Garbage { detail }
        }
        Error::InsufficientBuffer => DeviceError::Unsupported { detail },
        _ => DeviceError::Gone { detail },
    }
}
