//! Points, distances and turned squares in a picture. Pixels, x to the right, y down, centres at half pixels.

/// A place in a picture, in pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// The point (x, y).
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Halfway between two points.
    #[must_use]
    pub fn midpoint(self, other: Self) -> Self {
        self.lerp(other, 0.5)
    }

    /// The point a share `t` of the way to `other`; 0 is here, 1 is there.
    #[must_use]
    pub fn lerp(self, other: Self, t: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }

    /// Distance in pixels.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A square in a picture, turned about its centre: what a network looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Square {
    /// The middle.
    pub(crate) centre: Point,
    /// Length of a side in pixels.
    pub(crate) side: f32,
    /// Clockwise turn in radians.
    pub(crate) angle: f32,
}

impl Square {
    /// The picture point of (u, v), where both run from 0 to 1 across the square.
    pub(crate) fn at(&self, u: f32, v: f32) -> Point {
        let (sin, cos) = self.angle.sin_cos();
        let (dx, dy) = ((u - 0.5) * self.side, (v - 0.5) * self.side);
        Point::new(self.centre.x + dx * cos - dy * sin, self.centre.y + dx * sin + dy * cos)
    }

    /// Where a picture point lies in this square when it is cut to `pixels` a side.
    pub(crate) fn within(&self, point: Point, pixels: usize) -> Point {
        let (sin, cos) = self.angle.sin_cos();
        let (dx, dy) = (point.x - self.centre.x, point.y - self.centre.y);
        let (scale, half) = (pixels as f32 / self.side, pixels as f32 / 2.0);
        Point::new(half + (dx * cos + dy * sin) * scale, half + (dy * cos - dx * sin) * scale)
    }
}

/// The clockwise turn in radians that takes the horizontal to the line from `a` to `b`.
pub(crate) fn slope(a: Point, b: Point) -> f32 {
    (b.y - a.y).atan2(b.x - a.x)
}
