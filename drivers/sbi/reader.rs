//! A fingerprint reader behind SBI: previews as frames, captures finished by the device.

use crate::bus::Bus;
use crate::parts::{Part, Target};
use crate::preview;
use crate::session::{Seen, Session};
use std::time::Duration;
use tram_biometric::{FingerPosition, Impression, Origin};
use tram_device::finger::{FinishedFinger, FinishingReader};
use tram_device::{DeviceError, FingerFrame, FingerReader, FingerRequest};

/// Width of the platen, inches, that a preview is taken to show: what the image specification asks at least of slap
/// readers and of others. A preview says nothing of its own scale.
const SLAP_INCHES: f32 = 3.2;
const SINGLE_INCHES: f32 = 1.6;

/// An open fingerprint reader.
#[derive(Debug)]
pub struct Reader<B: Bus> {
    origin: Origin,
    session: Session<B>,
    opened: Duration,
    absent: Vec<Part>,
    finished: Option<Vec<FinishedFinger>>,
}

impl<B: Bus> Reader<B> {
    pub(crate) fn new(origin: Origin, session: Session<B>) -> Self {
        let opened = session.now();
        Self { origin, session, opened, absent: Vec::new(), finished: None }
    }

    fn inches(&self) -> f32 {
        if self.session.device().id.sub_type == "Single" { SINGLE_INCHES } else { SLAP_INCHES }
    }
}

impl<B: Bus> FingerReader for Reader<B> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        vec![("firmware".to_owned(), self.session.device().firmware.clone())]
    }

    fn supports(&self, request: FingerRequest) -> bool {
        request.impression == Impression::Plain && self.session.supports(Target::Fingers(request.position))
    }

    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError> {
        if !self.supports(request) {
            let FingerRequest { position, impression } = request;
            return Err(DeviceError::Unsupported { detail: format!("{position:?} {impression:?}") });
        }
        self.finished = None;
        Ok(self.session.begin(Target::Fingers(request.position), &self.absent)?)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        match self.session.poll(timeout)? {
            Some(Seen::Preview(jpeg)) => {
                let image = preview::decode(&jpeg, self.inches());
                let taken = self.session.now().saturating_sub(self.opened);
                Ok(image.map(|image| FingerFrame { image, taken, is_final: false }))
            }
            Some(Seen::Captured(images)) => {
                let finger = |image: crate::Captured| match image.part {
                    Part::Finger(position) => {
                        Some(FinishedFinger { position, record: image.record, quality: image.quality })
                    }
                    _ => None,
                };
                self.finished = Some(images.into_iter().filter_map(finger).collect());
                Ok(None)
            }
            None => Ok(None),
        }
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.session.end();
        Ok(())
    }

    fn finishing(&mut self) -> Option<&mut dyn FinishingReader> {
        Some(self)
    }
}

impl<B: Bus> FinishingReader for Reader<B> {
    fn set_absent(&mut self, absent: &[FingerPosition]) {
        self.absent = absent.iter().copied().map(Part::Finger).collect();
    }

    fn take_finished(&mut self) -> Option<Vec<FinishedFinger>> {
        self.finished.take()
    }
}
