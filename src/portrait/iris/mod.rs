//! One iris in a near-infrared picture: where it is, and how good the picture of it is.
//!
//! Proven on drawn eyes and one real picture; say so wherever results are shown. Which eye it is, left or right, comes from
//! the camera that took it: a picture of one eye alone does not tell surely. Irises are compared only so that one eye is not
//! kept as both.
//!
//! | module | holds |
//! | --- | --- |
//! | `locate` | pupil and limbus as circles, by Daugman's integro-differential operator |
//! | [`quality`] | measures after ISO/IEC 29794-6 |
//! | [`code`] | whether two pictures show the same iris |
//! | [`session`] | the capture of one person's eyes: what next, the best of each |
//! | [`record`] | iris image records of ISO/IEC 19794-6 |

pub mod code;
mod locate;
pub mod quality;
pub mod record;
pub mod session;

pub use code::IrisCode;
pub use locate::locate;
pub use quality::{IrisMeasureKind, IrisQuality};
pub use session::{IrisGuidance, IrisSession, IrisShot, IrisTurn};

pub use tram_biometric::EyeLabel;

use crate::geometry::Point;
use std::f32::consts::TAU;

/// A circle in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// The middle.
    pub centre: Point,
    /// The radius in pixels.
    pub radius: f32,
}

/// The boundaries of one iris.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Iris {
    /// Where the pupil ends and the iris begins.
    pub pupil: Circle,
    /// Where the iris ends and the white of the eye begins.
    pub limbus: Circle,
}

impl Iris {
    /// The place a share of the way from the pupil's edge (0) to the limbus (1), in a direction given in turns clockwise
    /// from the right.
    pub(crate) fn at(&self, turn: f32, share: f32) -> Point {
        let (sin, cos) = (turn * TAU).sin_cos();
        let on = |circle: &Circle| {
            Point::new(circle.centre.x + circle.radius * cos, circle.centre.y + circle.radius * sin)
        };
        on(&self.pupil).lerp(on(&self.limbus), share)
    }
}
