//! An iris camera behind SBI: previews as frames, captures finished and signed by the device.

use crate::bus::Bus;
use crate::parts::{Part, Target};
use crate::preview;
use crate::session::{Seen, Session};
use std::time::Duration;
use tram_biometric::{EyeLabel, Origin};
use tram_device::DeviceError;
use tram_device::iris::{IrisCamera, IrisFrame, IrisPicture};

/// An open iris camera.
#[derive(Debug)]
pub struct Irises<B: Bus> {
    origin: Origin,
    session: Session<B>,
}

impl<B: Bus> Irises<B> {
    pub(crate) fn new(origin: Origin, session: Session<B>) -> Self {
        Self { origin, session }
    }
}

fn part(eye: EyeLabel) -> Part {
    match eye {
        EyeLabel::Right => Part::RightIris,
        EyeLabel::Left => Part::LeftIris,
    }
}

impl<B: Bus> IrisCamera for Irises<B> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        vec![("firmware".to_owned(), self.session.device().firmware.clone())]
    }

    fn begin(&mut self, eyes: &[EyeLabel]) -> Result<(), DeviceError> {
        let absent: Vec<Part> =
            EyeLabel::BOTH.into_iter().filter(|eye| !eyes.contains(eye)).map(part).collect();
        Ok(self.session.begin(Target::Irises, &absent)?)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<IrisFrame>, DeviceError> {
        Ok(match self.session.poll(timeout)? {
            // The width of what it shows is not known and not needed: the preview is only looked at.
            Some(Seen::Preview(jpeg)) => preview::decode(&jpeg, f32::INFINITY).map(IrisFrame::Preview),
            Some(Seen::Captured(images)) => {
                let eye = |image: crate::Captured| {
                    let eye = EyeLabel::BOTH.into_iter().find(|eye| part(*eye) == image.part)?;
                    Some((eye, IrisPicture::Record(image.record)))
                };
                Some(IrisFrame::Finished(images.into_iter().filter_map(eye).collect()))
            }
            None => None,
        })
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.session.end();
        Ok(())
    }
}
