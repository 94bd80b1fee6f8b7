//! Hints that a photograph or a screen stands before the camera instead of a person.
//!
//! Hints, not a detector: they go to the reviewer with their evidence and never refuse anybody. They are measured on
//! simulated screens, prints and movements only. Depth is not looked at: the mesh imagines it in a photograph as it sees it in a
//! face.

mod parallax;

use crate::face::Face;
use crate::fourier;
use tram_biometric::RgbImage;

/// What speaks for a picture of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HintKind {
    /// A regular grid over the face, as a screen's pixels leave. Evidence: how many times, in powers of ten, the
    /// strongest single frequency exceeds the usual power around its own height.
    Moire,
    /// Straight upright edges on both sides of the face, as a photograph or a screen has. Evidence: the share of the
    /// face's height along which the weaker one runs.
    FrameEdges,
    /// What lies beside the head moves with it, as the background of a photograph does. Evidence: the share of telling
    /// places that do.
    NoParallax,
}

/// One hint with its evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hint {
    /// What was looked for.
    pub kind: HintKind,
    /// How strong it is, in the kind's own unit.
    pub evidence: f32,
    /// Whether it is strong enough to show to the reviewer.
    pub flagged: bool,
}

impl HintKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Moire, Self::FrameEdges, Self::NoParallax];

    /// What the reviewer reads, in Vietnamese.
    pub fn vi(self) -> &'static str {
        match self {
            Self::Moire => "Có vân lưới đều trên mặt, như khi chụp lại màn hình",
            Self::FrameEdges => "Có cạnh thẳng hai bên mặt, như mép ảnh hoặc mép màn hình",
            Self::NoParallax => "Nền di chuyển cùng với đầu, như nền của một tấm ảnh",
        }
    }

    /// What the reviewer reads, in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Moire => "A regular grid lies over the face, as when a screen is photographed",
            Self::FrameEdges => {
                "There are straight edges on both sides of the face, as of a photograph or a screen"
            }
            Self::NoParallax => "The background moves with the head, as that of a photograph does",
        }
    }

    fn hint(self, evidence: f32) -> Hint {
        Hint { kind: self, evidence, flagged: evidence >= self.limit() }
    }

    /// Evidence from here on is shown. Set on one half of the test people with simulated screens.
    fn limit(self) -> f32 {
        match self {
            Self::Moire => 2.0,
            Self::FrameEdges => 0.75,
            Self::NoParallax => 0.5,
        }
    }
}

/// Looks for every hint in one picture as the camera gave it: a picture scaled since has lost the evidence.
pub fn hints(image: &RgbImage, face: &Face) -> [Hint; 2] {
    [(HintKind::Moire, moire(image, face)), (HintKind::FrameEdges, frame_edges(image, face))]
        .map(|(kind, evidence)| kind.hint(evidence))
}

/// The hint that two pictures of a burst give together, taken by a camera that stands still; `None` where the head did not
/// move or stands before a plain wall.
pub fn burst_hint(before: (&RgbImage, &Face), after: (&RgbImage, &Face)) -> Option<Hint> {
    parallax::moved_along(before, after).map(|evidence| HintKind::NoParallax.hint(evidence))
}

/// Sides of the square that is searched for a grid, the largest that lies within the face.
const SQUARES: [u32; 2] = [256, 128];
/// Frequencies searched, in waves a pixel: below, a face has its own structure; one half is the finest there is.
const LOWEST: f64 = 0.14;
const HIGHEST: f64 = 0.48;
/// Rings of like frequency in which the usual power is taken.
const RINGS: usize = 16;

fn moire(image: &RgbImage, face: &Face) -> f32 {
    let bounds = face.bounds;
    let Some(side) = SQUARES.into_iter().find(|side| *side <= bounds.width.min(bounds.height)) else {
        return 0.0;
    };
    let (left, top) = (bounds.x + (bounds.width - side) / 2, bounds.y + (bounds.height - side) / 2);
    let levels: Vec<f32> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (left + x, top + y)))
        .map(|(x, y)| image.get(x, y).map_or(0.0, |[_, green, _]| f32::from(green)))
        .collect();
    let power = fourier::power(&levels, side as usize);
    let mut rings: Vec<Vec<f64>> = vec![Vec::new(); RINGS];
    for (index, power) in power.into_iter().enumerate() {
        let (u, v) = (frequency(index % side as usize, side), frequency(index / side as usize, side));
        let height = u.hypot(v);
        // Blocks of JPEG make waves of eighths of a pixel along the axes: no screen.
        let blocky = u.abs() < 0.01 || v.abs() < 0.01;
        if (LOWEST..HIGHEST).contains(&height) && !blocky {
            let ring = ((height - LOWEST) / (HIGHEST - LOWEST) * RINGS as f64) as usize;
            if let Some(ring) = rings.get_mut(ring) {
                ring.push(power);
            }
        }
    }
    rings.into_iter().map(excess).fold(0.0, f32::max)
}

/// Waves a pixel of one index of a transform, from minus a half to a half.
fn frequency(index: usize, side: u32) -> f64 {
    let share = index as f64 / f64::from(side);
    if share < 0.5 { share } else { share - 1.0 }
}

/// How far the largest exceeds the median, in powers of ten.
fn excess(mut powers: Vec<f64>) -> f32 {
    powers.sort_by(f64::total_cmp);
    // Below one, there is nothing but rounding.
    let median = powers.get(powers.len() / 2).copied().unwrap_or_default().max(1.0);
    powers.last().map_or(0.0, |largest| (largest.max(1.0) / median).log10() as f32)
}

/// A step between two columns this large, in levels over four pixels, is an edge.
const STEP: i32 = 14;
/// Leans that are tried, in pixels to the side for a hundred down.
const LEANS: std::ops::RangeInclusive<i32> = -6..=6;

fn frame_edges(image: &RgbImage, face: &Face) -> f32 {
    let bounds = face.bounds;
    let (left, right) = (bounds.x, bounds.x + bounds.width);
    let rows = bounds.y..bounds.y + bounds.height;
    let reach = 2 * bounds.width;
    let best = |columns: std::ops::Range<u32>| {
        let lines = columns.flat_map(|x| LEANS.map(move |lean| (x, lean)));
        lines.map(|(x, lean)| edge(image, x, lean, rows.clone())).fold(0.0, f32::max)
    };
    let margin = bounds.width / 8;
    let beyond_left = left.saturating_sub(reach)..left.saturating_sub(margin);
    let beyond_right = right + margin..(right + reach).min(image.width());
    best(beyond_left).min(best(beyond_right))
}

/// The share of rows in which a leaning line is an edge of one sign.
fn edge(image: &RgbImage, x: u32, lean: i32, rows: std::ops::Range<u32>) -> f32 {
    let (mut rising, mut falling, mut seen) = (0_u32, 0_u32, 0_u32);
    for (down, y) in rows.step_by(4).enumerate() {
        let column = x as i32 + lean * (down as i32 * 4) / 100;
        let green =
            |x: i32| u32::try_from(x).ok().and_then(|x| image.get(x, y)).map(|[_, g, _]| i32::from(g));
        seen += 1;
        if let Some((before, after)) = green(column - 2).zip(green(column + 2)) {
            rising += u32::from(after - before >= STEP);
            falling += u32::from(before - after >= STEP);
        }
    }
    rising.max(falling) as f32 / seen.max(1) as f32
}
