//! What one touch leaves of a finger: where it touched, how hard, how moist, how the skin was pulled.
//!
//! The skin's distortion follows Cappelli, Maio and Maltoni, "Modelling plastic distortion in fingerprint images"
//! (2001): the middle sticks to the platen, the rim follows the finger's movement, the ring between gives way.

use crate::finger::{Master, PPI};
use crate::minutiae::Minutia;
use crate::noise::{Noise, step};
use crate::random::Random;
use tram_biometric::GrayImage;

/// How a finger touches the platen. Every value may be anything; what is sensible stands beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpressionParams {
    /// Chance of this one touch: noise, edge, slack of the skin.
    pub seed: u64,
    /// The picture's size in pixels.
    pub size: (u32, u32),
    /// Where the middle of the finger lies from the middle of the picture: pixels right and down.
    pub shift: (f32, f32),
    /// How far the finger is turned against the clock, degrees.
    pub rotation_deg: f32,
    /// -1 bone dry (ridges break into dots) over 0 to 1 dripping wet (ridges run together).
    pub moisture: f32,
    /// How worn the ridges are: 0 as on a child, 1 as after a life of building and farming.
    pub wear: f32,
    /// 0 a feather's touch (small, thin ridges) over 0.5 to 1 pressed flat (large, thick ridges).
    pub pressure: f32,
    /// How much of the finger touches, across and along, 1.0 being all that lies flat.
    pub contact: (f32, f32),
    /// Which part of the finger touches: pixels from its middle, right and down.
    pub touched: (f32, f32),
    /// How the finger slid before it came to rest, pixels right and down; 0 to 12.
    pub pull: (f32, f32),
    /// How the finger twisted before it came to rest, degrees against the clock; 0 to 8.
    pub twist_deg: f32,
}

impl Default for ImpressionParams {
    /// A good touch in the middle of a 400×500 picture.
    fn default() -> Self {
        Self {
            seed: 0,
            size: (400, 500),
            shift: (0.0, 0.0),
            rotation_deg: 0.0,
            moisture: 0.0,
            wear: 0.0,
            pressure: 0.55,
            contact: (1.0, 1.0),
            touched: (0.0, 0.0),
            pull: (0.0, 0.0),
            twist_deg: 0.0,
        }
    }
}

impl ImpressionParams {
    /// A touch as people make them: `care` 1.0 guided by an officer, 0.0 left alone, as in a test of bad prints.
    pub fn casual(seed: u64, care: f32) -> Self {
        let random = &mut Random::new(seed, 3);
        let slack = 1.15 - care.clamp(0.0, 1.0);
        Self {
            seed,
            shift: (30.0 * slack * random.normal(), 30.0 * slack * random.normal()),
            rotation_deg: 13.0 * slack * random.normal(),
            moisture: (0.5 * slack * random.normal()).clamp(-1.0, 1.0),
            wear: (0.45 * slack * random.normal().abs()).min(1.0),
            pressure: (0.55 + 0.2 * slack * random.normal()).clamp(0.1, 1.0),
            contact: (random.between(1.0 - 0.4 * slack, 1.03), random.between(1.0 - 0.4 * slack, 1.03)),
            touched: (22.0 * slack * random.normal(), 30.0 * slack * random.normal()),
            pull: (5.0 * slack * random.normal(), 5.0 * slack * random.normal()),
            twist_deg: 3.0 * slack * random.normal(),
            ..Self::default()
        }
    }
}

impl Master {
    /// What a touch leaves: ridges dark on a light ground, upright, 500 ppi. Takes about 20 ms.
    pub fn impression(&self, params: &ImpressionParams) -> GrayImage {
        let (width, height) = (params.size.0.max(1), params.size.1.max(1));
        let ink = self.ink(params);
        let mut levels: Vec<f32> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| ink.at(x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0))
            .collect();
        Ground::new(params.seed).lay(&mut levels, width);
        blurred(&levels, width, height, params.seed)
    }

    /// The finger's minutiae that lie well inside a touch, at their places in its picture: the truth for extraction.
    pub fn minutiae_under(&self, params: &ImpressionParams) -> Vec<Minutia> {
        let ink = self.ink(params);
        let (middle_x, middle_y) = (params.size.0 as f32 / 2.0, params.size.1 as f32 / 2.0);
        let rotation = params.rotation_deg.to_radians();
        self.ridges
            .minutiae
            .iter()
            .filter_map(|minutia| {
                let (x, y) = ink.platen_place((minutia.x, minutia.y))?;
                let (x, y, direction) = (x + middle_x, y + middle_y, minutia.direction + rotation);
                let inside = x >= 0.0 && y >= 0.0 && x < 2.0 * middle_x && y < 2.0 * middle_y;
                inside.then_some(Minutia { x, y, direction, ..*minutia })
            })
            .collect()
    }

    /// The darkness a touch leaves at each place, for composing several fingers in one picture.
    pub(crate) fn ink(&self, params: &ImpressionParams) -> Ink<'_> {
        Ink::new(self, params)
    }
}

/// Half axes of what lies flat on the platen, px on a finger of middle size under middle pressure.
const FLAT: (f32, f32) = (138.0, 205.0);

/// Half axes of what a touch of a finger leaves, px.
pub(crate) fn flat(scale: f32, params: &ImpressionParams) -> (f32, f32) {
    let spread = scale * (0.68 + 0.58 * params.pressure);
    (FLAT.0 * spread * params.contact.0, FLAT.1 * spread * params.contact.1)
}

/// One touch of one finger, as darkness over places.
pub(crate) struct Ink<'a> {
    master: &'a Master,
    params: ImpressionParams,
    turn: (f32, f32),
    twist: (f32, f32),
    half_axes: (f32, f32),
    /// Uneven pressure and moisture; the ragged rim; the grain that breaks dry ridges; pores.
    cloud: Noise,
    rim: Noise,
    grain: Noise,
    speckle: Noise,
    pores: Noise,
    creases: Vec<Crease>,
}

impl<'a> Ink<'a> {
    fn new(master: &'a Master, params: &ImpressionParams) -> Self {
        let random = &mut Random::new(params.seed, 4);
        Self {
            master,
            params: *params,
            turn: params.rotation_deg.to_radians().sin_cos(),
            twist: params.twist_deg.to_radians().sin_cos(),
            half_axes: flat(master.scale, params),
            cloud: Noise::new(random.bits(), 70.0),
            rim: Noise::new(random.bits(), 34.0),
            grain: Noise::new(random.bits(), 9.0),
            speckle: Noise::new(random.bits(), 4.2),
            pores: Noise::new(master.skin_seed, 7.0),
            creases: Crease::of(master),
        }
    }

    /// How far from the middle of the picture this touch can leave anything, px.
    pub(crate) fn reach(&self) -> f32 {
        1.25 * self.half_axes.0.max(self.half_axes.1)
    }

    /// The darkness, 0 to 1, at a place right of and below the middle of the picture.
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let params = &self.params;
        let (x, y) = (x - params.shift.0, y - params.shift.1);
        let (sin, cos) = self.turn;
        let (x, y) = (x * cos - y * sin, x * sin + y * cos);
        let distance = self.distance(x, y);
        if distance > 1.25 {
            return 0.0;
        }
        let (skin_x, skin_y) = self.pulled(x, y, distance);
        let ridge = self.master.ridges.at(
            skin_x + self.master.ridges.width as f32 / 2.0,
            skin_y + self.master.ridges.height as f32 / 2.0,
        );
        let (dryness, wetness, wear) = ((-params.moisture).max(0.0), params.moisture.max(0.0), params.wear);
        let rim = distance + 0.07 * self.rim.at(x, y);
        let edge = step(0.7, 1.0, rim);
        let mut height = (1.0 - 0.5 * wear) * ridge;
        height += 0.55 * (params.pressure - 0.5) + 0.75 * wetness - 0.45 * dryness;
        height += (0.28 + 0.25 * dryness + 0.25 * wetness) * self.cloud.at(x, y);
        height += (0.22 + 0.95 * dryness + 0.55 * wear + 0.5 * edge) * self.grain.at(x, y);
        height += (0.16 + 0.45 * dryness + 0.4 * wear) * self.speckle.at(x, y);
        height -=
            0.55 * (1.0 - wetness) * step(0.55, 0.8, self.pores.at(skin_x, skin_y)) * step(0.3, 0.9, ridge);
        height -= self.creases.iter().map(|crease| crease.depth(skin_x, skin_y)).fold(0.0, f32::max);
        height -= 1.3 * step(0.72, 1.12, rim);
        step(-0.42, 0.42, height) * (1.0 - step(1.02, 1.2, rim))
    }

    /// How far out in the touched ellipse a place of the finger lies: 1.0 is the edge.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let touched = self.params.touched;
        let (across, along) = ((x - touched.0) / self.half_axes.0, (y - touched.1) / self.half_axes.1);
        // A finger is rounder at the tip than towards the joint.
        if along > 0.0 { (across * across + along.powi(4)).sqrt() } else { across.hypot(along) }
    }

    /// Where a place of the skin lies in the picture, from its middle; `None` where the touch does not print it well.
    fn platen_place(&self, skin: (f32, f32)) -> Option<(f32, f32)> {
        // The pull is small and smooth: going back and forth a few times undoes it.
        let (mut x, mut y) = skin;
        for _ in 0..6 {
            let (pulled_x, pulled_y) = self.pulled(x, y, self.distance(x, y));
            (x, y) = (x + skin.0 - pulled_x, y + skin.1 - pulled_y);
        }
        let (sin, cos) = self.turn;
        let (shift_x, shift_y) = self.params.shift;
        (self.distance(x, y) < 0.85).then_some((x * cos + y * sin + shift_x, y * cos - x * sin + shift_y))
    }

    /// The place on the skin that lies at (x, y) on the platen.
    fn pulled(&self, x: f32, y: f32, distance: f32) -> (f32, f32) {
        let (sin, cos) = self.twist;
        let moved = (x * cos - y * sin + self.params.pull.0, x * sin + y * cos + self.params.pull.1);
        let slip = step(0.25, 1.1, distance);
        (x + (moved.0 - x) * slip, y + (moved.1 - y) * slip)
    }
}

/// A white line across the ridges, a fold or scar that belongs to the finger.
struct Crease {
    from: (f32, f32),
    along: (f32, f32),
    length: f32,
    bend: f32,
    width: f32,
}

impl Crease {
    /// The creases of a finger; most have a few.
    fn of(master: &Master) -> Vec<Self> {
        let random = &mut Random::new(master.skin_seed, 5);
        let count = random.below(5).saturating_sub(1) + random.below(3);
        (0..count)
            .map(|_| {
                let angle = random.between(-0.9, 0.9) + if random.chance(30) { 1.5 } else { 0.0 };
                Self {
                    from: (
                        random.between(-150.0, 90.0) * master.scale,
                        random.between(-150.0, 200.0) * master.scale,
                    ),
                    along: (angle.cos(), angle.sin()),
                    length: random.between(40.0, 170.0),
                    bend: random.between(-0.0012, 0.0012),
                    width: random.between(1.0, 2.4),
                }
            })
            .collect()
    }

    fn depth(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - self.from.0, y - self.from.1);
        let along = x * self.along.0 + y * self.along.1;
        if along < 0.0 || along > self.length {
            return 0.0;
        }
        let across = y * self.along.0 - x * self.along.1 - self.bend * along * (self.length - along);
        let taper = step(0.0, 25.0, along.min(self.length - along));
        1.5 * taper * (1.0 - step(0.4, 1.6, across.abs() / self.width))
    }
}

/// The reader's own picture: a light ground, a little uneven.
pub(crate) struct Ground {
    shade: Noise,
}

impl Ground {
    pub(crate) fn new(seed: u64) -> Self {
        Self { shade: Noise::new(seed ^ 0x6C61_7465, 400.0) }
    }

    /// Turns darkness, 0 to 1, into grey levels, row by row.
    pub(crate) fn lay(&self, dark: &mut [f32], width: u32) {
        // The shade hardly changes over eight pixels.
        const STRIDE: usize = 8;
        for (y, row) in dark.chunks_mut(width.max(1) as usize).enumerate() {
            for (x, levels) in row.chunks_mut(STRIDE).enumerate() {
                let light = 238.0 + 3.0 * self.shade.at((x * STRIDE) as f32, y as f32);
                for level in levels {
                    *level = light - *level * (light - 48.0);
                }
            }
        }
    }
}

/// The picture as the reader's optics and sensor give it: a little soft, a little noisy.
pub(crate) fn blurred(levels: &[f32], width: u32, height: u32, seed: u64) -> GrayImage {
    let (w, h) = (width as usize, height as usize);
    let random = &mut Random::new(seed, 6);
    let soft = |values: [f32; 3]| 0.25 * values[0] + 0.5 * values[1] + 0.25 * values[2];
    let row = |y: usize| levels.get(y * w..(y + 1) * w).unwrap_or_default();
    let mut pixels = Vec::with_capacity(w * h);
    let mut columns = vec![0.0f32; w];
    for y in 0..h {
        let rows = row(y.saturating_sub(1)).iter().zip(row(y)).zip(row((y + 1).min(h - 1)));
        for (column, ((above, here), below)) in columns.iter_mut().zip(rows) {
            *column = soft([*above, *here, *below]);
        }
        let first = columns.first().copied().unwrap_or_default();
        let mut left = first;
        for (x, here) in columns.iter().enumerate() {
            let right = columns.get(x + 1).unwrap_or(here);
            let noise = 5.0 * random.triangle();
            pixels.push((soft([left, *here, *right]) + noise).clamp(0.0, 255.0) as u8);
            left = *here;
        }
    }
    // The pixels fill the picture by construction; an empty one stands in if they ever did not.
    GrayImage::new(width, height, PPI, pixels)
        .unwrap_or_else(|_| GrayImage::from_fn(width, height, PPI, |_, _| 255))
}
