//! Whether what lies beside a head goes along when the head moves.
//!
//! Behind a person who sways stands a room that does not. A photograph held before the camera takes its own background with
//! it. Two pictures of a burst are compared: patches beside and above the head, as far as they have structure, are looked for
//! where they were and where the face's movement would have taken them.

use crate::face::Face;
use crate::geometry::Point;
use tram_biometric::RgbImage;

/// A face that moved less than this share of T tells nothing.
const LEAST_MOVE: f32 = 0.04;
/// Half the side of a patch, in T.
const PATCH: f32 = 0.06;
/// Patches with less mean step between neighbours than this, in levels, are walls.
const STRUCTURE: f32 = 2.0;
/// One place is better than the other when it fits by this factor.
const BETTER: f32 = 1.5;
/// Fewer patches that tell something than this tell nothing.
const LEAST_PATCHES: u32 = 6;
/// Where the patches lie from the eyes' middle, in T, beside the head and above it.
const COLUMNS: [f32; 6] = [-1.25, -1.1, -0.95, 0.95, 1.1, 1.25];
const ROWS: [f32; 9] = [-1.2, -1.0, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4];

/// The share of telling patches that moved with the face between two pictures; `None` where the face stood still or its
/// surroundings are plain.
pub(super) fn moved_along(before: (&RgbImage, &Face), after: (&RgbImage, &Face)) -> Option<f32> {
    let (first, second) = (Anchor::of(before.1), Anchor::of(after.1));
    if first.eyes.distance(second.eyes) < LEAST_MOVE * first.t {
        return None;
    }
    let (mut along, mut stayed) = (0_u32, 0_u32);
    for (dx, dy) in ROWS.iter().flat_map(|dy| COLUMNS.iter().map(move |dx| (*dx, *dy))) {
        let from = first.at(dx, dy);
        let Some(patch) = Patch::of(before.0, from, PATCH * first.t) else { continue };
        if patch.structure < STRUCTURE {
            continue;
        }
        let there = |at| Patch::of(after.0, at, PATCH * first.t).map(|other| patch.difference(&other));
        let (Some(still), Some(moved)) = (there(from), nearby(second.at(dx, dy), there)) else { continue };
        if moved * BETTER < still {
            along += 1;
        } else if still * BETTER < moved {
            stayed += 1;
        }
    }
    (along + stayed >= LEAST_PATCHES).then(|| along as f32 / (along + stayed) as f32)
}

/// The least difference a pixel around a place: the face's movement is known to about that.
fn nearby(at: Point, difference: impl Fn(Point) -> Option<f32>) -> Option<f32> {
    let steps = [-1.0, 0.0, 1.0];
    let around = steps.iter().flat_map(|dy| steps.iter().map(move |dx| Point::new(at.x + dx, at.y + dy)));
    around.filter_map(difference).min_by(f32::total_cmp)
}

/// What places beside a head are told from.
struct Anchor {
    eyes: Point,
    t: f32,
}

impl Anchor {
    fn of(face: &Face) -> Self {
        Self { eyes: face.eyes_middle(), t: face.eye_to_chin() }
    }

    fn at(&self, dx: f32, dy: f32) -> Point {
        Point::new(self.eyes.x + dx * self.t, self.eyes.y + dy * self.t)
    }
}

/// Pixels a side at which a patch is read.
const SIDE: i32 = 12;

/// A small square of green levels.
struct Patch {
    levels: Vec<f32>,
    structure: f32,
}

impl Patch {
    /// `None` where it reaches beyond the picture.
    fn of(image: &RgbImage, at: Point, half: f32) -> Option<Self> {
        let step = 2.0 * half / SIDE as f32;
        let levels = (0..SIDE * SIDE)
            .map(|index| {
                let x = at.x - half + ((index % SIDE) as f32 + 0.5) * step;
                let y = at.y - half + ((index / SIDE) as f32 + 0.5) * step;
                // A place before the picture must not land on its edge.
                let inside = x >= 0.0 && y >= 0.0;
                inside.then(|| image.get(x as u32, y as u32)).flatten().map(|[_, green, _]| f32::from(green))
            })
            .collect::<Option<Vec<f32>>>()?;
        let rows = levels.chunks_exact(SIDE as usize);
        let steps: f32 =
            rows.flat_map(|row| row.iter().zip(row.iter().skip(1))).map(|(a, b)| (a - b).abs()).sum();
        let structure = steps / (SIDE * (SIDE - 1)) as f32;
        Some(Self { levels, structure })
    }

    /// Mean difference in levels; never quite nothing, so that noise does not decide.
    fn difference(&self, other: &Self) -> f32 {
        let sum: f32 = self.levels.iter().zip(&other.levels).map(|(a, b)| (a - b).abs()).sum();
        1.0 + sum / self.levels.len().max(1) as f32
    }
}
