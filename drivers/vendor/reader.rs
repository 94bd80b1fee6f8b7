//! An open reader.

use crate::dialogue::{Dialogue, Host, confused};
use crate::patience::Patience;
use crate::words::{Answer, Request, failure};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tram_biometric::{GrayImage, Impression, Origin};
use tram_device::{DeviceError, FingerFrame, FingerReader, FingerRequest};

/// Opening, arming and disarming, which move lamps and warm up sensors.
const PATIENCE: Duration = Duration::from_secs(5);

/// A reader that its maker's library speaks to.
pub struct Reader<H> {
    /// `None` once it was lost.
    process: Option<Dialogue<H>>,
    origin: Origin,
    takes_slaps: bool,
    takes_rolled: bool,
    opened: Duration,
    patience: Arc<Mutex<Patience>>,
}

impl<H> fmt::Debug for Reader<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.origin.model)
    }
}

impl<H: Host> Reader<H> {
    /// Opens the reader at a port of its library.
    ///
    /// # Errors
    /// What the library says against it, or its end.
    pub fn open(
        mut process: Dialogue<H>,
        port: &str,
        origin: Origin,
        patience: Arc<Mutex<Patience>>,
    ) -> Result<Self, DeviceError> {
        let (request, opened) = (Request::Open(port.to_owned()), process.now());
        match process.ask(&request, PATIENCE)? {
            Answer::Done { slaps, rolled } => Ok(Self {
                process: Some(process),
                origin,
                takes_slaps: slaps,
                takes_rolled: rolled,
                opened,
                patience,
            }),
            Answer::Failed(result) => Err(failure(result, "open")),
            other => Err(confused(&other)),
        }
    }

    /// Asks; a process that does not answer as it should is ended.
    fn ask<R>(
        &mut self,
        request: &Request,
        patience: Duration,
        read: impl FnOnce(&mut Dialogue<H>, Answer) -> Result<R, DeviceError>,
    ) -> Result<R, DeviceError> {
        let Some(process) = &mut self.process else {
            return Err(DeviceError::Gone { detail: "the maker's library was lost".to_owned() });
        };
        let outcome = match process.ask(request, patience) {
            Ok(Answer::Failed(result)) => return Err(failure(result, &request.to_string())),
            Ok(answer) => read(process, answer),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            self.process = None;
            self.patience.lock().unwrap_or_else(PoisonError::into_inner).lost(Instant::now());
        }
        outcome
    }
}

fn done<H>(_: &mut Dialogue<H>, answer: Answer) -> Result<(), DeviceError> {
    match answer {
        Answer::Done { .. } => Ok(()),
        other => Err(confused(&other)),
    }
}

impl<H: Host> FingerReader for Reader<H> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn supports(&self, request: FingerRequest) -> bool {
        (self.takes_slaps || !request.position.is_slap())
            && (self.takes_rolled || request.impression != Impression::Rolled)
    }

    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError> {
        if !self.supports(request) {
            let detail = format!("{} does not take this", self.origin.model);
            return Err(DeviceError::Unsupported { detail });
        }
        self.ask(&Request::Begin(request.position.code(), request.impression.code()), PATIENCE, done)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        let opened = self.opened;
        let request = Request::Next(u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX));
        let frame = self.ask(&request, timeout, |process, answer| match answer {
            Answer::Nothing => Ok(None),
            Answer::Picture { width, height, ppi, is_final } => {
                let bytes = (width as usize).saturating_mul(height as usize);
                let image = GrayImage::new(width, height, ppi, process.picture(bytes)?)
                    .map_err(|error| DeviceError::Garbage { detail: error.to_string() })?;
                Ok(Some(FingerFrame { image, taken: process.now().saturating_sub(opened), is_final }))
            }
            other => Err(confused(&other)),
        })?;
        if frame.is_some() {
            self.patience.lock().unwrap_or_else(PoisonError::into_inner).worked();
        }
        Ok(frame)
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.ask(&Request::End, PATIENCE, done)
    }
}
