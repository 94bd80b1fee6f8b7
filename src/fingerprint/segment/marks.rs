//! What of the marks on a platen belongs to which finger: everything dark that lies near it and nearer to it than to
//! any other print. The faint rim of a print, where no ridge can be followed, is part of it that way.

use super::blobs::Blob;
use crate::plane::Plane;
use crate::ridges::CELL;
use tram_biometric::{GrayImage, Rect};

/// Marks farther than this from a finger's ridges are not its own, cells (6.5 mm): a little less than half the way to the middle
/// of the next finger.
const REACH: usize = 16;
/// A mark is darker than the paper by at least this, grey levels.
const DARKER: u8 = 50;
/// Cells of ridges that belong to no finger: the next phalanx, a neighbour's print.
const NOBODY: u8 = u8::MAX;

/// The upright rectangles around the marks of each finger, in pixels; at least around its own ridges.
pub(super) fn areas(image: &GrayImage, ridges: &Plane<bool>, fingers: &[Blob]) -> Vec<Rect> {
    let owners = owners(ridges, fingers);
    let dark = paper(image).saturating_sub(DARKER);
    let mut boxes: Vec<Edges> = fingers.iter().map(|finger| Edges::of(finger, image)).collect();
    for row in 0..owners.height {
        for (col, owner) in owners.row(row).iter().enumerate() {
            let (x, y) = ((col * CELL) as u32, (row * CELL) as u32);
            let own = usize::from(*owner).checked_sub(1).and_then(|finger| boxes.get_mut(finger));
            if let Some(edges) = own.filter(|edges| !edges.hold(x, y)) {
                edges.widen(image, (x, y), dark);
            }
        }
    }
    boxes.into_iter().map(Edges::rect).collect()
}

/// Whose each cell is: 0 for nobody's near, else the finger's place from 1.
fn owners(ridges: &Plane<bool>, fingers: &[Blob]) -> Plane<u8> {
    let mut owners = ridges.map(|ridge| if ridge { NOBODY } else { 0 });
    for (number, finger) in (1..NOBODY).zip(fingers) {
        finger.cells.iter().for_each(|&(x, y)| owners.set(x as usize, y as usize, number));
    }
    let mut rim: Vec<(isize, isize)> = (0..owners.height as isize)
        .flat_map(|y| (0..owners.width as isize).map(move |x| (x, y)))
        .filter(|&(x, y)| owners.get(x, y) != Some(0))
        .collect();
    // Rounds of four and eight neighbours in turn keep the reach nearly round.
    for round in 0..REACH {
        let steps: &[(isize, isize)] = if round % 2 == 0 { &FOUR } else { &EIGHT };
        let mut next = Vec::new();
        for (x, y) in rim {
            let Some(owner) = owners.get(x, y) else { continue };
            for (nx, ny) in steps.iter().map(|(dx, dy)| (x + dx, y + dy)) {
                if owners.get(nx, ny) == Some(0) {
                    owners.set(nx as usize, ny as usize, owner);
                    next.push((nx, ny));
                }
            }
        }
        rim = next;
    }
    owners
}

const FOUR: [(isize, isize); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];
const EIGHT: [(isize, isize); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// The level of the paper or the empty platen: the brightest that is common.
fn paper(image: &GrayImage) -> u8 {
    let mut counts = [0u32; 256];
    let mut seen = 0;
    // Every seventh row is enough to know the paper.
    for y in (0..image.height()).step_by(7) {
        for level in image.row(y) {
            if let Some(count) = counts.get_mut(usize::from(*level)) {
                *count += 1;
            }
        }
        seen += image.width();
    }
    let mut brighter = 0;
    for (level, count) in (0..=u8::MAX).zip(counts).rev() {
        brighter += count;
        if brighter > seen / 4 {
            return level;
        }
    }
    0
}

/// The first and last column and row, pixels.
#[derive(Clone, Copy)]
struct Edges {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Edges {
    /// Around the ridges of a finger.
    fn of(finger: &Blob, image: &GrayImage) -> Self {
        let (left, top, right, bottom) = finger.bounds();
        let edge = |cells: f32, size: u32| ((cells * CELL as f32) as u32).min(size.saturating_sub(1));
        // The mask ends where ridges are sure, which is up to half a cell beside its cells' middles.
        Self {
            left: edge(left - 0.6, image.width()),
            top: edge(top - 0.6, image.height()),
            right: edge(right + 0.4, image.width()),
            bottom: edge(bottom + 0.4, image.height()),
        }
    }

    /// Whether the cell at (x, y) lies inside.
    fn hold(&self, x: u32, y: u32) -> bool {
        let last = CELL as u32 - 1;
        x >= self.left && x + last <= self.right && y >= self.top && y + last <= self.bottom
    }

    /// Takes in the dark pixels of the cell at (x, y).
    fn widen(&mut self, image: &GrayImage, (x, y): (u32, u32), dark: u8) {
        for row in y..(y + CELL as u32).min(image.height()) {
            for (column, level) in (x..).zip(image.row(row).iter().skip(x as usize).take(CELL)) {
                if *level < dark {
                    self.left = self.left.min(column);
                    self.right = self.right.max(column);
                    self.top = self.top.min(row);
                    self.bottom = self.bottom.max(row);
                }
            }
        }
    }

    fn rect(self) -> Rect {
        Rect {
            x: self.left,
            y: self.top,
            width: self.right - self.left + 1,
            height: self.bottom - self.top + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment;
    use crate::drawn::Drawn;
    use tram_biometric::{FingerPosition, GrayImage};

    /// Two thumbs with a dot of ink at (x, y) from the middle: the right edge of the left and the left edge of the right.
    fn facing_edges(dot: Option<(f32, f32)>) -> (u32, u32) {
        let fingers = [Drawn::finger(1, 20), Drawn::finger(2, 20)];
        let image = GrayImage::from_fn(1600, 1500, 500, |x, y| {
            let (x, y) = (x as f32 - 800.0, y as f32 - 750.0);
            if dot.is_some_and(|(u, v)| (x - u).hypot(y - v) < 4.0) {
                return 60;
            }
            let [left, right] = &fingers;
            left.level(x + 220.0, y).or(right.level(x - 220.0, y)).unwrap_or(245)
        });
        let found = segment(&image, FingerPosition::PlainThumbs, &[]);
        (found.fingers[0].area.x + found.fingers[0].area.width, found.fingers[1].area.x)
    }

    #[test]
    fn a_mark_is_the_nearest_fingers_and_a_far_one_nobodys() {
        let (left, right) = facing_edges(None);
        assert!((left as i32 - 700).abs() < 12 && (right as i32 - 900).abs() < 12, "{left} {right}");
        assert_eq!(facing_edges(Some((-40.0, 0.0))), (764, right));
        assert_eq!(facing_edges(Some((40.0, 0.0))), (left, 837));
        assert_eq!(facing_edges(Some((0.0, -400.0))), (left, right));
    }
}
