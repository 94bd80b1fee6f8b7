//! The virtual iris camera: drawn eyes in near infrared, of the person the handle put before it.
//!
//! A drawn eye is for trying the flow, never for matching: its texture is waves from the person's number.

use crate::handle::{Handle, Pace};
use crate::port::{Plug, Shared, origin};
use crate::target::{self, Defect, Target};
use std::time::Duration;
use tram_biometric::{EyeLabel, GrayImage, Origin};
use tram_device::iris::{IrisCamera, IrisFrame, IrisPicture};
use tram_device::{DeviceError, DeviceKind};

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
/// Preview pictures before the camera finishes, so that something is seen.
const PREVIEWS: u32 = 4;

/// How the next capture goes wrong; several wait for one capture each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrisTrouble {
    /// The lids are nearly closed.
    HalfClosed,
    /// Both pictures show the right eye.
    SameEyeTwice,
    /// The camera sees no eye.
    NoEye,
    /// The camera is pulled out in the middle of the capture.
    Unplug,
}

/// Who looks into the camera, and what goes wrong next.
#[derive(Debug, Default)]
pub(crate) struct Gaze {
    person: u64,
    troubles: std::collections::VecDeque<IrisTrouble>,
    pub(crate) target: Option<Target>,
    pub(crate) defect: Option<Defect>,
}

impl Gaze {
    pub(crate) fn put_person(&mut self, person: u64) {
        self.person = person;
    }

    pub(crate) fn trouble(&mut self, trouble: IrisTrouble) {
        self.troubles.push_back(trouble);
    }
}

/// An open virtual iris camera.
pub(crate) struct VirtualIrisCamera {
    plug: Plug,
    origin: Origin,
    pace: Pace,
    gaze: Shared<Gaze>,
    armed: Option<(Vec<EyeLabel>, u32)>,
}

impl VirtualIrisCamera {
    pub(crate) fn new(plug: Plug, handle: &Handle) -> Self {
        let (origin, gaze) = (origin(DeviceKind::IrisCamera), handle.gaze.clone());
        Self { plug, origin, pace: handle.pace, gaze, armed: None }
    }

    fn finish(&self, eyes: &[EyeLabel]) -> Result<Vec<(EyeLabel, IrisPicture)>, DeviceError> {
        let mut gaze = self.gaze.lock();
        let (person, trouble) = (gaze.person, gaze.troubles.pop_front());
        drop(gaze);
        let eyes = match trouble {
            Some(IrisTrouble::Unplug) => return Err(self.plug.pull()),
            Some(IrisTrouble::NoEye) => &[],
            _ => eyes,
        };
        let lid = if trouble == Some(IrisTrouble::HalfClosed) { 1.1 } else { 0.15 };
        let shown = |eye: EyeLabel| match trouble {
            Some(IrisTrouble::SameEyeTwice) => EyeLabel::Right,
            _ => eye,
        };
        Ok(eyes.iter().map(|eye| (*eye, IrisPicture::Pixels(drawn(person, shown(*eye), lid)))).collect())
    }
}

impl IrisCamera for VirtualIrisCamera {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        crate::port::about()
    }

    fn begin(&mut self, eyes: &[EyeLabel]) -> Result<(), DeviceError> {
        self.plug.check()?;
        if eyes.is_empty() {
            return Err(DeviceError::Unsupported { detail: "a capture of no eye".into() });
        }
        self.armed = Some((eyes.to_vec(), 0));
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<IrisFrame>, DeviceError> {
        self.plug.check()?;
        let Some((eyes, shown)) = self.armed.take() else {
            std::thread::sleep(timeout);
            return Ok(None);
        };
        std::thread::sleep(self.pace.finger.min(timeout));
        if shown >= PREVIEWS {
            return Ok(Some(IrisFrame::Finished(self.finish(&eyes)?)));
        }
        let (person, target, defect) = {
            let gaze = self.gaze.lock();
            (gaze.person, gaze.target, gaze.defect)
        };
        let laid = target.and_then(|target| target::infrared(target, defect, (WIDTH, HEIGHT), shown.into()));
        let preview =
            laid.unwrap_or_else(|| drawn(person, eyes.first().copied().unwrap_or(EyeLabel::Right), 0.15));
        self.armed = Some((eyes, shown + 1));
        Ok(Some(IrisFrame::Preview(preview)))
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.armed = None;
        self.plug.check()
    }
}

/// A number from 0 to 1 drawn from others.
fn chance(seed: u64, index: u64) -> f32 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as f32 / (1_u64 << 24) as f32
}

/// An eye whose upper lid comes down by `lid` of the iris's radius from its top: pupil, iris of waves, white, skin.
fn drawn(person: u64, eye: EyeLabel, lid: f32) -> GrayImage {
    let seed = person.wrapping_mul(2).wrapping_add(eye as u64);
    let (x0, y0) = (308.0 + 24.0 * chance(seed, 1), 228.0 + 24.0 * chance(seed, 2));
    let (pupil, limbus) = (36.0 + 10.0 * chance(seed, 3), 104.0 + 8.0 * chance(seed, 4));
    GrayImage::from_fn(WIDTH, HEIGHT, 0, |x, y| {
        let (dx, dy) = (x as f32 - x0, y as f32 - y0);
        let away = dx.hypot(dy);
        let noise = 5.0 * (chance(seed, u64::from(y * WIDTH + x) + 1000) - 0.5);
        // Lids as arcs above and below; the corners of the eye lie 2.4 radii to each side.
        let narrow = (1.0 - (dx / (2.4 * limbus)).powi(2)).max(0.0);
        let (top, bottom) = (-(1.0 - lid) * limbus * 1.02 * narrow.sqrt(), 1.05 * limbus * narrow.sqrt());
        let level = if narrow <= 0.0 || dy < top || dy > bottom {
            168.0 + 8.0 * (dx * 0.02).sin()
        } else if away < pupil {
            // The lamp's reflection beside the middle of the pupil.
            if (dx - 8.0).hypot(dy + 8.0) < 5.0 { 250.0 } else { 22.0 }
        } else if away < limbus {
            tissue(seed, dy.atan2(dx) / std::f32::consts::TAU, (away - pupil) / (limbus - pupil))
        } else {
            190.0 - 12.0 * (away / limbus - 1.0)
        };
        (level + noise).clamp(0.0, 255.0) as u8
    })
}

/// The level of an iris's tissue: waves around the eye, each with a phase of its own on each of eight rings.
fn tissue(seed: u64, turn: f32, share: f32) -> f32 {
    let ring = share * 7.0;
    let (inner, part) = (ring.floor() as u64, ring.fract());
    let wave = |ring: u64, count: u64| {
        let phase = chance(seed, ring * 64 + count + 100);
        ((turn * (3 + count) as f32 + phase) * std::f32::consts::TAU).sin()
    };
    let sum: f32 =
        (0..24).map(|count| wave(inner, count) * (1.0 - part) + wave(inner + 1, count) * part).sum();
    104.0 + 7.0 * sum
}
