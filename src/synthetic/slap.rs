//! Slaps: several fingers of one hand, or both thumbs, lying flat on a large platen.

use crate::finger::Master;
use crate::impression::{Ground, ImpressionParams, blurred};
use crate::random::Random;
use tram_biometric::{FingerPosition, GrayImage, Rect};

/// A slap reader's platen at 500 ppi, px: 3.2 by 3.0 inches.
pub const SLAP_SIZE: (u32, u32) = (1600, 1500);

/// How a hand lies on the platen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlapParams {
    /// Chance of this one touch.
    pub seed: u64,
    /// Where the hand lies from its usual place, pixels right and down.
    pub shift: (f32, f32),
    /// How far the hand is turned against the clock, degrees.
    pub rotation_deg: f32,
    /// As in [`ImpressionParams::moisture`].
    pub moisture: f32,
    /// As in [`ImpressionParams::pressure`].
    pub pressure: f32,
}

impl Default for SlapParams {
    /// A good touch, straight in the middle.
    fn default() -> Self {
        Self { seed: 0, shift: (0.0, 0.0), rotation_deg: 0.0, moisture: 0.0, pressure: 0.55 }
    }
}

impl SlapParams {
    /// A touch as people make them under an officer's eye.
    pub fn casual(seed: u64) -> Self {
        let random = &mut Random::new(seed, 7);
        Self {
            seed,
            shift: (25.0 * random.normal(), 35.0 * random.normal()),
            rotation_deg: 4.0 * random.normal(),
            moisture: (0.15 * random.normal()).clamp(-1.0, 1.0),
            pressure: (0.55 + 0.08 * random.normal()).clamp(0.1, 1.0),
        }
    }
}

/// A slap and the truth about it.
#[derive(Clone, Debug)]
pub struct Slap {
    /// What the reader gives: [`SLAP_SIZE`], 500 ppi, ridges dark on light.
    pub image: GrayImage,
    /// Where each finger lies, upright boxes around what touches, from left to right.
    pub fingers: Vec<(FingerPosition, Rect)>,
}

/// A slap of those of `masters` that belong to it; whoever is not among them is left out, the others stay in place.
///
/// Takes about a tenth of a second.
pub fn slap(position: FingerPosition, masters: &[&Master], params: &SlapParams) -> Slap {
    let (width, height) = SLAP_SIZE;
    let ground = Ground::new(params.seed);
    let mut dark = vec![0.0f32; (width * height) as usize];
    let mut fingers = Vec::new();
    for (slot, finger) in slots(position).into_iter().zip(position.fingers()) {
        let Some(master) = masters.iter().find(|master| master.position() == *finger) else { continue };
        let touch = slot.touch(params, u64::from(finger.code()));
        let ink = master.ink(&touch);
        let reach = ink.reach();
        let (middle_x, middle_y) = (width as f32 / 2.0 + touch.shift.0, height as f32 / 2.0 + touch.shift.1);
        let span = |middle: f32, size: u32| {
            let low = (middle - reach).clamp(0.0, size as f32) as usize;
            low..((middle + reach).clamp(0.0, size as f32) as usize)
        };
        let mut extent = Extent::default();
        for y in span(middle_y, height) {
            let row = dark.iter_mut().skip(y * width as usize).take(width as usize).enumerate();
            let columns = span(middle_x, width);
            for (x, level) in row.skip(columns.start).take(columns.len()) {
                let darkness = ink.at(x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
                *level = level.max(darkness);
                if darkness > 0.3 {
                    extent.include(x as u32, y as u32);
                }
            }
        }
        fingers.extend(extent.rect().map(|rect| (*finger, rect)));
    }
    ground.lay(&mut dark, width);
    Slap { image: blurred(&dark, width, height, params.seed), fingers }
}

/// Where a finger lies on a hand that lies straight.
#[derive(Clone, Copy)]
struct Slot {
    /// From the middle of the platen, px right and down.
    place: (f32, f32),
    /// Against the clock, degrees: fingers spread from the palm.
    lean_deg: f32,
}

/// The places of a slap's fingers in the order of [`FingerPosition::fingers`].
fn slots(position: FingerPosition) -> Vec<Slot> {
    // The right hand from index to little finger.
    const RIGHT: [Slot; 4] = [
        Slot { place: (-545.0, 70.0), lean_deg: 8.0 },
        Slot { place: (-190.0, -135.0), lean_deg: 2.0 },
        Slot { place: (170.0, -50.0), lean_deg: -3.0 },
        Slot { place: (510.0, 220.0), lean_deg: -10.0 },
    ];
    const THUMBS: [Slot; 2] =
        [Slot { place: (-270.0, 0.0), lean_deg: -9.0 }, Slot { place: (270.0, 0.0), lean_deg: 9.0 }];
    match position {
        FingerPosition::PlainRightFour => RIGHT.into(),
        FingerPosition::PlainLeftFour => RIGHT.into_iter().rev().map(Slot::mirrored).collect(),
        FingerPosition::PlainThumbs => THUMBS.into(),
        _ => vec![Slot { place: (0.0, 0.0), lean_deg: 0.0 }],
    }
}

impl Slot {
    fn mirrored(self) -> Self {
        Self { place: (-self.place.0, self.place.1), lean_deg: -self.lean_deg }
    }

    /// The touch of the finger in this place when the hand lies as `params` say.
    fn touch(self, params: &SlapParams, finger: u64) -> ImpressionParams {
        let random = &mut Random::new(params.seed, 200 + finger);
        let (sin, cos) = params.rotation_deg.to_radians().sin_cos();
        let (x, y) = (self.place.0 + 9.0 * random.normal(), self.place.1 + 16.0 * random.normal());
        ImpressionParams {
            seed: random.bits(),
            shift: (x * cos + y * sin + params.shift.0, y * cos - x * sin + params.shift.1),
            rotation_deg: params.rotation_deg + self.lean_deg + 1.5 * random.normal(),
            moisture: (params.moisture + 0.08 * random.normal()).clamp(-1.0, 1.0),
            pressure: (params.pressure + 0.05 * random.normal()).clamp(0.05, 1.0),
            contact: (random.between(0.93, 1.0), random.between(0.93, 1.02)),
            pull: (2.0 * random.normal(), 2.0 * random.normal()),
            twist_deg: 1.2 * random.normal(),
            ..ImpressionParams::default()
        }
    }
}

/// The smallest box around the places it was shown.
#[derive(Clone, Copy, Default)]
struct Extent(Option<(u32, u32, u32, u32)>);

impl Extent {
    fn include(&mut self, x: u32, y: u32) {
        let (left, top, right, bottom) = self.0.unwrap_or((x, y, x, y));
        self.0 = Some((left.min(x), top.min(y), right.max(x), bottom.max(y)));
    }

    fn rect(self) -> Option<Rect> {
        self.0.map(|(left, top, right, bottom)| Rect {
            x: left,
            y: top,
            width: right - left + 1,
            height: bottom - top + 1,
        })
    }
}
