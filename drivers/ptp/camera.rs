//! An open camera: live pictures, stills.

use crate::dataset::DeviceDescription;
use crate::eos;
use crate::picture::decode;
use crate::session::{Session, operation, response};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;
use tram_biometric::{Origin, RgbImage};
use tram_device::transport::UsbTransport;
use tram_device::{Camera, DeviceError, StillCamera, VideoFrame};

/// JPEG (ISO 15740:2013, clause 6.2).
const JPEG: u16 = 0x3801;
/// Pause between looks whether a live picture is ready.
const LIVE_PAUSE: Duration = Duration::from_millis(10);
/// Pause between looks whether a picture has been taken.
const STILL_PAUSE: Duration = Duration::from_millis(100);
/// The longest live picture asked of the wire.
const LIVE_PATIENCE: Duration = Duration::from_secs(2);

/// What the camera is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Something failed; the session begins anew before the next operation.
    Lost,
    /// A session is open.
    Idle,
    /// Live pictures come.
    Live,
}

/// An open camera, on any wire.
pub struct PtpCamera<T> {
    session: Session<T>,
    description: DeviceDescription,
    origin: Origin,
    state: State,
}

impl<T> fmt::Debug for PtpCamera<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PtpCamera({}, {:?})", self.origin.model, self.state)
    }
}

impl<T: UsbTransport> PtpCamera<T> {
    /// Takes over the wire to a camera; `endpoints` are its bulk OUT and IN.
    ///
    /// # Errors
    /// [`DeviceError::Unsupported`] when it stores pictures and cannot be told to take one; and whatever keeps a
    /// session from opening.
    pub fn open(wire: T, endpoints: (u8, u8), origin: Origin) -> Result<Self, DeviceError> {
        let mut session = Session::open(wire, endpoints)?;
        let description = session.describe()?;
        let mut camera = Self { session, description, origin, state: State::Idle };
        if !camera.is_eos() && !camera.description.knows(operation::INITIATE_CAPTURE) {
            let detail = format!("{} stores pictures and takes none", camera.description.model);
            return Err(DeviceError::Unsupported { detail });
        }
        camera.prepare()?;
        Ok(camera)
    }

    /// What the camera says of itself.
    pub fn description(&self) -> &DeviceDescription {
        &self.description
    }

    fn is_eos(&self) -> bool {
        self.description.extension == eos::EXTENSION
            && self.description.knows(eos::operation::SET_REMOTE_MODE)
    }

    /// What a session begins with.
    fn prepare(&mut self) -> Result<(), DeviceError> {
        if self.is_eos() {
            self.session.ask(eos::operation::SET_REMOTE_MODE, &[1])?;
            self.session.ask(eos::operation::SET_EVENT_MODE, &[1])?;
            // What happened before is nothing to us.
            self.session.ask(eos::operation::GET_EVENT, &[])?;
        }
        self.state = State::Idle;
        Ok(())
    }

    fn set(&mut self, number: u32, value: u32) -> Result<(), DeviceError> {
        self.session.give(eos::operation::SET_PROPERTY, &eos::property(number, value))
    }

    /// A session that failed begins anew.
    fn ready(&mut self) -> Result<(), DeviceError> {
        if self.state == State::Lost {
            self.session.restart()?;
            self.prepare()?;
        }
        Ok(())
    }

    fn guarded<R>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<R, DeviceError>,
    ) -> Result<R, DeviceError> {
        let result = self.ready().and_then(|()| act(self));
        if result.is_err() {
            self.state = State::Lost;
        }
        result
    }

    /// The next live picture by `deadline`.
    fn live(&mut self, deadline: Duration) -> Result<Option<VideoFrame>, DeviceError> {
        loop {
            let code = eos::operation::GET_VIEW_FINDER;
            let answer = self.session.transact(code, &eos::VIEW_FINDER, None, LIVE_PATIENCE)?;
            let taken = self.session.wire.now();
            if !matches!(answer.code, eos::NOT_READY | response::BUSY) {
                let data = answer.done(code)?;
                return Ok(Some(VideoFrame { image: decode(eos::live_jpeg(&data)?)?, taken }));
            }
            if taken >= deadline {
                return Ok(None);
            }
            self.session.wire.sleep(LIVE_PAUSE.min(deadline.saturating_sub(taken)));
        }
    }

    /// Repeats an operation while the camera is busy, until `deadline`.
    fn insist(&mut self, operation: u16, parameters: &[u32], deadline: Duration) -> Result<(), DeviceError> {
        loop {
            let answer = self.session.transact(operation, parameters, None, LIVE_PATIENCE)?;
            if answer.code != response::BUSY || self.session.wire.now() >= deadline {
                answer.done(operation)?;
                return Ok(());
            }
            self.session.wire.sleep(STILL_PAUSE);
        }
    }

    fn take_eos(&mut self, deadline: Duration) -> Result<RgbImage, DeviceError> {
        use eos::operation as op;
        self.set(eos::DESTINATION, eos::TO_MEMORY)?;
        self.session.ask(op::HOST_CAPACITY, &eos::CAPACITY)?;
        // A picture of an earlier release is another citizen's.
        for stale in eos::waiting(&self.session.ask(op::GET_EVENT, &[])?)? {
            self.session.ask(op::TRANSFER_COMPLETE, &[stale.handle])?;
        }
        if self.description.knows(op::RELEASE_ON) {
            self.insist(op::RELEASE_ON, &[eos::BOTH_STAGES, 0], deadline)?;
            self.session.ask(op::RELEASE_OFF, &[eos::BOTH_STAGES])?;
        } else {
            self.insist(op::RELEASE, &[], deadline)?;
        }
        loop {
            let mut jpeg = None;
            for picture in eos::waiting(&self.session.ask(op::GET_EVENT, &[])?)? {
                if picture.format == JPEG && jpeg.is_none() {
                    jpeg = Some(self.fetch_eos(picture)?);
                }
                self.session.ask(op::TRANSFER_COMPLETE, &[picture.handle])?;
            }
            if let Some(jpeg) = jpeg {
                return decode(&jpeg);
            }
            self.wait_for_picture(deadline)?;
        }
    }

    fn fetch_eos(&mut self, picture: eos::Waiting) -> Result<Vec<u8>, DeviceError> {
        let mut bytes = Vec::new();
        while bytes.len() < picture.bytes as usize {
            let at = bytes.len() as u32;
            let count = eos::PIECE_BYTES.min(picture.bytes - at);
            let piece = self.session.ask(eos::operation::GET_PARTIAL_OBJECT, &[picture.handle, at, count])?;
            if piece.is_empty() || piece.len() > count as usize {
                let detail = format!("{} bytes of a picture where {count} were asked", piece.len());
                return Err(DeviceError::Garbage { detail });
            }
            bytes.extend(piece);
        }
        Ok(bytes)
    }

    fn take_generic(&mut self, deadline: Duration) -> Result<RgbImage, DeviceError> {
        let before: BTreeSet<u32> = self.session.objects()?.into_iter().collect();
        self.insist(operation::INITIATE_CAPTURE, &[0, 0], deadline)?;
        loop {
            let mut jpeg = None;
            // Newest first: a camera lists what it has in the order it came.
            let new: Vec<u32> = self.session.objects()?.into_iter().filter(|h| !before.contains(h)).collect();
            for handle in &new {
                if jpeg.is_none() && self.session.format(*handle)? == JPEG {
                    jpeg = Some(self.session.fetch(*handle)?);
                }
            }
            if let Some(jpeg) = jpeg {
                for handle in new {
                    self.session.ask(operation::DELETE_OBJECT, &[handle])?;
                }
                return decode(&jpeg);
            }
            self.wait_for_picture(deadline)?;
        }
    }

    fn wait_for_picture(&mut self, deadline: Duration) -> Result<(), DeviceError> {
        if self.session.wire.now() >= deadline {
            return Err(DeviceError::Timeout { detail: "the camera took no picture".to_owned() });
        }
        self.session.wire.sleep(STILL_PAUSE);
        Ok(())
    }
}

impl<T: UsbTransport> Camera for PtpCamera<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        vec![("firmware".to_owned(), self.description.version.clone())]
    }

    /// # Errors
    /// [`DeviceError::Unsupported`] for a camera that has no live picture over this protocol.
    fn start(&mut self) -> Result<(), DeviceError> {
        if !self.is_eos() {
            let detail = format!("{} has no live picture; it takes stills", self.description.model);
            return Err(DeviceError::Unsupported { detail });
        }
        self.guarded(|camera| {
            camera.set(eos::LIVE_OUTPUT, eos::TO_HOST)?;
            camera.state = State::Live;
            Ok(())
        })
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<VideoFrame>, DeviceError> {
        if self.state != State::Live {
            self.session.wire.sleep(timeout);
            return Ok(None);
        }
        let deadline = self.session.wire.now() + timeout;
        self.guarded(|camera| camera.live(deadline))
    }

    fn stop(&mut self) -> Result<(), DeviceError> {
        if self.state != State::Live {
            return Ok(());
        }
        self.guarded(|camera| {
            camera.set(eos::LIVE_OUTPUT, 0)?;
            camera.state = State::Idle;
            Ok(())
        })
    }

    fn stills(&mut self) -> Option<&mut dyn StillCamera> {
        Some(self)
    }
}

impl<T: UsbTransport> StillCamera for PtpCamera<T> {
    fn take(&mut self, timeout: Duration) -> Result<RgbImage, DeviceError> {
        let deadline = self.session.wire.now() + timeout;
        self.guarded(
            |camera| {
                if camera.is_eos() { camera.take_eos(deadline) } else { camera.take_generic(deadline) }
            },
        )
    }
}
