//! The virtual slap reader: takes slaps, single flat fingers and rolled ones of whoever is on its platen.

use crate::handle::{Handle, Pace};
use crate::port::{Plug, Shared, origin};
use crate::target::{self, Defect, Target};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tram_biometric::{FingerPosition, GrayImage, Impression, Origin};
use tram_device::{DeviceError, DeviceKind, FingerFrame, FingerReader, FingerRequest};
use tram_synthetic::{ImpressionParams, Master, SlapParams, slap};

/// What goes wrong with a capture. The person does as asked the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Dry skin: ridges break into dots.
    Dry,
    /// Wet skin: ridges run together.
    Wet,
    /// Hardly touched.
    Light,
    /// Only a part of each finger touches.
    Partial,
    /// One finger of a slap does not come down though the person has it.
    OneFingerShort,
    /// The same fingers of the other hand.
    OtherHand,
    /// The reader answers nonsense.
    Garbage,
    /// The plug is pulled during the capture.
    Unplug,
}

/// Who is on the platen, and what goes wrong next.
#[derive(Debug, Default)]
pub(crate) struct Platen {
    person: Option<u64>,
    missing: Vec<FingerPosition>,
    troubles: VecDeque<Trouble>,
    /// Captures so far: each is another touch of the same fingers.
    captures: u64,
    /// What a technician laid there instead of fingers.
    pub(crate) target: Option<Target>,
    pub(crate) defect: Option<Defect>,
}

impl Platen {
    pub(crate) fn put_person(&mut self, person: Option<u64>) {
        self.person = person;
        self.missing.clear();
    }

    pub(crate) fn set_missing(&mut self, fingers: &[FingerPosition]) {
        self.missing = fingers.to_vec();
    }

    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        self.troubles.push_back(trouble);
    }
}

/// Fingers grown so far, the newest last. They take a fifth of a second each and are asked for again and again.
#[derive(Debug, Default)]
pub(crate) struct Masters(VecDeque<(u64, Arc<Master>)>);

impl Masters {
    /// Two people's fingers: the one on the platen, and the one before who may come back.
    const KEPT: usize = 20;

    fn get(&mut self, person: u64, finger: FingerPosition) -> Arc<Master> {
        let known = self.0.iter().find(|(owner, master)| *owner == person && master.position() == finger);
        if let Some((_, master)) = known {
            return Arc::clone(master);
        }
        let master = Arc::new(Master::grow(person, finger));
        self.0.push_back((person, Arc::clone(&master)));
        while self.0.len() > Self::KEPT {
            self.0.pop_front();
        }
        master
    }
}

/// An open virtual reader.
pub(crate) struct VirtualReader {
    plug: Plug,
    origin: Origin,
    opened: Instant,
    pace: Pace,
    platen: Shared<Platen>,
    masters: Shared<Masters>,
    capture: Option<Capture>,
}

/// A capture that is running.
struct Capture {
    request: FingerRequest,
    trouble: Option<Trouble>,
    number: u64,
    begun: Instant,
    /// Pictures given so far.
    given: usize,
    /// The settled fingers, seen once as preview and then as the finished capture.
    settled: Option<GrayImage>,
}

/// How fingers come to rest: how much touches, how hard, and how far they still are from their place, px.
const LANDING: [(f32, f32, f32); 3] = [(0.55, 0.2, 30.0), (0.85, 0.6, 10.0), (1.0, 1.0, 0.0)];

impl VirtualReader {
    pub(crate) fn new(plug: Plug, handle: &Handle) -> Self {
        Self {
            plug,
            origin: origin(DeviceKind::FingerReader),
            opened: Instant::now(),
            pace: handle.pace,
            platen: handle.platen.clone(),
            masters: handle.masters.clone(),
            capture: None,
        }
    }

    /// The fingers that come down for a capture, grown; empty when there are none.
    fn fingers(&self, capture: &Capture) -> Vec<Arc<Master>> {
        let (person, missing) = {
            let platen = self.platen.lock();
            let Some(person) = platen.person else { return Vec::new() };
            (person, platen.missing.clone())
        };
        let mut fingers: Vec<FingerPosition> = capture.request.position.fingers().to_vec();
        fingers.retain(|finger| !missing.contains(finger));
        if capture.trouble == Some(Trouble::OneFingerShort) && fingers.len() > 1 {
            // The little finger is the one that does not reach; of two thumbs it is the left.
            let little = [FingerPosition::RightLittle, FingerPosition::LeftLittle];
            fingers.remove(fingers.iter().position(|finger| little.contains(finger)).unwrap_or_default());
        }
        if capture.trouble == Some(Trouble::OtherHand) {
            fingers = fingers.into_iter().map(on_other_hand).collect();
        }
        let mut masters = self.masters.lock();
        fingers.into_iter().map(|finger| masters.get(person, finger)).collect()
    }

    /// What a technician laid on the platen.
    fn target(&self, capture: &Capture) -> Option<GrayImage> {
        let (target, defect) = {
            let platen = self.platen.lock();
            (platen.target?, platen.defect)
        };
        target::platen(target, defect, (capture.number << 16) | capture.given as u64)
    }

    /// The next picture of a capture whose time has come, or `None` when nothing lies on the platen.
    fn picture(&self, capture: &mut Capture) -> Option<GrayImage> {
        if let Some(settled) = &capture.settled {
            return Some(settled.clone());
        }
        let masters = self.fingers(capture);
        if masters.is_empty() {
            return None;
        }
        let landing = LANDING.get(capture.given).copied().unwrap_or((1.0, 1.0, 0.0));
        let image = match (masters.as_slice(), capture.request) {
            (_, request) if request.position.is_slap() => slap_picture(&masters, capture, landing),
            ([finger, ..], request) => single_picture(finger, request.impression, capture, landing),
            ([], _) => return None,
        };
        if capture.given + 1 >= LANDING.len() {
            capture.settled = Some(image.clone());
        }
        Some(image)
    }
}

impl FingerReader for VirtualReader {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        crate::port::about()
    }

    fn supports(&self, request: FingerRequest) -> bool {
        match request.position {
            FingerPosition::Unknown => false,
            position => request.impression == Impression::Plain || !position.is_slap(),
        }
    }

    fn begin(&mut self, request: FingerRequest) -> Result<(), DeviceError> {
        self.plug.check()?;
        if !self.supports(request) {
            let FingerRequest { position, impression } = request;
            return Err(DeviceError::Unsupported { detail: format!("{position:?} {impression:?}") });
        }
        let (trouble, number) = {
            let mut platen = self.platen.lock();
            platen.captures += 1;
            (platen.troubles.pop_front(), platen.captures)
        };
        let begun = Instant::now();
        self.capture = Some(Capture { request, trouble, number, begun, given: 0, settled: None });
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<FingerFrame>, DeviceError> {
        self.plug.check()?;
        let Some(mut capture) = self.capture.take() else {
            std::thread::sleep(timeout);
            return Ok(None);
        };
        let due = self.pace.finger * (capture.given as u32 + 1);
        let wait = due.saturating_sub(capture.begun.elapsed());
        if wait > timeout {
            std::thread::sleep(timeout);
            self.capture = Some(capture);
            return Ok(None);
        }
        std::thread::sleep(wait);
        match capture.trouble {
            Some(Trouble::Unplug) if capture.given > 0 => return Err(self.plug.pull()),
            Some(Trouble::Garbage) if capture.given > 0 => {
                return Err(DeviceError::Garbage {
                    detail: "an image of 0 by 65535 pixels was announced".into(),
                });
            }
            _ => {}
        }
        if let Some(image) = self.target(&capture) {
            capture.given += 1;
            self.capture = Some(capture);
            return Ok(Some(FingerFrame { image, taken: self.opened.elapsed(), is_final: false }));
        }
        let is_final = capture.settled.is_some();
        let Some(image) = self.picture(&mut capture) else {
            std::thread::sleep(timeout.saturating_sub(wait));
            self.capture = Some(capture);
            return Ok(None);
        };
        capture.given += 1;
        if !is_final {
            self.capture = Some(capture);
        }
        Ok(Some(FingerFrame { image, taken: self.opened.elapsed(), is_final }))
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        self.capture = None;
        self.plug.check()
    }
}

/// A slap as far as it has landed; the middle fingers come down first.
fn slap_picture(masters: &[Arc<Master>], capture: &Capture, landing: (f32, f32, f32)) -> GrayImage {
    let (_, press, away) = landing;
    let usual = SlapParams::casual(capture.number);
    let (moisture, pressure) = skin(capture.trouble, usual.moisture, usual.pressure);
    let shift = (usual.shift.0 + away, usual.shift.1 - away);
    let params = SlapParams { moisture, pressure: pressure * press, shift, ..usual };
    // Fingers of the other hand lie as that hand does.
    let position = match (capture.trouble, capture.request.position) {
        (Some(Trouble::OtherHand), FingerPosition::PlainRightFour) => FingerPosition::PlainLeftFour,
        (Some(Trouble::OtherHand), FingerPosition::PlainLeftFour) => FingerPosition::PlainRightFour,
        (_, position) => position,
    };
    let landed = if capture.given == 0 { masters.len().div_ceil(2) } else { masters.len() };
    let masters: Vec<&Master> = masters.iter().take(landed).map(AsRef::as_ref).collect();
    slap(position, &masters, &params).image
}

/// A single finger as far as it has landed, or rolled from one side to the other.
fn single_picture(
    finger: &Master,
    impression: Impression,
    capture: &Capture,
    landing: (f32, f32, f32),
) -> GrayImage {
    let (touching, press, away) = landing;
    let usual = ImpressionParams::casual(capture.number, 0.85);
    let (moisture, pressure) = skin(capture.trouble, usual.moisture, usual.pressure);
    let part = if capture.trouble == Some(Trouble::Partial) { 0.42 } else { 1.0 };
    let params = match impression {
        Impression::Plain => ImpressionParams {
            size: (480, 600),
            moisture,
            pressure: pressure * press,
            contact: (usual.contact.0 * touching * part, usual.contact.1 * touching * part),
            shift: (usual.shift.0 + away, usual.shift.1 - away),
            ..usual
        },
        Impression::Rolled => ImpressionParams {
            size: (800, 750),
            moisture,
            pressure,
            contact: (ROLLED.0 * touching.powi(2) * part, ROLLED.1),
            touched: (-6.0 * away, 0.0),
            shift: (0.0, 0.0),
            ..usual
        },
    };
    finger.impression(&params)
}

/// How much more of a finger touches when it is rolled from nail to nail than when it lies flat.
const ROLLED: (f32, f32) = (1.6, 1.12);

/// Moisture and pressure of a touch, given what goes wrong.
fn skin(trouble: Option<Trouble>, moisture: f32, pressure: f32) -> (f32, f32) {
    match trouble {
        Some(Trouble::Dry) => (-1.0, 0.35),
        Some(Trouble::Wet) => (1.0, 0.8),
        Some(Trouble::Light) => (moisture - 0.3, 0.05),
        _ => (moisture, pressure),
    }
}

fn on_other_hand(finger: FingerPosition) -> FingerPosition {
    let code = finger.code();
    let other = if code <= 5 { code + 5 } else { code - 5 };
    FingerPosition::from_code(other).unwrap_or(finger)
}
