//! The drawing of a hand: an outline of the back of the hand, and five fingers with joints.
//!
//! Coordinates are those of a right hand seen from behind, thumb at the left, in a box of [`BOX`]; a left hand is its
//! mirror image. Proportions after an adult hand: fingers 0.8 to 1 of the length of the middle one, the little finger
//! set lower and turned out, the thumb at 40 degrees.

use egui::{Pos2, Vec2, pos2, vec2};

/// Width and height of the box a hand is drawn in.
pub(crate) const BOX: Vec2 = vec2(200.0, 236.0);

/// A point from which the whole outline of the back of the hand is seen.
pub(crate) const MIDDLE: Pos2 = pos2(115.0, 175.0);

/// A hand's place on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Placed {
    /// Where the upper left corner of its box is.
    pub(crate) origin: Pos2,
    /// Points on the screen for one of the drawing.
    pub(crate) scale: f32,
    /// A left hand.
    pub(crate) mirrored: bool,
}

impl Placed {
    /// Where a point of the drawing is on the screen.
    pub(crate) fn place(self, point: Pos2) -> Pos2 {
        let x = if self.mirrored { BOX.x - point.x } else { point.x };
        self.origin + vec2(x, point.y) * self.scale
    }
}

/// A finger: where it leaves the hand, which way, how long and how wide.
pub(crate) struct Finger {
    base: Pos2,
    /// Degrees from upright, clockwise.
    turn: f32,
    length: f32,
    width: f32,
    /// Where along the finger its joints are.
    joints: &'static [f32],
}

/// Thumb, index, middle, ring, little.
pub(crate) const FINGERS: [Finger; 5] = [
    Finger { base: pos2(66.0, 184.0), turn: -40.0, length: 80.0, width: 28.0, joints: &[0.50] },
    Finger { base: pos2(79.0, 128.0), turn: -8.0, length: 96.0, width: 25.0, joints: &[0.38, 0.68] },
    Finger { base: pos2(107.0, 120.0), turn: -1.0, length: 108.0, width: 26.0, joints: &[0.38, 0.68] },
    Finger { base: pos2(135.0, 124.0), turn: 6.0, length: 99.0, width: 25.0, joints: &[0.38, 0.68] },
    Finger { base: pos2(160.0, 141.0), turn: 17.0, length: 76.0, width: 21.5, joints: &[0.36, 0.66] },
];

/// Points the back of the hand is drawn through, from the wrist up along the thumb, over the knuckles and down again.
const BACK: [Pos2; 20] = [
    pos2(91.0, 236.0),
    pos2(88.5, 226.0),
    pos2(79.0, 214.0),
    pos2(66.0, 203.0),
    pos2(56.0, 193.0),
    pos2(58.0, 176.0),
    pos2(65.0, 160.0),
    pos2(66.0, 144.0),
    pos2(66.0, 128.0),
    pos2(79.0, 121.0),
    pos2(93.0, 119.0),
    pos2(107.0, 115.0),
    pos2(121.0, 117.5),
    pos2(135.0, 119.0),
    pos2(148.5, 126.5),
    pos2(160.0, 134.0),
    pos2(171.0, 146.0),
    pos2(171.5, 168.0),
    pos2(162.0, 200.0),
    pos2(151.0, 236.0),
];

/// How far the rounding of a finger's base reaches into the hand.
const BASE_DEPTH: f32 = 5.0;
/// How many pairs of points that rounding takes.
pub(crate) const BASE_PAIRS: usize = 10;

impl Finger {
    fn axis(&self) -> Vec2 {
        let angle = self.turn.to_radians();
        vec2(angle.sin(), -angle.cos())
    }

    /// A point on the middle line, `along` 0 at the base and 1 at the tip.
    pub(crate) fn at(&self, along: f32) -> Pos2 {
        self.base + self.axis() * self.length * along
    }

    /// The two sides of the finger, point for point: the first [`BASE_PAIRS`] round its base, the last meet at its tip.
    pub(crate) fn sides(&self) -> Vec<[Pos2; 2]> {
        const SHAFT: usize = 22;
        const TIP: usize = BASE_PAIRS;
        let axis = self.axis();
        let across = vec2(-axis.y, axis.x);
        let tip_radius = self.half_width(1.0);
        // The tip is a little longer than it is wide.
        let tip_length = tip_radius * 1.15;
        let shaft = 1.0 - tip_length / self.length;
        let pair = |along: f32, half: f32| {
            let middle = self.at(along);
            [middle - across * half, middle + across * half]
        };
        let shaft_pairs = (0..=SHAFT).map(|step| {
            let along = shaft * step as f32 / SHAFT as f32;
            pair(along, self.half_width(along))
        });
        let tip_pairs = (1..=TIP).map(|step| {
            let angle = std::f32::consts::FRAC_PI_2 * step as f32 / TIP as f32;
            pair(shaft + angle.sin() * tip_length / self.length, tip_radius * angle.cos())
        });
        // Below the base the finger is rounded too, where it meets the hand.
        let base = self.half_width(0.0);
        let base_pairs = (1..=TIP).map(|step| {
            let angle = std::f32::consts::FRAC_PI_2 * step as f32 / TIP as f32;
            pair(-BASE_DEPTH / self.length * angle.cos(), base * angle.sin())
        });
        base_pairs.chain(shaft_pairs).chain(tip_pairs).collect()
    }

    /// Lines across the finger at its joints.
    pub(crate) fn creases(&self) -> impl Iterator<Item = [Pos2; 2]> + '_ {
        let axis = self.axis();
        let across = vec2(-axis.y, axis.x);
        self.joints.iter().map(move |&joint| {
            let reach = across * self.half_width(joint) * 0.55;
            [self.at(joint) - reach, self.at(joint) + reach]
        })
    }

    /// Narrows toward the tip, and is a little thicker at the joints.
    fn half_width(&self, along: f32) -> f32 {
        let taper = 1.0 - 0.17 * along;
        let swelling: f32 =
            self.joints.iter().map(|joint| 0.045 * (-((along - joint) / 0.09).powi(2)).exp()).sum();
        self.width / 2.0 * (taper + swelling)
    }
}

/// The back of the hand as a smooth line, open where the wrist is cut off.
pub(crate) fn back() -> Vec<Pos2> {
    const STEPS: usize = 6;
    let last = BACK.len() - 1;
    let point = |index: usize| BACK.get(index.min(last)).copied().unwrap_or_default();
    let mut line = Vec::with_capacity(BACK.len() * STEPS);
    for at in 0..last {
        let (before, from, to, after) =
            (point(at.saturating_sub(1)), point(at), point(at + 1), point(at + 2));
        for step in 0..STEPS {
            line.push(catmull_rom(before, from, to, after, step as f32 / STEPS as f32));
        }
    }
    line.push(point(last));
    line
}

/// A smooth line through `p1` and `p2`.
fn catmull_rom(p0: Pos2, p1: Pos2, p2: Pos2, p3: Pos2, t: f32) -> Pos2 {
    let [a, b, c, d] = [p0.to_vec2(), p1.to_vec2(), p2.to_vec2(), p3.to_vec2()];
    let sum = b * 2.0
        + (c - a) * t
        + (a * 2.0 - b * 5.0 + c * 4.0 - d) * t * t
        + (b * 3.0 - a - c * 3.0 + d) * t * t * t;
    (sum * 0.5).to_pos2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hand_lies_in_its_box() {
        let place = egui::Rect::from_min_size(Pos2::ZERO, BOX).expand(1.0);
        for finger in &FINGERS {
            for point in finger.sides().into_iter().flatten() {
                assert!(place.contains(point), "{point:?}");
            }
        }
        assert!(back().into_iter().all(|point| place.contains(point)));
    }
}
