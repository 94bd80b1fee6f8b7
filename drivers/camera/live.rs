//! Live video: a thread that feeds a slot, and a camera that takes the newest frame out of it.

use crate::picture::{RawFrame, decode};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tram_biometric::Origin;
use tram_device::{Camera, CameraControl, CameraControls, DeviceError, VideoFrame};

/// Damaged frames in a row after which a camera counts as broken. One now and then is a bad cable.
const MAX_DAMAGED: u32 = 10;

/// Where frames come from.
pub(crate) trait Source: Send + Sync + 'static {
    /// Puts frames into `slot` until the slot is stopped or the camera fails; returns why it ended.
    fn feed(&self, slot: &Slot) -> DeviceError;

    /// What can be set about its picture; nothing where nothing can.
    fn controls(&self) -> Result<Vec<CameraControl>, DeviceError> {
        Ok(Vec::new())
    }

    /// Sets one of these.
    fn set_control(&self, name: &str, _value: i64) -> Result<(), DeviceError> {
        Err(DeviceError::Unsupported { detail: format!("the camera has no {name}") })
    }
}

#[derive(Default)]
struct SlotState {
    newest: Option<(Instant, RawFrame)>,
    ended: Option<DeviceError>,
    is_stopped: bool,
}

/// Holds the newest frame. A frame that nobody took is replaced.
#[derive(Default)]
pub(crate) struct Slot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

impl Slot {
    /// A panic of the feeding thread leaves nothing half done, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, SlotState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, frame: RawFrame) {
        self.state().newest = Some((Instant::now(), frame));
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.state().is_stopped
    }

    fn stop(&self) {
        self.state().is_stopped = true;
        self.changed.notify_all();
    }

    fn end(&self, error: DeviceError) {
        self.state().ended.get_or_insert(error);
        self.changed.notify_all();
    }

    /// Waits, at most for `patience`, until the newest frame was taken; whether it was.
    pub(crate) fn wait_taken(&self, patience: Duration) -> bool {
        let is_full = |state: &mut SlotState| state.newest.is_some() && !state.is_stopped;
        let waited = self.changed.wait_timeout_while(self.state(), patience, is_full);
        waited.unwrap_or_else(PoisonError::into_inner).0.newest.is_none()
    }

    /// Sleeps, but not longer than until the slot is stopped.
    pub(crate) fn pause(&self, pause: Duration) {
        drop(self.changed.wait_timeout_while(self.state(), pause, |state| !state.is_stopped));
    }

    fn take(&self, deadline: Instant) -> Result<Option<(Instant, RawFrame)>, DeviceError> {
        let wait = deadline.saturating_duration_since(Instant::now());
        let is_idle = |state: &mut SlotState| state.newest.is_none() && state.ended.is_none();
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.state(), wait, is_idle)
            .unwrap_or_else(PoisonError::into_inner);
        match (state.newest.take(), &state.ended) {
            (Some(frame), _) => {
                self.changed.notify_all();
                Ok(Some(frame))
            }
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Ok(None),
        }
    }
}

/// Ends the slot also when the thread panics inside a foreign library.
struct EndGuard<'a>(&'a Slot);

impl Drop for EndGuard<'_> {
    fn drop(&mut self) {
        self.0.end(DeviceError::Garbage { detail: "the camera confused its library".to_owned() });
    }
}

/// A camera made of a [`Source`].
pub(crate) struct LiveCamera<S> {
    origin: Origin,
    source: Arc<S>,
    opened: Instant,
    running: Option<(Arc<Slot>, JoinHandle<()>)>,
    damaged: u32,
}

impl<S: Source> LiveCamera<S> {
    pub(crate) fn new(origin: Origin, source: S) -> Self {
        Self { origin, source: Arc::new(source), opened: Instant::now(), running: None, damaged: 0 }
    }
}

impl<S> LiveCamera<S> {
    fn end(&mut self) {
        if let Some((slot, thread)) = self.running.take() {
            slot.stop();
            // A thread that panicked has ended its slot; there is nothing more to learn from it.
            let _ = thread.join();
        }
    }
}

impl<S: Source> Camera for LiveCamera<S> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn start(&mut self) -> Result<(), DeviceError> {
        self.end();
        self.damaged = 0;
        let slot = Arc::new(Slot::default());
        let (source, fed) = (Arc::clone(&self.source), Arc::clone(&slot));
        let thread = thread::Builder::new()
            .name(format!("camera {}", self.origin.driver))
            .spawn(move || {
                let guard = EndGuard(&fed);
                let error = source.feed(&fed);
                guard.0.end(error);
            })
            .map_err(|e| DeviceError::Unsupported { detail: format!("no thread for the camera: {e}") })?;
        self.running = Some((slot, thread));
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<VideoFrame>, DeviceError> {
        let deadline = Instant::now() + timeout;
        let Some((slot, _)) = &self.running else {
            thread::sleep(timeout);
            return Ok(None);
        };
        while let Some((taken, raw)) = slot.take(deadline)? {
            match decode(&raw) {
                Ok(image) => {
                    self.damaged = 0;
                    return Ok(Some(VideoFrame { image, taken: taken.duration_since(self.opened) }));
                }
                Err(error) if self.damaged >= MAX_DAMAGED => return Err(error),
                Err(_) => self.damaged += 1,
            }
        }
        Ok(None)
    }

    fn stop(&mut self) -> Result<(), DeviceError> {
        self.end();
        Ok(())
    }

    fn controls(&mut self) -> Option<&mut dyn CameraControls> {
        Some(self)
    }
}

impl<S: Source> CameraControls for LiveCamera<S> {
    fn list(&mut self) -> Result<Vec<CameraControl>, DeviceError> {
        self.source.controls()
    }

    fn set(&mut self, name: &str, value: i64) -> Result<(), DeviceError> {
        self.source.set_control(name, value)
    }
}

impl<S> Drop for LiveCamera<S> {
    /// Once it is dropped another may open the camera.
    fn drop(&mut self) {
        self.end();
    }
}
