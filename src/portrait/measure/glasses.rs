//! Glasses. Ours: the standard has no such component, the card's rules have.
//!
//! A frame crosses the bridge of the nose and runs below the eyes, where skin has no lines (after Jiang et al., "Towards
//! detection of glasses in facial images", 2000). Native: how far the sharpest line stands out from the skin on both sides of
//! it, as a natural logarithm of light: the mean of the bridge's, taken across it, and of the weaker eye's, the median of its
//! columns. Half at 0.5: the lines of bare faces
//! stay below 0.36, most so of light ones. Frames that do neither are not seen.

use super::view::View;
use crate::geometry::Point;
use crate::landmark;
use crate::mapping::Sigmoid;
use tram_biometric::Quality;

/// A line is compared with what lies so far above and below it, in inter-eye distances.
const BESIDE: f32 = 0.075;

pub(super) fn native(view: &View<'_>) -> f64 {
    let corner = |index| view.in_zone(view.face.point(index));
    let right = corner(landmark::RIGHT_EYE_OUTER).midpoint(corner(landmark::RIGHT_EYE_INNER));
    let left = corner(landmark::LEFT_EYE_OUTER).midpoint(corner(landmark::LEFT_EYE_INNER));
    let eyes = right.distance(left);
    // In the channel that shows most: a grey frame may be as bright as the skin, but not as red.
    let of = |channel| {
        let bridge = bridge(view, channel, right.midpoint(left), eyes);
        let below = below(view, channel, right, eyes).min(below(view, channel, left, eyes));
        f64::from(f32::midpoint(bridge, below))
    };
    [0, 1, 2].map(of).into_iter().fold(0.0, f64::max)
}

pub(super) fn score(native: f64) -> Quality {
    Sigmoid::falling(0.5, 0.05).score(native)
}

/// The strongest line across the nose, its columns taken together.
fn bridge(view: &View<'_>, channel: usize, middle: Point, eyes: f32) -> f32 {
    let reach = (0.09 * eyes) as i32;
    let row = |y: f32| {
        let columns = (-reach..=reach).map(|dx| view.log_light(channel, middle.x + dx as f32, y));
        columns.sum::<f32>() / (2 * reach + 1) as f32
    };
    strongest(row, middle.y - 0.18 * eyes, middle.y + 0.25 * eyes, BESIDE * eyes)
}

/// The median, over the columns of one eye, of the strongest line below it.
fn below(view: &View<'_>, channel: usize, eye: Point, eyes: f32) -> f32 {
    let reach = (0.2 * eyes) as i32;
    let mut lines: Vec<f32> = (-reach..=reach)
        .map(|dx| {
            let at = |y: f32| view.log_light(channel, eye.x + dx as f32, y);
            strongest(at, eye.y + 0.2 * eyes, eye.y + 0.55 * eyes, BESIDE * eyes)
        })
        .collect();
    lines.sort_by(f32::total_cmp);
    lines.get(lines.len() / 2).copied().unwrap_or_default()
}

/// How far the sharpest line between two heights stands out, darker or brighter than both its sides.
fn strongest(at: impl Fn(f32) -> f32, from: f32, to: f32, beside: f32) -> f32 {
    let heights = (0..).map(|step| from + step as f32).take_while(|y| *y < to);
    heights
        .map(|y| {
            let (above, here, under) = (at(y - beside), at(y), at(y + beside));
            (here - above.max(under)).max(above.min(under) - here)
        })
        .fold(0.0, f32::max)
}
