//! Cutting the picture that is kept: the card's frame, and the full-frontal token image.

use crate::PortraitError;
use crate::face::Face;
use crate::geometry::Point;
use crate::resample::resample;
use tram_biometric::RgbImage;

/// Where a face lies in a finished picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Framing {
    /// Width of the finished picture in pixels.
    pub width: u32,
    /// Height of the finished picture in pixels.
    pub height: u32,
    /// Height of the eyes above the lower edge, as a share of the height.
    pub eyes_above: f32,
    /// What the face is scaled by.
    pub scale: Scale,
}

/// What fixes the size of the face in a finished picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Twice the distance from eyes to chin is this share of the picture's height.
    Head(f32),
    /// The distance between the pupils is this share of the picture's width.
    Eyes(f32),
}

/// The picture on the card: 20×30 mm at 300 dpi.
pub const CARD: Framing = Framing { width: 236, height: 354, eyes_above: 0.56, scale: Scale::Head(0.62) };

/// The token image of ISO/IEC 19794-5:2005, 10, at twice its smallest size: the eyes level, a quarter of the width
/// apart, at 0.6 of the width below the upper edge.
pub const TOKEN: Framing = Framing { width: 480, height: 640, eyes_above: 0.55, scale: Scale::Eyes(0.25) };

/// Picture pixels for one finished pixel: enlarging more than sixteenfold invents, and shrinking more takes too long.
const STEPS: std::ops::RangeInclusive<f32> = 1.0 / 16.0..=16.0;

/// A frame laid over a picture: upright with the eyes, in picture pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    corner: Point,
    right: Point,
    down: Point,
}

/// How far a frame reaches beyond a picture on each side, in pixels; negative where there is room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Overhang {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Framing {
    /// The frame for a face: eyes level, centred between them.
    pub fn frame(&self, face: &Face) -> Frame {
        let (width, height) = (self.width as f32, self.height as f32);
        // Picture pixels for one pixel of the finished picture.
        let step = match self.scale {
            Scale::Head(share) => 2.0 * face.eye_to_chin() / (share * height),
            Scale::Eyes(share) => face.eye_distance() / (share * width),
        };
        let (sin, cos) = face.pose.roll.to_radians().sin_cos();
        let right = Point::new(cos * step * width, sin * step * width);
        let down = Point::new(-sin * step * height, cos * step * height);
        let eyes = face.eyes_middle();
        let above = 1.0 - self.eyes_above;
        let corner =
            Point::new(eyes.x - right.x / 2.0 - down.x * above, eyes.y - right.y / 2.0 - down.y * above);
        Frame { corner, right, down }
    }

    /// Cuts the frame out of the picture with a Lanczos filter in linear light. What lies beyond the picture repeats its
    /// edge.
    ///
    /// # Errors
    /// When the face is so small or so large in the picture that its frame makes no picture.
    pub fn cut(&self, image: &RgbImage, face: &Face) -> Result<RgbImage, PortraitError> {
        let frame = self.frame(face);
        let size = PortraitError::Size { width: image.width(), height: image.height() };
        let step = frame.width() / self.width as f32;
        if !STEPS.contains(&step) {
            return Err(size);
        }
        let (across, down) = (1.0 / self.width as f32, 1.0 / self.height as f32);
        let right = Point::new(frame.right.x * across, frame.right.y * across);
        let down = Point::new(frame.down.x * down, frame.down.y * down);
        let pixels = resample(image, (frame.corner, right, down), (self.width, self.height));
        RgbImage::new(self.width, self.height, pixels).or(Err(size))
    }
}

impl Frame {
    /// The picture point of (u, v), both running from 0 to 1 across the frame.
    pub fn at(&self, u: f32, v: f32) -> Point {
        Point::new(
            self.corner.x + u * self.right.x + v * self.down.x,
            self.corner.y + u * self.right.y + v * self.down.y,
        )
    }

    /// Width in picture pixels.
    pub fn width(&self) -> f32 {
        self.right.x.hypot(self.right.y)
    }

    /// Height in picture pixels.
    pub fn height(&self) -> f32 {
        self.down.x.hypot(self.down.y)
    }

    /// The corners, clockwise from the top left: what a screen draws.
    pub fn corners(&self) -> [Point; 4] {
        [self.at(0.0, 0.0), self.at(1.0, 0.0), self.at(1.0, 1.0), self.at(0.0, 1.0)]
    }

    pub(crate) fn overhang(&self, width: f32, height: f32) -> Overhang {
        let corners = self.corners();
        let most = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::MIN, f32::max);
        Overhang {
            left: most(|p| -p.x),
            top: most(|p| -p.y),
            right: most(|p| p.x) - width,
            bottom: most(|p| p.y) - height,
        }
    }
}

/// The picture on the card: [`CARD`].
pub fn card(image: &RgbImage, face: &Face) -> Result<RgbImage, PortraitError> {
    CARD.cut(image, face)
}

/// The full-frontal token image: [`TOKEN`].
pub fn token(image: &RgbImage, face: &Face) -> Result<RgbImage, PortraitError> {
    TOKEN.cut(image, face)
}
