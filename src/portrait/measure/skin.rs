//! What of the face is skin: the ground of the occlusion measures. Ours: the standard's needs an occlusion network.
//!
//! The skin's chromaticity is learned from the face itself. Seven places of the face are asked; the one most alike to
//! some others speaks for the skin, the redder of two crowds rather than the paler: skin of every colour is redder than the
//! cloth of masks. So most of the places may be covered. A pixel is skin when its chromaticity is near
//! and its light not many times less or more. What has the colour of skin, a hand above all, is not told from it.
// Hot: every pixel of the zone. Indices come from the zone's own squares.
#![allow(clippy::indexing_slicing)]

use super::view::View;
use crate::geometry::Point;
use crate::landmark;

/// Mesh points in the middle of the places that are asked: the forehead, between the brows, the nose's tip, below each eye
/// and each cheek.
const PLACES: [usize; 7] = [151, 168, 4, 118, 347, 205, 425];
/// Half the side of such a place, in inter-eye distances.
const PLACE: f32 = 0.08;
/// How far skin may be in red and green chromaticity, and in light, as a natural logarithm.
const NEAR: [f32; 2] = [0.045, 0.03];
const LIGHT: f32 = 1.3;

/// What a place loses for being less red than the reddest, for each [`NEAR`].
const PALER: f32 = 0.5;

/// Chromaticity of red and green, and the logarithm of light.
type Colour = [f32; 3];

/// How lips may differ from the skin in red and green chromaticity: redder on light skin, purple on dark, greener on none.
const LIPS_RED: std::ops::Range<f32> = -0.1..0.16;
const LIPS_GREEN: std::ops::Range<f32> = -0.09..0.014;

/// This face's skin.
pub(super) struct Skin {
    typical: Colour,
    /// Whether each pixel of the zone has its colour.
    pub(super) mask: Vec<bool>,
}

impl Skin {
    pub(super) fn of(view: &View<'_>) -> Self {
        let typical = typical(view);
        let mask = (0..view.inside.len()).map(|index| is_near(colour(view, index), typical)).collect();
        Self { typical, mask }
    }

    /// Whether a pixel of the zone has the colour that lips have beside this skin.
    pub(super) fn is_lip(&self, view: &View<'_>, index: usize) -> bool {
        let ([r, g, light], [skin_r, skin_g, skin_light]) = (colour(view, index), self.typical);
        let is_lit = (light - skin_light).abs() < 1.5 * LIGHT;
        is_lit && LIPS_RED.contains(&(r - skin_r)) && LIPS_GREEN.contains(&(g - skin_g))
    }
}

/// Red chromaticity of a pixel of the zone.
pub(super) fn red(view: &View<'_>, index: usize) -> f32 {
    colour(view, index)[0]
}

fn is_near([r, g, light]: Colour, [skin_r, skin_g, skin_light]: Colour) -> bool {
    let (dr, dg) = ((r - skin_r) / NEAR[0], (g - skin_g) / NEAR[1]);
    dr * dr + dg * dg < 1.0 && (light - skin_light).abs() < LIGHT
}

fn colour(view: &View<'_>, index: usize) -> Colour {
    let [r, g, b] = view.planes.each_ref().map(|plane| plane[index]);
    // A level and a half, so that black has a colour.
    let sum = r + g + b + 0.018;
    [(r + 0.006) / sum, (g + 0.006) / sum, sum.ln() * 2.2]
}

/// The colour of the place that is most alike to the others.
fn typical(view: &View<'_>) -> Colour {
    let reach = PLACE * view.face.eye_distance() * view.zone_scale();
    let places: Vec<Colour> = PLACES
        .iter()
        .map(|&index| view.in_zone(view.face.point(index)))
        .map(|Point { x, y }| view.pixels(x - reach, y - reach, 2.0 * reach))
        .filter(|pixels| !pixels.is_empty())
        .map(|pixels| median(view, &pixels))
        .collect();
    let reddest = places.iter().map(|place| place[0]).fold(0.0, f32::max);
    let strangeness = |place: &Colour| -> f32 {
        let apart = |other: &Colour| {
            (place[0] - other[0]).abs() / NEAR[0]
                + (place[1] - other[1]).abs() / NEAR[1]
                + 0.3 * (place[2] - other[2]).abs() / LIGHT
        };
        // The nearest three only: a mask makes a crowd of its own, but the skin has the forehead and both eyes' surroundings.
        let mut others: Vec<f32> = places.iter().map(apart).collect();
        others.sort_by(f32::total_cmp);
        others.iter().take(4).sum::<f32>() + PALER * (reddest - place[0]) / NEAR[0]
    };
    places.iter().copied().min_by(|a, b| strangeness(a).total_cmp(&strangeness(b))).unwrap_or_default()
}

fn median(view: &View<'_>, pixels: &[usize]) -> Colour {
    let colours: Vec<Colour> = pixels.iter().map(|&index| colour(view, index)).collect();
    [0, 1, 2].map(|channel| {
        let mut values: Vec<f32> = colours.iter().map(|colour| colour[channel]).collect();
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    })
}

/// The pixels around one eye that must be skin: an ellipse without the brow and the eye itself.
pub(super) fn around_eye(view: &View<'_>, eye: &[usize], brow: &[usize]) -> Vec<usize> {
    let corner = |index| view.in_zone(view.face.point(index));
    let (a, b) = (corner(eye[0]), corner(eye[eye.len() / 2]));
    let (middle, width) = (a.midpoint(b), a.distance(b));
    let (brow, eye) = (view.polygon(brow, 1.25), view.polygon(eye, 1.3));
    let size = 1.5 * width;
    view.pixels(middle.x - size / 2.0, middle.y - size / 2.0, size)
        .into_iter()
        .filter(|&index| {
            let at = View::place(index);
            let (dx, dy) = ((at.x - middle.x) / (0.72 * width), (at.y - middle.y) / (0.55 * width));
            dx * dx + dy * dy < 1.0 && !brow[index] && !eye[index]
        })
        .collect()
}

/// The eyes with their brows, right first.
pub(super) const EYES: [(&[usize], &[usize]); 2] =
    [(&landmark::RIGHT_EYE, &landmark::RIGHT_BROW), (&landmark::LEFT_EYE, &landmark::LEFT_BROW)];
