//! Arming, capturing and disarming an open reader.

use crate::driver::is_microsoft_v2;
use crate::picture::{TRANSFER_BYTES, Transfer, develop};
use crate::registers::{
    EVENT_BYTES, EVENT_ENDPOINT, Event, KEY, MODE, Mode, PICTURE_ENDPOINT, SCRAMBLE, next_event, read, write,
};
use crate::wake::wake;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{Impression, Origin};
use tram_device::transport::{TransportError, UsbTransport};
use tram_device::{DeviceError, FingerFrame, FingerReader, FingerRequest, UsbId};

/// Where the host's seeds for scrambling come from.
pub type Seeds = Arc<dyn Fn() -> u32 + Send + Sync>;

/// A picture takes 140 ms; two seconds is a reader that hangs.
const CAPTURE_PATIENCE: Duration = Duration::from_secs(2);

/// What the reader is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It failed, or was never woken.
    Asleep,
    /// It is awake and not armed.
    Off,
    /// It waits for a finger.
    AwaitOn,
    /// It sends a picture, by this time at the latest.
    Capturing(Duration),
    /// It waits for the finger to be lifted, so that one touch gives one picture.
    AwaitOff,
}

/// An open reader, on any wire.
pub struct Reader<T> {
    wire: T,
    origin: Origin,
    firmware: String,
    is_v2: bool,
    seeds: Seeds,
    state: State,
    finger_is_on: bool,
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({}, {:?})", self.origin.model, self.state)
    }
}

impl<T: UsbTransport> Reader<T> {
    /// Takes over the wire to a reader and wakes it.
    ///
    /// # Errors
    /// When nothing answers, or not as such a reader does.
    pub fn open(wire: T, id: &UsbId, origin: Origin, seeds: Seeds) -> Result<Self, DeviceError> {
        let (is_v2, state) = (is_microsoft_v2(id), State::Asleep);
        let firmware = String::new();
        let mut reader = Self { wire, origin, firmware, is_v2, seeds, state, finger_is_on: false };
        reader.wake()?;
        Ok(reader)
    }

    /// The firmware versions as the reader states them, in hexadecimal.
    pub fn firmware(&self) -> &str {
        &self.firmware
    }

    /// Gives the wire back, as the end of a recording needs it.
    pub fn into_wire(self) -> T {
        self.wire
    }

    fn wake(&mut self) -> Result<(), DeviceError> {
        self.firmware = wake(&mut self.wire, self.is_v2)?;
        self.state = State::Off;
        Ok(())
    }

    fn enter(&mut self, mode: Mode, state: State) -> Result<(), DeviceError> {
        write(&mut self.wire, MODE, &[mode as u8])?;
        self.state = state;
        Ok(())
    }

    /// A finger that has not been lifted must not be taken for the next one.
    fn arm(&mut self) -> Result<(), DeviceError> {
        // An event of an earlier arming must not start this one.
        self.wire.cancel_in(EVENT_ENDPOINT)?;
        self.wire.submit_in(EVENT_ENDPOINT, EVENT_BYTES)?;
        if self.finger_is_on {
            self.enter(Mode::AwaitFingerOff, State::AwaitOff)
        } else {
            self.enter(Mode::AwaitFingerOn, State::AwaitOn)
        }
    }

    /// Waits for the next thing to happen, until `deadline` at most.
    fn step(&mut self, deadline: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        let left = deadline.saturating_sub(self.wire.now());
        if let State::Capturing(latest) = self.state {
            return match self.wire.next_in(PICTURE_ENDPOINT, left)? {
                Some(bytes) => self.finish(&bytes).map(Some),
                None if self.wire.now() < latest => Ok(None),
                None => Err(DeviceError::Timeout { detail: "no picture came".to_owned() }),
            };
        }
        let event = next_event(&mut self.wire, left)?;
        match (event, self.state) {
            (Some(Event::Death), _) => {
                return Err(DeviceError::Garbage {
                    detail: "the scanner died and must start again".to_owned(),
                });
            }
            (Some(Event::FingerOn), State::AwaitOn) => self.capture()?,
            (Some(Event::FingerOff), State::AwaitOff) => {
                self.finger_is_on = false;
                self.enter(Mode::AwaitFingerOn, State::AwaitOn)?;
            }
            _ => {}
        }
        Ok(None)
    }

    fn capture(&mut self) -> Result<(), DeviceError> {
        self.finger_is_on = true;
        self.wire.submit_in(PICTURE_ENDPOINT, TRANSFER_BYTES)?;
        let latest = self.wire.now() + CAPTURE_PATIENCE;
        self.enter(Mode::Capture, State::Capturing(latest))
    }

    fn finish(&mut self, bytes: &[u8]) -> Result<FingerFrame, DeviceError> {
        let taken = self.wire.now();
        let (wire, seeds) = (&mut self.wire, &self.seeds);
        let picture = Transfer::parse(bytes)?.unscramble(|number| Ok(key(wire, number, seeds())?))?;
        let image = develop(picture, self.is_v2)?;
        self.enter(Mode::AwaitFingerOff, State::AwaitOff)?;
        Ok(FingerFrame { image, taken, is_final: true })
    }

    /// Leaves a failed reader so that the next arming wakes it anew. Errors here add nothing to the one at hand.
    fn abandon(&mut self) {
        self.state = State::Asleep;
        let _ = self.wire.cancel_in(PICTURE_ENDPOINT);
        let _ = self.wire.cancel_in(EVENT_ENDPOINT);
    }

    fn guarded<R>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<R, DeviceError>,
    ) -> Result<R, DeviceError> {
        let result = act(self);
        if result.is_err() {
            self.abandon();
        }
        result
    }
}

/// The key for a key number: the reader hides it under the seed it was given.
fn key(wire: &mut impl UsbTransport, number: u8, seed: u32) -> Result<u32, TransportError> {
    let [a, b, c, d] = seed.to_le_bytes();
    write(wire, SCRAMBLE, &[number, a, b, c, d])?;
    Ok(u32::from_le_bytes(read(wire, KEY)?) ^ seed)
}

impl<T: UsbTransport> FingerReader for Reader<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        vec![("firmware".to_owned(), self.firmware.clone())]
    }

    fn supports(&self, request: FingerRequest) -> bool {
        !request.position.is_slap() && request.impression == Impression::Plain
    }

    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError> {
        if !self.supports(request) {
            let detail = format!("{} takes single plain fingers only", self.origin.model);
            return Err(DeviceError::Unsupported { detail });
        }
        self.guarded(|reader| {
            match reader.state {
                State::Asleep => reader.wake()?,
                State::Capturing(_) => reader.wire.cancel_in(PICTURE_ENDPOINT)?,
                State::Off | State::AwaitOn | State::AwaitOff => {}
            }
            reader.arm()
        })
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        if matches!(self.state, State::Asleep | State::Off) {
            self.wire.sleep(timeout);
            return Ok(None);
        }
        let deadline = self.wire.now() + timeout;
        loop {
            let frame = self.guarded(|reader| reader.step(deadline))?;
            if frame.is_some() || self.wire.now() >= deadline {
                return Ok(frame);
            }
        }
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        if matches!(self.state, State::Asleep | State::Off) {
            return Ok(());
        }
        self.guarded(|reader| {
            if matches!(reader.state, State::Capturing(_)) {
                reader.wire.cancel_in(PICTURE_ENDPOINT)?;
            }
            reader.enter(Mode::Off, State::Off)
        })
    }
}
