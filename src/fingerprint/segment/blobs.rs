//! Where a slap shows ridges, and the connected pieces of it. Lengths are in cells of the ridge field.

use crate::plane::Plane;
use crate::ridges::{Gradients, fill_holes, parts, periods};
use tram_biometric::GrayImage;

/// A connected piece of ridge pattern, as the middles of its cells.
#[derive(Clone)]
pub(crate) struct Blob {
    pub(crate) cells: Vec<(f32, f32)>,
}

impl Blob {
    /// Left, top, right and bottom edge.
    pub(crate) fn bounds(&self) -> (f32, f32, f32, f32) {
        edges(self.cells.iter().copied())
    }

    pub(crate) fn centre(&self) -> (f32, f32) {
        let count = self.cells.len().max(1) as f32;
        let (x, y) = self.cells.iter().fold((0.0, 0.0), |(x, y), c| (x + c.0, y + c.1));
        (x / count, y / count)
    }

    /// Second moments about the centre: xx, yy, xy.
    pub(crate) fn moments(&self) -> (f32, f32, f32) {
        let (cx, cy) = self.centre();
        let count = self.cells.len().max(1) as f32;
        let sums = self.cells.iter().fold((0.0, 0.0, 0.0), |(xx, yy, xy), c| {
            let (dx, dy) = (c.0 - cx, c.1 - cy);
            (xx + dx * dx, yy + dy * dy, xy + dx * dy)
        });
        (sums.0 / count, sums.1 / count, sums.2 / count)
    }
}

/// The box around the middles of cells.
pub(crate) fn edges(cells: impl Iterator<Item = (f32, f32)>) -> (f32, f32, f32, f32) {
    let start = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    let (left, top, right, bottom) =
        cells.fold(start, |b, (x, y)| (b.0.min(x), b.1.min(y), b.2.max(x), b.3.max(y)));
    (left - 0.5, top - 0.5, right + 0.5, bottom + 0.5)
}

/// Cells that look like ridges: strong, coherent and regular, which print, handwriting and smears are not.
pub(crate) fn ridge_cells(image: &GrayImage) -> Plane<bool> {
    let gradients = Gradients::of(image);
    let mut sorted = gradients.energy.cells.clone();
    sorted.sort_by(f32::total_cmp);
    let strong = sorted.get(sorted.len() * 19 / 20).copied().unwrap_or(0.0).max(6.0);
    let candidate = gradients.energy.map(|energy| energy > 0.2 * strong);
    let (_, regularity) = periods(image, &gradients.normal, &candidate, 3);
    let vote = Plane::from_fn(candidate.width, candidate.height, |x, y| {
        if candidate.at(x, y) { (1.1 * regularity.at(x, y)).min(1.0) } else { 0.0 }
    });
    fill_holes(&vote.blurred(1.5).map(|share| share > 0.35))
}

/// The pieces with at least `least` cells, largest first. Bridges narrower than four cells do not
/// connect: the mask is eroded, numbered, and each number grown back. A piece of at least `large` cells is parted
/// at wider bridges too.
pub(crate) fn blobs(mask: &Plane<bool>, least: usize, large: usize) -> Vec<Blob> {
    let mut labels = parts(&eroded(&eroded(mask)));
    for _ in 0..3 {
        labels = grown(&labels, mask);
    }
    let whole = pieces(&labels).into_iter().filter(|piece| piece.cells.len() >= least);
    let mut found: Vec<Blob> = whole
        .flat_map(|piece| if piece.cells.len() < large { vec![piece] } else { parted(mask, piece, least) })
        .collect();
    found.sort_by_key(|blob| std::cmp::Reverse(blob.cells.len()));
    found
}

/// The cells of each number.
fn pieces(labels: &Plane<u32>) -> Vec<Blob> {
    let count = labels.cells.iter().copied().max().unwrap_or(0) as usize;
    let mut found = vec![Blob { cells: Vec::new() }; count];
    for (i, &label) in labels.cells.iter().enumerate() {
        if let Some(blob) = (label as usize).checked_sub(1).and_then(|l| found.get_mut(l)) {
            blob.cells.push(((i % labels.width) as f32 + 0.5, (i / labels.width) as f32 + 0.5));
        }
    }
    found
}

/// A part that is left by erosion and smaller than this is a ragged edge, cells.
const RAGGED: usize = 12;
/// Where a piece is parted it is narrower than this share of the narrower part.
const WAIST: f32 = 0.7;

/// The piece parted where erosion parts it first, if it has a waist there and both parts have `least` cells.
fn parted(mask: &Plane<bool>, piece: Blob, least: usize) -> Vec<Blob> {
    let own = only(mask, &piece);
    let (mut left, mut depth) = (own.clone(), 0);
    while let Some(worn) = worn(&left) {
        left = worn;
        depth += 1;
        let mut cores = pieces(&parts(&left));
        cores.retain(|core| core.cells.len() >= RAGGED);
        if cores.len() < 2 {
            continue;
        }
        let narrower = cores.iter().map(|core| depth + depth_of(only(mask, core))).min().unwrap_or(depth);
        let mut found = pieces(&flooded(&cores, &own));
        found.retain(|part| part.cells.len() >= least);
        if found.len() >= 2 && (depth as f32) < WAIST * narrower as f32 {
            return found;
        }
    }
    vec![piece]
}

/// The mask eroded once more; `None` when nothing is left of it, or when it fills the picture and nothing is lost.
fn worn(mask: &Plane<bool>) -> Option<Plane<bool>> {
    let left = eroded(mask);
    (left.cells != mask.cells && left.cells.contains(&true)).then_some(left)
}

/// A mask of these cells, as large as another.
fn only(mask: &Plane<bool>, piece: &Blob) -> Plane<bool> {
    let mut own = mask.map(|_| false);
    piece.cells.iter().for_each(|&(x, y)| own.set(x as usize, y as usize, true));
    own
}

/// How often a mask can be eroded before nothing is left.
fn depth_of(mut mask: Plane<bool>) -> usize {
    let mut depth = 1;
    while let Some(left) = worn(&mask) {
        mask = left;
        depth += 1;
    }
    depth
}

/// The mask divided among pieces that grow in it at the same pace, numbered from 1.
fn flooded(cores: &[Blob], mask: &Plane<bool>) -> Plane<u32> {
    let mut labels = mask.map(|_| 0);
    for (number, core) in (1..).zip(cores) {
        core.cells.iter().for_each(|&(x, y)| labels.set(x as usize, y as usize, number));
    }
    loop {
        let more = grown(&labels, mask);
        if more.cells == labels.cells {
            return more;
        }
        labels = more;
    }
}

const BESIDE: [(isize, isize); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];

fn eroded(mask: &Plane<bool>) -> Plane<bool> {
    Plane::from_fn(mask.width, mask.height, |x, y| {
        mask.at(x, y)
            && BESIDE.iter().all(|(dx, dy)| mask.get(x as isize + dx, y as isize + dy) != Some(false))
    })
}

fn grown(labels: &Plane<u32>, mask: &Plane<bool>) -> Plane<u32> {
    Plane::from_fn(labels.width, labels.height, |x, y| {
        let here = labels.at(x, y);
        if here != 0 || !mask.at(x, y) {
            return here;
        }
        let beside = BESIDE.iter().filter_map(|(dx, dy)| labels.get(x as isize + dx, y as isize + dy));
        beside.max().unwrap_or(0)
    })
}
