//! The dialogue with a module: scanning, receiving, draining.

use crate::packet::{Inbox, Kind, Packet, command, garbage};
use crate::picture::{MAX_PICTURE_BYTES, develop};
use std::fmt;
use std::time::Duration;
use tram_biometric::{Impression, Origin};
use tram_device::transport::ByteTransport;
use tram_device::{DeviceError, FingerFrame, FingerReader, FingerRequest};

// Instructions.
const SCAN: &[u8] = &[0x01];
const SEND_PICTURE: &[u8] = &[0x0a];
const VERIFY_PASSWORD: &[u8] = &[0x13, 0, 0, 0, 0];

// Confirmation codes.
const DONE: u8 = 0x00;
const BAD_PACKET: u8 = 0x01;
const NO_FINGER: u8 = 0x02;
const SCAN_FAILED: u8 = 0x03;
const WRONG_PASSWORD: u8 = 0x13;

/// How long an answer may take. A scan takes up to half a second.
const ANSWER_PATIENCE: Duration = Duration::from_secs(2);
/// Pause between scans without a finger.
const SCAN_PAUSE: Duration = Duration::from_millis(30);
/// Silence after which nothing more is on its way.
const QUIET: Duration = Duration::from_millis(200);
/// How long the rest of a picture may be on its way. A line that never falls quiet is no module's.
const DRAIN_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes asked of the line at once.
const READ_BYTES: usize = 512;

/// What is on the line.
enum Line {
    /// Nothing.
    Quiet,
    /// A scan was asked for; its answer comes by this time.
    Scanning(Duration),
    /// The picture was asked for; the next packet of it comes by this time.
    Receiving(Duration),
    /// Whatever comes is thrown away until nothing has come for [`QUIET`] since the first time, by the second time.
    Draining(Duration, Duration),
    /// After draining, the module was asked whether it is there.
    Greeting(Duration),
}

/// An open module, on any line.
pub struct Reader<T> {
    wire: T,
    origin: Origin,
    line: Line,
    inbox: Inbox,
    picture: Vec<u8>,
    is_armed: bool,
    finger_is_on: bool,
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.origin.model)
    }
}

impl<T: ByteTransport> Reader<T> {
    /// Takes over the line to a module and greets it.
    ///
    /// # Errors
    /// When nothing answers, or not as a module does.
    pub fn open(wire: T, origin: Origin) -> Result<Self, DeviceError> {
        let (line, inbox, picture) = (Line::Quiet, Inbox::default(), Vec::new());
        let mut reader = Self { wire, origin, line, inbox, picture, is_armed: false, finger_is_on: false };
        reader.drain();
        while !matches!(reader.line, Line::Quiet) {
            let deadline = reader.wire.now() + ANSWER_PATIENCE;
            reader.step(deadline)?;
        }
        Ok(reader)
    }

    fn drain(&mut self) {
        let now = self.wire.now();
        self.line = Line::Draining(now, now + DRAIN_PATIENCE);
    }

    fn ask(&mut self, instruction: &[u8]) -> Result<Duration, DeviceError> {
        self.wire.write(&command(instruction))?;
        Ok(self.wire.now() + ANSWER_PATIENCE)
    }

    /// The next packet by `deadline`; an error when it is later than `latest`.
    fn receive(&mut self, deadline: Duration, latest: Duration) -> Result<Option<Packet>, DeviceError> {
        loop {
            if let Some(packet) = self.inbox.take()? {
                return Ok(Some(packet));
            }
            let now = self.wire.now();
            if now >= latest {
                return Err(DeviceError::Timeout { detail: "the module fell silent".to_owned() });
            }
            if now >= deadline {
                return Ok(None);
            }
            let bytes = self.wire.read(READ_BYTES, deadline.min(latest).saturating_sub(now))?;
            self.inbox.add(&bytes);
        }
    }

    /// Goes on with the dialogue until something happens, `deadline` at the latest.
    fn step(&mut self, deadline: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        match self.line {
            Line::Quiet => {
                self.line = Line::Scanning(self.ask(SCAN)?);
                Ok(None)
            }
            Line::Scanning(latest) => {
                if let Some(packet) = self.receive(deadline, latest)? {
                    self.scanned(confirmation(&packet)?, deadline)?;
                }
                Ok(None)
            }
            Line::Receiving(latest) => match self.receive(deadline, latest)? {
                Some(packet) => self.received(packet),
                None => Ok(None),
            },
            Line::Draining(since, latest) => self.drain_on(since, latest, deadline),
            Line::Greeting(latest) => {
                match self.receive(deadline, latest)?.map(|packet| confirmation(&packet)).transpose()? {
                    None => {}
                    Some(DONE) => self.line = Line::Quiet,
                    Some(WRONG_PASSWORD) => {
                        let detail = "the module is locked with a password".to_owned();
                        return Err(DeviceError::Unsupported { detail });
                    }
                    Some(code) => {
                        return Err(garbage(&format!("the module answers {code:02x} to its greeting")));
                    }
                }
                Ok(None)
            }
        }
    }

    fn scanned(&mut self, code: u8, deadline: Duration) -> Result<(), DeviceError> {
        self.line = Line::Quiet;
        match code {
            DONE if !self.finger_is_on => {
                self.finger_is_on = true;
                self.picture.clear();
                self.line = Line::Receiving(self.ask(SEND_PICTURE)?);
            }
            NO_FINGER | DONE | BAD_PACKET | SCAN_FAILED => {
                // A finger has to be lifted before it is taken again.
                self.finger_is_on &= code != NO_FINGER;
                let left = deadline.saturating_sub(self.wire.now());
                self.wire.sleep(SCAN_PAUSE.min(left));
            }
            _ => return Err(garbage(&format!("the module answers {code:02x} to a scan"))),
        }
        Ok(())
    }

    fn received(&mut self, packet: Packet) -> Result<Option<FingerFrame>, DeviceError> {
        self.line = Line::Receiving(self.wire.now() + ANSWER_PATIENCE);
        match packet.kind {
            Kind::Acknowledge if self.picture.is_empty() && confirmation(&packet)? == DONE => Ok(None),
            Kind::Data | Kind::LastData if self.picture.len() + packet.content.len() <= MAX_PICTURE_BYTES => {
                self.picture.extend(packet.content);
                if packet.kind == Kind::Data {
                    return Ok(None);
                }
                self.line = Line::Quiet;
                let image = develop(&std::mem::take(&mut self.picture))?;
                Ok(Some(FingerFrame { image, taken: self.wire.now(), is_final: true }))
            }
            _ => Err(garbage("the module does not send its picture as it should")),
        }
    }

    fn drain_on(
        &mut self,
        since: Duration,
        latest: Duration,
        deadline: Duration,
    ) -> Result<Option<FingerFrame>, DeviceError> {
        let quiet_at = since + QUIET;
        let left = deadline.min(quiet_at).saturating_sub(self.wire.now());
        let bytes = self.wire.read(READ_BYTES, left)?;
        let now = self.wire.now();
        if now >= latest {
            return Err(garbage("the line never falls quiet"));
        }
        if !bytes.is_empty() {
            self.line = Line::Draining(now, latest);
        } else if now >= quiet_at {
            self.inbox.clear();
            self.line = Line::Greeting(self.ask(VERIFY_PASSWORD)?);
        }
        Ok(None)
    }
}

/// The confirmation code of an acknowledge packet.
fn confirmation(packet: &Packet) -> Result<u8, DeviceError> {
    match (packet.kind, packet.content.first()) {
        (Kind::Acknowledge, Some(code)) => Ok(*code),
        _ => Err(garbage("the module sends something else than an answer")),
    }
}

impl<T: ByteTransport> FingerReader for Reader<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn supports(&self, request: FingerRequest) -> bool {
        !request.position.is_slap() && request.impression == Impression::Plain
    }

    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError> {
        if !self.supports(request) {
            let detail = format!("{} takes single plain fingers only", self.origin.model);
            return Err(DeviceError::Unsupported { detail });
        }
        self.end()?;
        self.is_armed = true;
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        let deadline = self.wire.now() + timeout;
        loop {
            if matches!(self.line, Line::Quiet) && !self.is_armed {
                let left = deadline.saturating_sub(self.wire.now());
                self.wire.sleep(left);
                return Ok(None);
            }
            match self.step(deadline) {
                Ok(frame) if frame.is_some() || self.wire.now() >= deadline => return Ok(frame),
                Ok(_) => {}
                Err(error) => {
                    self.is_armed = false;
                    self.drain();
                    return Err(error);
                }
            }
        }
    }

    /// Returns at once: what is still on its way is drained by the calls that follow.
    fn end(&mut self) -> Result<(), DeviceError> {
        self.is_armed = false;
        if matches!(self.line, Line::Scanning(_) | Line::Receiving(_)) {
            self.drain();
        }
        Ok(())
    }

    fn progress(&self) -> Option<f32> {
        matches!(self.line, Line::Receiving(_)).then(|| self.picture.len() as f32 / MAX_PICTURE_BYTES as f32)
    }
}
