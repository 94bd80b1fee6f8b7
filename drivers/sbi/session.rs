//! One open device: its preview and its captures, of any modality, watched by one thread without waiting for either.

use crate::SbiError;
use crate::bus::Bus;
use crate::capture::{self, CAPTURE_TIMEOUT, Captured, ChainForm, Request, Verified};
use crate::exchange::{Exchange, Question};
use crate::holds::Hold;
use crate::identity::{DeviceInfo, Dialect};
use crate::parts::{Part, Target};
use crate::preview::Preview;
use crate::site::Site;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long the device may go on with a preview (the specification's own default).
const PREVIEW_TIMEOUT: Duration = Duration::from_mins(5);
/// How often the capture is looked at while the preview is waited for.
const STEP: Duration = Duration::from_millis(20);
/// Pause before a device that saw nothing, or is still busy with what was left, is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// What a device gives while it is armed.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A preview picture, JPEG.
    Preview(Vec<u8>),
    /// The finished capture, every image of it checked. The device is no longer armed.
    Captured(Vec<Captured>),
}

/// An open device.
pub struct Session<B: Bus> {
    bus: Arc<B>,
    site: Arc<Site>,
    device: DeviceInfo,
    hold: Hold,
    previous_hash: String,
    chain: Option<ChainForm>,
    running: Option<Running<B::Wire>>,
}

/// A capture that was begun.
struct Running<W> {
    target: Target,
    absent: Vec<Part>,
    sub_id: u8,
    preview: Option<Preview<W>>,
    stage: Stage<W>,
}

enum Stage<W> {
    /// To be asked at this time of the bus.
    Waiting(Duration),
    Asked(Box<Asked<W>>),
}

struct Asked<W> {
    request: Request,
    exchange: Exchange<W>,
    /// How long the device may work on it.
    until: Duration,
}

impl<B: Bus> fmt::Debug for Session<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}, running: {})", self.device.id.model, self.running.is_some())
    }
}

impl<B: Bus> Drop for Session<B> {
    fn drop(&mut self) {
        self.end();
    }
}

impl<B: Bus> Session<B> {
    pub(crate) fn new(bus: Arc<B>, site: Arc<Site>, device: DeviceInfo, hold: Hold) -> Self {
        let previous_hash = capture::first_hash();
        Self { bus, site, device, hold, previous_hash, chain: None, running: None }
    }

    /// What the device says about itself.
    pub fn device(&self) -> &DeviceInfo {
        &self.device
    }

    /// How the device chains its hashes, once it has captured.
    pub fn chain_form(&self) -> Option<ChainForm> {
        self.chain
    }

    pub(crate) fn now(&self) -> Duration {
        self.bus.now()
    }

    /// Whether the device has what it takes.
    pub fn supports(&self, target: Target) -> bool {
        target.sub_id(&self.device).is_some()
    }

    /// Arms the device: it shows its preview, and captures when it likes what it sees.
    ///
    /// # Errors
    /// [`SbiError::Unsupported`] for what the device lacks, or when nothing is left to capture.
    pub fn begin(&mut self, target: Target, absent: &[Part]) -> Result<(), SbiError> {
        self.end();
        let sub_id = target.sub_id(&self.device).filter(|_| !target.parts(absent).is_empty());
        let sub_id = sub_id.ok_or_else(|| SbiError::Unsupported(target.to_string()))?;
        let asked = target.parts(&[]);
        // A slap hears of its own missing fingers only, the photograph of an exception of all.
        let absent =
            absent.iter().copied().filter(|part| target == Target::Face || asked.contains(part)).collect();
        let preview = self.open_preview(sub_id);
        let stage = Stage::Waiting(self.bus.now());
        self.running = Some(Running { target, absent, sub_id, preview, stage });
        Ok(())
    }

    /// Disarms the device. A capture that it was asked for runs on in it for a while.
    pub fn end(&mut self) {
        if let Some(Running { stage: Stage::Asked(asked), .. }) = self.running.take() {
            self.hold.leave_capture(asked.until);
        }
    }

    /// What the device gives next, or `None` when `timeout` passes without anything.
    ///
    /// # Errors
    /// The device is disarmed. After [`SbiError::Gone`] it must be opened again.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Seen>, SbiError> {
        let deadline = self.bus.now() + timeout;
        let Some(mut running) = self.running.take() else {
            self.bus.sleep(timeout);
            return Ok(None);
        };
        loop {
            let step = STEP.min(deadline.saturating_sub(self.bus.now()));
            // Once the capture is on its way there is nothing more to preview.
            let is_coming = matches!(&running.stage, Stage::Asked(asked) if asked.exchange.has_begun());
            let shows = running.preview.is_some() && !is_coming;
            let (wait, step) = if shows { (Duration::ZERO, step) } else { (step, Duration::ZERO) };
            if let Some(images) = self.advance(&mut running, wait)? {
                return Ok(Some(Seen::Captured(images)));
            }
            match running.preview.as_mut().map(|preview| preview.poll(step)) {
                Some(Ok(Some(frame))) => {
                    self.running = Some(running);
                    return Ok(Some(Seen::Preview(frame)));
                }
                // A device without a preview captures all the same.
                Some(Err(_)) => running.preview = None,
                Some(Ok(None)) | None => {}
            }
            if self.bus.now() >= deadline {
                self.running = Some(running);
                return Ok(None);
            }
        }
    }

    /// Takes the capture one step on, waiting for `wait` at most.
    fn advance(
        &mut self,
        running: &mut Running<B::Wire>,
        wait: Duration,
    ) -> Result<Option<Vec<Captured>>, SbiError> {
        let now = self.bus.now();
        let asked = match &mut running.stage {
            Stage::Waiting(until) if now < *until => {
                self.bus.sleep(wait);
                return Ok(None);
            }
            Stage::Waiting(_) => {
                running.stage = Stage::Asked(Box::new(self.ask(running)?));
                return Ok(None);
            }
            Stage::Asked(asked) => asked,
        };
        let Some((_, body)) = asked.exchange.poll(wait)? else { return Ok(None) };
        match capture::verify(&body, &asked.request, &self.device, &self.site) {
            Ok(Verified { images, last_hash, chain }) => {
                self.previous_hash = last_hash;
                self.chain = Some(chain);
                return Ok(Some(images));
            }
            // Nothing lay there, or not straight: the preview says so, and the applicant gets another turn.
            Err(SbiError::Reported { code: 101 | 105, .. }) => {}
            Err(SbiError::Busy) if self.hold.works_on_left(now) => {}
            Err(error) => return Err(error),
        }
        running.stage = Stage::Waiting(now + ASK_AGAIN);
        if running.preview.is_none() {
            running.preview = self.open_preview(running.sub_id);
        }
        Ok(None)
    }

    fn ask(&self, running: &Running<B::Wire>) -> Result<Asked<B::Wire>, SbiError> {
        let request = Request {
            target: running.target,
            absent: running.absent.clone(),
            sub_id: running.sub_id,
            transaction: format!("{:032x}", (self.site.random)()),
            previous_hash: self.previous_hash.clone(),
            begun: (self.site.clock)(),
        };
        let question = request.question(&self.device, &self.site);
        let exchange = Exchange::open(&*self.bus, self.device.port, &question)?;
        Ok(Asked { request, exchange, until: self.bus.now() + CAPTURE_TIMEOUT })
    }

    fn open_preview(&self, sub_id: u8) -> Option<Preview<B::Wire>> {
        let mut body = json!({ "deviceSubId": sub_id, "timeout": PREVIEW_TIMEOUT.as_millis() as u64 });
        if let Some(body) = body.as_object_mut() {
            match self.device.dialect {
                Dialect::Mds095 => {
                    body.insert("deviceId".to_owned(), json!(self.device.device_id));
                }
                Dialect::Sbi10 => {
                    body.insert("type".to_owned(), json!(self.device.id.kind.word()));
                    body.insert("specVersion".to_owned(), json!(self.device.dialect.version()));
                    body.insert("serialNo".to_owned(), json!(self.device.id.serial));
                }
            }
        }
        let (body, patience) = (body.to_string(), PREVIEW_TIMEOUT);
        let question = Question { verb: "STREAM", path: "/stream", body, patience };
        Exchange::open(&*self.bus, self.device.port, &question).ok().map(Preview::new)
    }
}
