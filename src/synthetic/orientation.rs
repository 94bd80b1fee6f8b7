//! How the ridges of a finger run: the flow around its cores and deltas, and how close they lie.
//!
//! The flow follows Sherlock and Monro, "A model for interpreting fingerprint topology" (1993): each core turns the
//! direction by half the angle around it, each delta by half the angle the other way. Over it lies a dome, because
//! ridges bend down along a finger's sides, and a little smooth chance. Lengths are pixels at 500 ppi on a finger of
//! middle size; x runs right and y up from the middle of the finger.

use crate::noise::{Noise, step};
use crate::random::Random;
use std::f32::consts::FRAC_PI_2;
use tram_biometric::{FingerPosition, Hand};

/// The pattern of a finger after Henry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Plain arch: no core, no delta.
    Arch,
    /// Tented arch: a delta right below a core.
    TentedArch,
    /// The ridges enter and leave on the left of the image.
    LeftLoop,
    /// The ridges enter and leave on the right of the image.
    RightLoop,
    /// Two cores between two deltas.
    Whorl,
}

impl Class {
    /// A class as often as it is found on this finger: whorls on thumbs and ring fingers, arches on index and
    /// middle fingers, loops that mostly open to the side of the little finger.
    pub(crate) fn pick(random: &mut Random, position: FingerPosition) -> Self {
        // Arch, tented arch, loop towards the little finger, loop towards the thumb, whorl; in percent.
        let shares: [u32; 5] = match position.code() {
            1 | 6 => [3, 1, 54, 1, 41],
            2 | 7 => [6, 7, 36, 19, 32],
            3 | 8 => [6, 4, 69, 3, 18],
            4 | 9 => [2, 1, 54, 2, 41],
            _ => [1, 1, 81, 1, 16],
        };
        let left_hand = position.hand() == Some(Hand::Left);
        match (random.weighted(shares.into_iter()), left_hand) {
            (0, _) => Self::Arch,
            (1, _) => Self::TentedArch,
            (2, false) | (3, true) => Self::RightLoop,
            (2 | 3, _) => Self::LeftLoop,
            _ => Self::Whorl,
        }
    }
}

/// A place on the finger.
type Point = (f32, f32);

/// A place around which the ridges turn back.
#[derive(Clone, Copy, Debug)]
struct Core {
    place: Point,
    /// Where the legs of its innermost ridge lead, radians against the clock from the x axis.
    legs: f32,
}

/// The flow of one finger's ridges.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    cores: Vec<Core>,
    /// How narrow the innermost ridges are: 0 for parabolas, towards 1 for hairpins.
    narrowness: f32,
    deltas: Vec<Point>,
    /// How far a loop's foot is turned level, radians: without it the slope of its legs would run on to the joint.
    foot: f32,
    /// Height of an arch's hill, 0 for the other classes.
    hill: f32,
    /// How strongly the sides bend down, radians at 140 px from the middle.
    dome: f32,
    /// Middle distance from ridge to ridge, px.
    period: f32,
    wander: (f32, Noise),
    spread: Noise,
    build: Build,
}

/// How one finger differs from another of the same class as a whole.
#[derive(Clone, Copy, Debug)]
struct Build {
    /// Sine and cosine of the angle by which the pattern stands aslant.
    slant: (f32, f32),
    /// How much broader and taller the pattern is than usual.
    stretch: (f32, f32),
    /// Where its middle lies from the finger's, px.
    shift: Point,
}

impl Build {
    fn new(random: &mut Random) -> Self {
        Self {
            slant: (0.13 * random.normal()).sin_cos(),
            stretch: (random.between(0.82, 1.22), random.between(0.82, 1.22)),
            shift: (14.0 * random.normal(), 18.0 * random.normal()),
        }
    }

    /// The place on a finger of usual build that belongs to a place on this one.
    fn usual(&self, (x, y): Point) -> Point {
        let (sin, cos) = self.slant;
        let (x, y) = (x - self.shift.0, y - self.shift.1);
        ((x * cos + y * sin) / self.stretch.0, (y * cos - x * sin) / self.stretch.1)
    }
}

impl Flow {
    /// The flow of a finger of this class whose ridges lie `period` px apart.
    pub(crate) fn new(random: &mut Random, class: Class, period: f32) -> Self {
        let mut near =
            |x: f32, y: f32, wander: f32| (x + wander * random.normal(), y + wander * random.normal());
        // From a loop's core to its delta: some have two ridges between them, others twenty.
        let breadth = near(0.85, 0.95, 0.2);
        let leaning = near(0.0, 0.0, 0.18).0;
        let gap = near(60.0, 0.0, 22.0).0.max(22.0);
        let looped = |core: Point, side: f32| {
            let delta = (core.0 + side * 105.0 * breadth.0.max(0.4), core.1 - 112.0 * breadth.1.max(0.5));
            (vec![Core { place: core, legs: -FRAC_PI_2 - side * (0.53 + leaning) }], vec![delta])
        };
        let core = near(0.0, 18.0, 12.0);
        let (cores, deltas) = match class {
            Class::Arch => (vec![], vec![]),
            Class::TentedArch => {
                (vec![Core { place: core, legs: -FRAC_PI_2 }], vec![near(core.0, core.1 - 45.0 - gap, 12.0)])
            }
            Class::LeftLoop => looped(core, 1.0),
            Class::RightLoop => looped(core, -1.0),
            Class::Whorl => {
                let upper = Core { place: (core.0, core.1 + 24.0), legs: -FRAC_PI_2 };
                let lower = Core { place: near(core.0, core.1 + 24.0 - gap, 14.0), legs: FRAC_PI_2 };
                (vec![upper, lower], vec![near(-108.0, -90.0, 22.0), near(108.0, -90.0, 22.0)])
            }
        };
        let foot = match class {
            Class::LeftLoop => -random.between(0.2, 0.6),
            Class::RightLoop => random.between(0.2, 0.6),
            _ => 0.0,
        };
        Self {
            foot,
            narrowness: random.between(0.5, 1.0),
            cores,
            deltas,
            hill: if class == Class::Arch { random.between(0.45, 1.05) } else { 0.0 },
            dome: random.between(0.3, 0.55),
            period,
            wander: {
                let (strength, wavelength) = (random.between(0.14, 0.32), random.between(75.0, 140.0));
                (strength, Noise::new(random.bits(), wavelength))
            },
            spread: Noise::new(random.bits(), 70.0),
            build: Build::new(random),
        }
    }

    /// The middle distance from ridge to ridge, px; [`Flow::period`] stays within 0.82 and 1.27 of it.
    pub(crate) fn middle_period(&self) -> f32 {
        self.period
    }

    /// Whether a core or a delta lies within `distance` of a place.
    pub(crate) fn singular_within(&self, place: Point, distance: f32) -> bool {
        let (x, y) = self.build.usual(place);
        let cores = self.cores.iter().map(|core| core.place);
        cores.chain(self.deltas.iter().copied()).any(|(px, py)| (px - x).hypot(py - y) < distance)
    }

    /// The direction of the ridges at a place, radians against the clock from the x axis, any multiple of π off.
    pub(crate) fn direction(&self, place: Point) -> f32 {
        let (x, y) = self.build.usual(place);
        let cores: f32 = self.cores.iter().map(|core| self.turn_around(*core, (x, y))).sum();
        let deltas: f32 = self.deltas.iter().map(|(px, py)| (y - py).atan2(x - px)).sum();
        let singular = 0.5 * (cores - deltas);
        // The dome fades towards the joint, where the ridges run straight across.
        let dome = -self.dome * (x / 140.0).clamp(-1.6, 1.6) * step(-200.0, 20.0, y);
        let across = x / 55.0;
        let hill = -self.hill
            * across
            * (0.5 - 0.5 * across * across).exp()
            * step(-190.0, -30.0, y)
            * (1.0 - 0.7 * step(20.0, 180.0, y));
        let foot = self.foot * step(-70.0, -200.0, y);
        let (strength, wander) = &self.wander;
        let (sin, cos) = self.build.slant;
        singular + dome + hill + foot + strength * wander.at(x, y) + sin.atan2(cos)
    }

    /// The angle around a core, held back beside the legs and made up for over the top, so that legs run parallel
    /// (in the spirit of Vizcaya and Gerhardt 1996).
    fn turn_around(&self, core: Core, (x, y): Point) -> f32 {
        let (x, y) = (x - core.place.0, y - core.place.1);
        let angle = y.atan2(x);
        let near = (-x.hypot(y) / 130.0).exp();
        angle - self.narrowness * near * (angle - core.legs).sin()
    }

    /// The distance from one ridge to the next at a place, px.
    pub(crate) fn period(&self, (x, y): Point) -> f32 {
        // Wider towards the joint, a little closer at the tip.
        let along = 0.13 * step(-60.0, -200.0, y) - 0.04 * step(60.0, 200.0, y);
        self.period * (1.0 + along + 0.14 * self.spread.at(x, y))
    }
}
