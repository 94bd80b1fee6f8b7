//! One iris in a near-infrared picture: where it is, and how good the picture of it is.
//!
//! Quality only: nothing here compares irises. Proven on drawn eyes and one real picture; say so wherever results are shown.
//! Which eye it is, left or right, comes from the camera that took it: a picture of one eye alone does not tell surely.
//!
//! | module | holds |
//! | --- | --- |
//! | `locate` | pupil and limbus as circles, by Daugman's integro-differential operator |
//! | [`quality`] | measures after ISO/IEC 29794-6 |

mod locate;
pub mod quality;

pub use locate::locate;
pub use quality::IrisQuality;

use crate::geometry::Point;

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
