//! The virtual camera: 1280×720 video of a person who stands where the script says.

use crate::handle::{Handle, Pace};
use crate::port::{Plug, Shared, origin};
use crate::portrait::{Head, Portrait};
use crate::printer::Stock;
use crate::target::{self, Defect, Target};
use std::time::{Duration, Instant};
use tram_biometric::{Origin, RgbImage};
use tram_device::{Camera, DeviceError, DeviceKind, VideoFrame};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// How far a head sways to each side, px.
const MARGIN: u32 = 3;
/// A frame and its margins.
const BROAD: u32 = WIDTH + 2 * MARGIN;
const TALL: u32 = HEIGHT + 2 * MARGIN;

/// How the person stands before the camera, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    /// From chin to crown as a share of the picture's height.
    pub head: f32,
    /// Where the face's middle lies from the picture's, in widths and heights, right and down.
    pub offset: (f32, f32),
    /// How far the head leans against the clock, degrees.
    pub roll_deg: f32,
    /// Out of focus: radius in pixels.
    pub blur: u32,
    /// Light: 1.0 right, 0.3 dark, 2.0 glaring.
    pub light: f32,
    /// How many frames it lasts; of the last shot it is not asked.
    pub frames: u32,
}

impl Shot {
    /// Right: the head fills half the height, in the middle, sharp.
    pub fn good() -> Self {
        Self { head: 0.5, offset: (0.0, -0.03), roll_deg: 0.0, blur: 0, light: 1.0, frames: 30 }
    }

    /// Too far from the camera.
    pub fn far(frames: u32) -> Self {
        Self { head: 0.22, offset: (0.02, -0.1), frames, ..Self::good() }
    }

    /// Too far to one side.
    pub fn off_centre(frames: u32) -> Self {
        Self { offset: (0.24, 0.02), frames, ..Self::good() }
    }

    /// Out of focus.
    pub fn blurred(frames: u32) -> Self {
        Self { blur: 7, frames, ..Self::good() }
    }

    /// Too dark.
    pub fn dark(frames: u32) -> Self {
        Self { light: 0.25, frames, ..Self::good() }
    }

    /// The head leans to a shoulder.
    pub fn tilted(frames: u32) -> Self {
        Self { roll_deg: 17.0, frames, ..Self::good() }
    }
}

/// What is before the camera.
#[derive(Debug)]
pub(crate) struct Scene {
    portraits: Vec<Portrait>,
    shots: Vec<Shot>,
    person: u64,
    /// Counts changes, so that an open camera notices and begins the script anew.
    edition: u64,
    /// What a technician holds there instead of a person.
    pub(crate) target: Option<Target>,
    pub(crate) defect: Option<Defect>,
}

impl Scene {
    pub(crate) fn new(portraits: Vec<Portrait>, shots: Vec<Shot>) -> Self {
        Self { portraits, shots, person: 0, edition: 0, target: None, defect: None }
    }

    pub(crate) fn put_person(&mut self, person: u64) {
        self.person = person;
        self.edition += 1;
    }

    pub(crate) fn show(&mut self, shots: Vec<Shot>) {
        self.shots = shots;
        self.edition += 1;
    }

    fn portrait(&self) -> Portrait {
        let place = self.person.checked_rem(self.portraits.len() as u64).unwrap_or_default();
        self.portraits.get(place as usize).cloned().unwrap_or(Portrait::Demonstration)
    }

    /// The shot of a frame counted from the script's beginning.
    fn shot(&self, frame: u64) -> Shot {
        let mut left = frame;
        for shot in &self.shots {
            if left < u64::from(shot.frames) {
                return *shot;
            }
            left -= u64::from(shot.frames);
        }
        self.shots.last().copied().unwrap_or_else(Shot::good)
    }
}

/// An open virtual camera.
pub(crate) struct VirtualCamera {
    plug: Plug,
    origin: Origin,
    opened: Instant,
    pace: Pace,
    scene: Shared<Scene>,
    stock: Shared<Stock>,
    edition: u64,
    head: Head,
    /// The picture of the shot that is on, with a margin to sway in.
    composed: Option<(Shot, Vec<u8>)>,
    /// When video began, and the number of the frame given last.
    running: Option<(Instant, u64)>,
    /// The frame number at which the present script began.
    script_begun: u64,
}

impl VirtualCamera {
    pub(crate) fn new(plug: Plug, handle: &Handle) -> Result<Self, DeviceError> {
        let scene = handle.scene.clone();
        let (edition, portrait) = {
            let inside = scene.lock();
            (inside.edition, inside.portrait())
        };
        Ok(Self {
            plug,
            origin: origin(DeviceKind::Camera),
            opened: Instant::now(),
            pace: handle.pace,
            scene,
            stock: handle.stock.clone(),
            edition,
            head: portrait.load()?,
            composed: None,
            running: None,
            script_begun: 0,
        })
    }

    /// The shot of a frame; a changed scene begins its script with this frame.
    fn shot(&mut self, frame: u64) -> Result<Shot, DeviceError> {
        let scene = self.scene.lock();
        if scene.edition != self.edition {
            self.edition = scene.edition;
            self.script_begun = frame;
            self.head = scene.portrait().load()?;
            self.composed = None;
        }
        Ok(scene.shot(frame.saturating_sub(self.script_begun)))
    }
}

impl VirtualCamera {
    /// The picture of a frame. Nobody stands quite still: the head sways a little in a picture composed once a shot.
    fn picture(&mut self, shot: Shot, frame: u64) -> RgbImage {
        let composed = match self.composed.take() {
            Some((known, pixels)) if known == shot => pixels,
            _ => compose(&self.head, shot),
        };
        let time = frame as f32 / 30.0;
        let sway = |speed: f32| (MARGIN as f32 * (1.0 + (speed * time).sin())) as usize;
        let (left, top) = (sway(1.3), sway(0.9));
        let rows = composed.chunks_exact(BROAD as usize * 3).skip(top).take(HEIGHT as usize);
        let visible =
            |row: &[u8]| row.iter().skip(left * 3).take(WIDTH as usize * 3).copied().collect::<Vec<u8>>();
        let pixels = rows.flat_map(visible).collect();
        self.composed = Some((shot, composed));
        RgbImage::new(WIDTH, HEIGHT, pixels).unwrap_or_else(|_| self.head.image.clone())
    }
}

impl VirtualCamera {
    /// What a technician holds before the camera.
    fn target(&self, frame: u64) -> Option<RgbImage> {
        let (target, defect) = {
            let scene = self.scene.lock();
            (scene.target?, scene.defect)
        };
        let card = self.stock.lock().last_front();
        target::scene(target, defect, card.as_deref(), (WIDTH, HEIGHT), frame)
    }
}

impl Camera for VirtualCamera {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn about(&self) -> Vec<(String, String)> {
        crate::port::about()
    }

    fn start(&mut self) -> Result<(), DeviceError> {
        self.plug.check()?;
        self.running = Some((Instant::now(), 0));
        self.script_begun = 0;
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Option<VideoFrame>, DeviceError> {
        self.plug.check()?;
        let Some((begun, last)) = self.running else {
            std::thread::sleep(timeout);
            return Ok(None);
        };
        // Frames nobody fetched are dropped: the number follows the clock.
        let due = begun.elapsed().as_micros().checked_div(self.pace.camera.as_micros()).unwrap_or_default();
        let frame = (due as u64).max(last + 1);
        let at = self.pace.camera.saturating_mul(u32::try_from(frame).unwrap_or(u32::MAX));
        let wait = at.saturating_sub(begun.elapsed());
        if wait > timeout {
            std::thread::sleep(timeout);
            return Ok(None);
        }
        std::thread::sleep(wait);
        self.running = Some((begun, frame));
        let image = if let Some(image) = self.target(frame) {
            image
        } else {
            let shot = self.shot(frame - 1)?;
            self.picture(shot, frame)
        };
        Ok(Some(VideoFrame { image, taken: self.opened.elapsed() }))
    }

    fn stop(&mut self) -> Result<(), DeviceError> {
        self.running = None;
        self.plug.check()
    }
}

/// Rows of the picture of a head that stands like this, [`MARGIN`] larger than a frame on every side.
fn compose(head: &Head, shot: Shot) -> Vec<u8> {
    let scale = shot.head.max(0.01) * HEIGHT as f32 / head.height.max(1.0);
    let (sin, cos) = shot.roll_deg.to_radians().sin_cos();
    let middle_x = WIDTH as f32 * (0.5 + shot.offset.0) + MARGIN as f32;
    let middle_y = HEIGHT as f32 * (0.5 + shot.offset.1) + MARGIN as f32;
    let mut pixels = Vec::with_capacity((BROAD * TALL * 3) as usize);
    for y in 0..TALL {
        for x in 0..BROAD {
            let (x, y) = ((x as f32 - middle_x) / scale, (y as f32 - middle_y) / scale);
            let place = (head.middle.0 + x * cos - y * sin, head.middle.1 + x * sin + y * cos);
            let colour = sampled(&head.image, place).map(|level| (level * shot.light).min(255.0) as u8);
            pixels.extend_from_slice(&colour);
        }
    }
    if shot.blur > 0 { blurred(&pixels, shot.blur as usize) } else { pixels }
}

/// The colour between pixels; outside it fades from the edge's own colour into a light wall.
fn sampled(image: &RgbImage, (x, y): (f32, f32)) -> [f32; 3] {
    const WALL: f32 = 205.0;
    const FADE: f32 = 40.0;
    let (right, bottom) = (image.width() as f32 - 1.0, image.height() as f32 - 1.0);
    let (inside_x, inside_y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
    let outside = (x - inside_x).hypot(y - inside_y);
    let (left, top) = (inside_x as u32, inside_y as u32);
    let (u, v) = (inside_x - left as f32, inside_y - top as f32);
    let next = (left + 1).min(image.width() - 1);
    let below = (top + 1).min(image.height() - 1);
    let corner = |x: u32, y: u32| image.get(x, y).unwrap_or_default().map(f32::from);
    let [a, b, c, d] = [corner(left, top), corner(next, top), corner(left, below), corner(next, below)];
    let wall = (outside / FADE).min(1.0);
    let mut colour = [0.0; 3];
    for ((((level, a), b), c), d) in colour.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        let upper = a + (b - a) * u;
        let lower = c + (d - c) * u;
        let inside = upper + (lower - upper) * v;
        *level = inside + (WALL - inside) * wall;
    }
    colour
}

/// A box blur across and down, as a lens out of focus.
fn blurred(pixels: &[u8], radius: usize) -> Vec<u8> {
    let (width, height) = (BROAD as usize, TALL as usize);
    let mut across = pixels.to_vec();
    for (from, to) in pixels.chunks_exact(width * 3).zip(across.chunks_exact_mut(width * 3)) {
        for channel in 0..3 {
            let line: Vec<u8> = from.iter().skip(channel).step_by(3).copied().collect();
            for (level, target) in box_means(&line, radius).zip(to.iter_mut().skip(channel).step_by(3)) {
                *target = level;
            }
        }
    }
    let mut both = across.clone();
    for column in 0..width * 3 {
        let line: Vec<u8> = across.iter().skip(column).step_by(width * 3).copied().take(height).collect();
        let targets = both.iter_mut().skip(column).step_by(width * 3);
        for (level, target) in box_means(&line, radius).zip(targets) {
            *target = level;
        }
    }
    both
}

/// The mean of each place and its neighbours up to `radius` away, where there are any.
fn box_means(line: &[u8], radius: usize) -> impl Iterator<Item = u8> {
    (0..line.len()).map(move |place| {
        let window = line.get(place.saturating_sub(radius)..(place + radius + 1).min(line.len()));
        let window = window.unwrap_or_default();
        let sum: u32 = window.iter().map(|level| u32::from(*level)).sum();
        (sum / (window.len().max(1) as u32)) as u8
    })
}
