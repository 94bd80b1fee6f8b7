//! From pieces of ridge pattern to the fingers of a hand. Lengths are in cells of 0.41 mm.

use super::blobs::{Blob, blobs, edges};
use crate::plane::Plane;
use tram_biometric::Hand;

/// Cells in a millimetre at 500 ppi.
const MM: f32 = 500.0 / 25.4 / crate::ridges::CELL as f32;
/// A fingertip shows at least this much, square millimetres.
const LEAST_AREA_MM2: f32 = 35.0;
/// Two fingers that touch are wider than any one, millimetres,
const WIDEST_MM: f32 = 27.0;
/// or as wide as a broad finger with a waist: a column with less than this share of both sides.
const BROAD_MM: f32 = 19.0;
const WAIST: f32 = 0.7;
/// A distal phalanx is at most this many times as long as wide; a longer piece holds the next phalanx too.
const LONGEST: f32 = 1.8;
const CUT_TO: f32 = 1.5;
/// How much a hand is expected upright: the lengthening of a piece that would outweigh it.
const UPRIGHT: f32 = 0.05;
/// Hands turn at most this far from upright, radians.
const MOST_TURN: f32 = 50.0 * std::f32::consts::PI / 180.0;

/// A frame turned with the hand: u to its right, v down along its fingers.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    /// Clockwise from upright.
    pub(crate) radians: f32,
}

impl Frame {
    pub(crate) fn turned(self, x: f32, y: f32) -> (f32, f32) {
        let (sin, cos) = self.radians.sin_cos();
        (cos * x + sin * y, cos * y - sin * x)
    }

    pub(crate) fn to_picture(self, u: f32, v: f32) -> (f32, f32) {
        let (sin, cos) = self.radians.sin_cos();
        (cos * u - sin * v, sin * u + cos * v)
    }

    /// Left, top, right and bottom edge of a piece in this frame.
    pub(crate) fn bounds(self, blob: &Blob) -> (f32, f32, f32, f32) {
        edges(blob.cells.iter().map(|&(x, y)| self.turned(x, y)))
    }

    /// The frame of one finger: its own axis where it is long enough to show one near the hand's.
    pub(crate) fn of_finger(self, blob: &Blob) -> Self {
        let (xx, yy, xy) = blob.moments();
        let spread = (xx - yy).hypot(2.0 * xy) / (xx + yy).max(f32::EPSILON);
        let own = upright_angle(xx, yy, xy);
        if spread > 0.15 && (own - self.radians).abs() < 0.35 { Self { radians: own } } else { self }
    }
}

/// The clockwise angle from upright of the long axis of a piece, in (-π/2, π/2].
fn upright_angle(xx: f32, yy: f32, xy: f32) -> f32 {
    // The axis (sin r, -cos r) points up: turning clockwise moves it right, y being down.
    0.5 * (-2.0 * xy).atan2(yy - xx)
}

/// The fingers in the mask from left to right and the frame they lie in.
pub(crate) fn fingers(mask: &Plane<bool>, slap: bool) -> (Frame, Vec<Blob>) {
    let pieces = blobs(mask, (LEAST_AREA_MM2 * MM * MM) as usize);
    let frame = frame(&pieces);
    let mut fingers = tips(frame, &pieces);
    for finger in &mut fingers {
        shorten(frame, finger);
    }
    if slap {
        fingers = fingers.into_iter().flat_map(|finger| split(frame, finger)).collect();
    }
    drop_scraps(mask, &mut fingers);
    let middle = |blob: &Blob| {
        let (x, y) = blob.centre();
        frame.turned(x, y).0
    };
    fingers.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    (frame, fingers)
}

/// The direction most of the long pieces agree on, upright where they are round.
fn frame(pieces: &[Blob]) -> Frame {
    let (mut along, mut across) = (0.0f32, 0.0f32);
    for piece in pieces {
        let (xx, yy, xy) = piece.moments();
        let weight = piece.cells.len() as f32 / (xx + yy).max(1.0);
        along += UPRIGHT * piece.cells.len() as f32;
        along += weight * (yy - xx);
        across += weight * -2.0 * xy;
    }
    let radians = 0.5 * across.atan2(along);
    Frame { radians: if radians.abs() <= MOST_TURN { radians } else { 0.0 } }
}

/// Pieces with no other piece above them.
fn tips(frame: Frame, pieces: &[Blob]) -> Vec<Blob> {
    let boxes: Vec<_> = pieces.iter().map(|piece| frame.bounds(piece)).collect();
    let below = |i: usize, mine: &(f32, f32, f32, f32)| {
        boxes.iter().enumerate().any(|(j, other)| {
            let common = mine.2.min(other.2) - mine.0.max(other.0);
            let narrower = (mine.2 - mine.0).min(other.2 - other.0);
            let higher = f32::midpoint(other.1, other.3) < mine.1;
            i != j && higher && common > 0.4 * narrower
        })
    };
    let kept = boxes.iter().enumerate().filter(|(i, mine)| !below(*i, mine)).map(|(i, _)| i);
    kept.filter_map(|i| pieces.get(i).cloned()).collect()
}

/// Cuts a piece that is longer than a fingertip.
fn shorten(frame: Frame, finger: &mut Blob) {
    let frame = frame.of_finger(finger);
    let (left, top, right, bottom) = frame.bounds(finger);
    let width = right - left;
    if bottom - top > LONGEST * width {
        finger.cells.retain(|&(x, y)| frame.turned(x, y).1 < top + CUT_TO * width);
    }
}

/// Splits a piece that is too wide for one finger, or wide with a waist, where it is thinnest.
fn split(frame: Frame, finger: Blob) -> Vec<Blob> {
    let (left, _, right, _) = frame.bounds(&finger);
    let width = right - left;
    if width < BROAD_MM * MM {
        return vec![finger];
    }
    let mut columns = vec![0u32; width.ceil() as usize + 1];
    for &(x, y) in &finger.cells {
        if let Some(column) = columns.get_mut((frame.turned(x, y).0 - left) as usize) {
            *column += 1;
        }
    }
    let fingers = (width / (17.0 * MM)).round().max(2.0);
    let (from, to) = ((0.6 * width / fingers) as usize, (width - 0.6 * width / fingers) as usize);
    let smooth = |i: usize| columns.iter().skip(i.saturating_sub(1)).take(3).sum::<u32>();
    let Some(valley) = (from..=to.max(from)).min_by_key(|&i| smooth(i)) else { return vec![finger] };
    let most = |side: &[u32]| side.iter().max().copied().unwrap_or(0) as f32;
    let (before, after) = columns.split_at(valley.min(columns.len()));
    if width < WIDEST_MM * MM && smooth(valley) as f32 / 3.0 > WAIST * most(before).min(most(after)) {
        return vec![finger];
    }
    let at = left + valley as f32 + 0.5;
    let (first, second): (Vec<_>, Vec<_>) =
        finger.cells.iter().partition(|&&(x, y)| frame.turned(x, y).0 < at);
    let least = (LEAST_AREA_MM2 * MM * MM) as usize;
    if first.len() < least || second.len() < least {
        return vec![finger];
    }
    [first, second].into_iter().flat_map(|cells| split(frame, Blob { cells })).collect()
}

/// Drops pieces at the edge of the picture that are small beside the others: a neighbouring print, the palm.
fn drop_scraps(mask: &Plane<bool>, fingers: &mut Vec<Blob>) {
    let mut areas: Vec<usize> = fingers.iter().map(|f| f.cells.len()).collect();
    areas.sort_unstable();
    let usual = areas.get(areas.len() / 2).copied().unwrap_or(0) as f32;
    fingers.retain(|finger| {
        let (left, top, right, bottom) = finger.bounds();
        let at_edge =
            left < 1.0 || top < 1.0 || right > mask.width as f32 - 1.0 || bottom > mask.height as f32 - 1.0;
        let area = finger.cells.len() as f32;
        area > if at_edge { 0.4 } else { 0.25 } * usual
    });
}

/// Which hand four fingers look like: the little finger ends far below the index finger. `None` when unsure.
pub(crate) fn looks_like(frame: Frame, fingers: &[Blob]) -> Option<Hand> {
    let tip = |blob: Option<&Blob>| blob.map(|b| frame.bounds(b).1);
    let lower_left = tip(fingers.first())? - tip(fingers.last())?;
    if lower_left > 9.0 * MM {
        Some(Hand::Left)
    } else if lower_left < -9.0 * MM {
        Some(Hand::Right)
    } else {
        None
    }
}
